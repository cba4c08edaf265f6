//! awsp's own settings, and what they change.

use std::fs;

use crate::place::Place;
use crate::promises::{open_with, type_line};
use crate::pty::Terminal;
use crate::shells;

/// Writes `config.toml`.
fn settings(place: &Place, text: &str) {
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(place.path(".config/awsp/config.toml"), text).unwrap();
}

#[test]
fn a_mistake_is_reported_with_its_line_and_stops_nothing() {
    let place = Place::new();
    settings(
        &place,
        "[prompt]\nformat = \"{profile}\"\ncolors = \"red\"\n[login]\nqr = \"yes\"\n",
    );
    let told = "awsp: warning: ~/.config/awsp/config.toml:3: unknown setting `prompt.colors`: \
                did you mean `prompt.colour`?\n\
                awsp: warning: ~/.config/awsp/config.toml:5: `login.qr`: wanted true or \
                false, found \"yes\"\n";
    let (done, changes) = place.switch(&["static"], &[]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            0,
            format!("{told}awsp: static: static keys, eu-west-1\n").as_str()
        )
    );
    assert!(changes.contains("__awsp_text=static\n"), "{changes}");
    let done = place.run(&["settings"]);
    assert_eq!(
        (done.status, done.stderr),
        (
            2,
            format!("{told}awsp: 2 problems in ~/.config/awsp/config.toml\n")
        )
    );
    assert!(done.stdout.contains("prompt.format"), "{}", done.stdout);
}

#[test]
fn settings_are_shown_with_their_source() {
    let place = Place::new();
    let done = place.run(&["settings"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            0,
            "awsp: your own settings go into ~/.config/awsp/config.toml\n"
        )
    );
    assert!(
        done.stdout
            .lines()
            .skip(1)
            .all(|line| line.ends_with("default")),
        "{}",
        done.stdout
    );
    settings(
        &place,
        "[login]\nflow = \"device\"\n[[rule]]\nprofiles = [\"*live*\"]\nconfirm = true\n",
    );
    let mut command = place.awsp(&["settings", "--json"]);
    let shape: serde_json::Value = serde_json::from_str(&place.done(&mut command).stdout).unwrap();
    let file = "~/.config/awsp/config.toml";
    assert_eq!(shape["version"], 1);
    assert_eq!(
        shape["settings"]["login.flow"],
        serde_json::json!({"value": "device", "source": format!("{file}:2")})
    );
    assert_eq!(
        shape["settings"]["rule.1.confirm"],
        serde_json::json!({"value": true, "source": format!("{file}:5")})
    );
    assert_eq!(
        shape["settings"]["time.format"],
        serde_json::json!({"value": "left", "source": "default"})
    );
    let done = place.done(command.env("AWSP_LOGIN_FLOW", "browser"));
    assert!(
        done.stdout
            .contains(r#""login.flow":{"value":"browser","source":"AWSP_LOGIN_FLOW"}"#),
        "{}",
        done.stdout
    );
}

#[test]
fn the_prompt_has_the_format_and_the_rules_colour() {
    let place = Place::new();
    place.log_in();
    settings(
        &place,
        "[prompt]\n\
         format = \"{profile}/{role} {region} {account_id}\"\n\
         colour = \"cyan\"\n\
         [[rule]]\n\
         accounts = [\"*-prod\"]\n\
         colour = \"magenta\"\n",
    );
    let (_, changes) = place.switch(&["prod"], &[]);
    assert!(
        changes.contains(
            "__awsp_text=prod/ReadOnlyAccess eu-central-1 333344445555\n__awsp_style=magenta\n"
        ),
        "{changes}"
    );
    let (_, changes) = place.switch(&["two words"], &[("AWS_REGION", "eu-north-1")]);
    assert!(
        changes.contains(
            "__awsp_text=two words/SecurityAudit eu-north-1 555566667777\n__awsp_style=cyan\n"
        ),
        "{changes}"
    );
    for shell in shells::all() {
        let mut terminal = open_with(&place, &shell, &[], "", "");
        assert_eq!(
            type_line(&mut terminal, "awsp dev").1,
            "(dev/AdministratorAccess eu-west-1 111122223333) ",
            "{shell}"
        );
        let (_, prompt) = type_line(&mut terminal, "awsp region us-east-2");
        assert_eq!(
            prompt, "(dev/AdministratorAccess us-east-2 111122223333) ",
            "{shell}"
        );
        let by_hand = shell.pick(
            "unset AWS_REGION AWS_DEFAULT_REGION",
            "set -e AWS_REGION; set -e AWS_DEFAULT_REGION",
        );
        assert_eq!(
            type_line(&mut terminal, by_hand).1,
            "(dev/AdministratorAccess eu-west-1 111122223333) ",
            "{shell}"
        );
    }
}

#[test]
fn production_is_red_in_every_shell_without_any_settings() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        let mut terminal = open_with(&place, &shell, &[("TERM", "xterm")], "", "");
        terminal.run("awsp prod");
        let prompt = terminal.expect("READY> ");
        assert!(
            prompt.contains("\u{1b}[31m") && prompt.contains("(prod acme-prod)"),
            "{shell}: {prompt:?}"
        );
        terminal.run("awsp dev");
        let prompt = terminal.expect("READY> ");
        assert!(!prompt.contains("\u{1b}[31m(dev"), "{shell}: {prompt:?}");
    }
}

