//! Shells that read a start-up file of the user's, as people have them.

use std::fs;
use std::path::PathBuf;

use crate::place::Place;
use crate::pty::Terminal;
use crate::shells::{Kind, Shell};

/// The line of the documentation.
pub fn line(shell: &Shell) -> &'static str {
    match shell.kind {
        Kind::Bash => "eval \"$(command awsp init bash)\"",
        Kind::Zsh => "eval \"$(command awsp init zsh)\"",
        Kind::Fish => "command awsp init fish | source",
    }
}

/// The start-up file.
pub fn file(place: &Place, shell: &Shell) -> PathBuf {
    match shell.kind {
        Kind::Bash => place.path(".bashrc"),
        Kind::Zsh => place.path(".zshrc"),
        Kind::Fish => place.path(".config/fish/config.fish"),
    }
}

/// The command that reads it again.
pub const fn again(shell: &Shell) -> &'static str {
    match shell.kind {
        Kind::Bash => ". ~/.bashrc",
        Kind::Zsh => ". ~/.zshrc",
        Kind::Fish => "source ~/.config/fish/config.fish",
    }
}

/// What every start-up file of a test begins with: a terminal that tells lines apart, stand-ins for
/// commands first on the path, and a prompt.
pub const fn base(shell: &Shell) -> &'static str {
    match shell.kind {
        Kind::Bash => {
            "bind 'set enable-bracketed-paste off' 2>/dev/null\ncase $PATH in ~/bin:*) ;; *) PATH=~/bin:$PATH ;; esac\nPS1='READY> '\n"
        }
        Kind::Zsh => {
            "unsetopt prompt_cr prompt_sp\n[[ $PATH == ~/bin:* ]] || PATH=~/bin:$PATH\nPROMPT='READY> '\n"
        }
        Kind::Fish => {
            "set -g fish_greeting\ncontains ~/bin $PATH; or set -gx PATH ~/bin $PATH\nfunction fish_prompt; echo -n 'READY> '; end\n"
        }
    }
}

/// A shell that has read this start-up file. Nothing of it was looked at yet.
pub fn shell(place: &Place, shell: &Shell, text: &str, variables: &[(&str, &str)]) -> Terminal {
    let file = file(place, shell);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    let mut command = place.program(shell.program.to_str().unwrap());
    let arguments: &[&str] = match shell.kind {
        Kind::Bash => &["--noprofile", "-i"],
        Kind::Zsh => &["-d", "-i"],
        Kind::Fish => &["-i"],
    };
    command.args(arguments);
    command
        .env("TERM", "dumb")
        .env("LC_ALL", "C.UTF-8")
        .envs(variables.iter().copied());
    Terminal::spawn(command)
}

/// The same, at its first prompt.
#[track_caller]
pub fn ready(place: &Place, of: &Shell, text: &str) -> Terminal {
    let mut terminal = shell(place, of, text, &[]);
    terminal.expect("READY> ");
    terminal
}

/// The text of a start-up file: the base, some lines, and awsp's own.
pub fn text(shell: &Shell, before: &str) -> String {
    format!("{}{before}\n{}\n", base(shell), line(shell))
}

/// Types a line: all that is printed up to the next prompt, and what stands before that on its line.
/// Unlike `type_line` it runs nothing of its own, so the very next prompt is the one that is seen.
#[track_caller]
pub fn enter(terminal: &mut Terminal, line: &str) -> (String, String) {
    terminal.line(line);
    if terminal.program().ends_with("fish") {
        // It draws the prompt anew with each key. This it writes before a command runs.
        terminal.expect("\x1b[?2004l");
    }
    let seen = terminal.expect("READY> ");
    let seen = seen.strip_prefix(line).unwrap_or(&seen);
    let at = seen.rfind(['\r', '\n']).map_or(0, |at| at + 1);
    (seen[..at].to_owned(), seen[at..].to_owned())
}
