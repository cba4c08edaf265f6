//! `awsp` alone: choose a profile, or print the current one.

use super::use_profile::{Use, not_loaded};
use super::{Context, Run, choose};
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
    let Some(name) = env.current_profile() else {
        ui.say("awsp: no profile is active");
        ui.hint("awsp PROFILE");
        return Ok(());
    };
    ui.data(&format!("{}\n", clean(name)))?;
    let files = context.files()?;
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
