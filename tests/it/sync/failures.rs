//! A sync that AWS, the network or the user interrupts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use identity_center::{Fault, Options, State, seed};

use super::{SESSION, config, place, profiles, ran, with};
use crate::pty::Terminal;

#[test]
fn a_page_that_fails_for_a_moment_is_asked_for_again() {
    let place = place(Options {
        accounts: seed::many(22, 3),
        page: 2,
        ..Options::default()
    });
    place.center.fault(
        "ListAccounts",
        [Fault::error(500, "InternalServerException")],
    );
    place.center.fault(
        "ListAccountRoles",
        [
            Fault::Drop,
            Fault::error(503, "ServiceUnavailableException"),
        ],
    );
    place
        .center
        .with(|state| state.options.accounts[20].roles.clear());
    ran(&place, &["sync", "--dry-run"]);
    let done = place.done(
        place
            .awsp(&["sync"])
            .env("XDG_STATE_HOME", place.path("elsewhere"))
            .env("AWS_MAX_ATTEMPTS", "1"),
    );
    assert_eq!(done.status, 0, "{}", done.stderr);
}

#[test]
fn after_a_page_that_fails_nothing_is_written_and_the_next_run_continues() {
    let place = place(Options {
        accounts: seed::many(40, 3),
        throttle: Some(400.0),
        ..Options::default()
    });
    let mut faults = vec![Fault::Delay(Duration::ZERO); 30];
    faults.push(Fault::error(500, "InternalServerException"));
    place.center.fault("ListAccountRoles", faults);
    let done = place.done(place.awsp(&["sync"]).env("AWS_MAX_ATTEMPTS", "1"));
    assert_eq!(done.status, 6, "{}", done.stderr);
    assert!(
        done.stderr
            .starts_with("awsp: cannot list the roles of account 1000000000"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains(
            "cause: the access portal answered 500 InternalServerException: ordered by a test\n"
        ),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr
            .contains("hint: awsp sync    # continues after the "),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
    let before = place.center.count("ListAccountRoles");
    ran(&place, &["sync"]);
    assert_eq!(profiles(&config(&place)).len(), 120);
    assert!(
        place.center.count("ListAccountRoles") - before < 40,
        "accounts that are listed already are not asked for again"
    );
    assert_eq!(
        fs::read_dir(place.path(".local/state/awsp/sync"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_throttled_request_waits_as_long_as_the_service_asks() {
    let place = with(seed::many(5, 1));
    let refusal = Fault::Error {
        status: 429,
        exception: "TooManyRequestsException".to_owned(),
        retry_after: Some(1),
    };
    place.center.fault("ListAccountRoles", [refusal]);
    let start = Instant::now();
    ran(&place, &["sync"]);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(profiles(&config(&place)).len(), 5);
}

#[test]
fn an_account_whose_roles_aws_does_not_list_keeps_its_profiles() {
    let place = with(seed::many(3, 1));
    ran(&place, &["sync"]);
    let text = config(&place);
    place.center.fault(
        "ListAccountRoles",
        [Fault::error(403, "ForbiddenException")],
    );
    let done = ran(&place, &["sync", "--prune"]);
    assert!(
        done.stderr.contains(
            "warning: AWS does not list the roles of 1 account (100000000000): its profiles stay"
        ),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), text);
}

#[test]
fn a_session_that_ends_during_a_sync_is_renewed_or_logged_in_to_and_the_sync_continues() {
    let place = with(seed::many(30, 1));
    place.center.fault(
        "ListAccountRoles",
        [
            Fault::Delay(Duration::ZERO),
            Fault::error(401, "UnauthorizedException"),
        ],
    );
    ran(&place, &["sync"]);
    assert_eq!(
        (
            place.center.grants("refresh_token"),
            profiles(&config(&place)).len()
        ),
        (1, 30)
    );

    let place = with(seed::many(30, 1));
    place.center.with(State::revoke);
    let done = place.run(&["sync"]);
    assert_eq!(done.status, 4, "{}", done.stderr);
    assert!(
        done.stderr.ends_with("hint: awsp login --session acme\n"),
        "{}",
        done.stderr
    );
    let mut command = place.awsp(&["sync"]);
    command
        .env("TERM", "xterm")
        .env("AWSP_LOGIN_FLOW", "device")
        .env("BROWSER", "true");
    let mut terminal = Terminal::spawn(command);
    terminal.expect("logging in to acme");
    terminal.expect("profiles: 30 new");
    terminal.end();
}

#[test]
fn after_ctrl_c_nothing_is_written_and_the_next_run_continues() {
    let place = place(Options {
        accounts: seed::many(200, 2),
        throttle: Some(40.0),
        ..Options::default()
    });
    let mut command = place.awsp(&["sync"]);
    command.env("TERM", "xterm");
    let mut terminal = Terminal::spawn(command);
    terminal.expect("of 200 accounts, ");
    while place.center.count("ListAccountRoles") < 20 {
        std::thread::sleep(Duration::from_millis(10));
    }
    terminal.keys("\x03");
    terminal.expect("interrupted: nothing was written");
    terminal.expect("awsp sync    # continues after the ");
    terminal.end();
    assert_eq!(config(&place), SESSION);
    let kept: PathBuf = fs::read_dir(place.path(".local/state/awsp/sync"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert_eq!(
        fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
        0o600
    );
    place.center.with(|state| {
        state.options.throttle = None;
        state.calls.clear();
    });
    ran(&place, &["sync"]);
    let asked = place.center.count("ListAccountRoles");
    assert!(
        (100..=190).contains(&asked),
        "{asked} accounts were asked for again"
    );
    assert_eq!(profiles(&config(&place)).len(), 400);
}

#[test]
fn an_answer_without_accounts_prunes_nothing() {
    let place = place(Options::default());
    ran(&place, &["sync", "--region", "eu-west-1"]);
    let text = config(&place);
    let body = |body: &str| Fault::Body {
        status: 200,
        body: body.to_owned(),
    };
    place.center.fault("ListAccounts", [body("{}")]);
    let done = place.run(&["sync", "--prune"]);
    assert_eq!(
        (done.status, config(&place)),
        (6, text.clone()),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.starts_with("awsp: cannot list the accounts"),
        "{}",
        done.stderr
    );
    place
        .center
        .fault("ListAccounts", [body("{\"accountList\":[]}")]);
    let done = place.run(&["sync", "--prune"]);
    let error = "awsp: cannot prune: AWS lists no accounts in `acme`\n\
                 hint: awsp login --session acme --force\n";
    assert_eq!(
        (done.status, done.stderr.as_str(), config(&place)),
        (1, error, text.clone())
    );
    place.center.fault("ListAccountRoles", [body("{}")]);
    assert_eq!(place.run(&["sync", "--prune"]).status, 6);
    assert_eq!(config(&place), text);
}
