//! The functions around commands: when they log in, and when not.

use std::time::Duration;

use crate::place::Place;
use crate::shells::{self, Kind, Shell};
use crate::start_up::{LOGIN, again, aws, enter, is_new, logged_in, program, ready, text};

#[test]
fn after_ctrl_c_at_a_login_the_shell_lives_and_the_status_is_130() {
    // What direnv's hook does before each prompt.
    let direnv = "_direnv_hook() { local code=$?; trap -- '' SIGINT; trap - SIGINT; return \
        $code; }; PROMPT_COMMAND=_direnv_hook";
    let status = |shell: &Shell| shell.pick("echo \"=$?\"", "echo \"=$status\"").to_owned();
    for shell in shells::all() {
        let befores: &[&str] = match shell.kind {
            Kind::Bash => &["", direnv, "trap 'echo mine' INT"],
            _ => &[""],
        };
        for before in befores {
            let place = Place::new();
            aws(&place);
            place
                .center
                .with(|state| state.options.approve_after = None);
            let mut terminal = ready(&place, &shell, &text(&shell, before));
            for line in ["awsp dev", "aws --profile dev s3 ls"] {
                terminal.line(line);
                terminal.expect("waiting for the approval");
                terminal.keys("\x03");
                terminal.expect("READY> ");
                let (printed, _) = enter(&mut terminal, &status(&shell));
                // With a trap of the user, old bash loses this status.
                let is_old = before.contains("mine") && !is_new(&place, &shell);
                assert!(
                    is_old || printed.contains("=130\r\n"),
                    "{shell}: {before}: {line}: {printed}"
                );
            }
            let (printed, _) = enter(&mut terminal, shell.pick("trap", "true"));
            assert_eq!(
                printed.contains("mine"),
                before.contains("mine"),
                "{shell}: {printed}"
            );
            assert!(!printed.contains("':'"), "{shell}: {printed}");
        }
    }
}

#[test]
fn hooks_and_traps_that_run_aws_do_not_log_in() {
    for shell in shells::all() {
        let befores: &[&str] = match shell.kind {
            Kind::Bash => &[
                "PROMPT_COMMAND='aws hook >/dev/null'",
                "look() { aws hook >/dev/null; }; PROMPT_COMMAND=\"look${PROMPT_COMMAND:+; \
                 $PROMPT_COMMAND}\"",
                "look() { aws hook >/dev/null; }; trap look DEBUG",
                "trap 'aws trapped >/dev/null' ERR; trap 'aws trapped' EXIT",
            ],
            Kind::Zsh => &[
                "precmd() { aws hook >/dev/null }; preexec() { aws hook >/dev/null }",
                "look() { aws hook >/dev/null }; chpwd_functions=(look); zshexit_functions=(look)",
                "TRAPEXIT() { aws trapped }; zshexit() { aws trapped }",
                "trap 'aws trapped' EXIT; trap 'aws trapped' ZERR",
            ],
            Kind::Fish => &[
                "function look --on-event fish_prompt; aws hook >/dev/null; end",
                "function look --on-event fish_exit; aws hook; end; function cd_look \
                 --on-variable PWD; aws hook; end",
            ],
        };
        for before in befores {
            let place = logged_in();
            aws(&place);
            let text = text(&shell, before);
            let mut terminal = ready(&place, &shell, &text);
            enter(&mut terminal, "awsp dev");
            place.make_ended();
            place.center.with(|state| state.logins = 0);
            let mut seen = String::new();
            for line in ["true", "false", again(&shell), "cd /", "false", "cd"] {
                seen += &enter(&mut terminal, line).0;
            }
            terminal.line("exit");
            seen += &terminal.end();
            assert!(!seen.contains(LOGIN), "{shell}: {before}: {seen}");
            assert_eq!(
                place.center.with(|state| state.logins),
                0,
                "{shell}: {before}"
            );
            // A command that is typed logs in, with hooks and without.
            let mut terminal = ready(&place, &shell, &text);
            enter(&mut terminal, "awsp dev");
            place.make_ended();
            let (printed, _) = enter(&mut terminal, "aws s3 ls");
            assert!(printed.contains(LOGIN), "{shell}: {before}: {printed}");
        }
    }
}

