//! `awsp off`: leave.

use clap::Args;

use super::{Context, Run};
use crate::shell::channel::Channel;
use crate::shell::{prompt, stay};
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::text::clean;

/// Restore the environment from before the first switch
#[derive(Args, Clone, Debug)]
#[command(after_help = include_str!("help/off.txt"))]
pub struct Off {}

impl Run for Off {
    fn run(&self, context: &Context) -> Result<()> {
        let mut channel = Channel::open(&context.env)
            .ok_or_else(|| crate::command::use_profile::not_loaded(context, "leave"))?;
        let Context { env, ui, .. } = context;
        let current = env.current_profile();
        channel.restore();
        // A shell below the one that switched, or that took its place, knows of no switch.
        let is_inherited = env.var("AWSP_SWITCHED").is_none() && current.is_some();
        if is_inherited {
            leave(&mut channel, env);
        }
        stay::end(&mut channel, env);
        prompt::tell_none(&mut channel);
        if let Some(name) = current {
            channel.set("__awsp_previous", name);
        }
        let left = match current.map(clean) {
            Some(name) if is_inherited => format!("left {name}, which this shell had from before"),
            Some(name) => {
                format!("left {name}; the environment is as it was before the first switch")
            }
            None => "off; the environment is as it was before the first switch".to_owned(),
        };
        channel.say(env, *ui, &format!("awsp: {left}"));
        channel.send()
    }
}

/// Unsets what a switch in another shell has set, for good.
fn leave(channel: &mut Channel, env: &Env) {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        channel.unset(name);
    }
    if env.var("AWS_SDK_LOAD_CONFIG") == Some("1") {
        channel.unset("AWS_SDK_LOAD_CONFIG");
    }
    channel.forget();
}
