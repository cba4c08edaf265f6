//! The command line. A command's own arguments are in its file.

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
    /// Also print what awsp reads, decides and requests
    #[arg(long, short, global = true, display_order = 900)]
    pub verbose: bool,

    /// The profile to switch to, or `-` for the previous one
    #[arg(value_name = "PROFILE", add = command::complete::profiles())]
    pub profile: Option<String>,

    /// Switch back after this time, such as 90s, 30m or 2h
    #[arg(long = "for", value_name = "TIME", requires = "profile")]
    pub stay: Option<Span>,

    /// Do not ask, even if a rule in the settings says to
    #[arg(long, short, requires = "profile")]
    pub yes: bool,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Turns the list below into the parser's commands, the way to run each, and their names.
macro_rules! commands {
    ($($(#[$attribute:meta])* $name:literal $variant:ident $of:path,)*) => {
        #[derive(Subcommand, Debug)]
        pub enum Command {
            $($(#[$attribute])* #[command(name = $name)] $variant(Box<$of>),)*
        }

        impl Command {
            fn into_run(self) -> Box<dyn Run> {
                match self {
                    $(Self::$variant(command) => command,)*
                }
            }
        }

        /// The names of the commands, which are not profiles.
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

// The order is that of `awsp --help`.
commands! {
    "use" Use command::use_profile::Use,
    "off" Off command::off::Off,
    "region" Region command::region::Region,
    "login" Login command::login::Login,
    "logout" Logout command::logout::Logout,
    "status" Status command::status::Status,
    "whoami" Whoami command::whoami::Whoami,
    "list" List command::list::List,
    "show" Show command::show::Show,
    "settings" Settings command::settings::ShowSettings,
    "console" Console command::console::Console,
    "doctor" Doctor command::doctor::Doctor,
    "configure" Configure command::configure::Configure,
    "sync" Sync command::sync::Sync,
    "exec" Exec command::exec::Exec,
    "export" Export command::export::Export,
    "init" Init command::init::Init,
    #[command(hide = true)]
    "__ask" Ask command::ask::Ask,
    #[command(hide = true)]
    "__before" Before command::before::Before,
    #[command(hide = true)]
    "__complete" Complete command::complete::Complete,
    #[command(hide = true)]
    "__man" Man command::man::WriteMan,
    #[command(hide = true)]
    "__prompt" Prompt command::prompt::Prompt,
}

impl Cli {
    /// The command that was asked for with these arguments of the program.
    pub fn into_command(self, arguments: &[OsString]) -> Box<dyn Run> {
        match (self.command, self.profile) {
            (Some(command), None) => command.into_run(),
            (None, Some(profile)) => Box::new(command::use_profile::Use {
                profile: Some(profile),
                yes: self.yes,
                stay: self.stay,
            }),
            (None, None) => Box::new(command::current::Current),
            (Some(_), Some(_)) => Box::new(slips::TwoNames::of(arguments)),
        }
    }
}
