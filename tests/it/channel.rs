//! The channel between shell and program: what file descriptor 3 may do, and what it may not.

use crate::fake::Home;
use crate::shells::{self, Kind};

/// Values that would do harm or change if they were evaluated, split or unquoted.
const HOSTILE: &[&str] = &[
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned",
    "'single' \"double\"",
    "  two  spaces  ",
    r"back\slash \n \e[31m",
    "%F{red}%d %s",
    "*",
    "~",
    "-n",
    "--",
    "a=b=c",
    "ünïcode",
    "",
];

#[test]
fn lines_set_and_unset_the_environment() {
    for shell in shells::all() {
        let home = Home::new();
        let out = home.script(
            &shell,
            "awsp send AWS_PROFILE=dev AWS_REGION=x -AWS_REGION\nenv | grep ^AWS",
        );
        assert_eq!(out, "AWS_PROFILE=dev\n", "{shell}");
    }
}

#[test]
fn values_arrive_byte_for_byte_and_are_never_evaluated() {
    for shell in shells::all() {
        let home = Home::new();
        for value in HOSTILE {
            home.write("lines", &format!("AWS_X={value}\n__awsp_x={value}\n"));
            let out = home.script(
                &shell,
                "awsp lines; printenv AWS_X; printf '%s\\n' \"$__awsp_x\"",
            );
            assert_eq!(out, format!("{value}\n{value}\n"), "{shell}");
        }
        assert!(!home.path("pwned").exists(), "{shell}");
    }
}

#[test]
fn other_names_are_left_alone() {
    for shell in shells::all() {
        let home = Home::new();
        let lines = "PATH=/nowhere HOME=/nowhere -HOME 'AWS-X=1' 'AWS_X[1]=1' '=x' - 'junk' \
                     'x__awsp_y=1' LAWS=1";
        let out = home.script(
            &shell,
            &format!("awsp send {lines}\nenv | grep -c -e nowhere -e ^AWS -e LAWS\necho $HOME"),
        );
        assert_eq!(out, format!("0\n{}\n", home.path("").display()), "{shell}");
    }
}

#[test]
fn the_programs_own_variables_are_not_exported() {
    for shell in shells::all() {
        let home = Home::new();
        let out = home.script(
            &shell,
            "awsp send __awsp_text=hi AWS_X=1\nenv | grep -c __awsp\necho $__awsp_text",
        );
        assert_eq!(out, "0\nhi\n", "{shell}");
    }
}

#[test]
fn off_puts_everything_back() {
    for shell in shells::all() {
        let home = Home::new();
        let out = home.script(
            &shell,
            shell.pick(
                "export AWS_OLD=old AWS_GONE='two
lines'\nAWS_PLAIN=plain
awsp send AWS_OLD=1 AWS_OLD=2 -AWS_GONE AWS_PLAIN=3 AWS_NEW=4
env | grep ^AWS | sort; echo =; awsp send '~'; env | grep -A1 ^AWS | sort
echo \"= $AWS_PLAIN ${AWS_NEW-unset} ${__awsp_saved-forgotten}\"",
                "set -gx AWS_OLD old; set -gx AWS_GONE two\\nlines; set -g AWS_PLAIN plain
awsp send AWS_OLD=1 AWS_OLD=2 -AWS_GONE AWS_PLAIN=3 AWS_NEW=4
env | grep ^AWS | sort; echo =; awsp send '~'; env | grep -A1 ^AWS | sort
set -q AWS_NEW; or set -l new unset
set -n | string match -q '__awsp_[sw]a*'; or set -l forgotten forgotten
echo = $AWS_PLAIN $new $forgotten",
            ),
        );
        let before = "AWS_NEW=4\nAWS_OLD=2\nAWS_PLAIN=3\n=\n";
        let after: Vec<_> = out
            .strip_prefix(before)
            .unwrap_or_else(|| panic!("{shell}: {out}"))
            .lines()
            .collect();
        for line in [
            "AWS_OLD=old",
            "AWS_GONE=two",
            "lines",
            "= plain unset forgotten",
        ] {
            assert!(after.contains(&line), "{shell}: no {line:?} in {out}");
        }
        assert!(
            !after
                .iter()
                .any(|line| line.contains("AWS_PLAIN") || line.contains("AWS_NEW")),
            "{shell}: {out}"
        );
    }
}

