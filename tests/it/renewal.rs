//! A session is never lost: not to a bad answer, a full disk, a refusal, or whoever asks beside us.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use identity_center::{Fault, Gate, Options, State};

use crate::place::{Done, Place};
use crate::promises::{open_with, type_line};
use crate::shells;

const EXPORT: [&str; 4] = ["export", "dev", "--format", "process"];

fn body(status: u16, body: &str) -> Fault {
    Fault::Body {
        status,
        body: body.to_owned(),
    }
}

/// What stands between awsp and AWS answers for it, or AWS is in trouble.
fn mishaps() -> Vec<Fault> {
    let page = "<html><body>Sign in to the network</body></html>";
    let mut faults: Vec<Fault> = [200, 302, 403, 404, 407, 502]
        .map(|status| body(status, page))
        .to_vec();
    faults.extend([
        body(200, "{}"),
        body(200, r#"{"accessToken": "a", "expiresIn": "soon"}"#),
        body(200, r#"{"accessToken": "a"}"#),
        body(403, r#"{"message": "Forbidden"}"#),
        body(400, ""),
        Fault::error(400, "SlowDownException"),
        Fault::error(400, "InvalidRequestException"),
        Fault::error(403, "AccessDeniedException"),
        Fault::error(500, "InternalServerException"),
        Fault::error(429, "TooManyRequestsException"),
        Fault::Drop,
    ]);
    faults
}

#[test]
fn whatever_else_than_awss_own_word_comes_back_the_session_goes_on() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let before = fs::read(place.token_file("acme")).unwrap();
    for fault in mishaps() {
        let what = format!("{fault:?}");
        place.center.fault("CreateToken", [fault]);
        let done = place.done(place.awsp(&EXPORT).env("AWS_MAX_ATTEMPTS", "1"));
        assert_eq!((done.status, done.stdout.as_str()), (6, ""), "{what}");
        assert!(
            done.stderr
                .starts_with("awsp: cannot renew the session `acme`\ncause: "),
            "{what}: {}",
            done.stderr
        );
        assert!(
            fs::read(place.token_file("acme")).unwrap() == before,
            "{what}"
        );
        let state = place.run(&["status"]).stdout;
        assert!(state.contains("renews by itself"), "{what}: {state}");
    }
    assert_eq!(place.run(&EXPORT).status, 0);
    assert_eq!(place.center.with(|state| state.renewals), 1);
}

#[test]
fn a_wrong_region_costs_no_session() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    place.set_token("region", serde_json::Value::Null);
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    let wrong = config.replace("sso_region = eu-west-1", "sso_region = us_east_1");
    place.config(&wrong);
    let mut command = place.awsp(&EXPORT);
    command
        .env_remove("AWS_ENDPOINT_URL_SSO_OIDC")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("AWS_MAX_ATTEMPTS", "1");
    let done = place.done(&mut command);
    assert_ne!(done.status, 0, "{}", done.stderr);
    place.config(&config);
    assert_eq!(place.run(&EXPORT).status, 0);
}

/// Runs awsp on a disk that takes no byte more.
fn on_a_full_disk(place: &Place, arguments: &[&str]) -> Done {
    let mut command = place.program("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec awsp \"$@\"", "sh"])
        .args(arguments);
    place.done(&mut command)
}

fn in_two_minutes(place: &Place) -> String {
    let done = place
        .program("python3")
        .args([
            "-c",
            "import time; print(time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 120)))",
        ])
        .output()
        .unwrap();
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

#[test]
fn nothing_is_spent_before_the_result_can_be_kept() {
    let place = Place::new();
    place.log_in();
    place.set_token("expiresAt", in_two_minutes(&place).into());
    let before = fs::read(place.token_file("acme")).unwrap();
    let done = on_a_full_disk(&place, &EXPORT);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(
        done.stderr
            .starts_with("awsp: warning: cannot write to ~/.aws/sso/cache: "),
        "{}",
        done.stderr
    );
    place.make_renewable();
    let renewable = fs::read(place.token_file("acme")).unwrap();
    let done = on_a_full_disk(&place, &["login", "--session", "acme"]);
    assert_eq!(done.status, 1, "{}", done.stderr);
    assert!(
        done.stderr
            .starts_with("awsp: cannot write to ~/.aws/sso/cache\ncause: "),
        "{}",
        done.stderr
    );
    assert_eq!(place.center.grants("refresh_token"), 0);
    assert!(before != renewable && fs::read(place.token_file("acme")).unwrap() == renewable);
    let left = fs::read_dir(place.path(".aws/sso/cache")).unwrap();
    assert_eq!(left.count(), 2, "the token and the registration");
}

#[test]
fn where_there_is_no_other_way_the_token_is_used_though_it_cannot_be_kept() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let done = on_a_full_disk(&place, &EXPORT);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(done.stdout.contains("AccessKeyId"), "{}", done.stdout);
    assert!(
        done.stderr
            .starts_with("awsp: warning: cannot write to ~/.aws/sso/cache: ")
            && done
                .stderr
                .ends_with("; the new token of `acme` is good for this command only\n"),
        "{}",
        done.stderr
    );
}

