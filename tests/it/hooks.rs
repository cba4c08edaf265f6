//! What is shown is true: the segment and the line of a switch, whatever others do to hooks and
//! prompts.

mod guarded;
mod others;
mod preexec;
mod questions;
mod waiting;
mod wrapped;

use std::fs;

use crate::shells::{self, Kind, Shell};
use crate::start_up::{
    DEV, PROD, again, base, enter, fish, is_new, line, logged_in, ready, shell as start, text,
};

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
        // fish notices only at the next prompt that this one was not drawn by awsp's function.
        enter(&mut terminal, &prompt_of(&shell, "third READY> "));
        assert_eq!(
            enter(&mut terminal, "true").1,
            format!("{DEV}third "),
            "{shell}"
        );
    }
}

#[test]
fn other_hooks_that_are_added_later_run_and_the_segment_stays() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        let after: &[&str] = match shell.kind {
            Kind::Bash => &[
                "PROMPT_COMMAND+='echo added'",
                "PROMPT_COMMAND+=$'\\necho added'",
                "PROMPT_COMMAND=\"${PROMPT_COMMAND:+$PROMPT_COMMAND; }echo added\"",
                "PROMPT_COMMAND=\"echo added${PROMPT_COMMAND:+; $PROMPT_COMMAND}\"",
                "PROMPT_COMMAND='echo added'",
                "added() { echo added; PS1='READY> '; }; \
                 PROMPT_COMMAND=\"${PROMPT_COMMAND:+$PROMPT_COMMAND;}added\"",
            ],
            _ => &["added() { echo added; PROMPT='READY> ' }; precmd_functions+=(added)"],
        };
        for after in after {
            let mut terminal = ready(&place, &shell, &format!("{}{after}\n", text(&shell, "")));
            enter(&mut terminal, "awsp dev");
            for line in ["true", "awsp dev", "true"] {
                let (printed, prompt) = enter(&mut terminal, line);
                assert_eq!(prompt, DEV, "{shell}: {after}: {line}");
                assert_eq!(
                    printed.matches("added\r\n").count(),
                    1,
                    "{shell}: {after}: {printed}"
                );
                assert!(
                    !printed.contains("not found"),
                    "{shell}: {after}: {printed}"
                );
            }
        }
    }
}

#[test]
fn prompts_of_others_that_wrap_each_other_end() {
    let shell = fish();
    let place = logged_in();
    // As conda and every virtual environment do it.
    let wrap = "functions -c fish_prompt _old_fish_prompt; function fish_prompt; echo -n '[venv] \
        '; _old_fish_prompt; end";
    let leave = "functions -e fish_prompt; functions -c _old_fish_prompt fish_prompt; functions \
        -e _old_fish_prompt";
    let own = base(&shell).replace("function fish_prompt; echo -n 'READY> '; end", "");
    let text = format!("{own}{}\n", line(&shell));
    place.config(&fs::read_to_string(place.path(".aws/config")).unwrap());
    let functions = place.path(".config/fish/functions");
    fs::create_dir_all(&functions).unwrap();
    fs::write(
        functions.join("fish_prompt.fish"),
        "function fish_prompt; echo -n 'READY> '; end\n",
    )
    .unwrap();
    let mut terminal = ready(&place, &shell, &text);
    assert_eq!(enter(&mut terminal, "awsp dev").1, DEV);
    let wrapped = format!("[venv] {DEV}");
    assert_eq!(enter(&mut terminal, wrap).1, wrapped);
    for _ in 0..3 {
        let (printed, prompt) = enter(&mut terminal, again(&shell));
        assert!(!printed.contains("fish_prompt"), "{printed}");
        assert_eq!(prompt.matches(DEV).count(), 1, "{prompt}");
        assert_eq!(prompt.matches("[venv] ").count(), 1, "{prompt}");
    }
    let (printed, prompt) = enter(&mut terminal, leave);
    assert!(!printed.contains("fish_prompt"), "{printed}");
    assert_eq!(prompt, DEV);
    // A saved copy of it does no harm in a later shell.
    enter(&mut terminal, "funcsave fish_prompt 2>/dev/null >/dev/null");
    drop(terminal);
    let mut terminal = start(&place, &shell, &text, &[]);
    let seen = terminal.run("echo on");
    assert!(seen.contains("> ") && !seen.contains("__awsp"), "{seen}");
    let mut terminal = start(&place, &shell, &own, &[]);
    let seen = terminal.run("echo on");
    assert!(
        seen.contains("> ") && !seen.contains("__awsp"),
        "without awsp: {seen}"
    );
}

