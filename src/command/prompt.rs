//! `awsp __prompt`: what the prompt hooks run when something has changed.

use clap::Args;

use super::{Context, Run};
use crate::aws::config::Files;
use crate::aws::profile;
use crate::aws::session_file::SessionFile;
use crate::shell::channel::Channel;
use crate::shell::prompt;
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
        match env.current_profile() {
            None => prompt::tell_none(&mut channel),
            Some(name) => match Files::load(env).and_then(|files| profile::resolve(&files, name)) {
                Ok(found) => {
                    let settings = context.settings();
                    let watch = SessionFile::of(env, &found);
                    prompt::tell(
                        &mut channel,
                        env,
                        settings,
                        &found,
                        watch.as_ref(),
                        prompt::region(env, &found),
                    );
                }
                Err(_) => prompt::tell_unknown(&mut channel, name),
            },
        }
        channel.send()
    }
}
