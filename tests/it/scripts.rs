//! The scripts as files: what linters say, what they leave in a shell, and what may stand in them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::fake::Home;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// Runs a command that must end well and say nothing.
#[track_caller]
fn silent(program: impl AsRef<OsStr>, args: &[&str], files: &[PathBuf]) {
    let program = program.as_ref();
    let output = Command::new(program)
        .args(args)
        .args(files)
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{}: {}: {said}",
        program.display(),
        output.status
    );
}

/// An interactive shell that runs this text and ends: all that it printed.
fn interactive(home: &Home, shell: &Shell, text: &str) -> String {
    let mut command = home.command(shell);
    command.args(["-i", "-c", text]);
    Terminal::spawn(command).end()
}

/// Options and aliases that somebody has, or that would break a careless script.
fn moods(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Bash => &[
            "set -eu -o pipefail -C; IFS=abcdefghijklmnopqrstuvwxyz",
            "set -f; shopt -u promptvars; unset PS1 PROMPT_COMMAND",
            "set -u; set -o posix",
            "PROMPT_COMMAND='history -a; # comment'",
            "shopt -s expand_aliases nullglob; \
             alias local=boom builtin=boom command=boom export=boom return=boom awsp=boom \
             declare=boom printf=boom unset=boom read=boom shopt=boom set=boom alias=boom \
             continue=boom complete=boom compopt=boom true=boom",
        ],
        Kind::Zsh => &[
            "setopt err_exit no_unset pipe_fail no_clobber; IFS=abcdefghijklmnopqrstuvwxyz",
            "setopt ksh_arrays sh_word_split glob_subst",
            "setopt ksh_arrays err_return no_unset warn_create_global csh_junkie_loops",
            "setopt prompt_subst prompt_bang ksh_typeset rc_expand_param null_glob",
            "setopt ignore_braces ignore_close_braces posix_builtins posix_identifiers",
            "setopt sh_glob ksh_glob no_nomatch no_equals",
            "setopt all_export auto_name_dirs typeset_silent interactive_comments",
            "emulate sh",
            "emulate ksh; unset PROMPT",
            "alias local=boom builtin=boom command=boom export=boom return=boom awsp=boom \
             typeset=boom emulate=boom unset=boom \
             continue=boom read=boom shift=boom compadd=boom compdef=boom true=boom setopt=boom",
        ],
        Kind::Fish => &[
            "",
            "set -g IFS abc",
            "alias awsp 'echo boom'; set -g AWS_PROFILE",
        ],
    }
}

#[test]
fn each_shell_can_read_its_files() {
    for shell in shells::all() {
        for file in shell.files() {
            silent(&shell.program, &["-n"], &[file]);
        }
    }
}

#[test]
fn linters_have_nothing_to_say() {
    let bash = shells::bashes().swap_remove(0).files();
    silent("shellcheck", &["--enable=all"], &bash);
    silent("shfmt", &["-i", "4", "-ci", "-d"], &bash);
    silent(
        "fish_indent",
        &["--check"],
        &shells::all().pop().unwrap().files(),
    );
}

#[test]
fn loading_is_silent_in_every_mood() {
    for shell in shells::all() {
        for mood in moods(shell.kind) {
            let home = Home::new();
            home.write("init", &shell.init(&[]));
            let ways = match shell.kind {
                // In bash 3.2 `source <(…)` does nothing, so nothing promises it.
                Kind::Bash => ["\\builtin eval \"$(cat init)\"", ". ./init"],
                Kind::Zsh => ["'builtin' 'eval' \"$(cat init)\"", ". ./init"],
                Kind::Fish => ["cat init | source", "source init"],
            };
            for way in ways {
                let text = format!("{mood}\n{way}\n{way}\nawsp args works");
                assert_eq!(
                    interactive(&home, &shell, &text),
                    "<works>\r\n",
                    "{shell}: {mood}: {way}"
                );
                let output = home.output(&shell, &text);
                let said = String::from_utf8_lossy(&output.stdout)
                    + String::from_utf8_lossy(&output.stderr);
                assert_eq!(said, "<works>\n", "{shell}: {mood}: {way}, in a script");
            }
        }
    }
}

