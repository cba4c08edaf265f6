//! Logging in, renewing, and not logging in without a person.

mod failures;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use identity_center::{Fault, Options, State};
use serde_json::Value;

use crate::place::Place;

pub const DEVICE: [&str; 5] = [
    "login",
    "--session",
    "acme",
    "--device-code",
    "--no-browser",
];

#[test]
fn a_device_login_writes_the_clis_own_files() {
    let place = Place::new();
    let done = place.run(&DEVICE);
    let lines: Vec<&str> = done.stderr.lines().collect();
    assert_eq!(
        lines[0],
        "awsp: logging in to acme (https://d-9067example.awsapps.com/start)"
    );
    assert!(
        lines[1].starts_with("  open http://CENTER/device?user_code="),
        "{}",
        done.stderr
    );
    assert!(lines[2].starts_with("  code "), "{}", done.stderr);
    assert_eq!(lines[3..], ["awsp: acme: session valid (logged in)"]);
    assert_eq!((done.status, done.stdout.as_str()), (0, ""));
    is_the_clis_own(&place.token_file("acme"));
}

/// Mode, keys and spacing of a token file are those of the AWS CLI.
fn is_the_clis_own(file: &Path) {
    assert_eq!(
        fs::metadata(file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(file.parent().unwrap())
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o700
    );
    let text = fs::read_to_string(file).unwrap();
    let token: Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&str> = token
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "startUrl",
            "region",
            "accessToken",
            "expiresAt",
            "clientId",
            "clientSecret",
            "registrationExpiresAt",
            "refreshToken"
        ]
    );
    assert!(
        text.starts_with(
            "{\"startUrl\": \"https://d-9067example.awsapps.com/start\", \"region\": \
             \"eu-west-1\", "
        ),
        "{text}"
    );
    let expires = token["expiresAt"].as_str().unwrap();
    assert_eq!(
        (expires.len(), expires.as_bytes()[19]),
        (20, b'Z'),
        "{expires}"
    );
}

#[test]
fn a_valid_session_is_used_without_a_request() {
    let place = Place::new();
    place.log_in();
    let before = place.center.calls().len();
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid\n")
    );
    assert_eq!(place.center.calls().len(), before);
}

#[test]
fn force_logs_in_though_the_session_is_good() {
    let place = Place::new();
    place.log_in();
    let before = place.token()["accessToken"].clone();
    assert_eq!(place.run(&[&DEVICE[..], &["--force"]].concat()).status, 0);
    assert_ne!(place.token()["accessToken"], before);
    assert_eq!(place.center.with(|state| state.logins), 2);
}

#[test]
fn the_client_registration_is_used_again() {
    let place = Place::new();
    place.log_in();
    place.make_ended();
    place.log_in();
    assert_eq!(place.center.count("RegisterClient"), 1);
}

#[test]
fn a_registration_that_the_service_has_forgotten_is_renewed_once() {
    let place = Place::new();
    place.log_in();
    place.make_ended();
    place.center.with(|state| state.clients.clear());
    place.log_in();
    assert_eq!(place.center.count("RegisterClient"), 2);
    place.make_ended();
    place.center.fault(
        "StartDeviceAuthorization",
        [(); 3].map(|()| Fault::error(401, "InvalidClientException")),
    );
    let done = place.run(&DEVICE);
    assert_eq!(done.status, 6, "{}", done.stderr);
    assert_eq!(
        place.center.count("RegisterClient"),
        3,
        "a service that knows no client at all is not asked for ever"
    );
}

#[test]
fn a_session_that_can_renew_renews_without_a_word_of_login() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid (renewed)\n")
    );
    assert_eq!(
        (
            place.center.grants("refresh_token"),
            place.center.with(|state| state.logins)
        ),
        (1, 1)
    );
    assert!(place.token()["refreshToken"].is_string());
}

#[test]
fn what_other_tools_keep_in_the_token_file_survives_a_renewal() {
    let place = Place::new();
    place.log_in();
    place.set_token("createdBy", "a toolkit".into());
    place.make_renewable();
    assert_eq!(place.run(&["login", "--session", "acme"]).status, 0);
    assert_eq!(place.token()["createdBy"], "a toolkit");
}

#[test]
fn a_renewal_that_aws_refuses_means_ended_and_is_not_tried_again() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    place.center.with(State::revoke);
    for _ in 0..2 {
        let done = place.run(&["login", "--session", "acme"]);
        assert_eq!(done.status, 4, "{}", done.stderr);
        assert_eq!(
            done.stderr,
            "awsp: the session `acme` has ended\n\
             cause: there is no terminal\n\
             hint: awsp login --session acme\n"
        );
    }
    assert_eq!(place.center.grants("refresh_token"), 1);
}

#[test]
fn a_renewal_that_fails_for_a_moment_is_tried_again() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    place.center.fault(
        "CreateToken",
        [Fault::error(500, "InternalServerException"), Fault::Drop],
    );
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid (renewed)\n")
    );
}

#[test]
fn a_token_that_is_still_good_is_used_when_the_renewal_fails() {
    let place = Place::new();
    place.log_in();
    let soon = place.time_in(120);
    place.set_token("expiresAt", soon.into());
    place.center.fault(
        "CreateToken",
        [(); 9].map(|()| Fault::error(500, "InternalServerException")),
    );
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(
        done.stderr.starts_with(
            "awsp: warning: cannot renew the session `acme`: http://CENTER answered 500 \
             InternalServerException: ordered by a test; its token is still good for"
        ),
        "{}",
        done.stderr
    );
}

#[test]
fn without_a_person_there_is_no_login() {
    let place = Place::new();
    let browser = place.path("opened");
    for (name, value) in [("CI", "true"), ("AWSP_NO_LOGIN", "1"), ("NOTHING", "")] {
        let mut command = place.awsp(&["login", "--session", "acme"]);
        let done = place.done(
            command
                .env(name, value)
                .env("DISPLAY", ":0")
                .env("BROWSER", format!("touch {}", browser.display())),
        );
        assert_eq!(done.status, 4, "{name}: {}", done.stderr);
    }
    assert!(!browser.exists());
    assert_eq!(place.center.calls().len(), 0);
}

#[test]
fn slow_down_is_obeyed() {
    let place = Place::with(Options {
        device_interval: 1,
        ..Options::default()
    });
    place.center.fault(
        "CreateToken",
        [
            Fault::error(400, "AuthorizationPendingException"),
            Fault::error(400, "AuthorizationPendingException"),
        ],
    );
    assert_eq!(place.run(&DEVICE).status, 0);
    assert_eq!(place.center.grants("device_code"), 3);
}
