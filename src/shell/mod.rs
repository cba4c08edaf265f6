//! The shells: the scripts that they load, and the channel for changes.

pub mod channel;
pub mod confirmed;
pub mod init;
pub mod install;
pub mod line;
pub mod need;
pub mod prompt;
pub mod recent;
pub mod startup;
pub mod stay;

use clap::ValueEnum;

/// A supported shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }

    /// The shell with this name, with or without a path.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.rsplit('/').next()?;
        Self::value_variants()
            .iter()
            .copied()
            .find(|shell| shell.name() == name)
    }

    /// The line that loads the integration from the shell's start-up file.
    pub fn load_line(self) -> String {
        self.load_line_with(&format!("init {}", self.name()))
    }

    /// The same with other words after `awsp`. `command` avoids an alias or a function of another
    /// tool with that name.
    pub fn load_line_with(self, words: &str) -> String {
        match self {
            // bash 3.2 does nothing, silently, with `source <(…)`.
            Self::Bash | Self::Zsh => format!("eval \"$(command awsp {words})\""),
            Self::Fish => format!("command awsp {words} | source"),
        }
    }
}
