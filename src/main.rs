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
use system::error::{Kind, Result};
use system::presence::Presence;
use system::text::clean_lines;
use terminal::ui::Ui;

fn main() -> ExitCode {
    let mut env = Env::of_process();
    let arguments = command::exec::with_profile(std::env::args_os().collect());
    let command = match command::fast(&arguments) {
        Some(command) => command,
        None => match cli::Cli::try_parse_from(&arguments) {
            Ok(cli) => {
                env.verbose = cli.verbose;
                cli.into_command(&arguments)
            }
            Err(error) => return answer(&error, &env, &arguments),
        },
    };
    shell::channel::settle(&env);
    system::secrets::guard();
    if !is_of_the_shell(&arguments) {
        system::files::sweep_briefly(&env);
    }
    let ui = Ui::new(&env);
    ui.verbose(|| {
        let presence = Presence::of(&env);
        format!("{} is here: {}", presence.who(), presence.why())
    });
    let done = command.run(&Context::new(env, ui));
    finish(
        ui,
        done.map_err(|error| command::slips::with_similar_names(error, &arguments)),
    )
}

/// True for what shells run by themselves: at a prompt, a TAB, before a command, and at their
/// start.
fn is_of_the_shell(arguments: &[OsString]) -> bool {
    let command = arguments.get(1).and_then(|command| command.to_str());
    command.is_some_and(|command| command.starts_with("__") || command == "init")
}

/// Help that was asked for, to stdout, or what is wrong with the arguments, to stderr. They are as
/// somebody typed or pasted them, so they are cleaned.
fn answer(error: &clap::Error, env: &Env, arguments: &[OsString]) -> ExitCode {
    let text = clean_lines(&error.render().to_string());
    let ui = Ui::new(env);
    if error.use_stderr() {
        if let Some(error) = command::slips::refused(arguments) {
            return finish(ui, Err(error));
        }
        ui.say(text.trim_end());
        return ExitCode::from(2);
    }
    finish(ui, ui.data(&text))
}

/// The exit status of what was done; a failure is printed first.
fn finish(ui: Ui, done: Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !matches!(error.kind, Kind::Ended(_)) {
                ui.error(&error);
            }
            ExitCode::from(error.kind.exit_status())
        }
    }
}
