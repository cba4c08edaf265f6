//! `awsp off`: leave.

use clap::Args;

use super::{Context, Run};
use crate::error::Result;
use crate::prompt;
use crate::shell::channel::Channel;

/// Leave: this shell's environment is again what it was before the first switch
#[derive(Args, Clone, Debug)]
#[command(after_long_help = "Examples:\n  awsp off\n  awsp -      # and back again")]
pub struct Off {}

impl Run for Off {
    fn run(&self, context: &Context) -> Result<()> {
        let mut channel = Channel::open(&context.env).ok_or_else(|| super::use_profile::not_loaded(context, "off"))?;
        channel.restore();
        prompt::tell_none(&mut channel);
        let current = context.env.current_profile();
        if let Some(name) = current {
            channel.set("__awsp_previous", name);
        }
        channel.send()?;
        let left = current.map_or_else(|| "off".to_owned(), |name| format!("left {}", crate::ui::clean(name)));
        context.ui.say(&format!("awsp: {left}; the environment is as it was before the first switch"));
        Ok(())
    }
}
