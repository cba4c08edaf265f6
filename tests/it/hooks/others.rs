//! Hooks, traps, aliases and options of the user: they work as they do without awsp, and awsp
//! works beside them.

use crate::shells::{self, Kind};
use crate::start_up::{
    DEV, LOGIN, again, aws, base, enter, is_new, line, logged_in, program, ready, shell as start,
    text, zsh,
};

#[test]
fn aliases_of_any_word_change_nothing() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        let words = "local return builtin command export unset typeset read now session code \
            name key all line word kind left";
        let alias = |start: &str| {
            words.split(' ').fold(String::new(), |out, word| {
                out + start + " " + word + "='boom " + word + "'\n"
            })
        };
        let before = match shell.kind {
            Kind::Bash => alias("alias"),
            Kind::Zsh => alias("alias -g"),
            Kind::Fish => "alias test2 'boom'".to_owned(),
        };
        let line = match shell.kind {
            Kind::Bash => "\\eval \"$(\\command awsp init bash)\"",
            Kind::Zsh => "'eval' \"$('command' awsp init zsh)\"",
            Kind::Fish => line(&shell),
        };
        let mut terminal = ready(
            &place,
            &shell,
            &format!("{}{before}\n{line}\n", base(&shell)),
        );
        let (printed, prompt) = enter(&mut terminal, "awsp dev");
        assert!(
            printed.contains("awsp: dev: acme-dev"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, DEV, "{shell}");
        let (printed, _) = enter(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains("aws ran with <s3 ls> as dev\r\n"),
            "{shell}: {printed}"
        );
        place.make_ended();
        let (printed, prompt) = enter(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains(LOGIN) && !printed.contains("boom"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, DEV, "{shell}");
    }
}

#[test]
fn an_alias_of_an_older_tool_gives_way() {
    for shell in shells::all() {
        let place = logged_in();
        let alias = shell.pick("alias awsp='source _awsp'", "alias awsp 'echo old'");
        let mut terminal = ready(&place, &shell, &text(&shell, alias));
        assert_eq!(enter(&mut terminal, "awsp dev").1, DEV, "{shell}");
    }
}

#[test]
fn a_trap_for_err_is_set_off_by_no_prompt_and_by_a_failed_command_once() {
    for shell in shells::bashes() {
        let place = logged_in();
        program(&place, "aws", "exit 3");
        let mut terminal = ready(
            &place,
            &shell,
            &text(&shell, "set -E; trap 'echo trapped' ERR"),
        );
        for line in ["awsp dev", "true", "awsp off", "awsp prod"] {
            let (printed, _) = enter(&mut terminal, line);
            assert!(!printed.contains("trapped"), "{shell}: {line}: {printed}");
        }
        let (printed, _) = enter(&mut terminal, "false");
        assert_eq!(printed.matches("trapped").count(), 1, "{shell}: {printed}");
        let (printed, _) = enter(&mut terminal, "echo \"=$?\"");
        assert!(
            printed.contains("=1\r\n") && !printed.contains("trapped"),
            "{shell}: {printed}"
        );
        // To bash 3.2 the function's `return` has failed as well.
        if is_new(&place, &shell) {
            let (printed, _) = enter(&mut terminal, "aws x; echo \"=$?\"");
            assert_eq!(printed.matches("trapped").count(), 1, "{shell}: {printed}");
            assert!(printed.contains("=3\r\n"), "{shell}: {printed}");
        }
    }
}

