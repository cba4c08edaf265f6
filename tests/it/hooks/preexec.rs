//! What changes hooks and prompts behind awsp's line: frameworks that come while the rest waits,
//! and commands of the same line.

use crate::shells;
use crate::start_up::{DEV, LOGIN, again, aws, enter, logged_in, program, ready, text};

/// It takes what runs behind its own part of PROMPT_COMMAND for typed.
const PREEXEC: &str = include_str!("../frameworks/preexec.bash");

/// Starship draws the prompt behind the hook that it found, and before all others.
const STARSHIP: &str = "starship_precmd() { eval \"${STARSHIP_PROMPT_COMMAND-}\"; \
    PS1=\"${AWSP_PROMPT:+($AWSP_PROMPT) }READY> \"; }\n\
    STARSHIP_PROMPT_COMMAND=${PROMPT_COMMAND-}; PROMPT_COMMAND=starship_precmd";

#[test]
fn bash_preexec_sees_each_typed_line_once_from_the_first_on() {
    // Until 0.4 it knew PROMPT_COMMAND only as a text.
    let old = PREEXEC.replace(">= 501", ">= 9999");
    assert_ne!(old, PREEXEC);
    for shell in shells::bashes() {
        for script in [PREEXEC, &old] {
            let hook = "preexec_functions=(seen); seen() { echo \"saw <$1>\"; }";
            let theirs = format!("PROMPT_COMMAND='history -a'\n{script}\n{hook}\n");
            for file in [
                text(&shell, &theirs),
                format!("{}{theirs}", text(&shell, "")),
            ] {
                let place = logged_in();
                let mut terminal = ready(&place, &shell, &file);
                for line in ["true one", "true two", "awsp dev", "true three"] {
                    let (printed, prompt) = enter(&mut terminal, line);
                    // What begins the line of the prompt was printed when it was drawn.
                    let seen = format!("{printed}{prompt}");
                    assert_eq!(seen.matches("saw <").count(), 1, "{shell}: {file}: {seen}");
                    assert!(
                        seen.contains(&format!("saw <{line}>")),
                        "{shell}: {file}: {seen}"
                    );
                }
            }
        }
    }
}

#[test]
fn starship_shows_the_first_profile_at_once() {
    for shell in shells::bashes() {
        let place = logged_in();
        let file = format!("{}{STARSHIP}\n", text(&shell, ""));
        let mut terminal = ready(&place, &shell, &file);
        let (_, prompt) = enter(&mut terminal, "export AWS_PROFILE=dev");
        assert_eq!(prompt, DEV, "{shell}");
        let (_, prompt) = enter(&mut terminal, "unset AWS_PROFILE");
        assert_eq!(prompt, "", "{shell}");
    }
}

/// Before 5.1 it becomes arguments of the hook.
#[test]
fn a_text_that_is_put_right_behind_the_hook_runs() {
    for shell in shells::bashes() {
        let place = logged_in();
        let file = format!("{}PROMPT_COMMAND+='echo added'\n", text(&shell, ""));
        let mut terminal = ready(&place, &shell, &file);
        for _ in 0..2 {
            let (printed, _) = enter(&mut terminal, "true");
            assert_eq!(
                printed.matches("added\r\n").count(),
                1,
                "{shell}: {printed}"
            );
        }
    }
}

/// A look before a command is not the prompt's: what that has to do is still done.
#[test]
fn what_changes_before_a_command_of_the_same_line_is_seen_by_the_prompt() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        let again = again(&shell);
        let line = format!("{again}; awsp dev; {again}; aws x");
        enter(&mut terminal, &line);
        let (_, prompt) = enter(&mut terminal, "true");
        assert_eq!(prompt, DEV, "{shell}");
        // A tool that comes onto the path.
        program(&place, "terraform", "echo terraform ran");
        enter(&mut terminal, "mkdir ~/other; mv ~/bin/terraform ~/other/");
        let path = shell.pick("PATH=~/other:$PATH", "set -gx PATH ~/other $PATH");
        enter(&mut terminal, &format!("{path}; aws x"));
        place.make_ended();
        let (printed, _) = enter(&mut terminal, "terraform plan");
        assert!(
            printed.contains(LOGIN) && printed.contains("terraform ran"),
            "{shell}: {printed}"
        );
    }
}

/// Before 5.1, in POSIX mode, what is set before a function stays set.
#[test]
fn posix_mode_that_begins_before_a_command_of_the_same_line_is_seen() {
    for shell in shells::bashes() {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        enter(&mut terminal, "set -o posix; aws x");
        let (printed, _) = enter(&mut terminal, "type -t aws");
        assert!(printed.contains("file"), "{shell}: {printed}");
    }
}
