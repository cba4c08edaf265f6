//! `awsp PROFILE`, `awsp use PROFILE`, `awsp -`: switch this shell.

use clap::Args;

use super::guarded::Entry;
use super::{Context, Run, choose, first_step, login, slips};
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::identity::{self, REGION};
use crate::aws::profile::{self, Profile};
use crate::aws::variables;
use crate::credentials::twin;
use crate::guard::{self, Door, Refusal, Terms};
use crate::login::Request;
use crate::shell::channel::{Channel, unfit};
use crate::shell::prompt::{self, Told};
use crate::shell::{Shell, recent, stay};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::text::clean;
use crate::system::text::span::Span;
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
    pub profile: Option<String>,
    /// Do not ask, even if a rule in the settings says to
    #[arg(long, short)]
    pub yes: bool,
    /// Switch back after this time, such as 90s, 30m or 2h
    #[arg(long = "for", value_name = "TIME")]
    pub stay: Option<Span>,
}

impl Use {
    pub const fn new(profile: String) -> Self {
        Self {
            profile: Some(profile),
            yes: false,
            stay: None,
        }
    }
}

impl Run for Use {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui, .. } = context;
        // Opened before any other file, which could get the channel's number.
        let channel = Channel::open(env);
        let files = context.files()?;
        if self.profile.is_none() && channel.is_none() {
            return Err(not_loaded(context, "choose a profile"));
        }
        let (mut named, confirmed) = self.named(context, &files)?;
        AccountNames::new(env).complete(&mut named);
        let doing = format!("switch to `{}`", named.name);
        let settings = context.settings();
        let entry = Entry {
            yes: self.yes || confirmed,
            stay: self.stay,
            ..Entry::new(Door::Switch, &named)
        };
        let Some(mut channel) = channel else {
            // To load the integration would not help those who may not switch.
            allowed(context, &files, entry, entry.terms(context)?)?;
            return Err(not_loaded(context, &doing));
        };
        let pass = entry.pass(context)?;
        let mut profile = allowed(context, &files, entry, pass.terms)?;
        let (session, outcome) = login::bring_up(context, &files, &profile, &Request::default())?;
        // A login also fetches account names.
        AccountNames::new(env).complete(&mut profile);
        remember(&mut channel, env, &profile);
        let cleared = change(&mut channel, env, &profile);
        if pass.asked {
            crate::shell::confirmed::add(env, &mut channel, &profile.name);
        }
        match pass.terms.stay {
            Some(span) => stay::begin(&mut channel, env, &profile.name, span),
            None => stay::end(&mut channel, env),
        }
        let told = Told {
            env,
            settings,
            profile: &profile,
            session: session.as_ref(),
            // A region of the shell's that was not cleared is the profile's, or it has none.
            region: identity::region_of(env, profile.region.as_deref()),
            confirmed: pass.asked,
            switched: true,
        };
        prompt::tell(&mut channel, told);
        let times = session.as_ref().map(|session| session.times);
        let cleared: Vec<&str> = cleared.iter().map(String::as_str).collect();
        let clock = Clock::of(env, settings);
        let paint = ui.painter(guard::colour(&settings.rules, &profile));
        let line = describe::switched(&profile, times, outcome, clock, &cleared, paint);
        let line = format!("{line}{}", self.until(context, pass.terms.stay));
        channel.say(env, *ui, &line);
        channel.send()?;
        recent::add(env, &profile.name);
        Ok(())
    }
}

/// The profile of a switch: the one that is named, or its read-only twin. A switch is to a profile,
/// so there must be one.
fn allowed(context: &Context, files: &Files, entry: Entry<'_>, terms: Terms) -> Result<Profile> {
    if !terms.read_only {
        return Ok(entry.profile.clone());
    }
    let patterns = &context.settings().exec.read_only;
    twin::configured(files, entry.profile, patterns)
        .ok_or_else(|| entry.refused(Refusal::Agent, Presence::of(&context.env)))
}

/// Makes the shell remember the profile to which `awsp -` goes back.
fn remember(channel: &mut Channel, env: &Env, profile: &Profile) {
    // A name that cannot be sent cannot be the previous profile.
    let is_back = |before: &&str| *before != profile.name && unfit(before).is_none();
    if let Some(before) = env.current_profile().filter(is_back) {
        channel.set("__awsp_previous", before);
    }
}

