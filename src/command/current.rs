//! `awsp` alone: choose a profile, or print the current one.

use super::answering::{self, Instead};
use super::use_profile::{Use, not_loaded};
use super::{Context, Run, choose, first_step};
use crate::aws::account_names::AccountNames;
use crate::aws::profile;
use crate::aws::session_file::SessionFile;
use crate::guard;
use crate::shell::channel::Channel;
use crate::system::error::Result;
use crate::system::text::clean;
use crate::terminal::ask::Questions;
use crate::terminal::describe;
use crate::terminal::describe::Clock;

/// At a terminal, a list to choose from, recent profiles first. Elsewhere the current name goes to
/// stdout, and its description to stderr.
#[derive(Clone, Debug)]
pub struct Current;

impl Run for Current {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui, .. } = context;
        if env.stdout_is_terminal && Questions::new(env, *ui).can_list() {
            if !Channel::is_there(env) {
                return not_here(context);
            }
            let profile = choose::profile(context, &context.files()?, "")?;
            return Use::new(profile).run(context);
        }
        print(context)
    }
}

/// Choosing would change this shell, which needs the integration.
fn not_here(context: &Context) -> Result<()> {
    if context.env.current_profile().is_some() {
        print(context)?;
    }
    Err(not_loaded(context, "choose a profile"))
}

fn print(context: &Context) -> Result<()> {
    let Context { env, ui, .. } = context;
    let current = env.current_profile();
    // At a terminal the line below names it too.
    if let Some(name) = current.filter(|_| !(env.stdout_is_terminal && env.stderr_is_terminal)) {
        ui.data(&format!("{}\n", clean(name)))?;
    }
    let files = context.files()?;
    let instead = Instead::of(env, Some(&files));
    if let Some(instead) = &instead {
        let paint = ui.painter(Some(instead.colour(&context.settings().rules)));
        ui.say(&format!("awsp: {}", instead.line(paint)));
    }
    if let Some(line) = answering::tokens(env) {
        ui.say(&format!("awsp: {line}"));
    }
    let Some(name) = current else {
        if instead.is_none() {
            ui.say("awsp: no profile is active");
            ui.hint(first_step(&files));
        }
        return Ok(());
    };
    if instead.is_some() {
        return profile::resolve(&files, name).map(drop);
    }
    let mut found = profile::resolve(&files, name)?;
    AccountNames::new(env).complete(&mut found);
    let watch = SessionFile::of(env, &found);
    let settings = context.settings();
    let clock = Clock::of(env, settings);
    let paint = ui.painter(guard::colour(&settings.rules, &found));
    let line = describe::line(&found, watch.map(|watch| watch.times), clock, paint);
    ui.say(&format!("awsp: {line}"));
    Ok(())
}
