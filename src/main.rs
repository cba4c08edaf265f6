//! awsp: switch AWS profiles in this shell, and log in when needed.

mod aws;
mod command;
mod credentials;
mod guard;
mod login;
mod net;
mod settings;
mod shell;
mod sync;
mod system;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
use command::{Context, cli};
use system::env::Env;
use terminal::ui::Ui;

fn main() -> ExitCode {
    let mut env = Env::of_process();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let command = match command::fast(&arguments) {
        Some(command) => command,
        None => match cli::Cli::try_parse_from(&arguments) {
            Ok(cli) => {
                env.verbose = cli.verbose;
                cli.into_command()
            }
            Err(error) => {
                // Help is asked for and goes to stdout; a mistake goes to stderr. A closed pipe is
                // nobody's fault.
                let _ = error.print();
                return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
            }
        },
    };
    shell::channel::settle(&env);
    let ui = Ui::new(&env);
    match command.run(&Context::new(env, ui)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.kind.exit_status())
        }
    }
}
