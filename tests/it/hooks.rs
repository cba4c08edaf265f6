//! The integration among the hooks, traps, options and aliases that people have.

mod others;
mod typed;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::place::Place;
use crate::shells::{self, Kind, Shell};
use crate::start_up::{again, base, enter, line, ready, shell as start, text};

const DEV: &str = "(dev acme-dev) ";
const PROD: &str = "(prod acme-prod) ";
const LOGIN: &str = "awsp: logging in to acme";

fn logged_in() -> Place {
    let place = Place::new();
    place.log_in();
    place
}

/// Puts a program into the folder that is first on the path.
fn program(place: &Place, name: &str, text: &str) {
    let path = place.path("bin").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A stand-in for the AWS CLI.
fn aws(place: &Place) {
    program(
        place,
        "aws",
        "echo \"aws ran with <$*> as ${AWS_PROFILE-nobody}\"",
    );
}

fn zsh() -> Shell {
    shells::all()
        .into_iter()
        .find(|shell| shell.kind == Kind::Zsh)
        .unwrap()
}

/// True for a bash that runs every element of PROMPT_COMMAND.
fn is_new(place: &Place, shell: &Shell) -> bool {
    let mut command = place.program(shell.program.to_str().unwrap());
    let say = "echo $((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501))";
    place.done(command.args(["-c", say])).stdout == "1\n"
}

fn fish() -> Shell {
    shells::all().pop().unwrap()
}

/// `PS1='…'` and its like.
fn prompt_of(shell: &Shell, text: &str) -> String {
    match shell.kind {
        Kind::Bash => format!("PS1='{text}'"),
        Kind::Zsh => format!("PROMPT='{text}'"),
        Kind::Fish => format!("function fish_prompt; echo -n '{text}'; end"),
    }
}

#[test]
fn a_hook_that_is_lost_comes_back_with_the_next_switch() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        let preexec = include_str!("frameworks/preexec.bash");
        let before = match shell.kind {
            Kind::Bash => format!("PROMPT_COMMAND='history -a'\n{preexec}"),
            _ => "precmd_functions=()".to_owned(),
        };
        let mut terminal = ready(&place, &shell, &text(&shell, &before));
        assert_eq!(enter(&mut terminal, "awsp dev").1, DEV, "{shell}");
        assert_eq!(enter(&mut terminal, again(&shell)).1, DEV, "{shell}");
        assert_eq!(
            enter(&mut terminal, "awsp prod").1,
            PROD,
            "{shell}: read again"
        );
        assert_eq!(
            enter(&mut terminal, "awsp off").1,
            "",
            "{shell}: read again"
        );
        let reset = match shell.kind {
            Kind::Bash => "PROMPT_COMMAND=; unset PROMPT_COMMAND",
            _ => "precmd_functions=()",
        };
        enter(&mut terminal, reset);
        assert_eq!(enter(&mut terminal, "awsp prod").1, PROD, "{shell}: reset");
        assert_eq!(
            enter(&mut terminal, "export AWS_PROFILE=dev").1,
            DEV,
            "{shell}: and the hook is back"
        );
        enter(&mut terminal, reset);
        assert_eq!(
            enter(&mut terminal, "awsp off").1,
            "",
            "{shell}: reset again"
        );
    }
}

#[test]
fn a_prompt_that_is_made_before_each_prompt_has_the_segment_once() {
    for shell in shells::all() {
        let place = logged_in();
        let before = match shell.kind {
            Kind::Bash => "PROMPT_COMMAND='PS1=\"$((n += 1)) READY> \"'",
            Kind::Zsh => "precmd() { PROMPT=\"$((n += 1)) READY> \" }",
            Kind::Fish => "function fish_prompt; set -g n 1$n; echo -n \"$n READY> \"; end",
        };
        let mut terminal = ready(&place, &shell, &text(&shell, before));
        for (line, segment) in [
            ("awsp dev", DEV),
            ("true", DEV),
            ("awsp prod", PROD),
            ("awsp off", ""),
        ] {
            let (_, prompt) = enter(&mut terminal, line);
            let own = prompt
                .strip_prefix(segment)
                .unwrap_or_else(|| panic!("{shell}: {line}: {prompt}"));
            assert!(
                own.trim_end().bytes().all(|c| c.is_ascii_digit()),
                "{shell}: {prompt}"
            );
        }
    }
}

