//! What rules ask in the shells, before a command and before `awsp exec`.

use std::collections::BTreeSet;
use std::fs;

use super::guarded::{set, settings, status};
use crate::place::AWSP;
use crate::shells::{self, Kind};
use crate::start_up::{aws, enter, logged_in, program, ready, shell, text};

#[test]
fn a_rule_asks_once_before_a_command_and_a_no_stops_it() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        settings(&place, "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n");
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, &set(&shell, "AWS_PROFILE", "prod"));
        let question = "awsp: use prod (acme-prod, ReadOnlyAccess)? [y/N] ";
        for (answer, runs) in [("n", false), ("y", true)] {
            terminal.line(&format!("aws s3 rm; {}", status(&shell)));
            terminal.expect(question);
            terminal.line(answer);
            let seen = terminal.expect("READY> ");
            assert_eq!(
                seen.contains("aws ran with <s3 rm> as prod"),
                runs,
                "{shell}: {seen}"
            );
            assert_eq!(seen.contains("=5\r\n"), !runs, "{shell}: {seen}");
        }
        for line in [
            "aws s3 ls",
            "aws s3 ls | cat",
            "awsp dev",
            "awsp prod",
            "aws s3 ls",
        ] {
            let (printed, _) = enter(&mut terminal, line);
            assert!(
                !printed.contains("[y/N]"),
                "{shell}: {line}: asked once: {printed}"
            );
        }
        // Another shell is asked anew.
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        terminal.line("awsp prod");
        terminal.expect("awsp: switch to prod (acme-prod, ReadOnlyAccess)? [y/N] ");
    }
}

#[test]
fn a_no_is_for_its_own_line_however_the_profile_is_named() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        settings(&place, "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n");
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        for line in [
            "aws --profile prod s3 rm",
            "aws s3 rm --profile=prod",
            "AWS_PROFILE=prod aws s3 rm",
            "AWS_DEFAULT_PROFILE=prod aws s3 rm; aws s3 ls",
            "echo x | aws s3 cp - --profile prod",
        ] {
            terminal.line(&format!("{line}; {}", status(&shell)));
            terminal.expect("awsp: use prod (acme-prod, ReadOnlyAccess)? [y/N] ");
            terminal.line("n");
            let seen = terminal.expect("READY> ");
            assert!(
                seen.contains("=5\r\n") && !seen.contains("[y/N]") && !seen.contains("aws ran"),
                "{shell}: {line}: {seen}"
            );
        }
        // Nothing of it stays in the shell.
        let (printed, _) = enter(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains("aws ran with <s3 ls> as nobody"),
            "{shell}: {printed}"
        );
    }
}

#[test]
fn ctrl_c_at_the_question_before_a_command_stops_it() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        settings(&place, "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n");
        // In the first one awsp reads single keys, in the second one it is killed.
        for (term, asked) in [("xterm", "\x1b[?25h"), ("dumb", " ")] {
            let mut terminal = ready(&place, &shell, &text(&shell, ""));
            enter(&mut terminal, &set(&shell, "AWS_PROFILE", "prod"));
            enter(&mut terminal, &set(&shell, "TERM", term));
            terminal.line("aws s3 rm");
            terminal.expect("[y/N]");
            terminal.expect(asked);
            terminal.keys("\x03");
            let seen = terminal.expect("READY> ");
            let (printed, _) = enter(&mut terminal, status(&shell));
            let all = seen + &printed;
            assert!(
                all.contains("=130\r\n") && !all.contains("aws ran"),
                "{shell}: {term}: {all}"
            );
        }
    }
}

#[test]
fn exec_asks_once_and_a_no_runs_nothing() {
    for shell in shells::all() {
        let place = logged_in();
        let rule = "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n";
        settings(&place, rule);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        let line = format!("awsp exec prod -- echo ra''n; {}", status(&shell));
        let question = "awsp: run this as prod (acme-prod, ReadOnlyAccess)? [y/N] ";
        for (answer, runs) in [("n", false), ("y", true)] {
            terminal.line(&line);
            terminal.expect(question);
            terminal.line(answer);
            let seen = terminal.expect("READY> ");
            assert_eq!(seen.contains("ran\r\n"), runs, "{shell}: {seen}");
            assert_eq!(seen.contains("=0\r\n"), runs, "{shell}: {seen}");
        }
        // It does not ask again. An error and the help are printed once.
        for (line, once) in [
            ("awsp exec prod -- echo ra''n", "ran\r\n"),
            ("awsp prod", "awsp: prod:"),
            ("awsp exec nobody -- true", "no profile named `nobody`"),
            ("awsp exec prod", "Usage: awsp exec"),
            ("awsp exec --help", "Usage: awsp exec"),
        ] {
            let (printed, _) = enter(&mut terminal, line);
            assert!(!printed.contains("[y/N]"), "{shell}: {line}: {printed}");
            let times = printed.matches(once).count();
            assert_eq!(times, 1, "{shell}: {line}: {printed}");
        }
        // So is a mistake in the settings.
        settings(&place, &format!("{rule}bogus = 1\n"));
        for line in [
            "awsp exec prod -- echo ra''n",
            "awsp -v exec dev -- echo ra''n",
        ] {
            let (printed, _) = enter(&mut terminal, line);
            let times = printed.matches("unknown setting").count();
            assert!(
                times == 1 && printed.contains("ran\r\n"),
                "{shell}: {line}: {printed}"
            );
        }
    }
}

