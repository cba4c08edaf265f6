//! The integration among the hooks, traps, options and aliases that people have.

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
                "added() { echo added; PS1='READY> '; }; PROMPT_COMMAND=\"${PROMPT_COMMAND:+$PROMPT_COMMAND;}added\"",
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
    let wrap = "functions -c fish_prompt _old_fish_prompt; function fish_prompt; echo -n '[venv] '; _old_fish_prompt; end";
    let leave = "functions -e fish_prompt; functions -c _old_fish_prompt fish_prompt; functions -e _old_fish_prompt";
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
    // What is saved of it does no harm in a later shell.
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
                "set -gx AWS_PROFILE vendor; function keep --on-variable AWS_PROFILE; test $AWS_PROFILE = vendor; or set -gx AWS_PROFILE vendor; end",
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
fn after_ctrl_c_at_a_login_the_shell_lives_and_the_status_is_130() {
    // What direnv's hook does before each prompt.
    let direnv = "_direnv_hook() { local code=$?; trap -- '' SIGINT; trap - SIGINT; return $code; }; PROMPT_COMMAND=_direnv_hook";
    let status = |shell: &Shell| shell.pick("echo \"=$?\"", "echo \"=$status\"").to_owned();
    for shell in shells::all() {
        let befores: &[&str] = match shell.kind {
            Kind::Bash => &["", direnv, "trap 'echo mine' INT"],
            _ => &[""],
        };
        for before in befores {
            let place = Place::new();
            aws(&place);
            place
                .center
                .with(|state| state.options.approve_after = None);
            let mut terminal = ready(&place, &shell, &text(&shell, before));
            for line in ["awsp dev", "aws --profile dev s3 ls"] {
                terminal.line(line);
                terminal.expect("waiting for the approval");
                terminal.keys("\x03");
                terminal.expect("READY> ");
                let (printed, _) = enter(&mut terminal, &status(&shell));
                // With a trap of the user's own, old bash forgets it.
                let is_old = before.contains("mine") && !is_new(&place, &shell);
                assert!(
                    is_old || printed.contains("=130\r\n"),
                    "{shell}: {before}: {line}: {printed}"
                );
            }
            let (printed, _) = enter(&mut terminal, shell.pick("trap", "true"));
            assert_eq!(
                printed.contains("mine"),
                before.contains("mine"),
                "{shell}: {printed}"
            );
            assert!(!printed.contains("':'"), "{shell}: {printed}");
        }
    }
}

