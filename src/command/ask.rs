//! `awsp __ask`: the shells run it before `awsp exec`, so that they remember a yes. `exec` itself
//! becomes the command, and cannot tell them.

use std::ffi::OsString;

use clap::{Args, Parser as _};

use super::cli::{Cli, Command};
use super::exec::with_profile;
use super::{Context, Run};
use crate::system::error::Result;

/// Ask what `awsp exec` with these words would ask
#[derive(Args, Clone, Debug)]
pub struct Ask {
    /// The words after `awsp`
    #[arg(last = true, required = true)]
    pub words: Vec<OsString>,
}

impl Run for Ask {
    fn run(&self, context: &Context) -> Result<()> {
        let program = OsString::from("awsp");
        let arguments = std::iter::once(program).chain(self.words.iter().cloned());
        match Cli::try_parse_from(with_profile(arguments.collect())) {
            Ok(Cli {
                command: Some(Command::Exec(exec)),
                ..
            }) => exec.ask(&context.first_of_two()),
            // Help, and what is wrong with the words, `exec` itself prints.
            _ => Ok(()),
        }
    }
}
