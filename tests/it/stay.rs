//! Switches for a time, in real shells: back at the next prompt, with nothing started to notice it.

use std::fs;

use crate::place::{AWSP, Place};
use crate::promises::{open_with, type_line};
use crate::pty::Terminal;
use crate::recipes::program;
use crate::shells::{self, Shell};

/// A shell with a good session, where each run of awsp leaves a line in `~/runs`, and `aws` is a
/// stand-in.
fn open(shell: &Shell, settings: &str) -> (Place, Terminal) {
    let place = Place::new();
    place.log_in();
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(place.path(".config/awsp/config.toml"), settings).unwrap();
    let noted = format!("#!/bin/sh\necho \"$1\" >>~/runs\nexec '{AWSP}' \"$@\"\n");
    program(&place, "awsp", &noted);
    program(
        &place,
        "aws",
        "#!/bin/sh\necho \"aws ran as $AWS_PROFILE\"\n",
    );
    let path = shell.pick("PATH=~/bin:$PATH\n", "set -gx PATH ~/bin $PATH\n");
    let terminal = open_with(&place, shell, &[], path, "");
    (place, terminal)
}

/// What awsp was run for since the last look.
fn runs(place: &Place) -> String {
    let runs = fs::read_to_string(place.path("runs")).unwrap_or_default();
    let _ = fs::remove_file(place.path("runs"));
    runs
}

/// The line that moves the stay's begin and end, in seconds since 1970.
fn moved(shell: &Shell, times: &str) -> String {
    shell
        .pick("export AWSP_STAY='TIMES'", "set -gx AWSP_STAY 'TIMES'")
        .replace("TIMES", times)
}

/// Long over, and a clock that was set back since.
const ENDS: [&str; 2] = ["1 2", "9999999990 9999999999"];

#[test]
fn the_prompt_counts_the_minutes_and_is_back_when_they_are_over() {
    for shell in shells::all() {
        for end in ENDS {
            let (place, mut terminal) = open(&shell, "");
            type_line(&mut terminal, "awsp dev");
            let (printed, prompt) = type_line(&mut terminal, "awsp prod --for 90m");
            assert!(
                printed.contains("; for 1h30m, then back to dev\r\n"),
                "{shell}: {printed}"
            );
            assert_eq!(prompt, "(prod acme-prod 90m) ", "{shell}");
            runs(&place);
            for _ in 0..3 {
                let (_, prompt) = type_line(&mut terminal, "");
                assert_eq!(prompt, "(prod acme-prod 90m) ", "{shell}");
            }
            assert_eq!(runs(&place), "", "{shell}: no process draws it");
            let (_, prompt) = type_line(&mut terminal, &moved(&shell, end));
            assert_eq!(prompt, "(dev acme-dev) ", "{shell} {end}");
            // Nothing notices the end; what dev looks like is asked for once.
            let after = runs(&place);
            assert!(["", "__prompt\n"].contains(&after.as_str()), "{after}");
            let (printed, _) = type_line(&mut terminal, "aws s3 ls; env | grep -c ^AWSP_STAY");
            assert!(
                printed.contains("aws ran as dev") && printed.contains("\n0\r\n"),
                "{shell}: {printed}"
            );
            assert_eq!(type_line(&mut terminal, "awsp off").1, "", "{shell}");
        }
    }
}

#[test]
fn without_a_profile_before_the_shell_is_as_before_the_first_switch() {
    for shell in shells::all() {
        let (_place, mut terminal) = open(&shell, "");
        type_line(
            &mut terminal,
            shell.pick(
                "export AWS_REGION=us-east-1",
                "set -gx AWS_REGION us-east-1",
            ),
        );
        let (printed, prompt) = type_line(&mut terminal, "awsp prod --for 2h");
        assert!(
            printed.contains("for 2h, then as before the first switch"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "(prod acme-prod 120m) ", "{shell}");
        let (_, prompt) = type_line(&mut terminal, &moved(&shell, ENDS[0]));
        assert_eq!(prompt, "", "{shell}");
        let (printed, _) = type_line(&mut terminal, "echo \"<$AWS_PROFILE-$AWS_REGION>\"");
        assert!(printed.contains("<-us-east-1>"), "{shell}: {printed}");
    }
}

#[test]
fn a_command_is_stopped_when_the_time_is_over_and_one_that_runs_goes_on() {
    for shell in shells::all() {
        let (_place, mut terminal) =
            open(&shell, "[[rule]]\nprofiles = \"prod\"\nstay = \"30m\"\n");
        type_line(&mut terminal, "awsp dev");
        let (_, prompt) = type_line(&mut terminal, "awsp prod --for 3h");
        assert_eq!(
            prompt, "(prod acme-prod 30m) ",
            "{shell}: the rule's, at most"
        );
        let (printed, _) = type_line(&mut terminal, "aws s3 ls");
        assert!(printed.contains("aws ran as prod"), "{shell}: {printed}");
        let status = shell.pick("echo \"=$?\"", "echo \"=$status\"");
        let line = format!("{}; aws s3 ls; {status}", moved(&shell, ENDS[0]));
        let (printed, prompt) = type_line(&mut terminal, &line);
        assert!(
            printed.contains("awsp: the time in `prod` is over: `aws` was not run")
                && printed.contains("=5")
                && !printed.contains("aws ran"),
            "{shell}: {printed}"
        );
        assert_eq!(printed.matches("awsp:").count(), 1, "{shell}: {printed}");
        assert_eq!(prompt, "(dev acme-dev) ", "{shell}");
        // What runs already is left alone.
        type_line(&mut terminal, "awsp prod");
        let line = format!("sh -c 'echo on; echo and on'; {}", moved(&shell, ENDS[0]));
        let (printed, prompt) = type_line(&mut terminal, &line);
        assert!(printed.contains("and on"), "{shell}: {printed}");
        assert_eq!(prompt, "(dev acme-dev) ", "{shell}");
    }
}

#[test]
fn a_switch_by_hand_lets_the_stay_sleep() {
    for shell in shells::all() {
        let (_place, mut terminal) = open(&shell, "");
        type_line(&mut terminal, "awsp dev");
        type_line(&mut terminal, "awsp prod --for 1h");
        let by_hand = shell.pick("export AWS_PROFILE=staging", "set -gx AWS_PROFILE staging");
        assert_eq!(
            type_line(&mut terminal, by_hand).1,
            "(staging acme-staging) ",
            "{shell}"
        );
        let (_, prompt) = type_line(&mut terminal, &moved(&shell, ENDS[0]));
        assert_eq!(prompt, "(staging acme-staging) ", "{shell}");
        // A switch without a time ends it.
        let (_, prompt) = type_line(&mut terminal, "awsp prod");
        assert_eq!(prompt, "(prod acme-prod) ", "{shell}");
    }
}
