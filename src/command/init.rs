//! `awsp init`: the shell integration.

mod install;

use clap::Args;

use super::{Context, Run};
use crate::shell::Shell;
use crate::shell::init::{Options, text};
use crate::system::error::{Error, Kind, Result};

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
    #[arg(long, value_name = "NAME", default_value = "awsp")]
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
        let auto_login = if self.no_auto_login {
            Vec::new()
        } else {
            context.settings().auto_login.all()
        };
        let is_there = |name: &&String| context.env.on_path(name).next().is_some();
        let there: Vec<String> = auto_login.iter().filter(is_there).cloned().collect();
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
        };
        if context.env.stdout_is_terminal {
            self.explain(context, shell);
            return Ok(());
        }
        context.ui.data(&text(shell, &options))
    }
}

impl Init {
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
