//! What the prompt says, and what it costs.

mod cost;
mod starship;

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::fake::Home;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// The command that exports a variable.
fn export(shell: &Shell, name: &str, value: &str) -> String {
    format!(
        "{} {name}{}'{value}'",
        shell.pick("export", "set -gx"),
        shell.pick("=", " ")
    )
}

/// Tells the program to describe `dev` with a token and a state file.
fn describe(home: &Home) {
    let (token, state, now) = (path(home, "token"), path(home, "state"), now());
    // bash 3.2 has no clock of its own: it counts on from `now`.
    home.write(
        "prompt",
        &format!("__awsp_text=dev\n__awsp_token={token}\n__awsp_state={state}\n__awsp_now={now}\n"),
    );
}

fn path(home: &Home, name: &str) -> String {
    home.path(name).display().to_string()
}

fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .try_into()
        .unwrap()
}

/// How often the program was asked what to show.
fn asked(home: &Home) -> usize {
    home.runs()
        .iter()
        .filter(|run| run.ends_with("|__prompt"))
        .count()
}

/// Draws a prompt, and returns it: what stands before `READY> `.
#[track_caller]
fn draw(terminal: &mut Terminal) -> String {
    terminal.run("");
    let prompt = terminal.expect("READY> ");
    // What fish writes at the start of a line, to end one that a command left open.
    prompt.rsplit('\r').next().unwrap().to_owned()
}

#[test]
fn thirty_prompts_start_no_process() {
    for shell in shells::all() {
        let home = Home::new();
        describe(&home);
        home.write_at("token", "", 1000);
        home.write_at("state", "9999999999 9999999999 9999999999\n", 1000);
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        terminal.expect("READY> ");
        for _ in 0..30 {
            assert_eq!(draw(&mut terminal), "(dev) ", "{shell}");
        }
        assert_eq!(asked(&home), 1, "{shell}");
    }
}

#[test]
fn a_switch_made_by_hand_is_seen_at_the_next_prompt() {
    for shell in shells::all() {
        let home = Home::new();
        let mut terminal = home.terminal(&shell);
        assert_eq!(draw(&mut terminal), "", "{shell}");
        terminal.run(&export(&shell, "AWS_DEFAULT_PROFILE", "old"));
        assert_eq!(draw(&mut terminal), "(dev 111122223333) ", "{shell}");
        home.write("prompt", "__awsp_text=prod 4444\n");
        terminal.run(&export(&shell, "AWS_PROFILE", "prod"));
        assert_eq!(draw(&mut terminal), "(prod 4444) ", "{shell}");
        assert!(
            terminal
                .run("printenv AWSP_PROMPT")
                .contains("prod 4444\r\n"),
            "{shell}"
        );
        // Empty is as good as unset, as for the program.
        home.write("prompt", "__awsp_text=old\n");
        terminal.run(&export(&shell, "AWS_PROFILE", ""));
        assert_eq!(draw(&mut terminal), "(old) ", "{shell}");
        terminal.run(&export(&shell, "AWS_DEFAULT_PROFILE", ""));
        assert_eq!(draw(&mut terminal), "", "{shell}");
        assert_eq!(asked(&home), 3, "{shell}");
    }
}

#[test]
fn whatever_else_decides_who_answers_is_asked_about_once() {
    for shell in shells::all() {
        let home = Home::new();
        let mut terminal = home.terminal(&shell);
        for (number, (name, value)) in [
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Ci"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/"),
            ("AWS_BEARER_TOKEN_BEDROCK", "t"),
            ("AWS_REGION", "eu-west-1"),
        ]
        .into_iter()
        .enumerate()
        {
            home.write("prompt", &format!("__awsp_text={name}\n"));
            terminal.run(&export(&shell, name, value));
            for _ in 0..2 {
                assert_eq!(draw(&mut terminal), format!("({name}) "), "{shell}");
            }
            assert_eq!(asked(&home), number + 1, "{shell}: {name}");
        }
    }
}