#[test]
fn aliases_of_any_word_change_nothing() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        let words = "local return builtin command export unset typeset read now session code name key all line word kind left";
        let before = match shell.kind {
            Kind::Bash => format!("for word in {words}; do alias $word=\"boom $word\"; done"),
            Kind::Zsh => format!("for word in {words}; do alias -g $word=\"boom $word\"; done"),
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
fn a_trap_for_err_is_set_off_by_no_prompt() {
    for shell in shells::bashes() {
        let place = logged_in();
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
    }
}

#[test]
fn status_and_pipestatus_are_what_they_are_without_awsp() {
    for shell in shells::all() {
        let before = match shell.kind {
            Kind::Bash => {
                "hook() { local all=\"$? ${PIPESTATUS[*]}\"; echo \"hook $all\"; }; PROMPT_COMMAND=hook"
            }
            Kind::Zsh => "precmd() { local all=\"$? $pipestatus\"; print -r -- \"hook $all\" }",
            Kind::Fish => {
                "function hook --on-event fish_prompt; set -l all \"$status $pipestatus\"; echo \"hook $all\"; end"
            }
        };
        let prompt = match shell.kind {
            Kind::Bash => "PS1='$? READY> '",
            Kind::Zsh => "PROMPT='%? READY> '",
            Kind::Fish => {
                "function fish_prompt; set -l all \"$status/$pipestatus\"; echo -n \"$all READY> \"; end"
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
fn hooks_and_traps_that_run_aws_log_nobody_in() {
    for shell in shells::all() {
        let befores: &[&str] = match shell.kind {
            Kind::Bash => &[
                "PROMPT_COMMAND='aws hook >/dev/null'",
                "look() { aws hook >/dev/null; }; PROMPT_COMMAND=\"look${PROMPT_COMMAND:+; $PROMPT_COMMAND}\"",
                "look() { aws hook >/dev/null; }; trap look DEBUG",
                "trap 'aws trapped >/dev/null' ERR; trap 'aws trapped' EXIT",
            ],
            Kind::Zsh => &[
                "precmd() { aws hook >/dev/null }; preexec() { aws hook >/dev/null }",
                "look() { aws hook >/dev/null }; chpwd_functions=(look); zshexit_functions=(look)",
                "TRAPEXIT() { aws trapped }; zshexit() { aws trapped }",
                "trap 'aws trapped' EXIT; trap 'aws trapped' ZERR",
            ],
            Kind::Fish => &[
                "function look --on-event fish_prompt; aws hook >/dev/null; end",
                "function look --on-event fish_exit; aws hook; end; function cd_look --on-variable PWD; aws hook; end",
            ],
        };
        for before in befores {
            let place = logged_in();
            aws(&place);
            let text = text(&shell, before);
            let mut terminal = ready(&place, &shell, &text);
            enter(&mut terminal, "awsp dev");
            place.make_ended();
            place.center.with(|state| state.logins = 0);
            let mut seen = String::new();
            for line in ["true", "false", again(&shell), "cd /", "false", "cd"] {
                seen += &enter(&mut terminal, line).0;
            }
            terminal.line("exit");
            seen += &terminal.end();
            assert!(!seen.contains(LOGIN), "{shell}: {before}: {seen}");
            assert_eq!(
                place.center.with(|state| state.logins),
                0,
                "{shell}: {before}"
            );
            // What is typed does, hooks or none.
            let mut terminal = ready(&place, &shell, &text);
            enter(&mut terminal, "awsp dev");
            place.make_ended();
            let (printed, _) = enter(&mut terminal, "aws s3 ls");
            assert!(printed.contains(LOGIN), "{shell}: {before}: {printed}");
        }
    }
}

#[test]
fn a_key_that_is_bound_to_a_command_logs_nobody_in() {
    for shell in shells::bashes() {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(
            &place,
            &shell,
            &text(&shell, "bind -x '\"\\C-g\": aws by-key'"),
        );
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        place.center.with(|state| state.logins = 0);
        terminal.keys("\x07");
        let seen = terminal.expect("aws ran with <by-key> as dev");
        assert!(!seen.contains(LOGIN), "{shell}: {seen}");
        assert_eq!(place.center.with(|state| state.logins), 0, "{shell}");
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
fn a_login_in_a_pipeline_stops_with_it_and_draws_nothing_from_the_background() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        place
            .center
            .with(|state| state.options.approve_after = None);
        terminal.line("aws s3 ls | cat");
        terminal.expect("waiting for the approval");
        terminal.keys("\x1a");
        terminal.expect("READY> ");
        let (printed, _) = enter(&mut terminal, "jobs; sleep 1.2; echo quiet");
        assert!(
            printed.to_lowercase().contains("stopped") || printed.contains("suspended"),
            "{shell}: {printed}"
        );
        assert!(!printed.contains("waiting"), "{shell}: {printed}");
        let (printed, _) = enter(&mut terminal, "kill %1; kill -CONT %1; wait; echo gone");
        assert!(!printed.contains("aws ran"), "{shell}: {printed}");
        let (printed, _) = enter(&mut terminal, "aws in-background & wait; echo done");
        assert!(
            printed.contains("aws ran with <in-background>") && !printed.contains("waiting"),
            "{shell}: {printed}"
        );
    }
}

#[test]
fn an_assignment_before_a_command_is_for_that_command_only() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        aws(&place);
        let mode = shell.pick(
            if shell.kind == Kind::Zsh {
                "setopt posix_builtins"
            } else {
                "set -o posix"
            },
            "",
        );
        for (before, typed) in [(mode, ""), ("", mode)] {
            if shell.kind == Kind::Zsh && before.is_empty() {
                // What is set later, zsh tells no function that has options of its own.
                continue;
            }
            let mut terminal = ready(&place, &shell, &text(&shell, before));
            enter(&mut terminal, typed);
            let (printed, prompt) = enter(&mut terminal, "AWS_PROFILE=prod aws x");
            assert!(
                printed.contains("aws ran with <x> as prod"),
                "{shell}: {printed}"
            );
            assert_eq!(prompt, "", "{shell}: {before}{typed}");
            let (printed, _) = enter(&mut terminal, "echo \"<${AWS_PROFILE-none}>\"");
            assert!(printed.contains("<none>"), "{shell}: {printed}");
        }
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

#[test]
fn a_tool_that_comes_onto_the_path_later_is_wrapped() {
    for shell in shells::all() {
        let place = logged_in();
        program(
            &place,
            "../later/terraform",
            "echo \"terraform ran with <$*>\"",
        );
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        enter(
            &mut terminal,
            shell.pick("export PATH=~/later:$PATH", "set -gx PATH ~/later $PATH"),
        );
        let (printed, _) = enter(&mut terminal, "terraform plan");
        assert!(
            printed.contains(LOGIN) && printed.contains("terraform ran with <plan>"),
            "{shell}: {printed}"
        );
    }
}

#[test]
fn a_login_that_was_refused_is_not_asked_for_again_by_the_same_line() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        place.make_ended();
        place
            .center
            .with(|state| state.options.approve_after = Some(Duration::ZERO));
        let before = place.center.count("StartDeviceAuthorization");
        // One line: Ctrl-C ends a whole loop in some shells, a login that is refused does not.
        let lines = shell.pick(
            "for i in 1 2 3; do aws turn-$i; done; aws end | cat",
            "for i in 1 2 3; aws turn-$i; end; aws end | cat",
        );
        place.center.with(|state| state.deny = true);
        let (printed, _) = enter(&mut terminal, lines);
        assert!(!printed.contains("aws ran"), "{shell}: {printed}");
        assert_eq!(
            place.center.count("StartDeviceAuthorization"),
            before + 1,
            "{shell}: {printed}"
        );
        place.center.with(|state| {
            state.deny = false;
            state.options.approve_after = Some(Duration::ZERO);
        });
        let (printed, _) = enter(&mut terminal, "aws next");
        assert!(
            printed.contains("aws ran with <next>"),
            "{shell}: {printed}"
        );
    }
}
