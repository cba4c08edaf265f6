//! `awsp doctor`: each cause is found, told with its fix, and nothing is changed.

mod files;
mod machine;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use identity_center::Options;

use crate::golden;
use crate::place::{AWSP, Done, Place};

const NOBODY: &str = "who is here: nobody (there is no terminal)\n";
const ALL_WELL: &str = "all well: looked at the environment, 2 profiles, the caches, bash 5.2, PATH, the AWS CLI 2.31 and the clock\n";

/// A variable that is set or, with `None`, is not.
type Variable<'a> = (&'a str, Option<&'a str>);

/// A home in which nothing is wrong, with the profile `dev` active in a shell that has the
/// integration.
struct Patient {
    place: Place,
}

impl Patient {
    fn new() -> Self {
        Self::with(Options::default())
    }

    fn with(options: Options) -> Self {
        let patient = Self {
            place: Place::with(options),
        };
        let center = patient.place.center.url().to_owned();
        patient.place.config(&format!(
            "[sso-session acme]\n\
             sso_start_url = https://d-9067example.awsapps.com/start\n\
             sso_region = eu-west-1\n\
             [services local]\n\
             sso_oidc =\n\
             \x20 endpoint_url = {center}\n\
             [profile dev]\n\
             sso_session = acme\n\
             sso_account_id = 111122223333\n\
             sso_role_name = AdministratorAccess\n\
             region = eu-west-1\n\
             services = local\n"
        ));
        patient.program("aws", "echo aws-cli/2.31.7 Python/3.13.7");
        patient.program(
            "bash",
            "echo 'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)'",
        );
        patient.write(".bashrc", "eval \"$(awsp init bash)\"\n");
        patient
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.place.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn program(&self, name: &str, text: &str) {
        self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{text}\n"));
        self.mode(&format!("bin/{name}"), 0o755);
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.place.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Adds to the config file.
    fn config(&self, text: &str) {
        let old = fs::read_to_string(self.place.path(".aws/config")).unwrap();
        self.place.config(&(old + text));
    }

    /// Runs `awsp doctor` as the shell's function does, with these variables changed.
    fn run(&self, arguments: &[&str], variables: &[Variable<'_>]) -> Done {
        let mut command = self.place.program("/bin/sh");
        command
            .args(["-c", "exec awsp doctor \"$@\" 3>/dev/null", "sh"])
            .args(arguments);
        for (name, _) in self.place.center.variables() {
            command.env_remove(name);
        }
        let folders = [
            self.place.path("bin"),
            Path::new(AWSP).parent().unwrap().to_owned(),
        ];
        command
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("SHELL", self.place.path("bin/bash"));
        command.env("AWSP_SHELL", "bash").env("AWS_PROFILE", "dev");
        for (name, value) in variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.place.done(&mut command)
    }

    /// What is said with these variables, and no more than that. Where it is wrong, the status says
    /// so too.
    #[track_caller]
    fn says(&self, variables: &[Variable<'_>], expected: &str) {
        let done = self.run(&[], variables);
        let (status, stderr, last) = match expected.split(':').next() {
            Some("wrong") => (1, "awsp: 1 wrong\n", ""),
            Some("warning") => (0, "", "nothing is wrong: 1 warning\n"),
            _ => (0, "", ALL_WELL),
        };
        assert_eq!(done.stdout, format!("{expected}{NOBODY}{last}"));
        assert_eq!((done.status, done.stderr.as_str()), (status, stderr));
    }
}

#[test]
fn all_well() {
    let patient = Patient::new();
    patient.says(&[], "");
    patient.place.log_in();
    patient.says(&[], "");
    assert_eq!(
        patient.run(&["--json"], &[]).stdout,
        "{\"version\":1,\"presence\":{\"who\":\"nobody\",\"why\":\"there is no terminal\"},\"findings\":[]}\n"
    );
}

#[test]
fn each_variable_is_found() {
    let patient = Patient::new();
    patient.write(".aws/credentials", "");
    let missing = patient.place.path("nowhere");
    let missing = missing.to_str();
    let table: [(&[Variable<'_>], &str); 12] = [
        (
            &[
                ("AWS_ACCESS_KEY_ID", Some("AKIA")),
                ("AWS_SECRET_ACCESS_KEY", Some("s")),
                ("AWS_SESSION_TOKEN", Some("t")),
            ],
            "wrong: keys in the environment answer instead of `dev`, in all tools but the JavaScript SDK (AWS_ACCESS_KEY_ID)\n\
             \x20 fix: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\n",
        ),
        (
            &[("AWS_ACCESS_KEY_ID", Some("AKIA"))],
            "wrong: AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY: the AWS CLI and boto3 fail\n\
             \x20 fix: unset AWS_ACCESS_KEY_ID\n",
        ),
        (
            &[("AWS_PROFILE", Some(""))],
            "wrong: AWS_PROFILE is set to nothing: the AWS CLI, boto3 and the Rust SDK fail, having no profile of that name\n\
             \x20 fix: unset AWS_PROFILE\n",
        ),
        (
            &[("AWS_PROFILE", Some("dve"))],
            "wrong: AWS_PROFILE is `dve`, and no file has such a profile; there is `dev`\n\
             \x20 fix: awsp dev\n",
        ),
        (
            &[("AWS_DEFAULT_PROFILE", Some("default"))],
            "wrong: AWS_DEFAULT_PROFILE is `default`, and no file has such a profile\n\
             \x20 fix: unset AWS_DEFAULT_PROFILE\n",
        ),
        (
            &[("AWS_REGION", Some("us-east-1"))],
            "warning: AWS_REGION puts `us-east-1` over the region of `dev`, `eu-west-1`, for all tools but boto3\n\
             \x20 fix: unset AWS_REGION\n",
        ),
        (
            &[("AWS_DEFAULT_REGION", Some(""))],
            "wrong: AWS_DEFAULT_REGION is set to nothing: boto3 fails for want of a region\n\
             \x20 fix: unset AWS_DEFAULT_REGION\n",
        ),
        (
            &[(
                "AWS_ENDPOINT_URL_S3",
                Some("http://me:secret@localhost:4566/"),
            )],
            "warning: AWS_ENDPOINT_URL_S3 sends a service to `localhost:4566`\n\
             \x20 fix: unset AWS_ENDPOINT_URL_S3\n",
        ),
        (
            &[
                ("AWS_WEB_IDENTITY_TOKEN_FILE", Some("/t")),
                ("AWS_ROLE_ARN", Some("arn:aws:iam::1:role/r")),
            ],
            "wrong: AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE answer instead of `dev`, in the AWS CLI and boto3\n\
             \x20 fix: unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN\n",
        ),
        (
            &[("AWS_VAULT", Some("prod"))],
            "warning: AWS_VAULT is left over from aws-vault: your prompt may go by it, and no AWS tool does\n\
             \x20 fix: unset AWS_VAULT\n",
        ),
        (
            &[(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                Some("http://169.254.170.23/v1/credentials"),
            )],
            "note: AWS_CONTAINER_CREDENTIALS_FULL_URI: a tool uses the credentials of this container where its profile gives none\n\
             \x20 fix: unset AWS_CONTAINER_CREDENTIALS_FULL_URI\n",
        ),
        (
            &[("AWS_SHARED_CREDENTIALS_FILE", missing)],
            "warning: AWS_SHARED_CREDENTIALS_FILE names ~/nowhere, which does not exist\n\
             \x20 fix: unset AWS_SHARED_CREDENTIALS_FILE\n",
        ),
    ];
    for (variables, expected) in table {
        let expected = expected.to_owned();
        let done = patient.run(&[], variables);
        assert!(
            done.stdout.starts_with(&expected),
            "{variables:?}: {}{}",
            done.stdout,
            done.stderr
        );
        assert_eq!(
            done.stdout.matches("fix:").count(),
            1,
            "{variables:?}: {}",
            done.stdout
        );
        assert_eq!(
            done.status,
            i32::from(expected.starts_with("wrong")),
            "{variables:?}"
        );
    }
}

#[test]
fn a_config_file_that_is_not_there_is_told_as_the_reason() {
    let patient = Patient::new();
    let missing = patient.place.path("nowhere");
    let done = patient.run(
        &[],
        &[("AWS_CONFIG_FILE", missing.to_str()), ("AWS_PROFILE", None)],
    );
    assert_eq!(
        done.stdout,
        format!(
            "wrong: AWS_CONFIG_FILE names ~/nowhere, which does not exist: no tool finds a profile \
             there\n  fix: unset AWS_CONFIG_FILE\n{NOBODY}"
        )
    );
    assert_eq!(done.status, 1);
    assert!(
        patient.place.center.calls().is_empty(),
        "without a session nobody is asked for the time"
    );
}

#[test]
fn two_profiles_at_once_are_wrong() {
    let patient = Patient::new();
    patient.says(
        &[("AWS_DEFAULT_PROFILE", Some("static"))],
        "wrong: AWS_DEFAULT_PROFILE sends boto3 to `static`, and AWS_PROFILE all others to `dev`\n\
         \x20 fix: unset AWS_DEFAULT_PROFILE\n",
    );
}

#[test]
fn the_line_that_sets_a_variable_is_named() {
    let patient = Patient::new();
    patient.write(
        ".bashrc",
        "# mine\nexport AWS_REGION=us-east-1\neval \"$(awsp init bash)\"\n",
    );
    patient.says(
        &[("AWS_REGION", Some("us-east-1"))],
        "warning: AWS_REGION puts `us-east-1` over the region of `dev`, `eu-west-1`, for all tools but boto3 (~/.bashrc:2)\n\
         \x20 fix: unset AWS_REGION && vi +2 ~/.bashrc\n",
    );
}

#[test]
fn the_worst_comes_first() {
    let patient = Patient::new();
    let done = patient.run(
        &[],
        &[
            ("AWS_VAULT", Some("x")),
            ("AWS_REGION", Some("")),
            ("AWS_ACCESS_KEY_ID", Some("A")),
            (
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                Some("http://127.0.0.1"),
            ),
        ],
    );
    let kinds: Vec<&str> = done
        .stdout
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(kind, _)| kind)
        .collect();
    let kinds: Vec<&str> = kinds
        .into_iter()
        .filter(|kind| ["wrong", "warning", "note"].contains(kind))
        .collect();
    assert_eq!(
        kinds,
        ["wrong", "wrong", "warning", "note"],
        "{}",
        done.stdout
    );
}

#[test]
fn an_empty_machine_is_not_called_well() {
    let patient = Patient::new();
    fs::remove_dir_all(patient.place.path(".aws")).unwrap();
    let done = patient.run(&[], &[("AWS_PROFILE", None)]);
    assert_eq!(
        done.stdout,
        format!(
            "note: there is no profile yet\n  fix: awsp configure\n{NOBODY}\
             looked at the environment, 0 profiles, the caches, bash 5.2, PATH and the AWS CLI 2.31\n"
        )
    );
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
}

#[test]
fn the_playgrounds_own_variables_are_no_finding() {
    let patient = Patient::new();
    let url = patient.place.center.url();
    let done = patient.run(
        &[],
        &[
            ("AWSP_PLAYGROUND", Some(url)),
            ("AWS_ENDPOINT_URL_SSO", Some(url)),
            ("AWS_ENDPOINT_URL_SSO_OIDC", Some(url)),
        ],
    );
    assert!(
        done.stdout.starts_with(
            "note: this is the playground: logins and roles come from its own Identity Center\n"
        ) && !done.stdout.contains("fix:"),
        "{}",
        done.stdout
    );
}

#[test]
fn an_agent_is_named() {
    let patient = Patient::new();
    let done = patient.run(&[], &[("CLAUDECODE", Some("1"))]);
    assert!(
        done.stdout
            .contains("who is here: an agent (CLAUDECODE is set)\n"),
        "{}",
        done.stdout
    );
}

#[test]
fn doctor_keeps_its_shape() {
    let patient = Patient::new();
    patient.program("bash", "echo GNU bash, version 3.1.0");
    let done = patient.run(&["--json"], &[("AWS_ACCESS_KEY_ID", Some("AKIASECRET"))]);
    golden::is_json("json/doctor.json", &done.stdout);
    assert_eq!((done.status, done.stderr.as_str()), (1, "awsp: 2 wrong\n"));
}

#[test]
fn nothing_is_changed_and_no_secret_is_told() {
    let patient = Patient::new();
    patient.place.log_in();
    patient.place.set_token("accessToken", "HIDDENtoken".into());
    patient
        .place
        .set_token("refreshToken", "HIDDENrefresh".into());
    patient
        .place
        .set_token("clientSecret", "HIDDENclient".into());
    patient
        .place
        .set_token("registrationExpiresAt", "2020-01-01T00:00:00Z".into());
    patient.write(
        ".aws/cli/cache/0123456789012345678901234567890123456789.json",
        "{\"Credentials\": {\"SecretAccessKey\": \"HIDDENrole\"}, HIDDEN",
    );
    patient.write(
        ".aws/credentials",
        "[dev]\naws_access_key_id = HIDDENid\naws_secret_access_key: HIDDENkey # HIDDENcomment\nHIDDEN\n",
    );
    patient.mode(".aws/credentials", 0o666);
    patient.config("[profile \x1b]0;owned\x07]\nregion = x\n");
    let before = tree(&patient.place.path(""));
    let variables = [
        ("AWS_ACCESS_KEY_ID", Some("HIDDENid")),
        ("AWS_SECRET_ACCESS_KEY", Some("HIDDENkey")),
        ("AWS_SESSION_TOKEN", Some("HIDDENtoken")),
        (
            "AWS_ENDPOINT_URL_STS",
            Some("http://HIDDENuser:HIDDENpass@localhost/HIDDENpath"),
        ),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Some("HIDDENcontainer")),
    ];
    for arguments in [&[][..], &["--json"], &["--verbose"]] {
        let done = patient.run(arguments, &variables);
        assert_eq!(done.status, 1);
        assert!(done.stdout.len() > 1000, "{}", done.stdout);
        assert!(
            !done.stdout.contains("HIDDEN") && !done.stderr.contains("HIDDEN"),
            "{done:?}"
        );
        assert!(!done.stdout.contains(['\x1b', '\x07']), "{done:?}");
    }
    assert_eq!(tree(&patient.place.path("")), before);
}

/// Every file below a folder with what it holds.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), Vec::new());
            found.extend(tree(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}
