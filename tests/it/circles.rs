//! Profiles that lead back to themselves, and chains that are longer than anybody needs.

use std::fmt::Write as _;

use crate::place::{Done, Place};

const ROLE: &str = "role_arn = arn:aws:iam::444455556666:role/Deploy\nsource_profile = ";

/// The command fails with this message and nothing on stdout, and starts few processes.
#[track_caller]
fn refused(place: &Place, arguments: &[&str], circle: &str, line: u32) {
    let done = place.run(arguments);
    assert_eq!(
        (done.status, done.stdout.as_str(), done.stderr.as_str()),
        (
            2,
            "",
            format!(
                "awsp: `credential_process` goes round in a loop: {circle} (~/.aws/config:{line})\n"
            )
            .as_str()
        ),
        "{arguments:?}"
    );
}

#[test]
fn a_process_that_leads_back_to_its_profile_is_refused_with_the_circle() {
    let place = Place::new();
    place.config(&format!(
        "[profile self]\ncredential_process = awsp export self --format process\n\
         [profile a]\ncredential_process = awsp export b --format process\n\
         [profile b]\ncredential_process = sh -c 'awsp export a --format process'\n\
         [profile deploy]\n{ROLE}keys\n\
         [profile keys]\ncredential_process = awsp export deploy --format process\n\
         [profile outside]\n{ROLE}a\n"
    ));
    for (name, circle, line) in [
        ("self", "`self` -> `self`", 2),
        ("a", "`a` -> `b` -> `a`", 4),
        ("b", "`b` -> `a` -> `b`", 6),
        ("deploy", "`deploy` -> `keys` -> `deploy`", 11),
        ("keys", "`keys` -> `deploy` -> `keys`", 11),
        ("outside", "`a` -> `b` -> `a`", 4),
    ] {
        refused(
            &place,
            &["export", name, "--format", "process"],
            circle,
            line,
        );
        refused(&place, &["exec", name, "--", "true"], circle, line);
        refused(&place, &["whoami", name], circle, line);
        let shown = place.run(&["show", name]);
        assert_eq!(shown.status, 2, "{}", shown.stdout);
        assert!(shown.stderr.contains(circle), "{}", shown.stderr);
        assert!(
            shown.stdout.contains("credential_process") || name == "deploy" || name == "outside"
        );
    }
    let doctor = place.run(&["doctor", "--json"]);
    for circle in [
        "`self` -> `self`",
        "`a` -> `b` -> `a`",
        "`deploy` -> `keys` -> `deploy`",
    ] {
        assert_eq!(
            doctor.stdout.matches(circle).count(),
            1,
            "{}",
            doctor.stdout
        );
    }
}

/// Circles that the settings do not show: through a script of the user's, and through the AWS CLI.
#[test]
fn a_circle_through_other_programs_is_ended_by_the_first_that_comes_again() {
    let place = Place::new();
    let script = place.path("vendor");
    let log = place.path("log");
    std::fs::write(
        &script,
        format!(
            "#!/bin/sh\necho run >>'{}'\nif true; then AWS_PROFILE= awsp export \"$1\" --format \
             process; fi\n",
            log.display()
        ),
    )
    .unwrap();
    let config = format!(
        "[profile a]\ncredential_process = sh {0} b\n[profile b]\n{ROLE}c\n\
         [profile c]\ncredential_process = sh {0} a\n",
        script.display()
    );
    place.config(&config);
    let Done { status, stderr, .. } = place.run(&["export", "a", "--format", "process"]);
    assert_eq!(status, 2);
    assert!(
        stderr.starts_with(
            "awsp: `credential_process` goes round in a loop: `a` -> `c` -> `a` (~/.aws/config:2)\n"
        ),
        "{stderr}"
    );
    let runs = std::fs::read_to_string(log).unwrap();
    assert_eq!(runs.lines().count(), 2, "{stderr}");
}

/// A chain of this many roles, over a session.
fn long(place: &Place, links: usize) {
    let mut config = std::fs::read_to_string(place.path(".aws/config")).unwrap();
    for link in 0..links {
        let source = if link + 1 == links {
            "dev".to_owned()
        } else {
            format!("link{}", link + 1)
        };
        writeln!(
            config,
            "[profile link{link}]\nrole_arn = arn:aws:iam::444455556666:role/R{link}\n\
             source_profile = {source}"
        )
        .unwrap();
    }
    place.config(&config);
}

#[test]
fn a_chain_of_a_thousand_profiles_is_followed_to_its_end() {
    let place = Place::new();
    long(&place, 1000);
    place.log_in();
    for arguments in [
        &["show", "link0"][..],
        &["list"],
        &["status"],
        &["list", "--json"],
    ] {
        let done = place.run(arguments);
        assert_eq!(done.status, 0, "{arguments:?} {}", done.stderr);
    }
    let (done, changes) = place.switch(&["use", "link0"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(changes.contains("AWS_PROFILE=link0\n"));
    // The roles are taken one through the other, a thousand deep.
    let done = place.run(&["export", "link0", "--format", "process"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert_eq!(place.center.count("AssumeRole"), 1000);
}

/// Two links with one file in the cache, and so with one lock.
#[test]
fn a_role_that_is_taken_through_itself_does_not_wait_for_itself() {
    let place = Place::new();
    let config = std::fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!(
        "{config}\n[profile first]\n{ROLE}second\n[profile second]\n{ROLE}dev\n"
    ));
    place.log_in();
    let done = place.run(&["export", "first", "--format", "process"]);
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
}