#[test]
fn a_program_that_fails_is_asked_once() {
    for shell in shells::all() {
        let home = Home::new();
        fs::remove_file(home.path("prompt")).unwrap();
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        for _ in 0..3 {
            assert_eq!(draw(&mut terminal), "", "{shell}");
        }
        assert_eq!(asked(&home), 1, "{shell}");
    }
}

#[test]
fn a_login_in_another_terminal_is_seen_with_one_question() {
    for shell in shells::all() {
        let home = Home::new();
        describe(&home);
        home.write_at("token", "", 1000);
        home.write_at("state", "0 0 0\n", 1000);
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        assert_eq!(draw(&mut terminal), "(dev login) ", "{shell}");
        // The other terminal writes a token; awsp looks at it, and says so by the time of the state
        // file.
        home.program(
            "awsp",
            "#!/bin/sh\necho '||__prompt' >>~/runs\necho '9999999999 0 9999999999' >~/state\n\
             touch -r ~/token ~/state\n",
        );
        home.write_at("token", "", 2000);
        assert_eq!(draw(&mut terminal), "(dev) ", "{shell}");
        assert_eq!(draw(&mut terminal), "(dev) ", "{shell}");
        assert_eq!(asked(&home), 2, "{shell}");
    }
}

#[test]
fn times_that_never_agree_cost_one_question_and_not_every_prompt() {
    for shell in shells::all() {
        let home = Home::new();
        home.write(
            "prompt",
            &format!(
                "__awsp_text=dev\n__awsp_token={}\n__awsp_state={}\n__awsp_until=1\n\
                 __awsp_renew=1\n__awsp_expires=1\n__awsp_now={}\n",
                path(&home, "token"),
                path(&home, "state"),
                now()
            ),
        );
        home.write_at("token", "", 1000);
        home.write_at("state", "9999999999 0 9999999999\n", 2000);
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        for _ in 0..3 {
            assert_eq!(draw(&mut terminal), "(dev login) ", "{shell}");
        }
        assert_eq!(asked(&home), 1, "{shell}");
    }
}

#[test]
fn a_state_file_that_is_gone_costs_one_question() {
    for shell in shells::all() {
        let home = Home::new();
        describe(&home);
        home.write_at("token", "", 1000);
        home.write_at("state", "9999999999 0 9999999999\n", 1000);
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        draw(&mut terminal);
        fs::remove_file(home.path("state")).unwrap();
        draw(&mut terminal);
        draw(&mut terminal);
        assert_eq!(asked(&home), 2, "{shell}");
    }
}

/// What a state file holds, and what the prompt then adds: the table that the program's own rule is
/// tested with, and files that no program writes.
fn states(now: i64) -> Vec<(String, String, String)> {
    let time = |text: &str| text.parse().map_or(0, |seconds: i64| now + seconds);
    let mut states = Vec::new();
    for line in include_str!("../states.txt").lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let (false, &[valid, renewable, expires, _, says]) =
            (line.starts_with('#'), words.as_slice())
        {
            let text = [valid, renewable, expires].map(|text| time(text).to_string());
            let added = if says == "-" {
                String::new()
            } else {
                format!(" {says}")
            };
            states.push((line.to_owned(), text.join(" "), added));
        }
    }
    for (what, text, added) in [
        ("a file that is empty", "", ""),
        (
            "a file with code",
            "a[$(touch${IFS}pwned)] a[$(touch${IFS}pwned)] a[$(touch${IFS}pwned)]",
            "",
        ),
        (
            "numbers that look octal",
            "0000000008 0000000009 0000000009",
            " login",
        ),
    ] {
        states.push((what.to_owned(), text.to_owned(), added.to_owned()));
    }
    states
}

