//! The mixed run and the failing services of `tests/trials`, small enough for a test.

use crate::interop::interpreter;
use crate::place::{AWSP, Place};

/// Runs a trial against an Identity Center of its own. What is known to be broken is listed in
/// `tests/trials/known.py`.
#[track_caller]
fn tried(trial: &str, options: &[&str]) {
    let place = Place::new();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/trials");
    let mut arguments = vec!["-B", program, trial, "--known", "--awsp", AWSP];
    arguments.extend(["--center", place.center.url()]);
    arguments.extend(options);
    let done = interpreter(&place, &arguments);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}

#[test]
fn beside_other_clients_a_session_with_single_use_tokens_is_kept() {
    tried("crowd", &["--rounds", "3"]);
}

#[test]
fn a_service_that_fails_costs_no_session_and_is_asked_by_one() {
    let failures = [
        "503",
        "403 with HTML",
        "200 with {}",
        "400 slow_down",
        "no answer",
    ];
    let options = [&["--waiting", "6", "--failures"][..], &failures].concat();
    tried("services", &options);
}
