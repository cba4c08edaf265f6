//! Who may use what: agents, scripts and people, for each way to use a profile.

use std::fs;

use crate::place::{Done, Place};
use crate::promises::{open_with, type_line};
use crate::pty::Terminal;
use crate::recipes::program;
use crate::shells;

fn settings(place: &Place, text: &str) {
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(place.path(".config/awsp/config.toml"), text).unwrap();
}

/// What an agent gets.
fn agent(place: &Place, arguments: &[&str]) -> Done {
    place.done(place.awsp(arguments).env("CLAUDECODE", "1"))
}

const TOLD: &str = "`prod` is not for agents (CLAUDECODE is set); a person can run";

#[test]
fn production_is_closed_to_agents_at_every_door_whatever_they_pass() {
    let place = Place::new();
    place.log_in();
    let calls = place.center.calls().len();
    for (arguments, command) in [
        (
            &["exec", "prod", "--", "touch", "ran"][..],
            "awsp exec prod -- CMD",
        ),
        (
            &["exec", "--yes", "--server", "prod", "--", "touch", "ran"],
            "awsp exec prod -- CMD",
        ),
        (
            &["exec", "--read-only", "prod", "--", "touch", "ran"],
            "awsp exec prod -- CMD",
        ),
        (&["export", "prod"], "awsp export prod"),
        (
            &["export", "--yes", "prod", "--format", "sts"],
            "awsp export prod",
        ),
        (
            &["export", "prod", "--format", "process"],
            "awsp export prod",
        ),
        (&["console", "prod", "--print"], "awsp console prod"),
    ] {
        let done = agent(&place, arguments);
        assert_eq!(
            (done.status, done.stdout, done.stderr),
            (4, String::new(), format!("awsp: {TOLD} `{command}`\n")),
            "{arguments:?}"
        );
    }
    for arguments in [
        &["prod"][..],
        &["use", "prod"],
        &["prod", "--yes"],
        &["prod", "--for", "5m"],
    ] {
        let (done, changes) = place.switch(arguments, &[("CLAUDECODE", "1")]);
        assert_eq!(
            (done.status, changes.as_str(), done.stderr),
            (4, "", format!("awsp: {TOLD} `awsp prod`\n")),
            "{arguments:?}"
        );
    }
    assert!(!place.path("ran").exists());
    assert_eq!(
        place.center.calls().len(),
        calls,
        "nobody was asked for anything"
    );
    // Everything else is open to an agent too.
    assert_eq!(agent(&place, &["exec", "dev", "--", "true"]).status, 0);
    assert_eq!(place.switch(&["dev"], &[("CLAUDECODE", "1")]).0.status, 0);
    let person = [("CLAUDECODE", "1"), ("AWSP_AGENT", "0")];
    assert_eq!(place.switch(&["prod"], &person).0.status, 0);
}

