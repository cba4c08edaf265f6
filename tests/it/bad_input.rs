//! Wrong input: a clear message, the right status, and nothing changed.

mod words;

use std::fs;

use crate::place::Place;
use crate::pty::Terminal;

/// The switch fails with this message, and changes nothing in the shell.
#[track_caller]
fn refused(place: &Place, name: &str, status: i32, stderr: &str) {
    let (done, changes) = place.switch(&["use", name], &[]);
    assert_eq!(
        (done.stderr.as_str(), done.stdout.as_str(), done.status),
        (stderr, "", status)
    );
    assert_eq!(changes, "", "a switch that fails changes nothing");
}

#[test]
fn no_config_file() {
    let place = Place::new();
    fs::remove_dir_all(place.path(".aws")).unwrap();
    refused(
        &place,
        "dev",
        3,
        "awsp: no profile named `dev`: there is no ~/.aws/config\nhint: awsp configure\n",
    );
}

#[test]
fn a_missing_key_is_named_with_its_line() {
    let place = Place::new();
    place.config(
        "[sso-session s]\n\
         sso_start_url = https://d-1.awsapps.com/start\n\
         sso_region = eu-west-1\n\
         [profile p]\n\
         sso_session = s\n\
         sso_account_id = 111122223333\n",
    );
    refused(
        &place,
        "p",
        2,
        "awsp: profile `p` lacks `sso_role_name` (~/.aws/config:4)\n",
    );
}

