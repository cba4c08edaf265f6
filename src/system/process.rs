//! Programs that awsp starts.

use std::ffi::OsStr;
use std::process::Command;

/// A command without what is meant for awsp alone.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_remove("AWSP_SHELL")
        .env_remove("AWSP_PREVIOUS")
        .env_remove("AWSP_SWITCHED");
    command
}
