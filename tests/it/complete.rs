//! A real TAB in a real shell.

use std::path::Path;

use crate::fake::Home;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// What is typed, and the whole value that must reach the program.
const CANDIDATES: &[(&str, &str)] = &[
    ("de", "dev"),
    ("team:d", "team:dev"),
    ("\"team:d", "team:dev"),
    ("my", "my prod"),
    ("my\\ ", "my prod"),
    ("\"my p", "my prod"),
    ("'my p", "my prod"),
    ("quo", "quo'te"),
    ("dou", "dou\"ble"),
    ("\"dou", "dou\"ble"),
    ("do\\$", "do$lar"),
    ("\"do\\$", "do$lar"),
    ("st", "st*r"),
    ("ba", r"ba\ck"),
    ("per", "per%cent"),
    ("me@", "me@corp"),
    ("til", "til~de"),
    ("x=", "x=y"),
    ("\"(", "(p)"),
];

fn terminal(home: &Home, shell: &Shell) -> Terminal {
    terminal_with(home, shell, "", &[])
}

fn terminal_with(home: &Home, shell: &Shell, before: &str, options: &[&str]) -> Terminal {
    // -u and -D: no question about who owns the folders, and no dump file.
    let before = match shell.kind {
        Kind::Zsh => format!("autoload -Uz compinit; compinit -u -D; {before}"),
        Kind::Bash | Kind::Fish => before.to_owned(),
    };
    home.terminal_with(shell, options, &before, |_| {})
}

fn candidates(home: &Home) {
    let mut lines: Vec<_> = CANDIDATES
        .iter()
        .map(|(_, value)| format!("{value}\tWhat $(touch pwned) 100% it: is\n"))
        .collect();
    lines.dedup();
    home.write("candidates", &lines.concat());
}

/// Types, presses TAB and Enter, and returns what was printed up to the end of its command.
#[track_caller]
fn tab(terminal: &mut Terminal, typed: &str) -> String {
    terminal.keys(&format!("{typed}\t"));
    terminal.run("")
}

#[test]
fn what_is_chosen_arrives_as_it_is() {
    for shell in shells::all() {
        let home = Home::new();
        candidates(&home);
        let mut terminal = terminal(&home, &shell);
        for (typed, value) in CANDIDATES {
            let seen = tab(&mut terminal, &format!("awsp args {typed}"));
            assert!(
                seen.contains(&format!("<{value}>\r\n")),
                "{shell}: {typed:?} should give {value:?}: {seen:?}"
            );
        }
        assert!(!home.path("pwned").exists(), "{shell}");
    }
}

#[test]
fn the_program_is_asked_with_the_words_and_never_the_function() {
    for shell in shells::all() {
        let home = Home::new();
        home.write("candidates", "--session=corp\n");
        let mut terminal = terminal(&home, &shell);
        tab(&mut terminal, "awsp args \"my \\\"pr\" x\\ y --session=co");
        let name = shell.pick(
            if shell.kind == Kind::Zsh {
                "zsh"
            } else {
                "bash"
            },
            "fish",
        );
        let asked = format!("||__complete {name} 4 -- awsp args my \"pr x y --session=co");
        assert!(
            home.runs().contains(&asked),
            "{shell}: no {asked:?} in {:?}",
            home.runs()
        );
        assert!(
            home.runs()
                .iter()
                .any(|run| run.ends_with("|args my \"pr x y --session=corp")),
            "{shell}: {:?}",
            home.runs()
        );
    }
}