#[test]
fn a_rule_asks_before_the_switch_and_before_the_login() {
    let rule = "[[rule]]\nprofiles = [\"prod\"]\nconfirm = true\n";
    let place = Place::new();
    settings(&place, rule);
    // A shell whose stdin is a pipe: a person is here, and cannot type the answer.
    let mut command = place.program("sh");
    command
        .args(["-c", "exec awsp prod 3>~/changes </dev/null"])
        .env("AWSP_SHELL", "bash")
        .env("TERM", "dumb");
    let seen = Terminal::spawn(command).end();
    assert_eq!(
        seen,
        "awsp: the use of `prod` must be confirmed\r\ncause: stdin is not a terminal\r\n\
         hint: awsp use --yes prod\r\n"
    );
    assert_eq!(fs::read_to_string(place.path("changes")).unwrap(), "");
    assert!(place.center.calls().is_empty(), "not even logged in");
    let done = place.switch(&["prod"], &[]).0;
    assert!(
        done.status == 4 && done.stderr.contains("not logged in to the session `acme`"),
        "a script cannot be asked, and is let through: {done:?}"
    );
    place.log_in();
    assert_eq!(place.switch(&["use", "--yes", "prod"], &[]).0.status, 0);
    for shell in shells::all() {
        let mut terminal = open_with(&place, &shell, &[], "", "");
        for (answer, prompt) in [("n", ""), ("", ""), ("yes", "(prod acme-prod) ")] {
            terminal.line("awsp prod");
            terminal.expect("awsp: switch to prod (acme-prod, ReadOnlyAccess)? [y/N] ");
            terminal.line(answer);
            assert_eq!(
                type_line(&mut terminal, "").1,
                prompt,
                "{shell}: {answer:?}"
            );
        }
        type_line(&mut terminal, "awsp off");
    }
}

#[test]
fn an_end_may_be_a_time_of_day() {
    let place = Place::new();
    place.log_in();
    place.set_token("expiresAt", "2199-06-01T12:30:00Z".into());
    place.set_token("refreshToken", serde_json::Value::Null);
    settings(&place, "[time]\nformat = \"clock\"\n");
    let mut command = place.awsp(&["login", "--session", "acme"]);
    let done = place.done(command.env("TZ", "UTC"));
    assert_eq!(done.stderr, "awsp: acme: session valid until Sat 12:30\n");
    let done = place.done(command.env("TZ", "UTC-2"));
    assert_eq!(done.stderr, "awsp: acme: session valid until Sat 14:30\n");
}

