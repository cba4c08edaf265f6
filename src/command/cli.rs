//! The command line. A command's own arguments stand in its file.

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::{Run, slips};
use crate::command;
use crate::system::text::span::Span;

/// Switch AWS profiles in this shell, and log in to IAM Identity Center when needed
#[derive(Parser, Debug)]
#[command(
    name = "awsp",
    version,
    max_term_width = 80,
    subcommand_precedence_over_arg = true,
    after_help = include_str!("help/awsp.txt")
)]
pub struct Cli {
    /// Print what was read, decided and asked
    #[arg(long, short, global = true, display_order = 900)]
    pub verbose: bool,

    /// The profile to switch to, or `-` for the previous one
    #[arg(value_name = "PROFILE", add = command::complete::profiles())]
    pub profile: Option<String>,

    /// Switch for this long only, as in 90s, 30m or 2h
    #[arg(long = "for", value_name = "TIME", requires = "profile")]
    pub stay: Option<Span>,

    /// Do not ask, though a rule of the settings wants it
    #[arg(long, short, requires = "profile")]
    pub yes: bool,

    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    Use(command::use_profile::Use),
    Off(command::off::Off),
    Region(command::region::Region),
    Login(command::login::Login),
    Logout(command::logout::Logout),
    Status(command::status::Status),
    Whoami(command::whoami::Whoami),
    List(command::list::List),
    Show(command::show::Show),
    Settings(command::settings::ShowSettings),
    Console(command::console::Console),
    Doctor(command::doctor::Doctor),
    Configure(Box<command::configure::Configure>),
    Sync(command::sync::Sync),
    Exec(command::exec::Exec),
    Export(command::export::Export),
    Init(command::init::Init),
    #[command(name = "__before", hide = true)]
    Before(command::before::Before),
    #[command(name = "__complete", hide = true)]
    Complete(command::complete::Complete),
    #[command(name = "__man", hide = true)]
    Man(command::man::WriteMan),
    #[command(name = "__prompt", hide = true)]
    Prompt(command::prompt::Prompt),
}

impl Cli {
    /// The command that was asked for with these arguments of the program.
    pub fn into_command(self, arguments: &[OsString]) -> Box<dyn Run> {
        match (self.command, self.profile) {
            (Some(command), None) => command.into_run(),
            (None, Some(profile)) => Box::new(command::use_profile::Use {
                profile,
                yes: self.yes,
                stay: self.stay,
            }),
            (None, None) => Box::new(command::current::Current),
            (Some(_), Some(_)) => Box::new(slips::TwoNames::of(arguments)),
        }
    }
}

impl Command {
    fn into_run(self) -> Box<dyn Run> {
        match self {
            Self::Use(command) => Box::new(command),
            Self::Off(command) => Box::new(command),
            Self::Region(command) => Box::new(command),
            Self::Login(command) => Box::new(command),
            Self::Logout(command) => Box::new(command),
            Self::Status(command) => Box::new(command),
            Self::Whoami(command) => Box::new(command),
            Self::List(command) => Box::new(command),
            Self::Show(command) => Box::new(command),
            Self::Settings(command) => Box::new(command),
            Self::Console(command) => Box::new(command),
            Self::Doctor(command) => Box::new(command),
            Self::Configure(command) => command,
            Self::Sync(command) => Box::new(command),
            Self::Exec(command) => Box::new(command),
            Self::Export(command) => Box::new(command),
            Self::Init(command) => Box::new(command),
            Self::Before(command) => Box::new(command),
            Self::Complete(command) => Box::new(command),
            Self::Man(command) => Box::new(command),
            Self::Prompt(command) => Box::new(command),
        }
    }
}
