//! Fixes as commands for the user's shell. Pure.

use std::path::Path;

use crate::command::is_command;
use crate::shell::Shell;
use crate::system::env::Env;
use crate::system::text::quote;

/// Editors that take `+LINE` before the file.
const BY_LINE: [&str; 8] = [
    "vi",
    "vim",
    "nvim",
    "nano",
    "emacs",
    "emacsclient",
    "micro",
    "kak",
];

/// The shell that the command is pasted into.
#[derive(Clone, Copy, Debug)]
pub struct Fix<'a> {
    pub env: &'a Env,
    /// `None` for a shell that awsp does not support, which gets commands for sh.
    pub shell: Option<Shell>,
    /// Whether awsp can change this shell.
    pub loaded: bool,
}

impl Fix<'_> {
    pub fn unset(&self, names: &[&str]) -> String {
        let erase = if self.shell == Some(Shell::Fish) {
            "set -e"
        } else {
            "unset"
        };
        format!("{erase} {}", names.join(" "))
    }

    pub fn set(&self, name: &str, value: &str) -> String {
        if self.shell == Some(Shell::Fish) {
            format!("set -gx {name} {}", self.word(value))
        } else {
            format!("export {name}={}", self.word(value))
        }
    }

    /// Makes this shell use a profile.
    pub fn switch(&self, name: &str) -> String {
        match (self.loaded, is_command(name) || name.starts_with('-')) {
            (false, _) => self.set("AWS_PROFILE", name),
            (true, false) => format!("awsp {}", self.word(name)),
            (true, true) => format!("awsp use -- {}", self.word(name)),
        }
    }

    /// Opens a file at a line.
    pub fn edit(&self, path: &Path, line: u32) -> String {
        let editor = self
            .env
            .var("VISUAL")
            .or_else(|| self.env.var("EDITOR"))
            .unwrap_or("vi");
        let program = editor.rsplit('/').next().unwrap_or(editor);
        let at = if BY_LINE.contains(&program) {
            format!(" +{line}")
        } else {
            String::new()
        };
        format!("{editor}{at} {}", self.path(path))
    }

    /// The path as one word, with an unquoted `~/` for the home folder.
    pub fn path(&self, path: &Path) -> String {
        let shown = self.env.tilde(path);
        match shown.strip_prefix("~/") {
            Some(rest) => format!("~/{}", self.word(rest)),
            None if shown == "~" => shown,
            None => self.word(&shown),
        }
    }

    /// The text as one word, quoted only where that is needed.
    pub fn word(&self, text: &str) -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./@%+,:".contains(&byte);
        match self.shell {
            _ if !text.is_empty() && text.bytes().all(is_plain) => text.to_owned(),
            Some(Shell::Fish) => quote::fish(text),
            _ => quote::posix(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_is_written_for_the_shell() {
        let env = Env::of(&[("HOME", "/home/a b"), ("EDITOR", "code -w")]);
        let fix = |shell, loaded| Fix {
            env: &env,
            shell,
            loaded,
        };
        let (posix, fish) = (fix(Some(Shell::Zsh), false), fix(Some(Shell::Fish), false));
        assert_eq!(posix.unset(&["A", "B"]), "unset A B");
        assert_eq!(fish.unset(&["A", "B"]), "set -e A B");
        assert_eq!(posix.switch("it's"), r"export AWS_PROFILE='it'\''s'");
        assert_eq!(fish.switch("it's"), r"set -gx AWS_PROFILE 'it\'s'");
        assert_eq!(fix(None, true).switch("dev"), "awsp dev");
        assert_eq!(fix(None, true).switch("login"), "awsp use -- login");
        assert_eq!(posix.path(Path::new("/home/a b/.aws/x y")), "~/'.aws/x y'");
        assert_eq!(
            posix.path(Path::new("/home/a b/.aws/config")),
            "~/.aws/config"
        );
        assert_eq!(posix.path(Path::new("/home/a")), "/home/a");
        assert_eq!(posix.edit(Path::new("/x"), 3), "code -w /x");
        assert_eq!(
            Fix {
                env: &Env::of(&[]),
                shell: None,
                loaded: true
            }
            .edit(Path::new("/x"), 3),
            "vi +3 /x"
        );
    }
}