#[test]
fn in_fish_a_universal_variable_is_hidden_and_not_erased() {
    let shell = shells::all().pop().unwrap();
    assert_eq!(shell.kind, Kind::Fish);
    let home = Home::new();
    let out = home.script(
        &shell,
        "set -Ux AWS_A one; set -Ux AWS_B two
awsp send AWS_A=1 -AWS_B; env | grep ^AWS | sort; fish -c 'env | grep ^AWS_B'
awsp send '~'; env | grep ^AWS | sort; set -qg AWS_A; echo $status",
    );
    assert_eq!(out, "AWS_A=1\nAWS_B=\nAWS_B=\nAWS_A=one\nAWS_B=two\n1\n");
}

#[test]
fn in_fish_a_list_comes_back_as_a_list() {
    let shell = shells::all().pop().unwrap();
    let out = Home::new().script(
        &shell,
        "set -gx AWS_L a 'b c'; awsp send AWS_L=1; awsp send '~'; count $AWS_L",
    );
    assert_eq!(out, "2\n");
}

#[test]
fn status_and_streams_are_the_programs_own() {
    for shell in shells::all() {
        let home = Home::new();
        let output = home.output(
            &shell,
            &format!(
                "{}\necho in | awsp copy | tr a-z A-Z\nawsp finish 7\necho {}",
                shell.init(&[]),
                shell.pick("$?", "$status")
            ),
        );
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "IN\n7\n",
            "{shell}"
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), "talk\n", "{shell}");
    }
}

#[test]
fn only_the_program_gets_the_shell_and_the_previous_profile() {
    for shell in shells::all() {
        let home = Home::new();
        let out = home.script(
            &shell,
            "awsp send '__awsp_previous=a b'\nawsp args\nenv | grep -c AWSP_; echo end",
        );
        assert_eq!(out, "<>\n0\nend\n", "{shell}");
        let name = match shell.kind {
            Kind::Bash => "bash",
            Kind::Zsh => "zsh",
            Kind::Fish => "fish",
        };
        assert_eq!(home.runs()[1], format!("{name}|a b|args"), "{shell}");
    }
}

#[test]
fn in_a_terminal_all_three_streams_are_the_terminal() {
    for shell in shells::all() {
        let home = Home::new();
        home.program(
            "awsp",
            "#!/bin/sh\n[ \"$1\" != init ] || exec cat ~/rest.$2\n\
             [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && [ -p /dev/fd/3 ] && echo all-of-them\n",
        );
        let mut terminal = home.terminal(&shell);
        assert!(terminal.run("awsp").contains("all-of-them"), "{shell}");
    }
}

#[test]
fn interrupted_it_changes_nothing() {
    for shell in shells::all() {
        let home = Home::new();
        let mut terminal = home.terminal(&shell);
        terminal.run(shell.pick("export AWS_PROFILE=dev", "set -gx AWS_PROFILE dev"));
        terminal.line("awsp wait");
        terminal.expect("waiting\r\n");
        terminal.keys("\x03");
        // The shell is still alive, no descriptor is left open, and the next call works.
        terminal.expect("(dev 111122223333) READY> ");
        let seen =
            terminal.run("echo still-$AWS_PROFILE; sh -c 'echo leak >&4' 2>/dev/null; echo end");
        assert!(seen.contains("still-dev\r\nend\r\n"), "{shell}: {seen:?}");
        assert!(
            terminal.run("awsp args works").contains("<works>"),
            "{shell}"
        );
    }
}

#[test]
fn exec_is_run_without_the_channel_and_all_else_with_it() {
    for shell in shells::all() {
        let home = Home::new();
        home.script(
            &shell,
            "awsp exec dev -- true; awsp -v exec dev -- true; awsp -v args exec; awsp args -v exec",
        );
        let channels: Vec<bool> = home
            .runs()
            .iter()
            .map(|run| !run.starts_with("||"))
            .collect();
        assert_eq!(
            channels,
            [false, false, true, true],
            "{shell}: {:?}",
            home.runs()
        );
    }
}

#[test]
fn what_exec_runs_is_a_job_that_can_be_stopped() {
    for shell in shells::all() {
        let home = Home::new();
        let mut terminal = home.terminal(&shell);
        terminal.line("awsp exec dev -- sh -c 'echo star''ted; kill -TSTP $$; echo contin''ued'");
        terminal.expect("started\r\n");
        terminal.expect("READY> ");
        terminal.line("fg");
        terminal.expect("continued\r\n");
    }
}
