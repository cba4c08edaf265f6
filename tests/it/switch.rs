//! The switch: what the shell is told, and what is said.

use crate::place::Place;

#[test]
fn a_switch_clears_what_would_make_a_tool_use_another_identity() {
    let place = Place::new();
    place.log_in();
    let before = place.center.calls().len();
    let stale = [
        ("AWS_DEFAULT_PROFILE", "old"),
        ("AWS_ACCESS_KEY_ID", "AKIA"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_REGION", "us-west-2"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_VAULT", "old"),
        ("GRANTED_SSO", "true"),
    ];
    let (done, changes) = place.switch(&["dev"], &stale);
    assert_eq!(
        (done.status, done.stderr.as_str(), done.stdout.as_str()),
        (
            0,
            "awsp: dev: acme-dev, AdministratorAccess, eu-west-1; cleared AWS_DEFAULT_PROFILE, \
             AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_VAULT, GRANTED_SSO, \
             AWS_REGION\n",
            ""
        )
    );
    assert!(
        changes.starts_with("__awsp_previous=old\nAWS_PROFILE=dev\n"),
        "{changes}"
    );
    for name in [
        "AWS_DEFAULT_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECURITY_TOKEN",
        "AWS_ROLE_ARN",
        "AWS_REGION",
        "AWS_VAULT",
        "GRANTED_SSO",
    ] {
        assert!(
            changes.contains(&format!("\n-{name}\n")),
            "{name}: {changes}"
        );
    }
    assert!(
        !changes.contains("AWS_DEFAULT_REGION"),
        "it says what the profile says"
    );
    assert_eq!(
        place.center.calls().len(),
        before,
        "a good session asks nobody"
    );
}

#[test]
fn a_switch_renews_silently_and_needs_no_person() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let (done, _) = place.switch(&["prod"], &[]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: prod: acme-prod, ReadOnlyAccess, eu-central-1\n")
    );
}

#[test]
fn a_chain_is_followed_to_the_session_that_owns_it() {
    let place = Place::new();
    let (done, changes) = place.switch(&["deploy"], &[]);
    assert_eq!((done.status, changes.as_str()), (4, ""));
    assert!(
        done.stderr.contains("not logged in to the session `acme`"),
        "{}",
        done.stderr
    );
    place.log_in();
    let (done, _) = place.switch(&["deploy"], &[]);
    assert_eq!(
        done.stderr,
        "awsp: deploy: 444455556666, Deploy through dev, eu-west-1\n"
    );
}

#[test]
fn profiles_without_a_session_are_switched_to_as_well() {
    let place = Place::new();
    for (name, line) in [
        ("static", "awsp: static: static keys, eu-west-1\n"),
        ("vendor", "awsp: vendor: credential process, no region\n"),
    ] {
        let (done, _) = place.switch(&[name], &[]);
        assert_eq!((done.status, done.stderr.as_str()), (0, line));
    }
}

#[test]
fn the_previous_profile_is_this_shells() {
    let place = Place::new();
    let (done, changes) = place.switch(
        &["-"],
        &[("AWSP_PREVIOUS", "static"), ("AWS_PROFILE", "vendor")],
    );
    assert_eq!(done.status, 0);
    assert!(
        changes.contains("AWS_PROFILE=static\n") && changes.contains("__awsp_previous=vendor\n"),
        "{changes}"
    );
    let (done, changes) = place.switch(&["-"], &[]);
    assert_eq!((done.status, changes.as_str()), (3, ""));
    assert_eq!(
        done.stderr,
        "awsp: this shell has no previous profile\nhint: awsp list\n"
    );
}

#[test]
fn the_region_is_set_for_every_sdk_and_cleared_again() {
    let place = Place::new();
    let (done, changes) = place.switch(&["region", "eu-south-2"], &[]);
    assert_eq!(
        (done.status, changes.as_str()),
        (0, "AWS_REGION=eu-south-2\nAWS_DEFAULT_REGION=eu-south-2\n")
    );
    let (done, changes) = place.switch(&["region"], &[("AWS_PROFILE", "dev")]);
    assert_eq!(
        (done.stderr.as_str(), changes.as_str()),
        (
            "awsp: region cleared; now `dev` counts: eu-west-1\n",
            "-AWS_REGION\n-AWS_DEFAULT_REGION\n"
        )
    );
    for (odd, hint) in [
        ("mars", ""),
        ("xx-yy", ""),
        ("eu-west1", "hint: awsp region eu-west-1\n"),
    ] {
        let done = place.switch(&["region", odd], &[]).0;
        let told = format!(
            "awsp: `{odd}` is not the name of a region\n\
             cause: a region is written as `eu-west-1`\n{hint}"
        );
        assert_eq!((done.status, done.stderr), (2, told));
    }
}

#[test]
fn awsp_alone_prints_the_current_profile_and_its_state() {
    let place = Place::new();
    place.log_in();
    let mut command = place.awsp(&[]);
    let done = place.done(command.env("AWS_PROFILE", "dev"));
    assert_eq!(
        (done.status, done.stdout.as_str(), done.stderr.as_str()),
        (
            0,
            "dev\n",
            "awsp: dev: acme-dev, AdministratorAccess, eu-west-1\n"
        )
    );
}
