//! `awsp off`: leave.

use clap::Args;

use super::{Context, Run};
use crate::shell::channel::Channel;
use crate::shell::prompt;
use crate::system::error::Result;

/// Restore the environment from before the first switch
#[derive(Args, Clone, Debug)]
#[command(after_help = include_str!("help/off.txt"))]
pub struct Off {}

impl Run for Off {
    fn run(&self, context: &Context) -> Result<()> {
        let mut channel = Channel::open(&context.env)
            .ok_or_else(|| crate::command::use_profile::not_loaded(context, "leave"))?;
        channel.restore();
        prompt::tell_none(&mut channel);
        let current = context.env.current_profile();
        if let Some(name) = current {
            channel.set("__awsp_previous", name);
        }
        channel.send()?;
        let left = match current.map(crate::system::text::clean) {
            // The profile was in the environment before awsp, and that is not ours to undo.
            Some(name) if context.env.var("AWSP_SWITCHED").is_none() => {
                format!("nothing to leave: {name} was set without awsp")
            }
            Some(name) => {
                format!("left {name}; the environment is as it was before the first switch")
            }
            None => "off; the environment is as it was before the first switch".to_owned(),
        };
        context.ui.say(&format!("awsp: {left}"));
        Ok(())
    }
}
