//! `awsp __before`: the shells run it before a command that uses AWS, if its session may have
//! ended.

use std::ffi::OsString;

use clap::Args;
use rustix::process::getpgrp;

use super::guarded::Entry;
use super::{Context, Run, login};
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::profile::Profile;
use crate::aws::session::Outcome;
use crate::aws::session_file::SessionFile;
use crate::aws::{identity, profile};
use crate::guard::{self, Door};
use crate::login::Request;
use crate::shell::channel::Channel;
use crate::shell::prompt::{self, Told};
use crate::shell::{confirmed, line, need, stay};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::terminal::describe;
use crate::terminal::describe::Clock;
use crate::terminal::foreground::shell;

/// Make the session usable that a command needs, without a word where there is nothing to do
#[derive(Args, Clone, Debug)]
pub struct Before {
    /// How many subshells are between the shell and this command
    #[arg(long, value_name = "DEPTH", default_value_t = 0)]
    pub subshell: u32,
    /// The command and its arguments
    #[arg(last = true, required = true)]
    pub words: Vec<OsString>,
}

impl Run for Before {
    fn run(&self, context: &Context) -> Result<()> {
        let env = &context.env;
        if !self.is_typed(env) {
            return Ok(());
        }
        let Some(name) = self.profile(env)? else {
            return Ok(());
        };
        if let Some(error) = line::refusal(env) {
            return Err(error);
        }
        self.bring_up(context, &name)
            .inspect_err(|error| line::note(env, error))
    }
}

impl Before {
    /// Makes the session of this profile usable, and tells the shell.
    fn bring_up(&self, context: &Context, name: &str) -> Result<()> {
        let Context { env, ui, .. } = context;
        // If the profile is wrong, the command itself says so.
        let Ok(files) = Files::load(env) else {
            return Ok(());
        };
        let mut channel = Channel::open(env);
        // The prompt is told about the result, except for a profile that only this command uses.
        let is_current = env.current_profile().is_none_or(|current| current == name);
        let Ok(mut found) = profile::resolve(&files, name) else {
            return channel
                .filter(|_| is_current)
                .map_or(Ok(()), |mut channel| {
                    prompt::tell_unknown(&mut channel, name);
                    channel.send()
                });
        };
        AccountNames::new(env).complete(&mut found);
        let pass = Entry::new(Door::Command, &found).pass(context)?;
        if let Some(channel) = channel.as_mut().filter(|_| pass.asked) {
            confirmed::add(env, channel, &found.name);
        }
        let session = match login::bring_up(context, &files, &found, &self.request(env)) {
            Ok((session, outcome)) => {
                // A login also fetches account names.
                AccountNames::new(env).complete(&mut found);
                if outcome == Outcome::LoggedIn {
                    say_logged_in(context, &found, session.as_ref());
                }
                session
            }
            // If nobody can log in, the command's own error is enough.
            Err(error) if error.kind == Kind::PersonNeeded => {
                ui.verbose(|| error.to_string());
                return channel.filter(|_| pass.asked).map_or(Ok(()), Channel::send);
            }
            Err(error) => return Err(error),
        };
        let Some(mut channel) = channel else {
            return Ok(());
        };
        if is_current {
            let told = Told {
                env,
                settings: context.settings(),
                profile: &found,
                session: session.as_ref(),
                region: identity::region(env, found.region.as_deref()),
                confirmed: pass.asked,
                switched: false,
            };
            prompt::tell(&mut channel, told);
        }
        channel.send()
    }

    /// True for a command that a person typed.
    fn is_typed(&self, env: &Env) -> bool {
        // A part of a pipeline is in a process group of its own. A command substitution is in the
        // shell's group, and bash does not tell one that was typed from one in a prompt, which may
        // run kubectl each time it is drawn.
        let is_bash = env.var("AWSP_SHELL") == Some("bash");
        let is_substitution = is_bash && self.subshell > 0 && is_group_of_shell(env);
        // An agent's commands run unchanged.
        !is_substitution && !matches!(Presence::of(env), Presence::Agent { .. })
    }

    /// The profile whose session the command needs, if it needs one.
    ///
    /// # Errors
    /// The time of a switch with `--for` is over.
    fn profile(&self, env: &Env) -> Result<Option<String>> {
        let words: Vec<_> = self
            .words
            .iter()
            .map(|word| word.to_string_lossy())
            .collect();
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        match need::profile(env, &words) {
            Some(name) if stay::is_over(env, &name) => {
                let message = format!("the time in `{name}` is over: `{}` was not run", words[0]);
                Err(Error::new(Kind::LoginFailed, message))
            }
            needed => Ok(needed),
        }
    }

    /// Renews always, but logs in only for a command that was typed.
    fn request(&self, env: &Env) -> Request {
        Request {
            unasked: !is_in_foreground(env, self.subshell > 0) || is_at_key(env),
            ..Request::default()
        }
    }
}

fn is_group_of_shell(env: &Env) -> bool {
    shell(env) == Some(getpgrp().as_raw_nonzero().get())
}

/// True while the shell reads keys, as for a key that is bound to a command. bash 3.2 has no
/// variable for that.
fn is_at_key(env: &Env) -> bool {
    env.var("AWSP_SHELL") == Some("bash")
        && rustix::termios::tcgetattr(std::io::stderr()).is_ok_and(|modes| {
            !modes
                .local_modes
                .contains(rustix::termios::LocalModes::ICANON)
        })
}

/// False in a background job, such as a helper of a prompt, and on a terminal that is gone, as in
/// a shell's exit trap: nobody has typed these commands. Such a job is a subshell. The shell
/// itself waits for the command, whichever process group has the terminal at the moment, which may
/// be another one in a pipeline of zsh. fish itself knows what was typed, and calls the background
/// a subshell.
fn is_in_foreground(env: &Env, is_subshell: bool) -> bool {
    if env.var("AWSP_SHELL") == Some("fish") {
        return !is_subshell;
    }
    let group = rustix::termios::tcgetpgrp(std::io::stderr());
    group.is_ok_and(|group| !is_subshell || group == getpgrp())
}

/// Prints the line that a switch would print.
fn say_logged_in(context: &Context, profile: &Profile, session: Option<&SessionFile>) {
    let Context { env, ui, .. } = context;
    let times = session.map(|session| session.times);
    let clock = Clock::of(env, context.settings());
    let paint = ui.painter(guard::colour(&context.settings().rules, profile));
    let outcome = Outcome::LoggedIn;
    let line = describe::switched(profile, times, outcome, clock, &[], paint);
    ui.say(&line);
}
