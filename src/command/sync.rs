//! `awsp sync`: one profile for each account and role.

mod asked;
mod progress;

use std::collections::HashSet;

use clap::Args;

pub use self::asked::Asked;
use super::{Context, Run};
use crate::aws::config::Files;
use crate::aws::config::store::Store;
use crate::aws::profile;
use crate::aws::profile::SsoSession;
use crate::aws::regions::is_region;
use crate::login::target::{Target, only_session};
use crate::sync::diff;
use crate::sync::plan::{Listed, Plan, Step, Wanted};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{clean, count, number, quote};
use crate::terminal::size;

/// Write a profile for each account and role that you have
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/sync.txt")
)]
pub struct Sync {
    /// The session to sync; by default the current profile's, or the only one
    #[arg(long, value_name = "NAME", add = crate::command::complete::sessions())]
    pub session: Option<String>,
    /// Show what would change, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove profiles written by sync whose account or role is gone
    #[arg(long)]
    pub prune: bool,
    /// The template for names of new profiles; overrides the settings
    #[arg(long, value_name = "TEMPLATE")]
    pub name: Option<String>,
    /// The region for new profiles, and for profiles of sync that have none
    #[arg(long, value_name = "REGION", add = crate::command::complete::regions())]
    pub region: Option<String>,
}

impl Run for Sync {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        let session = self.session(context, &files)?;
        let mut settings = context.settings().clone();
        if let Some(name) = &self.name {
            settings.sync.name.clone_from(name);
        }
        if let Some(region) = &self.region {
            if !is_region(region) {
                return Err(Error::new(
                    Kind::Usage,
                    format!("`{region}` is not the name of a region"),
                )
                .hint("awsp sync --help"));
            }
            settings.sync.region = Some(region.clone());
        }
        let label = session.label().to_owned();
        // A wrong template is reported before anything is listed.
        let wanted = Wanted::of(&label, &settings.sync, crate::command::is_command)?;
        let mut asked = Asked::of(context, &files, &session);
        let listed = asked.list(&|account| wanted.account(account), "awsp sync")?;
        if self.prune && listed.accounts.is_empty() {
            // Probably another user logged in: nobody loses all accounts at once.
            let message = format!("cannot prune: AWS lists no accounts in `{label}`");
            return Err(
                Error::new(Kind::Failed, message).hint(quote::command_line(&[
                    "awsp",
                    "login",
                    "--session",
                    &label,
                    "--force",
                ])),
            );
        }
        if self.dry_run {
            let plan = wanted.plan(&Files::load(&context.env)?, &listed, self.prune)?;
            context.ui.data(&diff::text(
                &plan,
                size::of_stdout(&context.env).unwrap_or(usize::MAX),
                context.ui.has_colour(context.env.stdout_is_terminal),
            ))?;
            report(
                context,
                &session,
                &plan,
                &listed,
                &files,
                Some("nothing was written"),
            );
            return Ok(());
        }
        let (_, plan) = Store::new(&context.env, context.ui.log()).change(|files| {
            let plan = wanted.plan(files, &listed, self.prune)?;
            Ok((plan.changes(), plan))
        })?;
        asked.kept.remove();
        report(context, &session, &plan, &listed, &files, None);
        Ok(())
    }
}

impl Sync {
    fn session(&self, context: &Context, files: &Files) -> Result<SsoSession> {
        if let Some(name) = &self.session {
            return profile::session(files, name);
        }
        let current = context.env.current_profile();
        match Target::of_shell(files, current, "sync") {
            // The accounts of a session without a name cannot have profiles of this kind.
            Ok(Target::Session { session, .. }) if session.name.is_some() => Ok(session),
            _ => only_session(files, current, "sync"),
        }
    }
}

/// Prints what was done, and hints at what could be done next.
fn report(
    context: &Context,
    session: &SsoSession,
    plan: &Plan,
    listed: &Listed,
    files: &Files,
    instead: Option<&str>,
) {
    let added = plan.count(|step| matches!(step, Step::Add { .. }));
    let set = |name: &str| plan.count(|step| matches!(step, Step::Set { key, .. } if *key == name));
    let changed: HashSet<&str> = plan.steps.iter().filter_map(Step::changed).collect();
    let mut parts = Vec::new();
    let mut part = |n: usize, what: &str| {
        if n > 0 {
            parts.push(format!("{} {what}", number(n)));
        }
    };
    part(added, "new");
    part(set("sso_account_name"), "with a new account name");
    part(set("region"), "with a new region");
    part(
        plan.count(|step| matches!(step, Step::Remove { .. })),
        "removed",
    );
    part(plan.kept - changed.len(), "unchanged");
    part(plan.by_hand, "written by you");
    part(plan.gone.len(), "gone at AWS");
    if parts.is_empty() {
        parts.push("no profiles".to_owned());
    }
    let accounts = count(listed.accounts.len(), "account");
    let place = instead.map_or_else(|| files.config.shown.clone(), str::to_owned);
    context.ui.say(&clean(&format!(
        "awsp: {}: {accounts}, profiles: {} ({place})",
        session.label(),
        parts.join(", ")
    )));
    let hint = |words: &[&str]| context.ui.hint(&quote::command_line(words));
    let has_region = |step: &Step| match step {
        Step::Add { keys, .. } => keys.iter().any(|(key, _)| *key == "region"),
        _ => false,
    };
    if added > plan.count(has_region) {
        context
            .ui
            .warn("the new profiles have no region, which most tools need");
        hint(&[
            "awsp",
            "sync",
            "--session",
            session.label(),
            "--region",
            &session.region,
        ]);
    }
    if !plan.gone.is_empty() {
        hint(&["awsp", "sync", "--session", session.label(), "--prune"]);
    }
}
