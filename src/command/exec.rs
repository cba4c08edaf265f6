//! `awsp exec`: one command with a profile's credentials.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;

use clap::Args;

use super::export::variables;
use super::{Context, Run};
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
        let found = profile::resolve(&files, &self.profile)?;
        let keys = Provider::new(env, ui, &files, context.settings()).credentials(&found)?;
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
