//! `awsp exec`: one command with a profile's credentials.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;

use clap::Args;

use super::export::variables;
use super::{Context, Run, choose};
use crate::aws::config::Files;
use crate::aws::identity::{IDENTITY, REGION};
use crate::aws::profile;
use crate::credentials::Provider;
use crate::system::error::{Error, Kind, Result};
use crate::system::{process, secrets};

/// Run one command with a profile's credentials and region
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/exec.txt")
)]
pub struct Exec {
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
        let [program, arguments @ ..] = self.command.as_slice() else {
            return Err(
                Error::new(Kind::Usage, "no command to run").hint("awsp exec PROFILE -- CMD")
            );
        };
        let files = Files::load(env)?;
        let chosen = match self.profile.as_str() {
            "" => Some(choose::missing(context, &files)?.ok_or_else(no_profile)?),
            _ => None,
        };
        let name = chosen.as_ref().unwrap_or(&self.profile);
        let found = profile::resolve(&files, name)?;
        let keys = Provider {
            env,
            ui,
            files: &files,
            settings: context.settings(),
        }
        .credentials(name)?;
        let mut command = process::command(program);
        command
            .args(arguments)
            .env_remove("AWS_PROFILE")
            .env_remove("AWSP_PROMPT");
        for name in IDENTITY {
            command.env_remove(name);
        }
        if found.region.is_some() {
            for name in REGION {
                command.env_remove(name);
            }
        }
        command.envs(variables(&keys, found.region.as_deref()));
        secrets::release();
        let error = command.exec();
        let shown = program.to_string_lossy();
        Err(match error.kind() {
            ErrorKind::NotFound => Error::new(Kind::NoCommand, format!("no command `{shown}`")),
            ErrorKind::PermissionDenied => {
                Error::new(Kind::NotExecutable, format!("cannot execute `{shown}`")).cause(error)
            }
            _ => Error::new(Kind::NotExecutable, format!("cannot run `{shown}`")).cause(error),
        })
    }
}

fn no_profile() -> Error {
    Error::new(Kind::Usage, "which profile?").hint("awsp exec PROFILE -- CMD")
}

/// The arguments with an empty profile in `awsp exec -- CMD`. The parser would take `CMD` for it.
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
