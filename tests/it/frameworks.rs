//! The integration under what people have around their prompts: everything that awsp promises, in
//! each of them.

use std::collections::BTreeSet;
use std::fs;

use crate::place::Place;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};
use crate::start_up::{DEV, PROD, again, base, enter, line, logged_in, shell as start};

/// A framework or tool: its name, and what stands in the start-up file before awsp's line and
/// after it.
type Setup = (&'static str, &'static str, &'static str);

const BASH: [Setup; 10] = [
    ("nothing", "", ""),
    ("history -a", "PROMPT_COMMAND='history -a; # a comment'", ""),
    (
        "bash-preexec",
        include_str!("frameworks/preexec.bash"),
        "precmd_functions+=(true)",
    ),
    (
        "bash-preexec, loaded later",
        "",
        include_str!("frameworks/preexec.bash"),
    ),
    (
        "git's prompt",
        "__git_like() { PS1=\"${1}git ${2}\"; }; PROMPT_COMMAND='__git_like \"\" \"READY> \"'",
        "",
    ),
    ("bash-it", include_str!("frameworks/theme.bash"), ""),
    ("VS Code", "", include_str!("frameworks/editor.bash")),
    ("direnv", "eval \"$(direnv hook bash)\"", ""),
    ("zoxide", "", "eval \"$(zoxide init bash)\""),
    (
        "fzf",
        "eval \"$(fzf --bash 2>/dev/null || cat /usr/share/doc/fzf/examples/key-bindings.bash)\"",
        "",
    ),
];

const ZSH: [Setup; 9] = [
    ("nothing", "", ""),
    ("compinit", "autoload -Uz compinit; compinit -u -D", ""),
    (
        "compinit, loaded later",
        "",
        "autoload -Uz compinit; compinit -u -D",
    ),
    ("oh-my-zsh", include_str!("frameworks/theme.zsh"), ""),
    (
        "oh-my-zsh, loaded later",
        "",
        include_str!("frameworks/theme.zsh"),
    ),
    ("prezto", "", include_str!("frameworks/promptinit.zsh")),
    ("direnv", "eval \"$(direnv hook zsh)\"", ""),
    ("zoxide", "", "eval \"$(zoxide init zsh)\""),
    (
        "fzf",
        "eval \"$(fzf --zsh 2>/dev/null || cat /usr/share/doc/fzf/examples/key-bindings.zsh)\"",
        "",
    ),
];

const FISH: [Setup; 6] = [
    ("nothing", "", ""),
    (
        "a virtual environment",
        "functions -q _old_fish_prompt; or begin; functions -c fish_prompt _old_fish_prompt; \
         function fish_prompt; echo -n '[venv] '; _old_fish_prompt; end; end",
        "",
    ),
    (
        "VS Code",
        "",
        "functions -q __vsc_fish_prompt; or begin; functions -c fish_prompt __vsc_fish_prompt; \
         function fish_prompt; printf '\\e]633;A\\a'; __vsc_fish_prompt; printf '\\e]633;B\\a'; \
         end; end",
    ),
    ("direnv", "direnv hook fish | source", ""),
    ("zoxide", "", "zoxide init fish | source"),
    (
        "fzf",
        "fzf_key_bindings 2>/dev/null; or fzf --fish | source",
        "",
    ),
];

const fn setups(kind: Kind) -> &'static [Setup] {
    match kind {
        Kind::Bash => &BASH,
        Kind::Zsh => &ZSH,
        Kind::Fish => &FISH,
    }
}

/// Types a line, and returns the prompt after it and what it printed.
#[track_caller]
fn prompt(terminal: &mut Terminal, line: &str) -> (String, String) {
    let (printed, prompt) = enter(terminal, line);
    (prompt, printed)
}

/// The text of a start-up file, with or without awsp's line.
fn text(shell: &Shell, setup: &Setup, awsp: bool) -> String {
    let (_, before, after) = setup;
    let own = if awsp { line(shell) } else { "" };
    format!("{}{before}\n{own}\n{after}\n", base(shell))
}

/// A shell at its first prompt, and what it has printed before.
#[track_caller]
fn open(place: &Place, shell: &Shell, setup: &Setup, awsp: bool) -> (Terminal, String) {
    let mut terminal = start(
        place,
        shell,
        &text(shell, setup, awsp),
        &[("DIRENV_LOG_FORMAT", "")],
    );
    let seen = terminal.expect("READY> ");
    (terminal, seen)
}

#[track_caller]
fn once(what: &str, segment: &str, (prompt, printed): &(String, String)) {
    assert_eq!(prompt.matches(segment).count(), 1, "{what}: {prompt:?}");
    assert_eq!(prompt.matches('(').count(), 1, "{what}: {prompt:?}");
    for noise in ["not found", "rror", "nknown command", "bad ", "global"] {
        assert!(!printed.contains(noise), "{what}: {printed:?}");
    }
}

