//! `awsp __prompt`: run by the prompt hooks when something has changed.

use clap::Args;

use super::answering::Instead;
use super::{Context, Run};
use crate::aws::config::Files;
use crate::aws::identity::{self, Who};
use crate::aws::session_file::SessionFile;
use crate::guard::Subject;
use crate::settings::rules::Colour;
use crate::shell::channel::Channel;
use crate::shell::prompt::{self, Told};
use crate::system::error::Result;

/// Tell the prompt hooks about the current profile
#[derive(Args, Clone, Debug)]
pub struct Prompt {}

impl Run for Prompt {
    fn run(&self, context: &Context) -> Result<()> {
        let env = &context.env;
        let Some(mut channel) = Channel::open(env) else {
            return Ok(());
        };
        if let Who::Profile(name) = Who::of(env) {
            profile(context, &mut channel, name);
        } else {
            instead(context, &mut channel);
        }
        channel.send()
    }
}

fn profile(context: &Context, channel: &mut Channel, name: &str) {
    let env = &context.env;
    let Ok(found) = Files::load(env).and_then(|files| context.resolve(&files, name)) else {
        return prompt::tell_unknown(channel, name);
    };
    let session = SessionFile::of(env, &found);
    let told = Told {
        env,
        settings: context.settings(),
        profile: &found,
        session: session.as_ref(),
        region: identity::region(env, found.region.as_deref()),
        confirmed: false,
        switched: false,
    };
    prompt::tell(channel, told);
}

/// Tells the prompt which identity answers when no profile is named.
fn instead(context: &Context, channel: &mut Channel) {
    let (env, settings) = (&context.env, context.settings());
    let files = match Who::of(env) {
        Who::Default => None,
        _ => Files::load(env).ok(),
    };
    if let Some(instead) = Instead::of(env, files.as_ref()) {
        let colour = instead.colour(&settings.rules);
        prompt::tell_instead(channel, env, settings, instead.subject(), colour);
    } else if identity::bearer_services(env).is_empty() {
        prompt::tell_none(channel);
    } else {
        prompt::tell_instead(channel, env, settings, Subject::default(), Colour::Yellow);
    }
}