#[test]
fn nobody_logs_in_for_a_token_that_cannot_be_kept() {
    let place = Place::new();
    let login = [
        "login",
        "--session",
        "acme",
        "--device-code",
        "--no-browser",
    ];
    let done = on_a_full_disk(&place, &login);
    assert_eq!(done.status, 1, "{}", done.stderr);
    assert!(
        done.stderr
            .starts_with("awsp: cannot write to ~/.aws/sso/cache\n"),
        "{}",
        done.stderr
    );
    assert_eq!(place.center.calls().len(), 0);
}

#[test]
fn what_aws_refuses_is_ended_for_all_of_awsp_until_somebody_writes_another_token() {
    let ended = |place: &Place, arguments: &[&str]| {
        let done = place.run(arguments);
        assert_eq!(done.status, 4, "{arguments:?}: {}", done.stderr);
        assert!(
            done.stderr.contains("has ended\n"),
            "{arguments:?}: {}",
            done.stderr
        );
    };
    for (profile, session) in [
        ("dev", "acme"),
        ("old", "https://d-9067example.awsapps.com/start"),
    ] {
        let place = Place::new();
        let login = ["login", profile, "--device-code", "--no-browser"];
        assert_eq!(place.run(&login).status, 0);
        let before = fs::read(place.token_file(session)).unwrap();
        place.center.with(State::revoke);
        ended(&place, &["whoami", profile]);
        // No dates in a file have changed.
        assert!(fs::read(place.token_file(session)).unwrap() == before);
        let calls = place.center.calls().len();
        ended(&place, &["login", profile]);
        ended(&place, &["export", profile, "--format", "process"]);
        let (switched, changes) = place.switch(&[profile], &[]);
        assert_eq!((switched.status, changes.as_str()), (4, ""));
        let status = place.run(&["status"]).stdout;
        assert!(!status.contains("valid"), "{status}");
        assert_eq!(place.center.calls().len(), calls, "nobody is asked again");
        assert_eq!(place.run(&login).status, 0);
        let export = ["export", profile, "--format", "process"];
        assert_eq!(place.run(&export).status, 0);
    }
}

#[test]
fn what_aws_refuses_is_ended_in_every_prompt() {
    let place = Place::new();
    place.log_in();
    let mut terminals = Vec::new();
    for shell in shells::all() {
        let mut terminal = open_with(&place, &shell, &[], "", "");
        let (_, prompt) = type_line(&mut terminal, "awsp dev");
        assert!(!prompt.contains("login"), "{shell}: {prompt}");
        terminals.push((shell, terminal));
    }
    place.center.with(State::revoke);
    // In another terminal.
    assert_eq!(place.run(&EXPORT).status, 4);
    for (shell, terminal) in &mut terminals {
        let (_, prompt) = type_line(terminal, "");
        assert!(prompt.contains("dev acme-dev login"), "{shell}: {prompt}");
    }
    place.log_in();
    for (shell, terminal) in &mut terminals {
        let (_, prompt) = type_line(terminal, "");
        assert!(!prompt.contains("login"), "{shell}: {prompt}");
    }
}

