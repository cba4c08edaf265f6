//! `awsp __before`: what the shells run before a command that uses AWS, when its session may be
//! over.

use clap::Args;

use super::{Context, Run, login};
use crate::aws::config::Files;
use crate::aws::profile;
use crate::aws::session::Outcome;
use crate::shell::channel::Channel;
use crate::shell::prompt;
use crate::system::error::{Kind, Result};
use crate::terminal::describe;
use crate::terminal::describe::Clock;

/// Make a profile's session usable, without a word where there is nothing to do
#[derive(Args, Clone, Debug)]
pub struct Before {
    /// In a subshell of bash: the number of the shell itself
    #[arg(long, value_name = "PID")]
    pub shell: Option<i32>,
    /// The profile that the command will use
    pub profile: String,
}

impl Run for Before {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui, .. } = context;
        // A part of a pipeline is in a process group of its own. A substitution is in the shell's,
        // and bash does not tell that of a prompt, which may run kubectl each time it is
        // drawn, from one that was typed.
        if self
            .shell
            .is_some_and(|pid| pid == rustix::process::getpgrp().as_raw_nonzero().get())
        {
            return Ok(());
        }
        // What is wrong with the profile, the command itself says.
        let Ok(files) = Files::load(env) else {
            return Ok(());
        };
        // The shell's next look is then enough. Not for a profile that only this command names.
        let is_current = env
            .current_profile()
            .is_none_or(|current| current == self.profile);
        let channel = is_current.then(|| Channel::open(env)).flatten();
        let Ok(found) = profile::resolve(&files, &self.profile) else {
            return channel.map_or(Ok(()), |mut channel| {
                prompt::tell_unknown(&mut channel, &self.profile);
                channel.send()
            });
        };
        let settings = context.settings();
        let watch = match login::bring_up(context, settings, &files, &found) {
            // Where nobody is there to log in, the command's own words are enough.
            Err(error) if error.kind == Kind::PersonNeeded => {
                ui.verbose(|| error.to_string());
                return Ok(());
            }
            Err(error) => return Err(error),
            Ok((watch, outcome)) => {
                if outcome == Outcome::LoggedIn {
                    let times = watch.as_ref().map(|watch| watch.times);
                    ui.say(&describe::switched(
                        &found,
                        times,
                        outcome,
                        Clock::of(env, settings),
                        &[],
                    ));
                }
                watch
            }
        };
        channel.map_or(Ok(()), |mut channel| {
            prompt::tell(
                &mut channel,
                env,
                settings,
                &found,
                watch.as_ref(),
                prompt::region(env, &found),
            );
            channel.send()
        })
    }
}
