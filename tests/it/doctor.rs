//! `awsp doctor`: each cause is found and has a fix, and nothing is changed.

mod environment;
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
const ALL_WELL: &str = "all well: looked at the environment, 2 profiles, the caches, bash 5.2, \
                        PATH, the AWS CLI 2.31 and the clock\n";

/// A variable and its value; `None` unsets it.
type Variable<'a> = (&'a str, Option<&'a str>);

/// A home in which nothing is wrong. The profile `dev` is active in a shell with the integration.
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

    /// With these variables, the findings begin with this one and have no other fix.
    #[track_caller]
    fn finds(&self, variables: &[Variable<'_>], expected: &str) {
        let done = self.run(&[], variables);
        assert!(done.stdout.starts_with(expected), "{variables:?}: {done:?}");
        assert_eq!(
            done.stdout.matches("fix:").count(),
            1,
            "{variables:?}: {done:?}"
        );
        let is_wrong = expected.starts_with("wrong");
        assert_eq!(done.status, i32::from(is_wrong), "{variables:?}: {done:?}");
    }

    /// With these variables, this is the only finding. The exit status says whether it is wrong.
    #[track_caller]
    fn prints(&self, variables: &[Variable<'_>], expected: &str) {
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
fn a_home_in_which_nothing_is_wrong_has_no_findings() {
    let patient = Patient::new();
    patient.prints(&[], "");
    patient.place.log_in();
    patient.prints(&[], "");
    assert_eq!(
        patient.run(&["--json"], &[]).stdout,
        "{\"version\":1,\"presence\":{\"who\":\"nobody\",\"why\":\"there is no \
         terminal\"},\"findings\":[]}\n"
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
fn a_machine_without_profiles_is_not_said_to_be_well() {
    let patient = Patient::new();
    fs::remove_dir_all(patient.place.path(".aws")).unwrap();
    let done = patient.run(&[], &[("AWS_PROFILE", None)]);
    assert_eq!(
        done.stdout,
        format!(
            "note: there are no profiles yet\n  fix: awsp configure\n\
             {NOBODY}looked at the environment, 0 profiles, the caches, bash 5.2, PATH and the AWS \
             CLI 2.31\n"
        )
    );
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
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
fn the_json_has_its_documented_shape() {
    let patient = Patient::new();
    patient.program("bash", "echo GNU bash, version 3.1.0");
    let done = patient.run(&["--json"], &[("AWS_ACCESS_KEY_ID", Some("AKIASECRET"))]);
    golden::is_json("json/doctor.json", &done.stdout);
    assert_eq!((done.status, done.stderr.as_str()), (1, "awsp: 2 wrong\n"));
}

#[test]
fn nothing_is_changed_and_no_secret_is_printed() {
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
        "[dev]\n\
         aws_access_key_id = HIDDENid\n\
         aws_secret_access_key: HIDDENkey # HIDDENcomment\n\
         HIDDEN\n",
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

/// Every file below a folder, with its content.
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