#[test]
fn nothing_in_the_users_file_is_skipped_after_it() {
    for shell in shells::all() {
        let home = Home::new();
        home.write("init", &shell.init(&[]));
        home.write(
            "rc",
            shell.pick(
                "eval \"$(cat init)\"\necho after",
                "cat init | source\necho after",
            ),
        );
        assert_eq!(
            String::from_utf8_lossy(&home.output(&shell, ". ./rc").stdout),
            "after\n",
            "{shell}"
        );
    }
}

/// True for a name that is awsp's, or that the shell makes itself: by matching, by running a hook,
/// by loading one of its own functions.
fn is_expected(shell: &Shell, name: &str) -> bool {
    let own = [
        "awsp",
        "_awsp",
        "AWS_PROFILE",
        "BASH_REMATCH",
        "PROMPT_COMMAND",
        "precmd_functions",
        "psvar",
        "fish_prompt",
    ];
    // fish loads what its own prompt needs when that is copied.
    let is_fishs = name.starts_with("fish_") || name.starts_with("__fish_") || name == "prompt_pwd";
    name.starts_with("__awsp")
        || name.starts_with("AWSP_")
        || own.contains(&name)
        || shell.kind == Kind::Fish && is_fishs
}

#[test]
fn only_names_of_its_own_are_added() {
    for shell in shells::all() {
        let home = Home::new();
        home.write("init", &shell.init(&[]));
        let names = match shell.kind {
            Kind::Bash => "compgen -v; compgen -A function; compgen -a",
            Kind::Zsh => "print -l -- ${(k)parameters} ${(k)functions} ${(k)aliases}",
            Kind::Fish => "set -n; functions -a -n | string split ', '",
        };
        let text = format!(
            "{names} >before; {names} >before\n. ./init\nexport AWS_PROFILE=dev; __awsp_precmd; \
             awsp send AWS_X=1; awsp send '~'; {names} >after"
        );
        let text = match shell.kind {
            Kind::Fish => format!(
                "begin; {names}; end >before; . ./init; set -gx AWS_PROFILE dev; __awsp_precmd; \
                 awsp send AWS_X=1; awsp send '~'; begin; {names}; end >after"
            ),
            Kind::Bash | Kind::Zsh => text.replace(names, &format!("{{ {names}; }}")),
        };
        interactive(&home, &shell, &text);
        let read = |name| -> BTreeSet<String> {
            fs::read_to_string(home.path(name))
                .unwrap()
                .split_whitespace()
                .map(str::to_owned)
                .collect()
        };
        let (before, after) = (read("before"), read("after"));
        assert!(after.contains("__awsp"), "{shell}: {after:?}");
        let foreign: Vec<_> = after
            .difference(&before)
            .filter(|name| !is_expected(&shell, name))
            .collect();
        assert!(foreign.is_empty(), "{shell}: {foreign:?}");
        assert!(
            before
                .difference(&after)
                .all(|name| name.starts_with("__awsp")),
            "{shell}: gone"
        );
    }
}

#[test]
fn loaded_twice_it_is_there_once() {
    for shell in shells::all() {
        let home = Home::new();
        home.write("init", &shell.init(&[]));
        let (show, want) = match shell.kind {
            Kind::Bash => (
                "__awsp_precmd; __awsp_precmd; printf '%s\\n' \"${PROMPT_COMMAND[@]}\" \"$PS1\" | \
                 grep -c -e __awsp_precmd -e AWSP_PROMPT",
                "2",
            ),
            Kind::Zsh => (
                "__awsp_precmd; __awsp_precmd; print -l -- $precmd_functions ${(s:%(91V:)PROMPT} | \
                 grep -c -e __awsp_precmd -e %91v",
                "2",
            ),
            Kind::Fish => (
                "__awsp_precmd; fish_prompt >/dev/null; __awsp_precmd; functions -a | string split \
                 ', ' | grep -c __awsp_prompt_",
                "1",
            ),
        };
        let said = interactive(
            &home,
            &shell,
            &format!(". ./init; . ./init\nexport AWS_PROFILE=dev; {show}"),
        );
        assert_eq!(said.trim_end(), want, "{shell}");
    }
}