#[test]
fn a_missing_session_is_named_with_its_line() {
    let place = Place::new();
    place
        .config("[profile p]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n");
    let (done, _) = place.switch(&["use", "p"], &[]);
    assert_eq!(done.status, 2);
    assert!(
        done.stderr.contains("`s`") && done.stderr.contains("~/.aws/config:2"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_loop_is_named() {
    let place = Place::new();
    place.config(
        "[profile a]\n\
         role_arn = arn:aws:iam::111122223333:role/r\n\
         source_profile = b\n\
         [profile b]\n\
         role_arn = arn:aws:iam::111122223333:role/r\n\
         source_profile = a\n",
    );
    let (done, _) = place.switch(&["use", "a"], &[]);
    assert_eq!(done.status, 2);
    assert!(
        done.stderr.contains("`a`") && done.stderr.contains("`b`"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_file_that_cannot_be_read() {
    let place = Place::new();
    fs::remove_file(place.path(".aws/config")).unwrap();
    fs::create_dir(place.path(".aws/config")).unwrap();
    refused(
        &place,
        "dev",
        1,
        "awsp: cannot read ~/.aws/config\ncause: it is a folder\n",
    );
}

#[test]
fn one_broken_section_costs_only_itself() {
    let place = Place::new();
    let text = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!("[profile broken\nregion x\n\u{0}\n{text}\n[half"));
    let (done, _) = place.switch(&["use", "static"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert_eq!(place.switch(&["use", "vendor"], &[]).0.status, 0);
}

#[test]
fn an_empty_aws_profile_is_no_profile() {
    let place = Place::new();
    let mut command = place.awsp(&[]);
    let done = place.done(command.env("AWS_PROFILE", ""));
    assert_eq!((done.status, done.stdout.as_str()), (0, ""));
}

#[test]
fn a_profile_with_the_name_of_a_command_is_used_by_the_long_form() {
    let place = Place::new();
    place.config("[profile login]\naws_access_key_id = A\naws_secret_access_key = s\n");
    let (done, changes) = place.switch(&["use", "login"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(changes.contains("AWS_PROFILE=login\n"));
}

#[test]
fn a_name_with_everything_in_it_is_only_a_name() {
    let place = Place::new();
    let name = "$(touch pwned) `touch pwned` %F{red} it's \"x\"";
    place.config(&format!(
        "[profile {name}]\naws_access_key_id = A\naws_secret_access_key = s\n"
    ));
    let (done, changes) = place.switch(&["use", name], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(changes.contains(&format!("AWS_PROFILE={name}\n")));
    assert!(!place.path("pwned").exists());
}

#[test]
fn what_a_terminal_would_act_on_is_not_printed() {
    let place = Place::new();
    place.config(
        "[profile a\u{1b}]0;owned\u{7}]\naws_access_key_id = A\naws_secret_access_key = s\n",
    );
    for arguments in [&["list"][..], &["status"], &["a\u{1b}]0;x"]] {
        let done = place.run(arguments);
        assert!(
            !done.stderr.contains('\u{1b}') && !done.stdout.contains('\u{1b}'),
            "{arguments:?}: {done:?}"
        );
    }
}

/// macOS has no `/dev/full`.
#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_printed_is_a_failure() {
    let place = Place::new();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = place.awsp(&["login", "--help"]);
    let done = place.done(command.stdout(full));
    assert_eq!(done.status, 1);
    assert!(
        done.stderr
            .starts_with("awsp: cannot write to stdout\ncause: "),
        "{}",
        done.stderr
    );
}

#[test]
fn without_the_integration_a_switch_says_how_to_load_it() {
    let place = Place::new();
    let mut command = place.awsp(&["static"]);
    let done = place.done(command.env("SHELL", "/usr/bin/zsh"));
    assert_eq!(done.status, 2);
    assert_eq!(
        done.stderr,
        "awsp: cannot switch to `static`: the shell integration is not loaded in this shell\n\
         hint: awsp init zsh --install    # for every new shell\n\
         hint: eval \"$(command awsp init zsh)\"    # for this one\n"
    );
}

#[test]
fn another_programs_descriptor_three_is_left_alone() {
    let place = Place::new();
    let mut command = place.program("sh");
    let done = place.done(command.args(["-c", "awsp static 3>theirs; echo $?; cat theirs"]));
    assert_eq!(done.stdout, "2\n");
}

#[test]
fn a_closed_stdout_is_silent() {
    let place = Place::new();
    let mut command = place.program("sh");
    let done = place.done(command.args(["-c", "{ awsp list; echo $? >&2; } | true"]));
    assert_eq!(done.stderr, "0\n");
    let mut command = place.program("sh");
    let done = place.done(command.args(["-c", "awsp --help >&-; echo $?"]));
    assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
}

#[test]
fn awsp_alone_without_the_integration_says_how_to_load_it() {
    let place = Place::new();
    let told = "awsp: cannot choose a profile: the shell integration is not loaded in this \
                shell\r\n\
                hint: awsp init fish --install    # for every new shell\r\n\
                hint: command awsp init fish | source    # for this one\r\n";
    let seen = |variables: &[(&str, &str)]| {
        let mut command = place.awsp(&[]);
        command.env("TERM", "xterm").env("NO_COLOR", "1");
        command.env("SHELL", "/usr/bin/fish");
        command.envs(variables.iter().copied());
        Terminal::spawn(command).end()
    };
    assert_eq!(seen(&[]), told);
    let current = seen(&[("AWS_PROFILE", "static")]);
    assert_eq!(
        current,
        format!("awsp: static: static keys, eu-west-1\r\n{told}")
    );
    // In a pipe nobody can choose from a list.
    let done = place.done(place.awsp(&[]).env("AWS_PROFILE", "static"));
    assert_eq!((done.status, done.stdout.as_str()), (0, "static\n"));
}

#[test]
fn sync_names_the_active_profile_that_has_no_session() {
    let place = Place::new();
    let config = std::fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!(
        "{config}\n[sso-session other]\nsso_start_url = https://d-2.awsapps.com/start\n\
         sso_region = eu-west-1\n"
    ));
    for (active, message) in [
        (
            "static",
            "`static` has no sso-session, and there is more than one",
        ),
        (
            "",
            "no profile is active, and there is more than one session",
        ),
    ] {
        let done = place.done(place.awsp(&["sync"]).env("AWS_PROFILE", active));
        assert_eq!(
            (done.status, done.stderr),
            (
                2,
                format!(
                    "awsp: {message}\nhint: awsp sync --session acme\n\
                     hint: awsp sync --session other\n"
                )
            )
        );
    }
}