/// Starts awsp, and a reader of what it says.
fn start(place: &Place, arguments: &[&str]) -> Child {
    place
        .awsp(arguments)
        .env("AWS_MAX_ATTEMPTS", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs these while the first request of an operation is held, and answers it with a fault once all
/// others wait. Returns what each said.
fn fail_together(
    place: &Place,
    operation: &str,
    fault: Fault,
    commands: &[&[&str]],
) -> Vec<(i32, String)> {
    let gate = Gate::default();
    place
        .center
        .fault(operation, [Fault::Hold(gate.clone()), fault]);
    let mut children: Vec<Child> = commands
        .iter()
        .map(|arguments| start(place, arguments))
        .collect();
    // All but the one that asks say for whom they wait.
    let (told, heard) = std::sync::mpsc::channel();
    let readers: Vec<_> = children
        .iter_mut()
        .map(|child| {
            let (stderr, told) = (child.stderr.take().unwrap(), told.clone());
            std::thread::spawn(move || {
                let mut text = String::new();
                for line in BufReader::new(stderr).lines() {
                    let line = line.unwrap();
                    if line.starts_with("awsp: waiting for ") {
                        told.send(()).unwrap();
                    } else {
                        text.push_str(&line);
                        text.push('\n');
                    }
                }
                text
            })
        })
        .collect();
    for _ in 1..children.len() {
        heard.recv().unwrap();
    }
    gate.open();
    children
        .iter_mut()
        .zip(readers)
        .map(|(child, reader)| {
            let status = child.wait().unwrap().code().unwrap();
            (status, reader.join().unwrap())
        })
        .collect()
}

#[test]
fn those_who_wait_take_the_failure_of_the_one_who_tried() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let dead = || Fault::error(503, "InternalServerException");
    let profiles = ["dev", "staging", "prod", "two words"];
    let commands: Vec<Vec<&str>> = (0..24)
        .map(|n| vec!["export", profiles[n % 4], "--format", "process"])
        .collect();
    let commands: Vec<&[&str]> = commands.iter().map(Vec::as_slice).collect();
    for (status, text) in fail_together(&place, "CreateToken", dead(), &commands) {
        assert_eq!(status, 6, "{text}");
        assert!(
            text.starts_with(
                "awsp: cannot renew the session `acme`\n\
                 cause: http://127.0.0.1:"
            ),
            "{text}"
        );
    }
    assert_eq!(place.center.grants("refresh_token"), 1);
    // Whoever comes later asks for himself.
    assert_eq!(place.run(&EXPORT).status, 0);

    // The same for credentials.
    fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
    let commands = [&EXPORT[..]; 12];
    let asked = place.center.count("GetRoleCredentials");
    for (status, text) in fail_together(&place, "GetRoleCredentials", dead(), &commands) {
        assert_eq!(status, 6, "{text}");
        assert!(
            text.starts_with("awsp: cannot get credentials for `dev`\n"),
            "{text}"
        );
    }
    assert_eq!(place.center.count("GetRoleCredentials"), asked + 1);
}

#[test]
fn a_login_that_is_refused_is_refused_for_all_who_wait() {
    let place = Place::new();
    let login: &[&str] = &[
        "login",
        "--session",
        "acme",
        "--device-code",
        "--no-browser",
    ];
    let refused = Fault::error(400, "AccessDeniedException");
    for (status, text) in fail_together(&place, "CreateToken", refused, &[login; 8]) {
        assert_eq!(status, 5, "{text}");
        assert!(
            text.contains("awsp: cannot log in to `acme`\ncause: it was refused in the browser\n"),
            "{text}"
        );
    }
    assert_eq!(place.center.count("StartDeviceAuthorization"), 1);
}

#[test]
fn a_stopped_login_is_named_with_what_to_do() {
    let place = Place::with(Options {
        approve_after: None,
        ..Options::default()
    });
    let login = [
        "login",
        "--session",
        "acme",
        "--device-code",
        "--no-browser",
    ];
    let mut holder = start(&place, &login);
    while place.center.count("StartDeviceAuthorization") == 0 {
        assert!(holder.try_wait().unwrap().is_none(), "it waits");
        std::thread::yield_now();
    }
    let pid = holder.id().to_string();
    let signal = |name: &str| {
        let sent = place.program("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    };
    signal("-STOP");
    let done = place.run(&login);
    assert_eq!(
        (done.status, done.stderr),
        (
            1,
            format!(
                "awsp: waiting for the login of `acme` in process {pid}\n\
                 awsp: cannot wait for the login of `acme`\n\
                 cause: process {pid} is stopped\n\
                 hint: kill -CONT {pid}\n"
            )
        )
    );
    signal("-CONT");
    place
        .center
        .with(|state| state.options.approve_after = Some(std::time::Duration::ZERO));
    assert!(holder.wait().unwrap().success());
    assert_eq!(place.run(&login).stderr, "awsp: acme: session valid\n");
}

#[test]
fn a_state_folder_that_cannot_be_had_costs_no_command() {
    let place = Place::new();
    fs::create_dir_all(place.path(".local")).unwrap();
    fs::write(place.path(".local/state"), "a file, not a folder").unwrap();
    place.log_in();
    assert_eq!(place.run(&EXPORT).status, 0);
    place.make_renewable();
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid (renewed)\n")
    );
    let (switched, changes) = place.switch(&["dev"], &[]);
    assert_eq!(switched.status, 0, "{}", switched.stderr);
    assert!(changes.contains("AWS_PROFILE=dev\n"), "{changes}");
    // A refusal that cannot be remembered is believed all the same.
    place.center.with(State::revoke);
    fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
    assert_eq!(place.run(&EXPORT).status, 4);
    for command in [&["status"][..], &["list"], &["logout", "--session", "acme"]] {
        assert_eq!(place.run(command).status, 0, "{command:?}");
    }
}
