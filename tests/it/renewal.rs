//! A session is never lost: not by a bad answer, a full disk, a refusal, or other clients.

use std::fs;

use identity_center::{Fault, State};

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

/// A proxy answers instead of AWS, or AWS has a problem.
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

/// Runs awsp on a full disk.
fn on_a_full_disk(place: &Place, arguments: &[&str]) -> Done {
    let mut command = place.program("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec awsp \"$@\"", "sh"])
        .args(arguments);
    place.done(&mut command)
}

#[test]
fn nothing_is_spent_before_the_result_can_be_kept() {
    let place = Place::new();
    place.log_in();
    place.set_token("expiresAt", place.time_in(120).into());
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
fn there_is_no_login_for_a_token_that_cannot_be_saved() {
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
fn a_refused_token_is_ended_for_all_of_awsp_until_another_one_is_written() {
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
        // The dates in the files have not changed.
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