#[test]
fn the_word_tells_the_truth_about_the_session() {
    let cases = states(now());
    for shell in shells::all() {
        let home = Home::new();
        describe(&home);
        home.write_at("token", "", 1000);
        home.write_at("state", "", 1000);
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        // The prompt is drawn, so that none is drawn while the state file is being written.
        draw(&mut terminal);
        for (what, state, word) in &cases {
            home.write_at("state", state, 1000);
            assert_eq!(
                draw(&mut terminal),
                format!("(dev{word}) "),
                "{shell}: {what}"
            );
        }
        assert!(!home.path("pwned").exists(), "{shell}");
        fs::remove_file(home.path("token")).unwrap();
        assert_eq!(
            draw(&mut terminal),
            "(dev login) ",
            "{shell}: no token file"
        );
        assert_eq!(asked(&home), 1, "{shell}");
    }
}

#[test]
fn text_is_never_expanded() {
    let text = r"$(touch pwned) `touch pwned` %F{red}%n \u\w \$HOME $HOME !1 (x";
    for shell in shells::all() {
        for before in [
            "",
            if shell.kind == Kind::Zsh {
                "setopt prompt_subst prompt_bang"
            } else {
                ""
            },
        ] {
            let home = Home::new();
            home.write("prompt", &format!("__awsp_text={text}\n"));
            let mut terminal = home.terminal_with(&shell, &[], before, |_| {});
            terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
            assert_eq!(draw(&mut terminal), format!("({text}) "), "{shell}");
            assert!(!home.path("pwned").exists(), "{shell}");
        }
    }
}

#[test]
fn the_style_is_a_colour_unless_no_color_is_set() {
    for shell in shells::all() {
        for (no_color, start) in [("", "\x1b[32m(dev) \x1b["), ("1", "(dev) READY")] {
            let home = Home::new();
            home.write("prompt", "__awsp_text=dev\n__awsp_style=green\n");
            let mut terminal = home.terminal_with(&shell, &[], "", |command| {
                command.env("TERM", "xterm").env("NO_COLOR", no_color);
            });
            terminal.line(&export(&shell, "AWS_PROFILE", "dev"));
            if shell.kind == Kind::Fish {
                terminal.expect(if no_color.is_empty() {
                    "\x1b[32m(dev)"
                } else {
                    "(dev) READY"
                });
            } else {
                terminal.expect(start);
            }
        }
    }
}

#[test]
fn the_last_status_survives_the_hook() {
    for shell in shells::all() {
        let home = Home::new();
        let mut terminal = home.terminal(&shell);
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        terminal.line(shell.pick("(exit 3)", "sh -c 'exit 3'"));
        terminal.expect("READY> ");
        assert!(
            terminal
                .run(shell.pick("echo status-$?-", "echo status-$status-"))
                .contains("status-3-\r\n"),
            "{shell}"
        );
    }
}

#[test]
fn fish_prompt_still_sees_status_and_pipestatus() {
    let shell = shells::all().pop().unwrap();
    let home = Home::new();
    let before = "function fish_prompt; echo -n \"$pipestatus/$status \"; echo -n 'READY> '; end";
    let mut terminal = home.terminal_with(&shell, &[], before, |_| {});
    terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
    terminal.expect("(dev 111122223333) 0/0 READY> ");
    terminal.line("sh -c 'exit 2' | true | sh -c 'exit 5'");
    terminal.expect("(dev 111122223333) 2 0 5/5 READY> ");
}

#[test]
fn under_set_e_and_u_the_hook_ends_no_shell() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let home = Home::new();
        describe(&home);
        home.write_at("token", "", 1000);
        let mut terminal = home.terminal_with(&shell, &[], "set -eu -o pipefail; IFS=ade", |_| {});
        assert_eq!(draw(&mut terminal), "", "{shell}");
        terminal.run(&export(&shell, "AWS_PROFILE", "dev"));
        assert_eq!(draw(&mut terminal), "(dev) ", "{shell}");
        fs::remove_file(home.path("token")).unwrap();
        assert_eq!(draw(&mut terminal), "(dev login) ", "{shell}");
        assert!(
            terminal
                .run("awsp args still-alive")
                .contains("<still-alive>"),
            "{shell}"
        );
    }
}