#[test]
fn status_and_pipestatus_are_what_they_are_without_awsp() {
    for shell in shells::all() {
        let before = match shell.kind {
            Kind::Bash => {
                "hook() { local all=\"$? ${PIPESTATUS[*]}\"; echo \"hook $all\"; }; \
                 PROMPT_COMMAND=hook"
            }
            Kind::Zsh => "precmd() { local all=\"$? $pipestatus\"; print -r -- \"hook $all\" }",
            Kind::Fish => {
                "function hook --on-event fish_prompt; set -l all \"$status $pipestatus\"; echo \
                 \"hook $all\"; end"
            }
        };
        let prompt = match shell.kind {
            Kind::Bash => "PS1='$? READY> '",
            Kind::Zsh => "PROMPT='%? READY> '",
            Kind::Fish => {
                "function fish_prompt; set -l all \"$status/$pipestatus\"; echo -n \"$all READY> \
                 \"; end"
            }
        };
        let place = logged_in();
        let bare = format!("{}{before}\n{prompt}\n", base(&shell));
        let shown = |awsp: bool| -> Vec<(String, String)> {
            let last = if awsp { line(&shell) } else { "" };
            let mut terminal = ready(&place, &shell, &format!("{bare}{last}\n"));
            let choose = shell.pick("export AWS_PROFILE=dev", "set -gx AWS_PROFILE dev");
            if awsp {
                enter(&mut terminal, choose);
            }
            [
                "true",
                "false",
                "sh -c 'exit 3' | true | sh -c 'exit 5'",
                "sh -c 'exit 9'",
            ]
            .map(|line| {
                let (printed, prompt) = enter(&mut terminal, line);
                (printed, prompt.replace(DEV, ""))
            })
            .into()
        };
        assert_eq!(shown(true), shown(false), "{shell}");
    }
}

#[test]
fn read_only_hooks_and_prompts_are_left_alone_in_silence() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let befores: &[&str] = match shell.kind {
            Kind::Bash => &[
                "readonly PROMPT_COMMAND=true",
                "readonly PS1",
                "readonly PROMPT_COMMAND",
            ],
            _ => &[],
        };
        for before in befores {
            let place = logged_in();
            let mut terminal = start(&place, &shell, &text(&shell, before), &[]);
            let seen = terminal.expect("READY> ");
            assert_eq!(seen, "", "{shell}: {before}");
            let (printed, _) = enter(&mut terminal, "awsp dev");
            assert_eq!(
                printed.matches("awsp:").count(),
                1,
                "{shell}: {before}: {printed}"
            );
            let (printed, _) = enter(&mut terminal, "printenv AWSP_PROMPT");
            assert_eq!(printed.trim(), "dev acme-dev", "{shell}: {before}");
        }
    }
}

#[test]
fn a_child_is_not_handed_a_hook_that_it_has_no_function_for() {
    for shell in shells::bashes() {
        let place = logged_in();
        let mut terminal = ready(
            &place,
            &shell,
            &text(&shell, "export PROMPT_COMMAND='history -a'"),
        );
        let child = format!("{} --norc --noprofile -i", shell.program.display());
        terminal.line(&format!("PS1='child READY> ' {child}"));
        let seen = terminal.expect("READY> ") + &enter(&mut terminal, "PS1='child READY> '").0;
        assert!(!seen.contains("not found"), "{shell}: {seen}");
    }
}

