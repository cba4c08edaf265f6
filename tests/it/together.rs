//! Many processes at once: one sends the request, and the others use its result.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use identity_center::{Fault, Gate, Options, State};

use crate::login::DEVICE;
use crate::place::Place;

const EXPORT: [&str; 4] = ["export", "dev", "--format", "process"];

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
    // All but the one that asks print which process they wait for.
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
        let patience = Duration::from_mins(1);
        heard.recv_timeout(patience).expect("it waits, and says so");
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
    // A later process asks again.
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
        .with(|state| state.options.approve_after = Some(Duration::ZERO));
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
    // A refusal counts even if it cannot be written down.
    place.center.with(State::revoke);
    fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
    assert_eq!(place.run(&EXPORT).status, 4);
    for command in [&["status"][..], &["list"], &["logout", "--session", "acme"]] {
        assert_eq!(place.run(command).status, 0, "{command:?}");
    }
}

fn spawn(place: &Place, arguments: &[&str]) -> Child {
    place
        .awsp(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn twenty_that_find_the_session_ended_make_one_login() {
    let place = Place::with(Options {
        approve_after: Some(Duration::from_millis(300)),
        ..Options::default()
    });
    let children: Vec<Child> = (0..20).map(|_| spawn(&place, &DEVICE)).collect();
    let mut waited = 0;
    for child in children {
        let done = place.told(&child.wait_with_output().unwrap());
        assert_eq!(done.status, 0, "{}", done.stderr);
        waited += usize::from(
            done.stderr
                .contains("awsp: waiting for the login of `acme` in process "),
        );
    }
    assert_eq!(
        (
            place.center.with(|state| state.logins),
            place.center.count("StartDeviceAuthorization")
        ),
        (1, 1)
    );
    assert!(waited > 0, "somebody was told for whom they wait");
}

#[test]
fn twenty_that_find_the_session_renewable_make_one_renewal() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let children: Vec<Child> = (0..20)
        .map(|_| spawn(&place, &["login", "--session", "acme"]))
        .collect();
    for child in children {
        let done = place.told(&child.wait_with_output().unwrap());
        assert_eq!(done.status, 0, "{}", done.stderr);
    }
    assert_eq!(place.center.grants("refresh_token"), 1);
}

#[test]
fn a_killed_login_does_not_block_others() {
    let place = Place::with(Options {
        approve_after: None,
        ..Options::default()
    });
    let mut holder = spawn(&place, &DEVICE);
    // The lock is taken before the first call.
    while place.center.count("StartDeviceAuthorization") == 0 {
        assert!(holder.try_wait().unwrap().is_none(), "it still waits");
        std::thread::yield_now();
    }
    place
        .center
        .with(|state| state.options.approve_after = Some(Duration::ZERO));
    holder.kill().unwrap();
    holder.wait().unwrap();
    place.log_in();
}
