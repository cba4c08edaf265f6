//! Coding agents in real shells at a real terminal: no browser, no question, no wait.

use std::fs;

use crate::place::{Place, browse};
use crate::promises::{open_with, type_line};
use crate::pty::Terminal;
use crate::recipes::program;
use crate::shells::{self, Shell};

/// What agents set for the programs that they run.
const VARIABLES: [&str; 17] = [
    "AI_AGENT",
    "AGENT",
    "CLAUDECODE",
    "CURSOR_AGENT",
    "CODEX_THREAD_ID",
    "CODEX_SANDBOX",
    "CODEX_CI",
    "GEMINI_CLI",
    "OPENCODE",
    "COPILOT_CLI",
    "COPILOT_AGENT",
    "AUGMENT_AGENT",
    "QWEN_CODE",
    "CLINE_ACTIVE",
    "AMP_CURRENT_THREAD_ID",
    "GOOSE_TERMINAL",
    "ANTIGRAVITY_AGENT",
];

/// A home with an `aws` that says what it was started with, and a browser that leaves a file.
fn place() -> Place {
    let place = Place::new();
    let said = "#!/bin/sh\necho \"aws ran with <$*> as ${AWS_PROFILE-nobody}\"\n";
    program(&place, "aws", said);
    program(&place, "browser", "#!/bin/sh\n: >~/opened\n");
    place
}

fn set(shell: &Shell, name: &str) -> String {
    shell
        .pick("export NAME=1", "set -gx NAME 1")
        .replace("NAME", name)
}

fn unset(shell: &Shell, name: &str) -> String {
    shell
        .pick("unset NAME", "set -e NAME")
        .replace("NAME", name)
}

#[test]
fn with_each_agents_variable_aws_runs_as_it_is_and_production_is_refused() {
    for shell in shells::all() {
        let place = place();
        let path = shell.pick("PATH=~/bin:$PATH\n", "set -gx PATH ~/bin $PATH\n");
        let browser = [("BROWSER", "browser"), ("AWSP_LOGIN_FLOW", "browser")];
        let mut terminal = open_with(&place, &shell, &browser, path, "");
        place.log_in();
        type_line(&mut terminal, "awsp dev");
        place.make_ended();
        type_line(&mut terminal, "");
        let calls = place.center.calls().len();
        for name in VARIABLES {
            type_line(&mut terminal, &set(&shell, name));
            let (printed, prompt) = type_line(&mut terminal, "aws s3 ls");
            assert!(
                printed.contains("aws ran with <s3 ls> as dev") && !printed.contains("awsp:"),
                "{shell} {name}: {printed}"
            );
            assert_eq!(prompt, "(dev acme-dev login) ", "{shell} {name}");
            let status = shell.pick("awsp prod; echo \"=$?\"", "awsp prod; echo \"=$status\"");
            let (printed, prompt) = type_line(&mut terminal, status);
            let told = format!(
                "awsp: `prod` is not for agents ({name} is set); a person can run `awsp prod`\r\n"
            );
            assert!(
                printed.contains(&told)
                    && printed.contains("=4")
                    && printed.matches("awsp:").count() == 1
                    && !printed.contains("hint:"),
                "{shell} {name}: {printed}"
            );
            assert_eq!(prompt, "(dev acme-dev login) ", "{shell} {name}");
            type_line(&mut terminal, &unset(&shell, name));
        }
        assert_eq!(
            place.center.calls().len(),
            calls,
            "{shell}: nobody was asked to log in"
        );
        assert!(!place.path("opened").exists(), "{shell}");
        // Without such a variable it is a person.
        terminal.line("aws s3 ls");
        terminal.expect("awsp: logging in to acme");
    }
}

#[test]
fn the_integration_loads_in_an_agents_shell_and_switches_there() {
    for shell in shells::all() {
        let place = place();
        place.log_in();
        let mut terminal = open_with(&place, &shell, &[("CLAUDECODE", "1")], "", "");
        let (printed, prompt) = type_line(&mut terminal, "awsp dev");
        assert!(
            printed.contains("awsp: dev: acme-dev,"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "(dev acme-dev) ", "{shell}");
        let (_, prompt) = type_line(&mut terminal, "awsp off");
        assert_eq!(prompt, "", "{shell}");
        assert!(fs::metadata(place.path("opened")).is_err());
    }
}

#[test]
fn an_agent_and_a_script_do_not_wait_for_a_persons_login() {
    let place = Place::new();
    let mut person = place.awsp(&["exec", "dev", "--", "echo", "ran as a person"]);
    person
        .env("TERM", "dumb")
        .env("AWSP_LOGIN_FLOW", "browser")
        .env("BROWSER", "true");
    let mut person = Terminal::spawn(person);
    person.expect("  open ");
    let page = person.expect("\r\n");
    let pid = person.id();
    for (variable, told) in [
        (
            "CLAUDECODE",
            format!(
                "awsp: cannot wait for the credentials of `dev`: a person is logging in, in \
                 process {pid}\n"
            ),
        ),
        (
            "CI",
            format!(
                "awsp: cannot wait for the credentials of `dev`\n\
                 cause: a person is logging in, in process {pid}\n"
            ),
        ),
    ] {
        let mut other = place.awsp(&["exec", "dev", "--", "true"]);
        let done = place.done(other.env(variable, "1"));
        assert_eq!((done.status, done.stderr), (4, told), "{variable}");
        let mut login = place.awsp(&["login", "dev"]);
        let done = place.done(login.env(variable, "1"));
        assert!(
            done.status == 4
                && done
                    .stderr
                    .starts_with("awsp: cannot wait for the login of `acme`"),
            "{variable}: {done:?}"
        );
    }
    browse(page.trim_end());
    assert!(person.end().contains("ran as a person"));
    let mut agent = place.awsp(&["exec", "dev", "--", "true"]);
    assert_eq!(place.done(agent.env("CLAUDECODE", "1")).status, 0);
    assert_eq!(place.center.with(|state| state.logins), 1);
}
