//! Profiles of `aws login`: the AWS CLI renews and logs in, and awsp reports the result.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use sha2::{Digest as _, Sha256};

use crate::place::{Done, Place};
use crate::pty::Terminal;

const ARN: &str = "arn:aws:iam::777788889999:user/jo";
const EXPORT: [&str; 4] = ["export", "signed", "--format", "process"];

/// An AWS CLI that renews a login or not, as the file `says` tells it.
const AWS: &str = r#"#!/bin/sh
END='"expiresAt":"2199-01-01T00:00:00Z"'
echo "$*" >>~/runs
keys() {
    sed "s/ASIAFIRST/$1/; s/\"refreshToken.*/\"refreshToken\": \"$1\"}/; s/\"expiresAt[^}]*/$END/" \
        "$CACHE" >"$CACHE.new" && mv "$CACHE.new" "$CACHE"
}
case "$1 $(cat ~/says)" in
    'login '*) keys ASIALOGIN ;;
    'configure good')
        keys ASIARENEWED
        echo '{"Version": 1, "AccessKeyId": "ASIARENEWED", "SecretAccessKey": "s",'
        echo '"SessionToken": "t", "Expiration": "2199-01-01T00:00:00Z"}'
        ;;
    'configure over')
        echo "Your session has expired or credentials have changed." \
            "Please reauthenticate using 'aws login'." >&2
        exit 255
        ;;
    *)
        echo 'Could not connect to the endpoint URL. Please try running aws login again.' >&2
        exit 255
        ;;
esac
"#;

/// A home with such a profile, whose keys have so many seconds left.
struct Scene {
    place: Place,
    cache: std::path::PathBuf,
}

impl Scene {
    fn new(left: i64, says: &str) -> Self {
        let place = Place::new();
        let config = fs::read_to_string(place.path(".aws/config")).unwrap();
        place.config(&format!(
            "{config}\n[profile signed]\nlogin_session = {ARN}\nregion = eu-west-1\n"
        ));
        fs::create_dir_all(place.path(".aws/login/cache")).unwrap();
        fs::create_dir_all(place.path("bin")).unwrap();
        fs::write(place.path("bin/aws"), AWS).unwrap();
        fs::set_permissions(place.path("bin/aws"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(place.path("says"), says).unwrap();
        fs::write(place.path("runs"), "").unwrap();
        let name = Sha256::digest(ARN)
            .iter()
            .fold(String::new(), |name, byte| name + &format!("{byte:02x}"));
        let scene = Self {
            cache: place.path(&format!(".aws/login/cache/{name}.json")),
            place,
        };
        scene.write(left, "first");
        scene
    }

    fn write(&self, left: i64, refresh_token: &str) {
        let login = serde_json::json!({
            "accessToken": {
                "accessKeyId": "ASIAFIRST",
                "secretAccessKey": "s",
                "sessionToken": "t",
                "accountId": "777788889999",
                "expiresAt": self.place.time_in(left),
            },
            "refreshToken": refresh_token,
        });
        fs::write(&self.cache, login.to_string()).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.place.awsp(arguments);
        let path = std::env::var_os("PATH").unwrap();
        let folders = std::iter::once(self.place.path("bin")).chain(std::env::split_paths(&path));
        command
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("CACHE", &self.cache);
        command
    }

    fn run(&self, arguments: &[&str]) -> Done {
        self.place.done(&mut self.command(arguments))
    }

    fn runs(&self) -> String {
        fs::read_to_string(self.place.path("runs")).unwrap()
    }
}

const RENEWAL: &str = "configure export-credentials --profile signed --format process\n";

#[test]
fn keys_with_less_than_five_minutes_left_are_renewed_before_they_are_given_out() {
    let scene = Scene::new(3600, "good");
    let done = scene.run(&EXPORT);
    assert!(done.stdout.contains("ASIAFIRST"), "{}", done.stdout);
    assert_eq!(scene.runs(), "");
    for left in [290, -3 * 86_400] {
        let scene = Scene::new(left, "good");
        let done = scene.run(&EXPORT);
        assert_eq!((done.status, done.stderr.as_str()), (0, ""));
        assert!(done.stdout.contains("ASIARENEWED"), "{}", done.stdout);
        assert_eq!(scene.runs(), RENEWAL);
        scene.run(&EXPORT);
        assert_eq!(scene.runs(), RENEWAL, "once");
    }
}

#[test]
fn a_renewal_that_fails_ends_no_login() {
    let scene = Scene::new(200, "no network");
    let done = scene.run(&EXPORT);
    assert_eq!(done.status, 0);
    assert!(done.stdout.contains("ASIAFIRST"), "{}", done.stdout);
    assert!(
        done.stderr.starts_with(
            "awsp: warning: cannot renew the login of `signed`; its keys are still good for "
        ),
        "{}",
        done.stderr
    );
    scene.write(-60, "first");
    let done = scene.run(&EXPORT);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            6,
            "awsp: cannot renew the login of `signed`\n\
             cause: the AWS CLI ended with exit status: 255\n\
             hint: aws sts get-caller-identity --profile signed\n"
        )
    );
    fs::write(scene.place.path("says"), "good").unwrap();
    assert_eq!(scene.run(&EXPORT).status, 0);
}

#[test]
fn a_refused_renewal_ends_the_login_for_all_of_awsp() {
    let scene = Scene::new(-60, "over");
    let told = "awsp: the login of `signed` has ended\n\
                cause: there is no terminal\n\
                hint: awsp login signed\n";
    for command in [&EXPORT[..], &["login", "signed"], &["whoami", "signed"]] {
        let done = scene.run(command);
        assert_eq!((done.status, done.stderr.as_str()), (4, told));
        assert_eq!(scene.runs(), RENEWAL, "AWS is not asked twice");
    }
    let (switched, changes) = scene.place.switch(&["signed"], &[]);
    assert_eq!((switched.status, changes.as_str()), (4, ""));
    // Until somebody logs in.
    scene.write(3600, "second");
    assert_eq!(scene.run(&EXPORT).status, 0);
    let done = scene.run(&["login", "signed"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: signed: session valid\n")
    );
}

#[test]
fn the_browser_of_a_login_may_be_on_another_machine() {
    let logged_in = |variables: &[(&str, &str)], arguments: &[&str]| {
        let scene = Scene::new(-60, "over");
        let mut command = scene.command(&[&["login", "signed"], arguments].concat());
        command.env("TERM", "xterm").envs(variables.iter().copied());
        let printed = Terminal::spawn(command).end();
        let runs = scene.runs();
        let run = runs.strip_prefix(RENEWAL).unwrap().to_owned();
        assert!(
            printed.contains(&format!("awsp: aws {}", run.trim())),
            "{printed}"
        );
        run
    };
    let display = ("DISPLAY", ":0");
    let local = [display, ("AWSP_LOGIN_FLOW", "browser")];
    assert_eq!(logged_in(&local, &[]), "login --profile signed\n");
    let remote = "login --profile signed --remote\n";
    let ssh = ("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22");
    assert_eq!(logged_in(&[display, ssh], &[]), remote);
    assert_eq!(logged_in(&local, &["--device-code"]), remote);
}

#[test]
fn the_end_of_such_a_login_is_the_aws_clis() {
    let scene = Scene::new(3600, "good");
    let done = scene.run(&["logout", "signed"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            2,
            "awsp: `signed` has no session to end\n\
             cause: the AWS CLI made its login, and ends it\n\
             hint: aws logout --profile signed\n"
        )
    );
    assert!(scene.cache.exists());
}