#[test]
fn a_start_up_file_that_is_read_again_leaves_each_hook_there_once() {
    for shell in shells::bashes() {
        let home = Home::new();
        home.write("init", &shell.init(&[]));
        home.write("rc", "other() { :; }\nPROMPT_COMMAND=other\n. ./init\n");
        let text = ". ./rc; . ./rc; printf '%s\\n' \"${PROMPT_COMMAND[@]}\"";
        let said = interactive(&home, &shell, text);
        let hooks: Vec<_> = said.lines().map(str::trim).collect();
        assert_eq!(hooks, ["other", "__awsp_precmd"], "{shell}: {said}");
    }
}

#[test]
fn another_hooks_own_status_and_text_are_kept() {
    for shell in shells::bashes() {
        let home = Home::new();
        let before = "other() { echo \"saw-$?\"; }; PROMPT_COMMAND='other; # with a comment'";
        let mut terminal = home.terminal_with(&shell, &[], before, |_| {});
        terminal.line("(exit 4)");
        terminal.expect("saw-4\r\n");
        terminal.expect("READY> ");
    }
}

#[test]
fn with_bash_preexec_only_what_is_typed_is_taken_for_typed() {
    let preexec = include_str!("frameworks/preexec.bash");
    for shell in shells::bashes() {
        let home = Home::new();
        let before = format!(
            "PROMPT_COMMAND='history -a'\n{preexec}\npreexec_functions=(seen); seen() {{ echo \
             \"saw <$1>\"; }}"
        );
        let mut terminal = home.terminal_with(&shell, &[], &before, |_| {});
        terminal.run("export AWS_PROFILE=dev");
        terminal.expect("(dev 111122223333) READY> ");
        terminal.line("true typed");
        let seen = terminal.expect("(dev 111122223333) READY> ");
        assert_eq!(seen.matches("saw <").count(), 1, "{shell}: {seen}");
        assert!(seen.contains("saw <true typed>"), "{shell}: {seen}");
    }
}

#[test]
fn an_alias_or_a_function_of_the_same_name_gives_way() {
    for shell in shells::all() {
        let home = Home::new();
        for mine in ["awsp", "aw"] {
            let before = shell.pick(
                "shopt -s expand_aliases 2>/dev/null; alias awsp='echo old' aw='echo old'",
                "alias awsp 'echo old'; alias aw 'echo old'",
            );
            home.write("init", &shell.init(&["--cmd", mine]));
            let text = format!("{before}\n. ./init\n{mine} args 'a b'");
            assert_eq!(
                interactive(&home, &shell, &text),
                "<a b>\r\n",
                "{shell}: {mine}"
            );
        }
    }
}

#[test]
fn nothing_dangerous_stands_in_them() {
    let forbidden = [
        "eval",
        "trap",
        "exit",
        "DEBUG",
        "PS0",
        "source",
        "mapfile",
        "declare -g",
        "local -n",
        "${!",
        "export PROMPT_COMMAND",
    ];
    let known = [
        // This indirection reads a name that was checked, or that bash itself lists.
        "${!1}",
        "${!1+set}",
        "${!name}",
        "${!AWS*}",
        "${!GRANTED_*}",
        // Where a trap of the user's stands, nothing is set; what is set, is taken back.
        "builtin trap -p INT",
        "zshexit",
        "trap : INT",
        "local_traps",
        "builtin trap - INT",
        // What the program itself prints.
        "builtin eval \"${text}\"",
        "&& eval \"${text}\"",
        "$text | source",
        // zsh's words for where the code is run from.
        "zsh_eval_context",
        "(trap|sched|style|stty)",
    ];
    for shell in shells::all() {
        for file in shell.files() {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in (1..).zip(text.lines()) {
                let code = line.trim_start();
                if code.starts_with('#') {
                    continue;
                }
                let code = known
                    .iter()
                    .fold(code.to_owned(), |code, known| code.replace(known, ""));
                for word in forbidden {
                    assert!(
                        !code.contains(word),
                        "{}:{number}: {word}: {code}",
                        file.display()
                    );
                }
            }
        }
    }
}