#[test]
fn a_rule_can_open_production_to_agents_or_let_them_read() {
    let place = Place::new();
    place.log_in();
    settings(
        &place,
        "[[rule]]\nprofiles = \"prod\"\nagents = \"allow\"\n",
    );
    assert_eq!(agent(&place, &["exec", "prod", "--", "true"]).status, 0);

    settings(
        &place,
        "[[rule]]\nprofiles = [\"dev\", \"staging\"]\nagents = \"read-only\"\n",
    );
    let done = agent(&place, &["export", "dev", "--format", "process"]);
    let shape: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let key = shape["AccessKeyId"].as_str().unwrap();
    let arn = place
        .center
        .with(|state| state.credentials[key].arn.clone());
    assert!(arn.contains("AWSReservedSSO_ReadOnlyAccess_"), "{arn}");
    let link = agent(&place, &["console", "dev", "--print"]).stdout;
    assert!(link.contains("&role_name=ReadOnlyAccess&"), "{link}");
    // A switch is to a profile, so there must be one.
    let (done, changes) = place.switch(&["dev"], &[("CLAUDECODE", "1")]);
    assert_eq!((done.status, changes.as_str()), (4, ""));
    let told = "awsp: `dev` is not for agents (CLAUDECODE is set); a person can run `awsp dev`\n";
    assert_eq!(done.stderr, told);
    let done = agent(&place, &["dev"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (4, told),
        "without the integration"
    );
    place.config(&format!(
        "{}\n[profile dev.read]\nsso_session = acme\nsso_account_id = 111122223333\n\
         sso_role_name = ReadOnlyAccess\n",
        fs::read_to_string(place.path(".aws/config")).unwrap()
    ));
    let (done, changes) = place.switch(&["dev"], &[("CLAUDECODE", "1")]);
    assert!(
        changes.contains("AWS_PROFILE=dev.read\n"),
        "{done:?} {changes}"
    );
    let done = agent(&place, &["dev"]);
    assert!(
        done.status == 2 && done.stderr.contains("not loaded"),
        "{done:?}"
    );
    // A person is not limited to read-only roles.
    let (_, changes) = place.switch(&["dev"], &[]);
    assert!(changes.contains("AWS_PROFILE=dev\n"), "{changes}");
}

#[test]
fn scripts_are_let_through_unless_the_rule_says_no() {
    let place = Place::new();
    place.log_in();
    settings(&place, "[[rule]]\nprofiles = \"dev\"\nconfirm = true\n");
    for arguments in [
        &["exec", "dev", "--", "true"][..],
        &["export", "dev"],
        &["export", "dev", "--format", "process"],
    ] {
        assert_eq!(place.run(arguments).status, 0, "{arguments:?}");
    }
    settings(&place, "[[rule]]\nprofiles = \"dev\"\nscripts = \"deny\"\n");
    for (arguments, command) in [
        (&["exec", "dev", "--", "true"][..], "awsp exec dev -- CMD"),
        (
            &["exec", "--yes", "dev", "--", "true"],
            "awsp exec dev -- CMD",
        ),
        (&["export", "dev", "--format", "process"], "awsp export dev"),
        (&["console", "dev", "--print"], "awsp console dev"),
    ] {
        let done = place.run(arguments);
        let told = format!(
            "awsp: `dev` is not for scripts: a person can run `{command}`\n\
             cause: there is no terminal\n"
        );
        assert_eq!(
            (done.status, done.stdout.as_str(), done.stderr),
            (4, "", told),
            "{arguments:?}"
        );
    }
    // As `credential_process` it counts as a script even at a terminal.
    let mut command = place.awsp(&["export", "dev", "--format", "process"]);
    command.env("TERM", "dumb");
    let seen = Terminal::spawn(command).end();
    assert!(
        seen.contains("cause: a rule in the settings has scripts = \"deny\""),
        "{seen}"
    );
}

#[test]
fn without_the_integration_a_refusal_comes_first() {
    let place = Place::new();
    place.log_in();
    // To load it would not help an agent.
    for arguments in [
        &["prod"][..],
        &["use", "--yes", "prod"],
        &["prod", "--for", "5m"],
    ] {
        let done = agent(&place, arguments);
        assert_eq!(
            (done.status, done.stderr),
            (4, format!("awsp: {TOLD} `awsp prod`\n")),
            "{arguments:?}"
        );
    }
    settings(&place, "[[rule]]\nprofiles = \"dev\"\nscripts = \"deny\"\n");
    let told = "awsp: `dev` is not for scripts: a person can run `awsp dev`\n\
                cause: there is no terminal\n";
    for arguments in [
        &["dev"][..],
        &["use", "--yes", "dev"],
        &["dev", "--for", "5m"],
    ] {
        let done = place.run(arguments);
        assert_eq!(
            (done.status, done.stderr.as_str()),
            (4, told),
            "{arguments:?}"
        );
        let (done, changes) = place.switch(arguments, &[]);
        assert_eq!(
            (done.status, done.stderr.as_str()),
            (4, told),
            "{arguments:?}"
        );
        assert_eq!(changes, "", "{arguments:?}");
    }
}

#[test]
fn a_person_is_asked_at_each_door() {
    let place = Place::new();
    place.log_in();
    settings(&place, "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n");
    for (arguments, question, yes) in [
        (
            &["exec", "prod", "--", "echo", "ran"][..],
            "awsp: run this as prod (acme-prod, ReadOnlyAccess)? [y/N] ",
            "ran",
        ),
        (
            &["export", "prod"],
            "awsp: give out the credentials of prod (acme-prod, ReadOnlyAccess)? [y/N] ",
            "AWS_ACCESS_KEY_ID",
        ),
        (
            &["console", "prod", "--print"],
            "awsp: open the console as prod (acme-prod, ReadOnlyAccess)? [y/N] ",
            "/#/console?",
        ),
    ] {
        for (answer, comes) in [("n", false), ("", false), ("y", true)] {
            let mut command = place.awsp(arguments);
            command.env("TERM", "dumb");
            let mut terminal = Terminal::spawn(command);
            terminal.expect(question);
            terminal.line(answer);
            let seen = terminal.end();
            assert_eq!(seen.contains(yes), comes, "{arguments:?} {answer}: {seen}");
            assert_eq!(
                seen.contains("`prod` is not used: not confirmed"),
                !comes,
                "{seen}"
            );
        }
    }
    // Esc and Ctrl-C are not the same as a no.
    for (key, status) in [("\x1b", "=130"), ("\x03", "=130"), ("n\r", "=1")] {
        let mut command = place.program("sh");
        command.args(["-c", "awsp exec prod -- echo ran; echo =$?"]);
        command.env("TERM", "xterm");
        let mut terminal = Terminal::spawn(command);
        terminal.expect("[y/N]");
        terminal.keys(key);
        let seen = terminal.end();
        assert!(
            seen.contains(&format!("\n{status}\r\n")) && seen.contains("not confirmed"),
            "{key:?}: {seen}"
        );
    }
    let mut command = place.awsp(&["exec", "-y", "prod", "--", "echo", "ran"]);
    command.env("TERM", "dumb");
    assert_eq!(Terminal::spawn(command).end(), "ran\r\n");
    // `credential_process` never asks.
    let mut command = place.awsp(&["export", "prod", "--format", "process"]);
    command.env("TERM", "dumb");
    let seen = Terminal::spawn(command).end();
    assert!(
        seen.contains("{\"Version\":1,") && !seen.contains("[y/N]"),
        "{seen}"
    );
}

/// Runs a program, and gives it the terminal a little later, as fish does on a busy machine.
const LATE: &str = "
import os, sys, time
pid = os.fork()
if not pid:
    os.setpgid(0, 0)
    os.execvp(sys.argv[1], sys.argv[1:])
time.sleep(0.4)
os.tcsetpgrp(0, pid)
_, status = os.waitpid(pid, os.WUNTRACED)
stopped = os.WIFSTOPPED(status)
print('stopped' if stopped else f'ended with {os.waitstatus_to_exitcode(status)}')";

#[test]
fn a_question_waits_for_the_terminal() {
    let place = Place::new();
    place.log_in();
    settings(&place, "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n");
    for term in ["xterm", "dumb"] {
        let mut python = place.program("python3");
        python.args(["-c", LATE, "awsp", "exec", "prod", "--", "echo", "ran"]);
        let mut terminal = Terminal::spawn({
            python.env("TERM", term);
            python
        });
        terminal.expect("[y/N]");
        terminal.keys("y\r");
        let seen = terminal.end();
        assert!(
            seen.contains("ran\r\n") && seen.contains("ended with 0"),
            "{term}: {seen}"
        );
    }
}

#[test]
fn a_wrapped_command_asks_once_in_each_shell() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        settings(&place, "[[rule]]\nprofiles = \"dev\"\nconfirm = true\n");
        program(
            &place,
            "aws",
            "#!/bin/sh\necho \"aws ran as $AWS_PROFILE\"\n",
        );
        let path = shell.pick("PATH=~/bin:$PATH\n", "set -gx PATH ~/bin $PATH\n");
        let mut terminal = open_with(&place, &shell, &[], path, "");
        let by_hand = shell.pick("export AWS_PROFILE=dev", "set -gx AWS_PROFILE dev");
        type_line(&mut terminal, by_hand);
        let status = shell.pick("echo \"=$?\"", "echo \"=$status\"");
        let answered = |terminal: &mut Terminal, answer: &str| {
            terminal.line(&format!("aws s3 ls; {status}"));
            terminal.expect("awsp: use dev (acme-dev, AdministratorAccess)? [y/N] ");
            terminal.line(answer);
            let printed = terminal.expect("=");
            printed + &type_line(terminal, "").0
        };
        let printed = answered(&mut terminal, "n");
        assert!(
            printed.contains("awsp: `dev` is not used: not confirmed")
                && !printed.contains("aws ran"),
            "{shell}: {printed}"
        );
        let printed = answered(&mut terminal, "y");
        assert!(printed.contains("aws ran as dev"), "{shell}: {printed}");
        // From now on it does not ask again, for any use.
        let (printed, _) = type_line(&mut terminal, "aws s3 ls; awsp exec dev -- echo ran");
        assert!(
            printed.contains("aws ran as dev")
                && printed.contains("ran\r\n")
                && !printed.contains("[y/N]"),
            "{shell}: {printed}"
        );
        let (_, prompt) = type_line(&mut terminal, "awsp dev");
        assert_eq!(prompt, "(dev acme-dev) ", "{shell}");
    }
}
