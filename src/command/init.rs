//! `awsp init`: the shell integration.

use clap::Args;

use super::{Context, Run};
use crate::shell::Shell;
use crate::shell::init::{Options, text};
use crate::system::error::{Error, Kind, Result};

/// Print the shell integration
#[derive(Args, Clone, Debug)]
#[command(
    after_long_help = "Put one of these at the end of your shell's start-up file:\n  eval \
                       \"$(awsp init bash)\"      ~/.bashrc\n  eval \"$(awsp init zsh)\"       \
                       ~/.zshrc\n  awsp init fish | source       ~/.config/fish/config.fish"
)]
pub struct Init {
    /// The shell to print it for
    #[arg(value_enum)]
    pub shell: Shell,
    /// Leave the prompt alone; AWSP_PROMPT is kept up to date all the same
    #[arg(long)]
    pub no_prompt: bool,
    /// Wrap no command: an ended session is not logged in before `aws` and others
    #[arg(long)]
    pub no_auto_login: bool,
    /// Call the command something else
    #[arg(long, value_name = "NAME", default_value = "awsp")]
    pub cmd: String,
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
        let there =
            |name: &String| !self.no_auto_login && context.env.on_path(name).next().is_some();
        let wanted = context.settings().auto_login.all();
        let auto_login: Vec<String> = wanted.into_iter().filter(there).collect();
        let options = Options {
            prompt: !self.no_prompt,
            auto_login: &auto_login,
            command: &self.cmd,
        };
        context.ui.data(&text(self.shell, &options))
    }
}