#[test]
fn a_pipeline_asks_once_and_each_line_anew() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        settings(
            &place,
            "[[rule]]\nprofiles = [\"prod\", \"dev\"]\nconfirm = true\n",
        );
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        let question = "awsp: use prod (acme-prod, ReadOnlyAccess)? [y/N] ";
        // The second line is the first one's again; the last part of zsh's is the shell itself.
        for (line, answer, runs) in [
            ("aws --profile prod one | aws --profile prod two", "n", 0),
            ("aws --profile prod one | aws --profile prod two", "n", 0),
            ("sleep 0.5 | aws --profile prod two", "n", 0),
            (
                "aws --profile prod one | aws --profile prod two 2>&1",
                "y",
                1,
            ),
        ] {
            terminal.line(line);
            terminal.expect(question);
            terminal.line(answer);
            let seen = terminal.expect("READY> ");
            assert!(
                !seen.contains("[y/N]") && seen.matches("aws ran with").count() == runs,
                "{shell}: {line}: {answer}: {seen}"
            );
            // What is typed is the shell's again.
            let (printed, _) = enter(&mut terminal, "echo still he''re");
            assert!(printed.contains("still here\r\n"), "{shell}: {printed}");
        }
    }
}

#[test]
fn a_command_in_the_background_does_not_run_without_a_yes() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        settings(&place, "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n");
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        let by_variable = set(&shell, "AWS_PROFILE", "prod");
        for (before, line) in [
            ("true", "aws --profile prod s3 rm &"),
            (by_variable.as_str(), "aws s3 rm &"),
            ("true", "echo x | aws s3 rm &"),
            ("true", "AWS_PROFILE=prod aws s3 rm &"),
        ] {
            enter(&mut terminal, before);
            terminal.line(line);
            // fish asks before the line; elsewhere the job stops, as each that wants to read.
            if shell.kind == Kind::Fish {
                terminal.expect("[y/N] ");
                terminal.line("n");
            }
            let seen = terminal.expect("READY> ") + &enter(&mut terminal, "sleep 1.5").0;
            assert!(!seen.contains("aws ran"), "{shell}: {line}: {seen}");
        }
    }
}

/// By this number the parts of a line know what was answered in it.
#[test]
fn each_line_of_a_shell_has_a_number_of_its_own() {
    for of in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        aws(&place);
        let note = format!("echo \"$AWSP_LINE $1\" >>~/lines; exec '{AWSP}' \"$@\"");
        program(&place, "awsp", &note);
        for name in ["", "dev", "nope"] {
            let variables: &[_] = &[("AWS_PROFILE", name)];
            let mut terminal = shell(&place, &of, &text(&of, ""), variables);
            terminal.expect("READY> ");
            let mut seen = BTreeSet::new();
            for _ in 0..3 {
                let _ = fs::remove_file(place.path("lines"));
                enter(
                    &mut terminal,
                    "aws --profile prod one | aws --profile prod two",
                );
                let lines = fs::read_to_string(place.path("lines")).unwrap();
                let numbers: Vec<u64> = lines
                    .lines()
                    .filter_map(|line| line.strip_suffix(" __before")?.parse().ok())
                    .collect();
                assert!(
                    numbers.len() == 2 && numbers[0] == numbers[1] && numbers[0] > 1_000,
                    "{of}: {lines}"
                );
                assert!(seen.insert(numbers[0]), "{of}: {seen:?} {lines}");
            }
        }
    }
}

#[test]
fn a_profile_with_the_name_of_the_command_is_a_profile() {
    for shell in shells::all() {
        let place = logged_in();
        let config = fs::read_to_string(place.path(".aws/config")).unwrap();
        place.config(&format!("{config}\n[profile exec]\nregion = eu-west-1\n"));
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        for line in ["awsp -- exec", "awsp use exec"] {
            assert_eq!(enter(&mut terminal, line).1, "(exec) ", "{shell}: {line}");
            enter(&mut terminal, "awsp off");
        }
    }
}

#[test]
fn ctrl_c_at_the_question_of_exec_runs_nothing_and_an_agent_is_refused_once() {
    for shell in shells::all() {
        let place = logged_in();
        settings(&place, "[[rule]]\nprofiles = \"*\"\nconfirm = true\n");
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        for options in [
            "exec",
            "-v exec",
            "exec --server",
            "exec --only --read-only",
        ] {
            terminal.line(&format!(
                "awsp {options} dev -- echo ra''n; {}",
                status(&shell)
            ));
            terminal.expect("? [y/N] ");
            terminal.keys("\x03");
            let seen = terminal.expect("READY> ");
            // bash runs nothing more of a line after Ctrl-C.
            let (printed, _) = enter(&mut terminal, status(&shell));
            let all = seen + &printed;
            assert!(
                all.contains("=130\r\n") && !all.contains("ran\r\n"),
                "{shell}: {options}: {all}"
            );
        }
        enter(&mut terminal, &set(&shell, "CLAUDECODE", "1"));
        for options in ["exec", "-v exec", "exec --yes"] {
            let line = format!("awsp {options} dev -- echo ra''n; {}", status(&shell));
            let (printed, _) = enter(&mut terminal, &line);
            assert!(
                printed.matches("`dev` is not for agents").count() == 1
                    && printed.contains("=4\r\n")
                    && !printed.contains("ran\r\n"),
                "{shell}: {options}: {printed}"
            );
        }
    }
}