#[test]
fn the_segment_is_there_once_after_a_switch_a_cd_and_a_start_up_file_read_again() {
    for shell in shells::all() {
        for setup in setups(shell.kind) {
            let place = logged_in();
            let (mut bare, printed) = open(&place, &shell, setup, false);
            for line in ["cd /", again(&shell), "cd"] {
                enter(&mut bare, line);
            }
            let as_before = prompt(&mut bare, "true").0;
            let (mut terminal, seen) = open(&place, &shell, setup, true);
            let what = format!("{shell}: {}", setup.0);
            assert_eq!(seen, printed, "{what}: the first prompt is as without awsp");
            for (line, segment) in [
                ("awsp dev", DEV),
                ("true", DEV),
                ("cd /", DEV),
                (again(&shell), DEV),
                ("cd", DEV),
                ("awsp prod", PROD),
                (again(&shell), PROD),
                ("awsp -", DEV),
                ("true", DEV),
            ] {
                once(
                    &format!("{what}: {line}"),
                    segment,
                    &prompt(&mut terminal, line),
                );
            }
            let status = shell.pick("echo \"=$?\"", "echo \"=$status\"");
            prompt(&mut terminal, "sh -c 'exit 3'");
            let (_, printed) = prompt(&mut terminal, status);
            assert!(printed.contains("=3\r\n"), "{what}: {printed}");
            let (off, _) = prompt(&mut terminal, "awsp off");
            assert_eq!(off, as_before, "{what}: off");
        }
    }
}

#[test]
fn a_tab_and_ctrl_c_at_a_login_work() {
    for shell in shells::all() {
        for setup in setups(shell.kind) {
            let place = logged_in();
            let (mut terminal, _) = open(&place, &shell, setup, true);
            let what = format!("{shell}: {}", setup.0);
            prompt(&mut terminal, "true");
            terminal.keys("awsp stagi\t");
            // What completes draws the line anew.
            terminal.line("");
            terminal.expect("awsp: staging: acme-staging");
            terminal.expect("READY> ");
            place.make_ended();
            place
                .center
                .with(|state| state.options.approve_after = None);
            prompt(&mut terminal, "awsp off");
            terminal.line("awsp dev");
            terminal.expect("waiting for the approval");
            terminal.keys("\x03");
            terminal.expect("READY> ");
            let status = shell.pick("echo \"=$?\"", "echo \"=$status\"");
            let (_, printed) = prompt(&mut terminal, status);
            assert!(printed.contains("=130\r\n"), "{what}: {printed}");
        }
    }
}

/// What awsp adds: the functions around commands that this machine may have, and its place among
/// the hooks.
const OURS: [&str; 22] = [
    "PROMPT_COMMAND",
    "precmd_functions",
    "psvar",
    "aws",
    "terraform",
    "tofu",
    "terragrunt",
    "cdk",
    "sam",
    "eksctl",
    "kubectl",
    "helm",
    "k9s",
    "pulumi",
    "packer",
    "sls",
    "serverless",
    "chalice",
    "eb",
    "ecs-cli",
    "s5cmd",
    "steampipe",
];

/// What belongs to the user: options, traps, aliases, bindings, and all functions and variables but
/// those that a shell or awsp makes.
const fn facts(kind: Kind) -> &'static str {
    match kind {
        Kind::Bash => {
            "shopt; set -o; trap -p; alias; bind -p | grep -v self-insert; complete -p | grep -v \
             awsp; compgen -A function | grep -v -e awsp -e ^aws$; compgen -v | grep -v -e awsp \
             -e AWS -e '^_$' -e BASH_ -e PIPESTATUS"
        }
        Kind::Zsh => {
            "setopt; trap; alias; bindkey; print -l -- ${(ok)functions} | grep -v -e awsp -e \
             '^aws$'; print -l -- ${(ok)parameters} | grep -v -e awsp -e AWS -e '^_$' -e psvar \
             -e precmd_functions"
        }
        Kind::Fish => {
            "functions -n -a | string split ', ' | grep -v -e awsp -e '^aws$' -e fish_prompt; \
             set -n | grep -v -e awsp -e AWS -e '^last_pid$'; bind; abbr"
        }
    }
}

#[test]
fn nothing_of_the_users_is_changed() {
    for shell in shells::all() {
        for setup in setups(shell.kind) {
            let place = logged_in();
            let shown = |awsp: bool| {
                let (mut terminal, _) = open(&place, &shell, setup, awsp);
                // What a shell makes of itself at the first commands is there in both.
                for line in ["cd /", "cd", "true"] {
                    prompt(&mut terminal, line);
                }
                if awsp {
                    for line in ["awsp dev", "awsp -", "awsp off"] {
                        prompt(&mut terminal, line);
                    }
                }
                let group = shell.pick(
                    "{ FACTS; } >~/facts 2>/dev/null",
                    "begin; FACTS; end >~/facts 2>/dev/null",
                );
                prompt(&mut terminal, &group.replace("FACTS", facts(shell.kind)));
                fs::read_to_string(place.path("facts")).unwrap()
            };
            let (with, without) = (shown(true), shown(false));
            let lines = |text: &str| -> BTreeSet<String> {
                let lines = text
                    .lines()
                    .filter(|line| !line.is_empty() && !OURS.contains(line));
                lines.map(str::to_owned).collect()
            };
            let (with, without) = (lines(&with), lines(&without));
            let new: Vec<_> = with.difference(&without).collect();
            let gone: Vec<_> = without.difference(&with).collect();
            assert!(
                new.is_empty() && gone.is_empty(),
                "{shell}: {}: new {new:?}, gone {gone:?}",
                setup.0
            );
        }
    }
}
