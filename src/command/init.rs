//! `awsp init`: the shell integration.

mod install;

use clap::Args;

use super::{Context, Run};
use crate::shell::Shell;
use crate::shell::init::{self, Options};
use crate::system::error::{Error, Kind, Result};

/// The name of the command in the shells.
const COMMAND: &str = "awsp";

/// Print the shell integration, or install it
#[derive(Args, Clone, Debug)]
#[command(after_help = include_str!("help/init.txt"))]
pub struct Init {
    /// The shell; by default the current one
    #[arg(value_enum)]
    pub shell: Option<Shell>,
    /// Do not change the prompt; AWSP_PROMPT is still kept up to date
    #[arg(long)]
    pub no_prompt: bool,
    /// Do not log in before `aws` and other commands
    #[arg(long)]
    pub no_auto_login: bool,
    /// The name of the command
    #[arg(long, value_name = "NAME", default_value = COMMAND)]
    pub cmd: String,
    /// Add the line to the shell's start-up file, after asking
    #[arg(long, conflicts_with = "uninstall")]
    pub install: bool,
    /// Remove the line from the shell's start-up files, after asking
    #[arg(long)]
    pub uninstall: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Print what the integration loads when it is needed
    #[arg(long, hide = true)]
    pub rest: bool,
}

impl Run for Init {
    fn run(&self, context: &Context) -> Result<()> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if self.cmd.is_empty() || self.cmd.starts_with('-') || !self.cmd.chars().all(is_plain) {
            let told = format!(
                "`{}` cannot be the name of a command: use letters, digits, `-` and `_`",
                self.cmd
            );
            return Err(Error::new(Kind::Usage, told).hint("awsp init bash --cmd ap"));
        }
        if self.install {
            return self.install(context);
        }
        if self.uninstall {
            return self.uninstall(context);
        }
        let shell = self.shell_or_own(&context.env)?;
        if self.rest {
            let names = context.first_of_two().settings().auto_login.all();
            return context.ui.data(&init::rest(shell, &names));
        }
        let auto_login = if self.no_auto_login {
            Vec::new()
        } else {
            context.settings().auto_login.all()
        };
        let there = context.env.all_on_path(&auto_login);
        let options = Options {
            prompt: !self.no_prompt,
            asks: context
                .settings()
                .rules
                .iter()
                .any(|rule| rule.confirm == Some(true)),
            auto_login: &auto_login,
            there: &there,
            command: &self.cmd,
            whole: init::is_in_use(&context.env),
        };
        if context.env.stdout_is_terminal {
            self.explain(context, shell);
            return Ok(());
        }
        context.ui.data(&init::text(shell, &options))
    }
}

impl Init {
    /// Without options, for this shell.
    pub fn of(shell: Shell) -> Self {
        Self {
            shell: Some(shell),
            no_prompt: false,
            no_auto_login: false,
            cmd: COMMAND.to_owned(),
            install: false,
            uninstall: false,
            yes: false,
            rest: false,
        }
    }

    /// Explains the script instead of printing it at a terminal.
    fn explain(&self, context: &Context, shell: Shell) {
        let ui = context.ui;
        let name = shell.name();
        ui.say(&format!(
            "awsp: this prints a script for {name} to load, by this line:"
        ));
        ui.say(&format!("  {}", self.line(shell)));
        ui.hint(&format!(
            "awsp init {name} --install    # puts it into the start-up file"
        ));
        ui.hint(&format!("awsp init {name} | less       # shows the script"));
    }
}