#[test]
fn options_of_zsh_change_nothing() {
    let shell = zsh();
    for option in [
        "setopt ignore_braces ignore_close_braces",
        "emulate sh",
        "emulate ksh; setopt prompt_percent",
        "setopt ksh_arrays sh_word_split no_unset err_return",
    ] {
        let place = logged_in();
        aws(&place);
        place.set_token("refreshToken", serde_json::Value::Null);
        let mut terminal = ready(
            &place,
            &shell,
            &text(&shell, &format!("{option}; unsetopt prompt_cr prompt_sp")),
        );
        enter(&mut terminal, "awsp dev");
        let (printed, _) = enter(&mut terminal, "printenv AWSP_PROMPT; aws s3 ls");
        assert!(
            printed.contains("dev acme-dev\r\naws ran with <s3 ls> as dev"),
            "{option}: {printed}"
        );
        place.set_token("expiresAt", place.time_in(600).into());
        enter(&mut terminal, "true");
        let (printed, _) = enter(&mut terminal, "printenv AWSP_PROMPT");
        let minutes = ["dev acme-dev 9m\r\n", "dev acme-dev 10m\r\n"];
        assert!(
            minutes.iter().any(|text| printed.contains(text)),
            "{option}: {printed}"
        );
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

/// A part of a pipeline cannot change the shell: the line says so.
#[test]
fn a_switch_in_a_subshell_is_reported_as_one() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        for line in ["(awsp dev)", "awsp dev | cat", "x=$(awsp dev)"] {
            let (printed, prompt) = enter(&mut terminal, line);
            assert!(
                printed.contains("in this subshell only"),
                "{shell}: {line}: {printed}"
            );
            assert_eq!(prompt, "", "{shell}: {line}");
        }
        let (printed, prompt) = enter(&mut terminal, "awsp dev");
        assert!(!printed.contains("subshell"), "{shell}: {printed}");
        assert_eq!(prompt, DEV, "{shell}");
    }
}

#[test]
fn a_theme_that_empties_psvar_keeps_the_segment() {
    let shell = zsh();
    let place = logged_in();
    let before = "precmd() { psvar=(a b); psvar[1]=c }";
    let mut terminal = ready(&place, &shell, &text(&shell, before));
    assert_eq!(enter(&mut terminal, "awsp dev").1, DEV);
    for _ in 0..3 {
        assert_eq!(enter(&mut terminal, "true").1, DEV);
    }
    assert_eq!(enter(&mut terminal, "awsp off").1, "");
    assert_eq!(enter(&mut terminal, "true").1, "");
}

#[test]
fn a_trap_of_zsh_for_failures_fires_for_the_users_only() {
    let shell = zsh();
    let place = logged_in();
    let mut terminal = ready(&place, &shell, &text(&shell, "trap 'print Z-fired' ZERR"));
    for line in ["awsp dev", "true", "awsp region us-east-1"] {
        let (printed, _) = enter(&mut terminal, line);
        assert!(!printed.contains("Z-fired"), "{line}: {printed}");
    }
    let (printed, _) = enter(&mut terminal, "false");
    assert_eq!(printed.matches("Z-fired").count(), 1, "{printed}");
}

/// Bash before 5.1 runs only the first element. What the others contain must not become part of it.
#[test]
fn hooks_that_an_old_bash_does_not_run_stay_where_they_are() {
    for shell in shells::bashes() {
        let place = logged_in();
        if is_new(&place, &shell) {
            continue;
        }
        let text = text(&shell, "") + "PROMPT_COMMAND+=(hook)\nhook() { echo ran; }\n";
        let mut terminal = ready(&place, &shell, &text);
        for _ in 0..2 {
            enter(&mut terminal, again(&shell));
        }
        let (printed, _) = enter(&mut terminal, "echo \"<${PROMPT_COMMAND[0]}>\"");
        assert!(!printed.contains("hook"), "{shell}: {printed}");
        assert!(!printed.contains("ran"), "{shell}: {printed}");
        assert_eq!(enter(&mut terminal, "awsp dev").1, DEV, "{shell}");
    }
}

#[test]
fn a_name_with_an_exclamation_mark_is_completed_in_any_quotes() {
    for shell in shells::bashes() {
        let place = logged_in();
        place.config(
            "[profile wow!now]\naws_access_key_id = A\naws_secret_access_key = s\n[profile \
             other]\n",
        );
        for quote in ["", "\"", "'"] {
            let mut terminal = ready(&place, &shell, &text(&shell, "set -H"));
            terminal.keys(&format!("awsp {quote}wo\t"));
            terminal.line("");
            terminal.expect("awsp: wow!now: static keys");
            let seen = terminal.expect("READY> ");
            assert!(
                !seen.contains("event not found"),
                "{shell}: {quote}: {seen}"
            );
        }
    }
}
