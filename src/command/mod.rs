//! One file a command.

pub mod complete;
pub mod current;
pub mod init;
pub mod login;
pub mod off;
pub mod prompt;
pub mod region;
pub mod use_profile;
pub mod version;

use std::ffi::OsString;

use crate::env::Env;
use crate::error::Result;
use crate::ui::Ui;

/// What every command runs in.
#[derive(Clone, Debug)]
pub struct Context {
    pub env: Env,
    pub ui: Ui,
}

/// A command.
pub trait Run {
    /// Does it.
    ///
    /// # Errors
    /// See [`crate::error::Kind`] for what each failure means to the caller.
    fn run(&self, context: &Context) -> Result<()>;
}

/// The command of the few forms that a prompt, a switch or a script asks for all day, without the argument parser:
/// that alone takes as long as the rest. Everything else, help and mistakes among them, is left to the parser.
pub fn fast(arguments: &[OsString]) -> Option<Box<dyn Run>> {
    let words: Vec<&str> = arguments.get(1..)?.iter().map(|word| word.to_str()).collect::<Option<_>>()?;
    let use_profile = |name: &str| -> Option<Box<dyn Run>> { Some(Box::new(use_profile::Use { profile: name.to_owned() })) };
    match words.as_slice() {
        [] => Some(Box::new(current::Current)),
        ["__prompt"] => Some(Box::new(prompt::Prompt {})),
        ["off"] => Some(Box::new(off::Off {})),
        ["-"] => use_profile("-"),
        ["use", name] if !name.starts_with('-') => use_profile(name),
        [name] if !name.is_empty() && !name.starts_with('-') && *name != "help" && !NAMES.contains(name) => use_profile(name),
        ["--version" | "-V"] => Some(Box::new(version::Version)),
        _ => None,
    }
}

/// The names of the commands, which are not profiles. A test holds them equal to the parser's.
const NAMES: [&str; 7] = ["__complete", "__prompt", "init", "login", "off", "region", "use"];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_short_way_knows_every_command() {
        let mut names: Vec<String> =
            crate::cli::Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        names.sort();
        assert_eq!(names, NAMES);
    }
}