#[test]
fn the_commands_to_wrap_are_the_settings() {
    let place = Place::new();
    let wrapped = |place: &Place| {
        let text = place.run(&["init", "bash"]).stdout;
        let names = text
            .lines()
            .find_map(|line| line.strip_prefix("__awsp_names="));
        let there: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("builtin declare -F ")?.split_once(' '))
            .map(|(name, _)| name.to_owned())
            .collect();
        (names.unwrap().to_owned(), there.join(" "))
    };
    settings(
        &place,
        "[auto_login]\ncommands = [\"sh\", \"no-such-command\"]\nalso = [\"env\", \"sh\"]\n",
    );
    let names = "'sh no-such-command env'".to_owned();
    assert_eq!(wrapped(&place), (names, "sh env".to_owned()));
    settings(&place, "[auto_login]\nenabled = false\nalso = [\"env\"]\n");
    assert_eq!(wrapped(&place), ("''".to_owned(), String::new()));
}

#[test]
fn awsp_alone_lets_choose_the_last_ones_first() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        let mut terminal = open_with(&place, &shell, &[("TERM", "xterm")], "", "");
        for line in ["awsp dev", "awsp static", "awsp prod"] {
            type_line(&mut terminal, line);
        }
        let environment = |terminal: &mut crate::pty::Terminal| {
            terminal.run("printenv AWS_PROFILE >~/now");
            fs::read_to_string(place.path("now")).unwrap()
        };
        // Enter alone: the one before.
        terminal.line("awsp");
        terminal.expect("profile:");
        terminal.expect("static");
        terminal.keys("\r");
        terminal.expect("READY> ");
        assert_eq!(environment(&mut terminal), "static\n", "{shell}");
        // A part of the account's name, and letters of the role in their order.
        terminal.line("awsp");
        terminal.expect("profile:");
        terminal.expect("static");
        terminal.keys("stag PwUs");
        terminal.expect("1/9");
        terminal.keys("\r");
        terminal.expect("READY> ");
        assert_eq!(environment(&mut terminal), "staging\n", "{shell}");
        terminal.line("awsp");
        terminal.expect("profile:");
        terminal.keys("\x03");
        terminal.expect("READY> ");
        assert_eq!(environment(&mut terminal), "staging\n", "{shell}");
        assert!(
            terminal.run("awsp | tr a-z A-Z").contains("STAGING\r\n"),
            "{shell}: in a pipe, the current one"
        );
    }
}

#[test]
fn a_pipe_instead_of_a_file_does_not_block() {
    let place = Place::new();
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::create_dir_all(place.path(".aws/sso/cache")).unwrap();
    let pipe = |path: std::path::PathBuf| {
        assert!(
            std::process::Command::new("mkfifo")
                .arg(path)
                .status()
                .unwrap()
                .success()
        );
    };
    pipe(place.path(".config/awsp/config.toml"));
    pipe(place.token_file("acme"));
    let done = place.run(&["init", "bash"]);
    let told =
        "awsp: warning: ~/.config/awsp/config.toml: cannot be read: it is not an ordinary file\n";
    assert_eq!((done.status, done.stderr.as_str()), (0, told));
    assert!(
        place
            .run(&["status"])
            .stdout
            .contains("acme                                     ended")
    );
    assert!(
        place
            .run(&["doctor"])
            .stdout
            .contains("it is not an ordinary file")
    );
}

#[test]
fn off_goes_back_to_a_profile_from_before_awsp_and_then_leaves_it_too() {
    for shell in shells::all() {
        let place = Place::new();
        let mut terminal = open_with(&place, &shell, &[("AWS_PROFILE", "static")], "", "");
        type_line(&mut terminal, "awsp vendor");
        for (line, after) in [
            (
                "awsp: left vendor; the environment is as it was before the first switch",
                "(static) ",
            ),
            ("awsp: left static, which this shell had from before", ""),
        ] {
            let (printed, prompt) = type_line(&mut terminal, "awsp off");
            assert!(printed.contains(line), "{shell}: {printed}");
            assert_eq!(prompt, after, "{shell}");
        }
    }
}
