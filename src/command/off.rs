//! `awsp off`: restore the environment.

use clap::Args;

use super::{Context, Run};
use crate::aws::identity::Who;
use crate::shell::channel::{Channel, unfit};
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
        // A sub-shell of the shell that switched, or a shell that replaced it, does not know about
        // the switch.
        let is_switched = env.var("AWSP_SWITCHED").is_some();
        let is_inherited = !is_switched && current.is_some();
        if is_inherited {
            leave(&mut channel, env);
        }
        stay::end(&mut channel, env);
        // Only the shell knows what is restored.
        prompt::forget(&mut channel);
        if let Some(name) = current.filter(|name| unfit(name).is_none()) {
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
        // Variables that awsp did not set are left alone; an earlier switch would have cleared
        // them.
        let who = Who::of(env);
        if !is_switched && let Some(what) = who.instead() {
            let of = match who.served() {
                Some(_) => "from `awsp exec --server`",
                None => "of the environment",
            };
            let line = clean(&format!("awsp: tools still use {what} {of}"));
            channel.say(env, *ui, &line);
        }
        channel.send()
    }
}

/// Unsets what a switch in another shell has set.
fn leave(channel: &mut Channel, env: &Env) {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        channel.unset(name);
    }
    if env.var("AWS_SDK_LOAD_CONFIG") == Some("1") {
        channel.unset("AWS_SDK_LOAD_CONFIG");
    }
    channel.forget();
}