#[test]
fn a_prompt_that_is_set_later_has_the_segment() {
    for shell in shells::all() {
        let place = logged_in();
        let later = prompt_of(&shell, "later READY> ");
        let mut terminal = ready(&place, &shell, &format!("{}{later}\n", text(&shell, "")));
        assert_eq!(
            enter(&mut terminal, "awsp dev").1,
            format!("{DEV}later "),
            "{shell}"
        );
        assert_eq!(
            enter(&mut terminal, again(&shell)).1,
            format!("{DEV}later "),
            "{shell}"
        );
        // By hand: fish tells at the prompt after that a prompt was not drawn by awsp's function.
        enter(&mut terminal, &prompt_of(&shell, "third READY> "));
        assert_eq!(
            enter(&mut terminal, "true").1,
            format!("{DEV}third "),
            "{shell}"
        );
    }
}

#[test]
fn a_change_that_cannot_be_made_is_not_told() {
    for shell in shells::all() {
        let place = logged_in();
        let (fix, reason) = match shell.kind {
            Kind::Bash => (
                "readonly AWS_PROFILE=vendor",
                "it is read-only in this shell",
            ),
            Kind::Zsh => (
                "typeset -rx AWS_PROFILE=vendor",
                "it is read-only in this shell",
            ),
            Kind::Fish => (
                "set -gx AWS_PROFILE vendor; function keep --on-variable AWS_PROFILE; test \
                 $AWS_PROFILE = vendor; or set -gx AWS_PROFILE vendor; end",
                "this shell sets it back",
            ),
        };
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, fix);
        enter(&mut terminal, shell.pick("export AWS_PROFILE", "true"));
        let (printed, prompt) = enter(
            &mut terminal,
            shell.pick("awsp dev; echo \"=$?\"", "awsp dev; echo \"=$status\""),
        );
        assert!(
            printed.contains(&format!("awsp: cannot change AWS_PROFILE: {reason}\r\n")),
            "{shell}: {printed}"
        );
        assert!(
            printed.contains("=1\r\n") && !printed.contains("acme-dev"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "(vendor) ", "{shell}");
        let (printed, _) = enter(&mut terminal, "awsp region eu-north-1");
        assert!(
            printed.contains("awsp: region eu-north-1 in this shell"),
            "{shell}: {printed}"
        );
    }
}

#[test]
fn off_leaves_a_profile_that_the_shell_inherited() {
    for shell in shells::all() {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        for nested in [true, false] {
            let name = shell.program.display();
            let arguments = if shell.kind == Kind::Zsh { " -d" } else { "" };
            let command = if nested {
                format!("{name}{arguments}")
            } else {
                format!("exec {name}{arguments}")
            };
            assert_eq!(enter(&mut terminal, &command).1, DEV, "{shell}: inherited");
            enter(&mut terminal, "awsp region eu-north-1");
            let (printed, prompt) = enter(&mut terminal, "awsp off");
            assert!(
                printed.contains("awsp: left dev, which this shell had from before"),
                "{shell}: {printed}"
            );
            assert_eq!(prompt, "", "{shell}");
            let (printed, _) = enter(
                &mut terminal,
                "env | grep -c -e ^AWS_P -e ^AWS_S -e ^AWS_R -e ^AWS_D",
            );
            assert!(printed.contains("0\r\n"), "{shell}: {printed}");
            assert_eq!(enter(&mut terminal, "awsp -").1, DEV, "{shell}: and back");
            let (_, prompt) = enter(&mut terminal, "awsp off");
            assert_eq!(prompt, "", "{shell}: left for good");
            enter(&mut terminal, "awsp dev");
            if nested {
                enter(&mut terminal, "exit");
            }
        }
    }
}

#[test]
fn without_compinit_a_tab_completes_all_the_same() {
    let shell = zsh();
    let place = logged_in();
    let mut terminal = ready(&place, &shell, &text(&shell, ""));
    terminal.keys("awsp stag\t");
    let (_, prompt) = enter(&mut terminal, "");
    assert_eq!(prompt, "(staging acme-staging) ");
    terminal.keys("awsp login --ses\tac\t");
    let (printed, _) = enter(&mut terminal, "");
    assert!(printed.contains("acme"), "{printed}");
}
