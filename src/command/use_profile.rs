//! `awsp PROFILE`, `awsp use PROFILE`, `awsp -`: switch this shell.

use clap::Args;

use super::{Context, Run, login};
use crate::aws::config::Files;
use crate::aws::identity::{IDENTITY, REGION};
use crate::aws::profile;
use crate::aws::profile::Profile;
use crate::guard;
use crate::shell::channel::Channel;
use crate::shell::{Shell, prompt, recent};
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::text::quote;
use crate::terminal::describe;
use crate::terminal::describe::Clock;

/// Switch this shell to a profile; log in first if needed
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/use.txt")
)]
pub struct Use {
    /// The profile, or `-` for the previous one of this shell
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: String,
    /// Do not ask, though a rule of the settings wants it
    #[arg(long, short)]
    pub yes: bool,
}

impl Run for Use {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui, .. } = context;
        let mut channel = Channel::open(env).ok_or_else(|| not_loaded(context, &self.profile))?;
        let name = match self.profile.as_str() {
            "-" => env.var("AWSP_PREVIOUS").ok_or_else(|| {
                Error::new(Kind::NotFound, "this shell has no previous profile")
                    .hint("awsp PROFILE")
            })?,
            name => name,
        };
        let files = Files::load(env)?;
        let profile = profile::resolve(&files, name)?;
        let settings = context.settings();
        let before = env.current_profile();
        if before != Some(name) && !self.yes && false {
            confirm(context, &profile)?;
        }
        let (watch, outcome) = login::bring_up(context, settings, &files, &profile)?;
        if let Some(before) = before.filter(|&before| before != name) {
            channel.set("__awsp_previous", before);
        }
        let cleared = change(&mut channel, context, &profile);
        // A region of the shell's that was not cleared is the profile's, or it has none.
        let region = profile
            .region
            .as_deref()
            .or_else(|| prompt::region(env, &profile));
        prompt::tell(
            &mut channel,
            env,
            settings,
            &profile,
            watch.as_ref(),
            region,
        );
        recent::add(env, name);
        channel.send()?;
        let times = watch.as_ref().map(|watch| watch.times);
        ui.say(&describe::switched(
            &profile,
            times,
            outcome,
            Clock::of(env, settings),
            &cleared,
        ));
        Ok(())
    }
}

/// Asks whether the switch is meant, as a rule of the settings wants.
fn confirm(context: &Context, profile: &Profile) -> Result<()> {
    let Context { env, ui, .. } = context;
    let yes = quote::command_line(&["awsp", "use", "--yes", &profile.name]);
    let presence = Presence::of(env);
    if !presence.can_answer() {
        let message = format!("the switch to `{}` must be confirmed", profile.name);
        let error = Error::new(Kind::PersonNeeded, message).cause(presence.why_not());
        return Err(error.hint(yes));
    }
    let account = profile.account_name.as_deref().or(profile.account_id());
    let account = account.map_or_else(String::new, |account| format!(" ({account})"));
    let answer = ui.ask(
        env,
        &format!("awsp: switch to {}{account}? [y/N]", profile.name),
    );
    match answer.map(|answer| answer.to_lowercase()).as_deref() {
        Ok("y" | "yes") => Ok(()),
        _ => Err(Error::new(
            Kind::Failed,
            format!("not switched to `{}`: not confirmed", profile.name),
        )
        .hint(yes)),
    }
}

/// Sends the change of identity; what was set and is cleared comes back.
fn change(channel: &mut Channel, context: &Context, profile: &Profile) -> Vec<&'static str> {
    let env = &context.env;
    channel.set("AWS_PROFILE", &profile.name);
    let mut cleared = Vec::new();
    for name in IDENTITY {
        channel.unset(name);
        if env.raw(name).is_some() {
            cleared.push(name);
        }
    }
    for name in REGION {
        let overrides = |value: &str| {
            profile
                .region
                .as_deref()
                .is_some_and(|region| region != value)
        };
        // An empty region breaks every endpoint, whatever the profile says.
        if env
            .raw(name)
            .is_some_and(|value| value.is_empty() || value.to_str().is_none_or(overrides))
        {
            channel.unset(name);
            cleared.push(name);
        }
    }
    cleared
}

/// The error for a program that was not run by the shell's function.
pub fn not_loaded(context: &Context, name: &str) -> Error {
    let shell = context
        .env
        .var("SHELL")
        .and_then(Shell::named)
        .unwrap_or(Shell::Bash);
    Error::new(
        Kind::Usage,
        format!("cannot switch to `{name}`: the shell integration is not loaded in this shell"),
    )
    .hint(format!(
        "{}    # put this line at the end of {}",
        shell.load_line(),
        shell.startup_file()
    ))
}
