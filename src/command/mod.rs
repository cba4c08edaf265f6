//! The commands, one file each.

mod answering;
pub mod ask;
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
pub mod guarded;
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

use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::profile::{self, Profile};
use crate::settings::{File, Settings};
use crate::shell::Shell;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::terminal::ui::Ui;

/// The context of every command.
#[derive(Debug)]
pub struct Context {
    pub env: Env,
    pub ui: Ui,
    /// True if another run follows, which prints the mistakes in the settings.
    is_first_of_two: bool,
    settings: OnceCell<Settings>,
}

/// How many mistakes in the settings a command prints.
const MOST: usize = 5;

impl Context {
    pub fn new(env: Env, ui: Ui) -> Self {
        Self {
            env,
            ui,
            is_first_of_two: false,
            settings: OnceCell::new(),
        }
    }

    /// The same, for the first of two runs for one command line.
    fn first_of_two(&self) -> Self {
        Self {
            is_first_of_two: true,
            ..Self::new(self.env.clone(), self.ui)
        }
    }

    /// The user's two files. If one of them is not valid text, a warning says so, because the AWS
    /// CLI may not read it at all.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn files(&self) -> Result<Files> {
        let files = Files::load(&self.env)?;
        for warning in files.warnings() {
            self.ui.warn(&warning);
        }
        Ok(files)
    }

    /// The profile that a command is about: the named one, else the one that tools in this shell
    /// use.
    ///
    /// # Errors
    /// None is named, and there is no `default`.
    pub fn profile<'a>(&'a self, named: Option<&'a str>, files: &Files) -> Result<&'a str> {
        if let Some(name) = named.or_else(|| self.env.current_profile()) {
            return Ok(name);
        }
        if files.profile("default").is_some() {
            return Ok("default");
        }
        let error = Error::new(
            Kind::Usage,
            "no profile is active, and there is no `default`",
        );
        Err(error.hint(first_step(files)))
    }

    /// The same, but a person who has named none chooses from the list.
    ///
    /// # Errors
    /// None is named or chosen, and there is no `default`.
    pub fn profile_or_list(&self, named: Option<&str>, files: &Files) -> Result<String> {
        if named.is_none()
            && self.env.current_profile().is_none()
            && let Some(chosen) = choose::missing(self, files)?
        {
            return Ok(chosen);
        }
        self.profile(named, files).map(str::to_owned)
    }

    /// The profile of this name, with its account's name if it is known.
    ///
    /// # Errors
    /// As [`profile::resolve`].
    pub fn resolve(&self, files: &Files, name: &str) -> Result<Profile> {
        let mut found = profile::resolve(files, name)?;
        AccountNames::new(&self.env).complete(&mut found);
        Ok(found)
    }

    /// The user's settings, read when they are first needed. Mistakes in the file are printed
    /// then, and do not stop the command.
    pub fn settings(&self) -> &Settings {
        self.settings.get_or_init(|| {
            let file = File::read(&self.env);
            if self.is_first_of_two {
                return file.settings;
            }
            let told = file.told(&self.env);
            for problem in told.iter().take(MOST) {
                self.ui.warn(problem);
            }
            if told.len() > MOST {
                self.ui.warn(&format!(
                    "{} more: `awsp settings` lists them",
                    told.len() - MOST
                ));
            }
            file.settings
        })
    }
}

/// The next command for a user who has not named a profile.
pub fn first_step(files: &Files) -> &'static str {
    if files.profile_names().is_empty() {
        "awsp configure"
    } else {
        "awsp list"
    }
}

/// A command.
pub trait Run {
    /// Runs the command.
    ///
    /// # Errors
    /// See [`crate::system::error::Kind`] for what each failure means to the caller.
    fn run(&self, context: &Context) -> Result<()>;
}

/// Recognises the few command lines that prompts, switches and scripts use all day, without the
/// argument parser, which takes as long as the rest. Everything else, including help and mistakes,
/// is left to the parser.
pub fn fast(arguments: &[OsString]) -> Option<Box<dyn Run>> {
    let words: Vec<&str> = arguments
        .get(1..)?
        .iter()
        .map(|word| word.to_str())
        .collect::<Option<_>>()?;
    let use_profile = |name: &str| -> Option<Box<dyn Run>> {
        Some(Box::new(use_profile::Use::new(name.to_owned())))
    };
    match words.as_slice() {
        [] => Some(Box::new(current::Current)),
        ["__prompt"] => Some(Box::new(prompt::Prompt {})),
        ["__before", "--subshell=0", "--", _, ..] => Some(Box::new(before::Before {
            subshell: 0,
            words: arguments[4..].to_vec(),
        })),
        ["init", shell] if !shell.contains('/') => {
            Some(Box::new(init::Init::of(Shell::named(shell)?)))
        }
        ["off"] => Some(Box::new(off::Off {})),
        ["-"] => use_profile("-"),
        ["use", name] if !name.starts_with('-') => use_profile(name),
        [name] if !name.is_empty() && !name.starts_with('-') && !is_command(name) => {
            use_profile(name)
        }
        ["export", name, "--format", "process"] if !name.starts_with('-') => {
            Some(Box::new(export::Export {
                profile: Some((*name).to_owned()),
                format: Some(export::Format::Process),
                yes: false,
            }))
        }
        ["--version" | "-V"] => Some(Box::new(version::Version)),
        _ => None,
    }
}

/// True for a name that `awsp NAME` takes for a command.
pub fn is_command(name: &str) -> bool {
    name == "help" || cli::NAMES.contains(&name)
}
