//! The shells: what they are given to load, and how a switch reaches them.

pub mod channel;
pub mod confirmed;
pub mod init;
pub mod install;
pub mod need;
pub mod prompt;
pub mod recent;
pub mod startup;
pub mod stay;

use clap::ValueEnum;

/// A shell that awsp speaks.
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

    /// The shell of this name, with or without a path.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.rsplit('/').next()?;
        Self::value_variants()
            .iter()
            .copied()
            .find(|shell| shell.name() == name)
    }

    /// The line that loads the integration, as it stands in the shell's start-up file.
    pub fn load_line(self) -> String {
        self.load_line_with(&format!("init {}", self.name()))
    }

    /// The same with other words after `awsp`. `command` goes past an alias or a function of
    /// another tool of that name.
    pub fn load_line_with(self, words: &str) -> String {
        match self {
            // bash 3.2 does nothing, silently, with `source <(…)`.
            Self::Bash | Self::Zsh => format!("eval \"$(command awsp {words})\""),
            Self::Fish => format!("command awsp {words} | source"),
        }
    }
}