#[test]
fn a_change_that_cannot_be_made_is_not_reported() {
    for shell in shells::all() {
        let place = logged_in();
        let (fix, look) = match shell.kind {
            Kind::Bash => ("readonly AWS_PROFILE=vendor", "declare -p"),
            Kind::Zsh => ("typeset -rx AWS_PROFILE=vendor", "typeset -p"),
            Kind::Fish => (
                "set -gx AWS_PROFILE vendor; function keep --on-variable AWS_PROFILE; test \
                 $AWS_PROFILE = vendor; or set -gx AWS_PROFILE vendor; end",
                "set -S",
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
            printed.contains(&format!(
                "awsp: cannot change AWS_PROFILE: this shell does not take it ({look} AWS_PROFILE)"
            )),
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
fn a_variable_that_cannot_be_cleared_keeps_the_shell_in_its_profile() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp prod");
        enter(&mut terminal, "typeset -rx AWS_SESSION_TOKEN=x");
        let (printed, prompt) = enter(&mut terminal, "awsp dev; echo \"=$?\"");
        assert!(
            printed.contains("awsp: cannot change AWS_SESSION_TOKEN: ") && printed.contains("=1"),
            "{shell}: {printed}"
        );
        // Bash 3.2 finds out only when it sets the variable.
        if shell.kind == Kind::Zsh || is_new(&place, &shell) {
            assert_eq!(prompt, PROD, "{shell}");
        }
    }
}

#[test]
fn a_value_that_the_shell_alters_is_not_reported_as_set() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        // bash 3.2 knows no `-u`.
        enter(&mut terminal, "typeset -i AWS_PROFILE");
        let (printed, _) = enter(&mut terminal, "awsp dev; echo \"=$?\"");
        assert!(
            printed.contains("awsp: cannot change AWS_PROFILE: ") && printed.contains("=1"),
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

/// What is set after the first switch is cleared by the next one, and comes back too.
#[test]
fn off_brings_back_keys_that_were_set_between_two_switches() {
    for shell in shells::all() {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        let keys = shell.pick(
            "export AWS_ACCESS_KEY_ID=AKIASECOND AWS_SECRET_ACCESS_KEY=x",
            "set -gx AWS_ACCESS_KEY_ID AKIASECOND; set -gx AWS_SECRET_ACCESS_KEY x",
        );
        enter(&mut terminal, keys);
        let (printed, _) = enter(&mut terminal, "awsp prod");
        assert!(
            printed.contains("cleared AWS_ACCESS_KEY_ID"),
            "{shell}: {printed}"
        );
        let (_, prompt) = enter(&mut terminal, "awsp off");
        assert_eq!(prompt, "(keys ****COND) ", "{shell}");
        let (printed, _) = enter(&mut terminal, "echo \"<$AWS_ACCESS_KEY_ID>\"");
        assert!(printed.contains("<AKIASECOND>"), "{shell}: {printed}");
        let (printed, prompt) = enter(&mut terminal, "awsp off");
        assert!(
            printed.contains("awsp: tools still use keys ****COND of the environment"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "(keys ****COND) ", "{shell}");
    }
}

/// Ctrl-C while the hook asks the program ends the hook in the middle.
#[test]
fn after_ctrl_c_in_the_hook_set_u_is_still_on() {
    for shell in shells::bashes() {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "set -u; awsp off");
        let slow = "[ ! -e ~/asked ] || exit 0\n: >~/asked\necho as''ked >/dev/tty\nexec sleep 60";
        crate::start_up::program(&place, "awsp", slow);
        terminal.line("export AWS_PROFILE=prod");
        terminal.expect("asked\r\n");
        terminal.keys("\x03");
        terminal.expect("READY> ");
        enter(&mut terminal, "true");
        let (printed, _) = enter(&mut terminal, "echo \"<$-\"");
        let flags = printed.rsplit('<').next().unwrap().lines().next().unwrap();
        assert!(flags.contains('u'), "{shell}: {printed}");
    }
}
