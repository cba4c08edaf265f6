//! What a person sees: the screens of commands, through a terminal emulator.

mod commands;
mod emulator;
mod homes;
mod picker;
mod tab;
mod waiting;
mod wizard;

use std::process::Command;

use emulator::Screen;
use homes::{empty, long, sample, wide};

use crate::golden;
use crate::place::Place;

/// The sizes that are promised.
const SIZES: [(u16, u16); 2] = [(24, 80), (12, 40)];

/// All that a command prints at a terminal of this size.
#[track_caller]
fn printed(place: &Place, arguments: &[&str], size: (u16, u16)) -> String {
    let mut command = place.awsp(arguments);
    command.env("AWS_PROFILE", "prod").env("SHELL", "/bin/bash");
    fits(command, size)
}

/// All that a program prints at a terminal of this size, which must not break a line for it. One
/// word that is too long for a line is broken all the same, and so is a command that is to be
/// pasted and has a line of its own.
#[track_caller]
fn fits(mut command: Command, (rows, columns): (u16, u16)) -> String {
    command.env("TERM", "xterm-256color");
    let what = format!("{command:?}");
    let screen = Screen::of(command, rows, columns).ended();
    let text = screen.text();
    let lines: Vec<&str> = text.lines().collect();
    let may_break = |line: usize| {
        let is_command = |line: &&str| line.ends_with("hint:") || line.ends_with("fix:");
        !lines[line].trim().contains(' ')
            || line.checked_sub(1).is_some_and(|at| is_command(&lines[at]))
    };
    let broken: Vec<&str> = screen
        .broken()
        .into_iter()
        .filter(|&line| line < lines.len() && !may_break(line))
        .map(|line| lines[line])
        .collect();
    assert!(
        broken.is_empty(),
        "{what} at {columns} columns: {broken:?} in\n{text}"
    );
    text
}

/// The screens of a command in these homes, held word for word.
#[track_caller]
fn screens(of: &[(&str, Place, &[&str])]) {
    let mut texts = Vec::new();
    for (name, place, arguments) in of {
        for size in SIZES {
            let file = format!("screen/{name}-{}x{}.txt", size.1, size.0);
            texts.push((file, printed(place, arguments, size)));
        }
    }
    golden::are(
        texts
            .iter()
            .map(|(file, text)| (file.clone(), text.as_str())),
    );
}

#[test]
fn list_fits_the_terminal() {
    screens(&[
        ("list", sample(), &["list"]),
        ("list-long", long(), &["list"]),
        ("list-wide", wide(), &["list"]),
        ("list-empty", empty(), &["list"]),
    ]);
}

#[test]
fn status_fits_the_terminal() {
    screens(&[
        ("status", sample(), &["status"]),
        ("status-long", long(), &["status"]),
        ("status-empty", empty(), &["status"]),
    ]);
}

#[test]
fn show_fits_the_terminal() {
    screens(&[
        ("show", sample(), &["show"]),
        ("show-wide", wide(), &["show", "本番環境.管理者"]),
        ("show-empty", empty(), &["show"]),
    ]);
    let name = "acme-platform-production.BillingAndCostManagement";
    for size in SIZES {
        printed(&long(), &["show", name], size);
    }
}

#[test]
fn settings_fit_the_terminal() {
    screens(&[("settings", sample(), &["settings"])]);
}

#[test]
fn a_failure_fits_the_terminal() {
    screens(&[("failure", sample(), &["show", "prodd"])]);
}

/// Its findings depend on the machine: only the width is held.
#[test]
fn doctor_fits_the_terminal() {
    for place in [sample(), long(), wide(), empty()] {
        for size in SIZES {
            printed(&place, &["doctor"], size);
        }
    }
}

#[test]
fn the_diff_of_sync_fits_the_terminal() {
    let place = sample();
    for size in SIZES {
        let text = printed(&place, &["sync", "--dry-run"], size);
        assert!(text.contains("+[profile "), "{text}");
    }
    for place in [long(), wide()] {
        for size in SIZES {
            printed(&place, &["sync", "--dry-run"], size);
        }
    }
}