#[test]
fn after_exec_the_command_completes_itself() {
    for shell in shells::all() {
        let home = Home::new();
        home.program("fakectl", "#!/bin/sh\nprintf '{%s}' \"$@\"; echo\n");
        home.program(
            "completer",
            "#!/bin/sh\n\
             [ \"$COMP_LINE\" = 'fakectl a:b co' ] && [ \"$COMP_POINT\" = 14 ] && echo commit\n",
        );
        let mut ways = vec![match shell.kind {
            Kind::Bash => {
                "f() { [[ $COMP_LINE == 'fakectl a:b co' && ${COMP_WORDS[0]} == fakectl && \
                 $2 == co ]] && COMPREPLY=(commit); }\n\
                 complete -F f fakectl"
            }
            Kind::Zsh => {
                "_fakectl() { [[ $words[1] == fakectl ]] && compadd commit }\n\
                 compdef _fakectl fakectl"
            }
            Kind::Fish => "complete -c fakectl -f -a commit",
        }];
        if shell.kind == Kind::Bash {
            ways.push("complete -C completer fakectl");
        }
        for before in ways {
            let mut terminal = terminal_with(&home, &shell, before, &[]);
            let seen = tab(&mut terminal, "awsp exec dev -- fakectl a:b co");
            assert!(
                seen.contains("{a:b}{commit}"),
                "{shell}: {before}: {seen:?}"
            );
            let seen = tab(&mut terminal, "awsp exec dev -- fakec");
            assert!(seen.contains("{}"), "{shell}: {seen:?}");
        }
    }
}

#[test]
fn files_are_files() {
    for shell in shells::all() {
        let home = Home::new();
        home.write("some file", "");
        let mut terminal = terminal(&home, &shell);
        for typed in ["awsp files some", "awsp files ./so"] {
            tab(&mut terminal, typed);
            let run = home.runs().pop().unwrap();
            assert!(run.ends_with("some file"), "{shell}: {run}");
        }
    }
}

#[test]
fn another_name_is_completed_too() {
    for shell in shells::all() {
        let home = Home::new();
        home.write("candidates", "dev\n");
        let mut terminal = terminal_with(&home, &shell, "", &["--cmd", "aw"]);
        let seen = tab(&mut terminal, "aw args d");
        assert!(seen.contains("<dev>"), "{shell}: {seen:?}");
    }
}

#[test]
fn zsh_completes_when_compinit_runs_last() {
    let shell = Shell {
        kind: Kind::Zsh,
        program: "zsh".into(),
    };
    let home = Home::new();
    home.write("candidates", "dev\n");
    let mut terminal = home.terminal(&shell);
    terminal.run("autoload -Uz compinit; compinit -u -D");
    assert!(tab(&mut terminal, "awsp args d").contains("<dev>"));
}

#[test]
fn the_installed_files_work_without_the_integration() {
    for shell in shells::all() {
        let home = Home::new();
        home.write("candidates", "dev\tIt\n");
        let file = &shell.files()[2];
        let folder = file.parent().unwrap_or(Path::new("/")).display();
        let load = match shell.kind {
            Kind::Bash => format!("PS1='READY> '; . {}", file.display()),
            Kind::Zsh => format!(
                "PROMPT='READY> '; fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D"
            ),
            Kind::Fish => format!(
                "set -g fish_complete_path {folder}; function fish_prompt; echo -n 'READY> '; end"
            ),
        };
        let mut command = home.command(&shell);
        command.arg("-i");
        let mut terminal = Terminal::spawn(command);
        terminal.run(&load);
        let seen = tab(&mut terminal, "awsp args d");
        assert!(seen.contains("<dev>"), "{shell}: {seen:?}");
    }
}

#[test]
fn beside_ble_sh_which_quotes_by_itself_candidates_are_plain() {
    for shell in shells::bashes() {
        let home = Home::new();
        home.write("candidates", "team a\t\nteam'b\t\n");
        let complete =
            "COMP_LINE='awsp te' COMP_POINT=7; _awsp awsp te ''; printf '<%s>' \"${COMPREPLY[@]}\"";
        let plain = home.script(&shell, &format!("BLE_ATTACHED=1; {complete}"));
        assert_eq!(plain, "<team a><team'b>", "{shell}");
        let quoted = home.script(&shell, complete);
        assert_eq!(quoted, "<team\\ a><team\\'b>", "{shell}");
    }
}
