//! One file a command.

pub mod before;
mod choose;
pub mod cli;
pub mod complete;
pub mod configure;
pub mod console;
pub mod current;
pub mod doctor;
pub mod exec;
pub mod export;
pub mod init;
pub mod learn;
pub mod list;
pub mod login;
pub mod logout;
pub mod man;
pub mod off;
pub mod prompt;
pub mod region;
pub mod settings;
pub mod show;
pub mod slips;
pub mod status;
pub mod sync;
pub mod use_profile;
pub mod version;
pub mod whoami;

use std::cell::OnceCell;
use std::ffi::OsString;

use crate::settings::{File, Settings};
use crate::system::env::Env;
use crate::system::error::Result;
use crate::terminal::ui::Ui;

/// What every command runs in.
#[derive(Debug)]
pub struct Context {
    pub env: Env,
    pub ui: Ui,
    settings: OnceCell<Settings>,
}

/// How many mistakes in the settings a command prints.
const MOST: usize = 5;

impl Context {
    pub fn new(env: Env, ui: Ui) -> Self {
        Self {
            env,
            ui,
            settings: OnceCell::new(),
        }
    }

    /// The user's settings, read when they are first asked for. What is wrong in the file is
    /// printed then, and never stops the work.
    pub fn settings(&self) -> &Settings {
        self.settings.get_or_init(|| {
            let file = File::read(&self.env);
            let told = file.told(&self.env);
            for problem in told.iter().take(MOST) {
                self.ui.warn(problem);
            }
            if told.len() > MOST {
                self.ui.warn(&format!(
                    "{} more; `awsp settings` tells them",
                    told.len() - MOST
                ));
            }
            file.settings
        })
    }
}

/// A command.
pub trait Run {
    /// Does it.
    ///
    /// # Errors
    /// See [`crate::system::error::Kind`] for what each failure means to the caller.
    fn run(&self, context: &Context) -> Result<()>;
}

/// The command of the few forms that a prompt, a switch or a script asks for all day, without the
/// argument parser: that alone takes as long as the rest. Everything else, help and mistakes among
/// them, is left to the parser.
pub fn fast(arguments: &[OsString]) -> Option<Box<dyn Run>> {
    let words: Vec<&str> = arguments
        .get(1..)?
        .iter()
        .map(|word| word.to_str())
        .collect::<Option<_>>()?;
    let use_profile = |name: &str| -> Option<Box<dyn Run>> {
        Some(Box::new(use_profile::Use {
            profile: name.to_owned(),
            yes: false,
        }))
    };
    match words.as_slice() {
        [] => Some(Box::new(current::Current)),
        ["__prompt"] => Some(Box::new(prompt::Prompt {})),
        ["__before", "--", name] => Some(Box::new(before::Before {
            shell: None,
            subshell: false,
            profile: (*name).to_owned(),
        })),
        ["off"] => Some(Box::new(off::Off {})),
        ["-"] => use_profile("-"),
        ["use", name] if !name.starts_with('-') => use_profile(name),
        [name] if !name.is_empty() && !name.starts_with('-') && !is_command(name) => {
            use_profile(name)
        }
        ["export", name, "--format", "process"] if !name.starts_with('-') => {
            Some(Box::new(export::Export {
                profile: Some((*name).to_owned()),
                format: export::Format::Process,
            }))
        }
        ["--version" | "-V"] => Some(Box::new(version::Version)),
        _ => None,
    }
}

/// True for a name that means a command to `awsp NAME`.
pub fn is_command(name: &str) -> bool {
    name == "help" || cli::NAMES.contains(&name)
}
