//! `awsp sync`: one profile for each account and role.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use clap::Args;

use super::{Context, Run};
use crate::aws::account::Account;
use crate::aws::config::Files;
use crate::aws::config::store::Store;
use crate::aws::connection::Connection;
use crate::aws::profile::SsoSession;
use crate::aws::refused::Which;
use crate::aws::regions::is_region;
use crate::aws::session::Token;
use crate::aws::{account_names, profile, token_cache};
use crate::credentials::assignments::Kept;
use crate::login::target::only_session;
use crate::login::{Login, Request};
use crate::net::Net;
use crate::net::listing::{Heard, Listing, Stop};
use crate::settings::Settings;
use crate::sync::diff;
use crate::sync::plan::{Listed, Plan, Step, Wanted};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{clean, count, number, quote};
use crate::terminal::size;

/// Write one profile for each account and role that you have
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/sync.txt")
)]
pub struct Sync {
    /// The session whose accounts are meant; without it the only one
    #[arg(long, value_name = "NAME", add = crate::command::complete::sessions())]
    pub session: Option<String>,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove profiles of ours whose account or role is gone
    #[arg(long)]
    pub prune: bool,
    /// Name new profiles so, instead of as the settings say
    #[arg(long, value_name = "TEMPLATE")]
    pub name: Option<String>,
    /// For new profiles, and those of ours that have none
    #[arg(long, value_name = "REGION", add = crate::command::complete::regions())]
    pub region: Option<String>,
}

impl Run for Sync {
    fn run(&self, context: &Context) -> Result<()> {
        let files = Files::load(&context.env)?;
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
        // What is wrong with the template is said before anybody waits.
        let wanted = Wanted::of(&label, &settings.sync, crate::command::is_command)?;
        let mut asked = Asked::of(context, &settings, &files, &session);
        let listed = asked.list(&|account| wanted.account(account), "awsp sync")?;
        if self.prune && listed.accounts.is_empty() {
            // Nobody's accounts go all at once; a login as somebody else is likelier.
            let told = format!("cannot prune: AWS lists no account at all in `{label}`");
            return Err(Error::new(Kind::Failed, told).hint(quote::command_line(&[
                "awsp",
                "login",
                "--session",
                &label,
                "--force",
            ])));
        }
        if self.dry_run {
            let plan = wanted.plan(&Files::load(&context.env)?, &listed, self.prune)?;
            context.ui.data(&diff::text(
                &plan,
                size::of_stdout(&context.env).unwrap_or(usize::MAX),
                context.ui.has_colour(context.env.stdout_is_terminal),
            ))?;
            told(
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
        told(context, &session, &plan, &listed, &files, None);
        Ok(())
    }
}

impl Sync {
    fn session(&self, context: &Context, files: &Files) -> Result<SsoSession> {
        if let Some(name) = &self.session {
            return profile::session(files, name);
        }
        let current = context
            .env
            .current_profile()
            .and_then(|name| profile::resolve(files, name).ok());
        match current
            .and_then(|profile| profile.session().cloned())
            .filter(|session| session.name.is_some())
        {
            Some(session) => Ok(session),
            None => only_session(files, "sync"),
        }
    }
}

/// A session whose accounts and roles are asked for.
pub struct Asked<'a> {
    context: &'a Context,
    settings: &'a Settings,
    files: &'a Files,
    session: &'a SsoSession,
    pub request: Request,
    pub kept: Kept,
}

impl<'a> Asked<'a> {
    pub fn of(
        context: &'a Context,
        settings: &'a Settings,
        files: &'a Files,
        session: &'a SsoSession,
    ) -> Self {
        Self {
            context,
            settings,
            files,
            session,
            request: Request::default(),
            kept: Kept::load(&context.env, session),
        }
    }

    /// The accounts, and the roles of those that `wanted` lets through. `command` goes on where
    /// this was interrupted.
    ///
    /// # Errors
    /// A login that is needed or failed; AWS or the network; Ctrl-C. What was heard is kept for the
    /// next run.
    pub fn list(&mut self, wanted: &dyn Fn(&Account) -> bool, command: &str) -> Result<Listed> {
        let mut refused: Option<Token> = None;
        loop {
            let before = self.kept.roles.len();
            let token = self
                .token(refused.as_ref())
                .map_err(|error| self.stopped(error, command))?;
            match self.attempt(&token, wanted) {
                Ok(listed) => return Ok(listed),
                Err(Stop::Unauthorized) => {
                    let which = Which::Access;
                    let env = &self.context.env;
                    token_cache::refuse(env, self.session, which, &token.access_token);
                    // Logged out elsewhere, or run out on the way. A token that was of use was good.
                    if refused.is_some() && self.kept.roles.len() == before {
                        return Err(self.refuses_all());
                    }
                    refused = Some(token);
                }
                Err(Stop::Told(error)) => return Err(self.stopped(error, command)),
            }
        }
    }

    /// The error for a portal that takes no token, however new.
    fn refuses_all(&self) -> Error {
        let label = self.session.label();
        Error::new(
            Kind::Network,
            format!("cannot list the accounts of `{label}`"),
        )
        .cause("the access portal refuses a new token")
        .hint(quote::command_line(&[
            "awsp",
            "login",
            "--session",
            label,
            "--force",
        ]))
    }

