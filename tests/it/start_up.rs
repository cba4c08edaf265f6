//! Shells that read a start-up file of the user's, as people have them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::place::Place;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// The segments of two profiles of the sample, and how a login begins.
pub const DEV: &str = "(dev acme-dev) ";
pub const PROD: &str = "(prod acme-prod) ";
pub const LOGIN: &str = "awsp: logging in to acme";

/// The sample with its session good.
pub fn logged_in() -> Place {
    let place = Place::new();
    place.log_in();
    place
}

/// Puts a program into the folder that is first on the path.
pub fn program(place: &Place, name: &str, text: &str) {
    let path = place.path("bin").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A stand-in for the AWS CLI.
pub fn aws(place: &Place) {
    program(
        place,
        "aws",
        "echo \"aws ran with <$*> as ${AWS_PROFILE-nobody}\"",
    );
}

/// zsh.
pub fn zsh() -> Shell {
    shells::all()
        .into_iter()
        .find(|shell| shell.kind == Kind::Zsh)
        .unwrap()
}

/// True for a bash that runs every element of PROMPT_COMMAND.
pub fn is_new(place: &Place, shell: &Shell) -> bool {
    let mut command = place.program(shell.program.to_str().unwrap());
    let say = "echo $((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501))";
    place.done(command.args(["-c", say])).stdout == "1\n"
}

/// fish.
pub fn fish() -> Shell {
    shells::all().pop().unwrap()
}

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
            "bind 'set enable-bracketed-paste off' 2>/dev/null\n\
             case $PATH in ~/bin:*) ;; *) PATH=~/bin:$PATH ;; esac\nPS1='READY> '\n"
        }
        Kind::Zsh => {
            "unsetopt prompt_cr prompt_sp\n[[ $PATH == ~/bin:* ]] || PATH=~/bin:$PATH\n\
             PROMPT='READY> '\n"
        }
        Kind::Fish => {
            "set -g fish_greeting\ncontains ~/bin $PATH; or set -gx PATH ~/bin $PATH\n\
             function fish_prompt; echo -n 'READY> '; end\n"
        }
    }
}

/// A shell that has read this start-up file. Its output has not been read yet.
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

/// Types a line, and returns everything that is printed up to the next prompt, and the text before
/// that prompt on its line. Unlike `type_line` it runs nothing of its own, so the very next prompt
/// is the one that is seen.
#[track_caller]
pub fn enter(terminal: &mut Terminal, line: &str) -> (String, String) {
    terminal.line(line);
    if terminal.program().ends_with("fish") {
        // It draws the prompt anew with each key, and ends the line before a command runs.
        terminal.expect("\n");
    }
    let seen = terminal.expect("READY> ");
    let seen = seen.strip_prefix(line).unwrap_or(&seen);
    let at = seen.rfind(['\r', '\n']).map_or(0, |at| at + 1);
    (seen[..at].to_owned(), seen[at..].to_owned())
}