impl Use {
    /// The profile that is meant; true if a person has said yes to it, where a rule wants that.
    fn named(&self, context: &Context, files: &Files) -> Result<(Profile, bool)> {
        let chosen;
        let name = match self.profile.as_deref() {
            Some("-") => context.env.var("AWSP_PREVIOUS").ok_or_else(|| {
                Error::new(Kind::NotFound, "this shell has no previous profile")
                    .hint(first_step(files))
            })?,
            Some(name) => name,
            None => {
                let which = || Error::new(Kind::Usage, "which profile?").hint("awsp list");
                chosen = choose::missing(context, files)?.ok_or_else(which)?;
                &chosen
            }
        };
        match profile::resolve(files, name) {
            Err(error) if files.profile(name).is_none() => {
                match choose::by_part(context, files, name)? {
                    Some(meant) => Ok((profile::resolve(files, &meant.name)?, meant.confirmed)),
                    None => Err(or_command(name, error)),
                }
            }
            found => Ok((found?, false)),
        }
    }

    /// How long the switch lasts, and what comes after it.
    fn until(&self, context: &Context, span: Option<Span>) -> String {
        let Some(span) = span else {
            return String::new();
        };
        let then = stay::back(&context.env).map_or_else(
            || "then as before the first switch".to_owned(),
            |name| format!("then back to {}", clean(name)),
        );
        // A rule has shortened the time.
        let limit = if self.stay.is_some_and(|asked| asked > span) {
            ", a rule of the settings allows no more"
        } else {
            ""
        };
        format!("; for {span}{limit}, {then}")
    }
}

/// Sends the change of identity; returns the variables that were set and are cleared.
fn change(channel: &mut Channel, env: &Env, profile: &Profile) -> Vec<String> {
    // Sent first: a shell that cannot set it ignores what follows.
    channel.set("AWS_PROFILE", &profile.name);
    channel.set("__awsp_switched", "1");
    // Without it the JavaScript SDK 2 and the Go SDK 1 read no profile from the config file.
    channel.set("AWS_SDK_LOAD_CONFIG", "1");
    let mut cleared = Vec::new();
    for name in identity::cleared(env) {
        let is_set = env.raw(&name).is_some_and(|value| !value.is_empty());
        if is_set && !name.starts_with("AWSP") && !identity::exported(env).any(|own| own == name) {
            channel.clear(&name);
        } else {
            channel.unset(&name);
        }
        if env.raw(&name).is_some() && name != identity::EXPORTED {
            cleared.push(name);
        }
    }
    if let Some(own) = env.var(variables::OWN_CONFIG) {
        channel.set(variables::FILES[0], own);
        channel.unset(variables::OWN_CONFIG);
    }
    for name in REGION {
        let overrides = |value: &str| {
            profile
                .region
                .as_deref()
                .is_some_and(|region| region != value)
        };
        // An empty region breaks every endpoint, whatever the profile says.
        let is_wrong = env
            .raw(name)
            .is_some_and(|value| value.is_empty() || value.to_str().is_none_or(overrides));
        if is_wrong && !cleared.iter().any(|other| other == name) {
            channel.unset(name);
            cleared.push(name.to_owned());
        }
    }
    cleared
}

/// An unknown profile may be a misspelled command; that hint then comes last.
fn or_command(name: &str, error: Error) -> Error {
    let Some(command) = slips::command_for(name).filter(|_| error.kind == Kind::NotFound) else {
        return error;
    };
    let mut error = error;
    // If no profile is similar, a hint at the list is no better.
    error.hints.retain(|hint| hint != "awsp list");
    error.hint(format!("awsp {command}"))
}

/// The error if the program was not run by the shell's function, so that it cannot change the
/// shell.
pub fn not_loaded(context: &Context, doing: &str) -> Error {
    let env = &context.env;
    let shell = env.var("SHELL").and_then(Shell::named);
    let shell = shell.unwrap_or(Shell::Bash);
    let message = format!("cannot {doing}: the shell integration is not loaded in this shell");
    let install = format!(
        "awsp init {} --install    # for every new shell",
        shell.name()
    );
    let load = format!("{}    # for this one", shell.load_line());
    Error::new(Kind::Usage, message).hint(install).hint(load)
}
