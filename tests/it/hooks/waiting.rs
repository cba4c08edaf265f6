//! A new shell loads a small script. The first use of AWS loads the rest, once.

use std::collections::BTreeSet;
use std::fs;

use crate::place::{AWSP, Place};
use crate::pty::Terminal;
use crate::shells::{self, Shell};
use crate::start_up::{DEV, aws, enter, logged_in, program, ready, shell, text};

/// An `awsp` that notes how it is started.
fn noted(place: &Place) {
    let real = AWSP;
    program(
        place,
        "awsp",
        &format!("echo \"$*\" >>~/starts\nexec '{real}' \"$@\""),
    );
}

/// The starts since the last look.
fn starts(place: &Place) -> Vec<String> {
    let file = place.path("starts");
    let text = fs::read_to_string(&file).unwrap_or_default();
    let _ = fs::remove_file(file);
    text.lines().map(str::to_owned).collect()
}

fn set(shell: &Shell) -> &'static str {
    shell.pick("export AWS_PROFILE=dev", "set -gx AWS_PROFILE dev")
}

/// Fails if the shell or awsp complains.
#[track_caller]
fn no_complaint(shell: &Shell, printed: &str) {
    for word in ["awsp:", "rror", "not found", "nknown", "nonsense"] {
        assert!(!printed.contains(word), "{shell}: {printed}");
    }
}

/// Two prompts later.
fn later(terminal: &mut Terminal) {
    enter(terminal, "true");
    enter(terminal, "true");
}

#[test]
fn the_first_use_loads_the_rest_once() {
    for shell in shells::all() {
        let path = shell.pick("PATH=~/elsewhere:$PATH", "set -gx PATH ~/elsewhere $PATH");
        let uses = [
            ("awsp list --names", "list --names"),
            ("aws --profile dev s3 ls", ""),
            (set(&shell), "__prompt"),
            (path, ""),
        ];
        for (line, then) in uses {
            let place = logged_in();
            noted(&place);
            aws(&place);
            let mut terminal = ready(&place, &shell, &text(&shell, ""));
            later(&mut terminal);
            let init = format!("init {}", shell.name());
            assert_eq!(starts(&place), [init.as_str()], "{shell}: {line}");
            enter(&mut terminal, line);
            enter(&mut terminal, "true");
            let first = starts(&place);
            assert_eq!(
                first[0],
                format!("{init} --rest"),
                "{shell}: {line}: {first:?}"
            );
            assert!(
                first[1..].iter().all(|start| !start.starts_with("init")),
                "{first:?}"
            );
            assert!(
                first.iter().any(|start| start.ends_with(then)),
                "{shell}: {first:?}"
            );
            enter(&mut terminal, line);
            later(&mut terminal);
            let second = starts(&place);
            assert!(
                second.iter().all(|start| !start.starts_with("init")),
                "{shell}: {line}: {second:?}"
            );
            // All is there now.
            let (_, prompt) = enter(&mut terminal, "awsp dev");
            assert_eq!(prompt, DEV, "{shell}: {line}");
        }
    }
}

#[test]
fn the_first_tab_loads_the_rest() {
    for shell in shells::all() {
        let place = logged_in();
        noted(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        later(&mut terminal);
        terminal.keys("awsp show defa\t");
        terminal.expect("awsp show default");
        terminal.keys("\x15");
        let after = starts(&place);
        assert!(
            after.contains(&format!("init {} --rest", shell.name())),
            "{shell}: {after:?}"
        );
    }
}

#[test]
fn a_shell_that_begins_in_a_profile_has_all_at_once() {
    for of in shells::all() {
        let place = logged_in();
        noted(&place);
        let variables = [("AWS_PROFILE", "dev")];
        let mut terminal = shell(&place, &of, &text(&of, ""), &variables);
        let seen = terminal.expect("READY> ");
        assert!(seen.ends_with(DEV), "{of}: {seen}");
        later(&mut terminal);
        let all = starts(&place);
        assert_eq!(all, [&format!("init {}", of.name()), "__prompt"], "{of}");
    }
}

#[test]
fn without_the_program_a_waiting_shell_works_on() {
    for shell in shells::all() {
        let place = logged_in();
        noted(&place);
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        later(&mut terminal);
        for broken in ["exit 0", "exit 1", "echo nonsense; exit 3"] {
            program(&place, "awsp", broken);
            let (printed, _) = enter(&mut terminal, "aws s3 ls");
            assert!(
                printed.contains("aws ran with <s3 ls> as nobody"),
                "{shell}: {printed}"
            );
            no_complaint(&shell, &printed);
            let (printed, _) = enter(&mut terminal, "awsp dev");
            no_complaint(&shell, &printed);
        }
        fs::remove_file(place.path("bin/awsp")).unwrap();
        let (printed, _) = enter(&mut terminal, set(&shell));
        no_complaint(&shell, &printed);
        let (printed, _) = enter(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains("aws ran with <s3 ls> as dev"),
            "{shell}: {printed}"
        );
        no_complaint(&shell, &printed);
    }
}

/// What the hooks of the start look at is what decides who answers, in all shells and the program.
#[test]
fn whatever_says_who_answers_ends_the_wait() {
    let names = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let ours = words.filter(|word| {
            word.starts_with("AWS") && word.to_ascii_uppercase() == *word && *word != "AWSP"
        });
        ours.map(str::to_owned).collect()
    };
    // A region alone is nobody, and what awsp has left for a shell below is the program's to see.
    let others = ["AWS_REGION", "AWS_DEFAULT_REGION", "AWSP_PROMPT"];
    for shell in shells::all() {
        let [start, rest, _] = shell.files().map(|file| fs::read_to_string(file).unwrap());
        let start = names(&start);
        let hook = rest.split("__awsp_update()").next().unwrap();
        let hook = hook.split("function __awsp_update").next().unwrap();
        let hook = hook.rsplit("# ---- The state").next().unwrap();
        let mut wanted = names(hook);
        for other in others {
            wanted.remove(other);
        }
        assert_eq!(start, wanted, "{shell}");
        let place = Place::new();
        let whole = |name: &str| {
            let mut command = place.awsp(&["init", shell.name()]);
            place
                .done(command.env(name, "1"))
                .stdout
                .contains("__awsp_restore")
        };
        assert!(
            start.iter().all(|name| whole(name)) && whole("AWSP_PROMPT"),
            "{shell}"
        );
        assert!(!others[..2].iter().any(|name| whole(name)), "{shell}");
    }
}

#[test]
fn a_mistake_in_the_settings_is_told_once_by_the_first_use() {
    for shell in shells::all() {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        fs::create_dir_all(place.path(".config/awsp")).unwrap();
        fs::write(place.path(".config/awsp/config.toml"), "bogus = 1\n").unwrap();
        let (printed, _) = enter(&mut terminal, "awsp status");
        assert_eq!(
            printed.matches("unknown setting").count(),
            1,
            "{shell}: {printed}"
        );
    }
}