    fn attempt(
        &mut self,
        token: &Token,
        wanted: &dyn Fn(&Account) -> bool,
    ) -> Result<Listed, Stop> {
        let ui = self.context.ui;
        let net = Net::new(&Connection::of(&self.context.env, self.files, None))?;
        // The token knows the portal's real region where the config file has another.
        let region = token.region.as_deref().unwrap_or(&self.session.region);
        let listing = Listing::new(&net, region, &token.access_token);
        ui.progress(&format!("listing the accounts of {}", self.session.label()));
        let accounts = listing.accounts();
        ui.progress_done();
        let accounts = accounts?;
        account_names::learn(&self.context.env, self.files, &accounts);
        let asked: Vec<&Account> = accounts.iter().filter(|account| wanted(account)).collect();
        let open: Vec<&Account> = asked
            .iter()
            .copied()
            .filter(|account| !self.kept.roles.contains_key(&account.id))
            .collect();
        if open.len() < asked.len() {
            ui.verbose(|| {
                format!(
                    "{} were listed before",
                    count(asked.len() - open.len(), "account")
                )
            });
        }
        let mut progress = Progress::new(asked.len(), asked.len() - open.len());
        let kept = &mut self.kept;
        let mut saved = Instant::now();
        let mut silent = Vec::new();
        let result = listing.roles(&open, &mut |heard| {
            match heard {
                Heard::Roles { account, roles } => {
                    kept.roles.insert(account, roles);
                    progress.step();
                }
                Heard::Silent { account } => {
                    silent.push(account);
                    progress.step();
                }
                Heard::Tick => {}
            }
            if progress.is_due() {
                ui.progress(&progress.text());
            }
            // A kill loses these seconds.
            if saved.elapsed() > Duration::from_secs(5) {
                kept.save();
                saved = Instant::now();
            }
        });
        ui.progress_done();
        if result.is_err() {
            kept.save();
        }
        result?;
        if !silent.is_empty() {
            let some: Vec<&str> = silent.iter().take(3).map(String::as_str).collect();
            let more = if silent.len() > some.len() {
                ", …"
            } else {
                ""
            };
            let text = format!(
                "AWS does not say the roles of {} ({}{more})",
                count(silent.len(), "account"),
                some.join(", ")
            );
            ui.warn(&format!("{text}; their profiles stay as they are"));
        }
        let mut roles = kept.roles.clone();
        let asked: HashSet<&str> = asked.iter().map(|account| account.id.as_str()).collect();
        roles.retain(|id, _| asked.contains(id.as_str()));
        Ok(Listed { accounts, roles })
    }

    fn token(&self, refused: Option<&Token>) -> Result<Token> {
        let login = Login {
            env: &self.context.env,
            ui: self.context.ui,
            settings: self.settings,
            files: self.files,
        };
        let request = Request {
            refused: refused.map(|token| token.access_token.clone()),
            used_here: true,
            ..self.request.clone()
        };
        login.token(self.session, None, &request)
    }

    /// The error with a word on what is not lost.
    fn stopped(&self, mut error: Error, command: &str) -> Error {
        let so_far = self.kept.roles.len();
        if error.kind == Kind::Interrupted {
            "interrupted: nothing was written".clone_into(&mut error.message);
        }
        if so_far > 0 && self.kept.save() {
            let line = format!(
                "{command}    # goes on after the {} listed so far",
                count(so_far, "account")
            );
            error.hints = vec![line];
        }
        error
    }
}

/// The line that says how far we are.
struct Progress {
    of: usize,
    done: usize,
    /// Those of this run, and since when.
    new: usize,
    start: Instant,
    shown: Option<Instant>,
}

impl Progress {
    fn new(of: usize, done: usize) -> Self {
        Self {
            of,
            done,
            new: 0,
            start: Instant::now(),
            shown: None,
        }
    }

    const fn step(&mut self) {
        self.done += 1;
        self.new += 1;
    }

    fn is_due(&mut self) -> bool {
        let due = self
            .shown
            .is_none_or(|shown| shown.elapsed() > Duration::from_millis(100));
        if due {
            self.shown = Some(Instant::now());
        }
        due
    }

    fn text(&self) -> String {
        let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        let rate = count(self.new) / self.start.elapsed().as_secs_f64().max(0.001);
        let left = Duration::try_from_secs_f64(count(self.of - self.done) / rate)
            .ok()
            .filter(|_| self.new > 0);
        let left = left.map_or_else(String::new, |left| {
            format!(", {}:{:02} left", left.as_secs() / 60, left.as_secs() % 60)
        });
        format!(
            "roles of {} of {} accounts, {rate:.0} a second{left}, Ctrl-C to stop",
            number(self.done),
            number(self.of)
        )
    }
}

/// What was done, in a line, and what could be done next.
fn told(
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
    part(set("region"), "with a region now");
    part(
        plan.count(|step| matches!(step, Step::Remove { .. })),
        "removed",
    );
    part(plan.kept - changed.len(), "as before");
    part(plan.by_hand, "of your own");
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
    let has_region = |step: &Step| matches!(step, Step::Add { keys, .. } if keys.iter().any(|(key, _)| *key == "region"));
    if added > plan.count(has_region) {
        context
            .ui
            .warn("the new profiles have no region, which most tools want");
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
