//! `awsp exec`: one command with a profile's credentials.

mod serve;

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use clap::Args;

use super::guarded::Entry;
use super::{Context, Run, choose};
use crate::aws::config::Files;
use crate::aws::profile::Profile;
use crate::credentials::Provider;
use crate::credentials::given::{Given, Taker, Way};
use crate::guard::Door;
use crate::system::error::{Error, Kind, Result};
use crate::system::{process, secrets};

/// Run one command with a profile's credentials and settings
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/exec.txt")
)]
pub struct Exec {
    /// Put no keys into the environment; serve them on 127.0.0.1 and renew them while the command
    /// runs
    #[arg(long)]
    pub server: bool,
    /// Hide all other profiles from the command
    #[arg(long)]
    pub only: bool,
    /// Use a read-only role of the same account
    #[arg(long)]
    pub read_only: bool,
    /// Do not ask, even if a rule in the settings says to
    #[arg(long, short)]
    pub yes: bool,
    /// The profile
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: String,
    /// The command and its arguments
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub command: Vec<OsString>,
}

impl Run for Exec {
    fn run(&self, context: &Context) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let files = context.files()?;
        let chosen = match self.profile.as_str() {
            "" => Some(choose::missing(context, &files)?.ok_or_else(no_profile)?),
            _ => None,
        };
        let found = context.resolve(&files, chosen.as_ref().unwrap_or(&self.profile))?;
        let pass = self.entry(&found).pass(context)?;
        let provider = Provider::new(env, ui, &files, context.settings());
        let whose = if self.read_only || pass.terms.read_only {
            provider.twin(&found)?
        } else {
            found.clone()
        };
        let keys = provider.credentials(&whose)?;
        let taker = Taker {
            env,
            files: &files,
            profile: &found,
            only: self.only || self.server,
        };
        if self.server {
            return serve::run(self, &provider, &taker, whose, keys);
        }
        let mut command = self.command(&taker.given(Way::Keys(&keys))?)?;
        secrets::release();
        let error = command.exec();
        Err(self.cannot_run(error))
    }
}

impl Exec {
    const fn entry<'a>(&self, profile: &'a Profile) -> Entry<'a> {
        Entry {
            yes: self.yes,
            ..Entry::new(Door::Exec, profile)
        }
    }

    /// Asks what a rule wants to be asked, and makes the shell remember a yes.
    ///
    /// # Errors
    /// As [`Entry::pass`].
    pub fn ask(&self, context: &Context) -> Result<()> {
        // What is wrong with the files or the name is told once, by the command itself.
        let Ok(files) = Files::load(&context.env) else {
            return Ok(());
        };
        let Ok(found) = context.resolve(&files, &self.profile) else {
            return Ok(());
        };
        let entry = self.entry(&found);
        entry.remember(context, entry.pass(context)?)
    }

    /// The command, with its new environment.
    fn command(&self, given: &Given) -> Result<Command> {
        let [program, arguments @ ..] = self.command.as_slice() else {
            return Err(
                Error::new(Kind::Usage, "no command to run").hint("awsp exec PROFILE -- CMD")
            );
        };
        let mut command = process::command(program);
        command.args(arguments);
        // The variables for the prompt and for the end of a switch belong to the shell itself.
        for name in [
            "AWSP_PROMPT",
            "AWSP_STAY",
            "AWSP_STAY_PROFILE",
            "AWSP_STAY_BACK",
        ] {
            command.env_remove(name);
        }
        for name in &given.unset {
            command.env_remove(name);
        }
        for (name, value) in &given.set {
            command.env(name, value);
        }
        Ok(command)
    }

    fn cannot_run(&self, error: io::Error) -> Error {
        let shown = self.command.first().map_or_else(String::new, |program| {
            program.to_string_lossy().into_owned()
        });
        match error.kind() {
            ErrorKind::NotFound => Error::new(Kind::NoCommand, format!("no command `{shown}`")),
            ErrorKind::PermissionDenied => {
                Error::new(Kind::NotExecutable, format!("cannot execute `{shown}`")).cause(error)
            }
            _ => Error::new(Kind::NotExecutable, format!("cannot run `{shown}`")).cause(error),
        }
    }
}

fn no_profile() -> Error {
    Error::new(Kind::Usage, "which profile?").hint("awsp exec PROFILE -- CMD")
}

/// The arguments, with an empty profile in `awsp exec -- CMD`. The parser would take `CMD` for the
/// profile.
pub fn with_profile(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_option = |word: &&OsString| word.as_encoded_bytes().starts_with(b"-");
    let before = 1 + arguments.iter().skip(1).take_while(is_option).count();
    if arguments.get(before).is_some_and(|word| word == "exec") {
        let options = arguments.iter().skip(before + 1).take_while(is_option);
        let dashes = options.clone().position(|word| word == "--");
        if let Some(at) = dashes {
            arguments.insert(before + 1 + at, OsString::new());
        }
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_profile_is_left_empty() {
        let filled = |line: &str| {
            let words = with_profile(line.split(' ').map(OsString::from).collect());
            let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
            words.join(" ")
        };
        for (typed, filled_in) in [
            ("awsp exec -- aws s3 ls", "awsp exec  -- aws s3 ls"),
            ("awsp -v exec -v -- aws", "awsp -v exec -v  -- aws"),
            ("awsp exec dev -- aws --", "awsp exec dev -- aws --"),
            ("awsp exec dev aws", "awsp exec dev aws"),
            ("awsp use -- exec --", "awsp use -- exec --"),
            ("awsp", "awsp"),
        ] {
            assert_eq!(filled(typed), filled_in);
        }
    }
}