#[test]
fn a_key_that_is_bound_to_a_command_does_not_log_in() {
    for shell in shells::bashes() {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(
            &place,
            &shell,
            &text(&shell, "bind -x '\"\\C-g\": aws by-key'"),
        );
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        place.center.with(|state| state.logins = 0);
        terminal.keys("\x07");
        let seen = terminal.expect("aws ran with <by-key> as dev");
        assert!(!seen.contains(LOGIN), "{shell}: {seen}");
        assert_eq!(place.center.with(|state| state.logins), 0, "{shell}");
    }
}

#[test]
fn a_login_in_a_pipeline_stops_with_it_and_draws_nothing_from_the_background() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        place
            .center
            .with(|state| state.options.approve_after = None);
        terminal.line("aws s3 ls | cat");
        terminal.expect("waiting for the approval");
        terminal.keys("\x1a");
        terminal.expect("READY> ");
        let (printed, _) = enter(&mut terminal, "jobs; sleep 1.2; echo quiet");
        assert!(
            printed.to_lowercase().contains("stopped") || printed.contains("suspended"),
            "{shell}: {printed}"
        );
        assert!(!printed.contains("waiting"), "{shell}: {printed}");
        let (printed, _) = enter(&mut terminal, "kill %1; kill -CONT %1; wait; echo gone");
        assert!(!printed.contains("aws ran"), "{shell}: {printed}");
        let (printed, _) = enter(&mut terminal, "aws in-background & wait; echo done");
        assert!(
            printed.contains("aws ran with <in-background>") && !printed.contains("waiting"),
            "{shell}: {printed}"
        );
    }
}

#[test]
fn an_assignment_before_a_command_is_for_that_command_only() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        aws(&place);
        let mode = shell.pick(
            if shell.kind == Kind::Zsh {
                "setopt posix_builtins"
            } else {
                "set -o posix"
            },
            "",
        );
        for (before, typed) in [(mode, ""), ("", mode)] {
            if shell.kind == Kind::Zsh && before.is_empty() {
                // What is set later, zsh tells no function that has options of its own.
                continue;
            }
            let mut terminal = ready(&place, &shell, &text(&shell, before));
            enter(&mut terminal, typed);
            let (printed, prompt) = enter(&mut terminal, "AWS_PROFILE=prod aws x");
            assert!(
                printed.contains("aws ran with <x> as prod"),
                "{shell}: {printed}"
            );
            assert_eq!(prompt, "", "{shell}: {before}{typed}");
            let (printed, _) = enter(&mut terminal, "echo \"<${AWS_PROFILE-none}>\"");
            assert!(printed.contains("<none>"), "{shell}: {printed}");
        }
    }
}

#[test]
fn a_tool_that_comes_onto_the_path_later_is_wrapped() {
    for shell in shells::all() {
        let place = logged_in();
        program(
            &place,
            "../later/terraform",
            "echo \"terraform ran with <$*>\"",
        );
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        enter(
            &mut terminal,
            shell.pick("export PATH=~/later:$PATH", "set -gx PATH ~/later $PATH"),
        );
        let (printed, _) = enter(&mut terminal, "terraform plan");
        assert!(
            printed.contains(LOGIN) && printed.contains("terraform ran with <plan>"),
            "{shell}: {printed}"
        );
    }
}

#[test]
fn a_login_that_was_refused_is_not_asked_for_again_by_the_same_line() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        place
            .center
            .with(|state| state.options.approve_after = Some(Duration::ZERO));
        let before = place.center.count("StartDeviceAuthorization");
        // One line: Ctrl-C ends a whole loop in some shells, a login that is refused does not.
        let lines = shell.pick(
            "for i in 1 2 3; do aws turn-$i; done; aws end | cat",
            "for i in 1 2 3; aws turn-$i; end; aws end | cat",
        );
        // What a part of a pipeline is told, its shell never learns.
        let parts = shell.pick(
            "for i in 1 2 3; do aws part-$i | cat; done; (aws below); aws end",
            "for i in 1 2 3; aws part-$i | cat; end; aws end",
        );
        place.center.with(|state| state.deny = true);
        for (number, line) in [lines, parts, parts].into_iter().enumerate() {
            let (printed, _) = enter(&mut terminal, line);
            assert!(!printed.contains("aws ran"), "{shell}: {printed}");
            assert_eq!(
                place.center.count("StartDeviceAuthorization"),
                before + 1 + number,
                "{shell}: {line}: {printed}"
            );
        }
        place.center.with(|state| {
            state.deny = false;
            state.options.approve_after = Some(Duration::ZERO);
        });
        let (printed, _) = enter(&mut terminal, "aws next");
        assert!(
            printed.contains("aws ran with <next>"),
            "{shell}: {printed}"
        );
    }
}
