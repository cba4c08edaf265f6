//! `awsp configure`: sets up profiles from a start URL, and changes one session or profile.

use clap::Args;

use super::{Context, Run};
use crate::aws::config::edit::{Change, SectionId};
use crate::aws::config::store::Store;
use crate::aws::config::{Files, SectionKind};
use crate::aws::profile::SsoSession;
use crate::login::Request;
use crate::settings::Settings;
use crate::settings::flow::Flow;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{clean, count, quote};
use crate::terminal::ask::Questions;

mod convert;
mod edit;
mod offers;
mod preview;
mod profiles;
mod session;

/// Set up sessions and profiles, with questions or flags
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/configure.txt")
)]
pub struct Configure {
    /// The session to create, to change or to take accounts from
    #[arg(long, value_name = "NAME", add = crate::command::complete::sessions())]
    pub session: Option<String>,
    /// The address of the access portal; a custom domain works too
    #[arg(long, value_name = "URL")]
    pub start_url: Option<String>,
    /// The region of IAM Identity Center
    #[arg(long, value_name = "REGION", add = crate::command::complete::regions())]
    pub sso_region: Option<String>,
    /// Scopes of the login, separated by commas
    #[arg(long, value_name = "LIST")]
    pub scopes: Option<String>,
    /// Accounts by name or number; `*` matches any text
    #[arg(long, value_name = "PATTERN")]
    pub account: Vec<String>,
    /// Roles by name; `*` matches any text
    #[arg(long, value_name = "PATTERN")]
    pub role: Vec<String>,
    /// All accounts and roles, unless another flag limits them
    #[arg(long)]
    pub all: bool,
    /// The region of the profiles
    #[arg(long, value_name = "REGION", add = crate::command::complete::regions())]
    pub region: Option<String>,
    /// The output format of the AWS CLI
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = ["json", "text", "table", "yaml", "yaml-stream", "off"]
    )]
    pub output: Option<String>,
    /// The profile's name, or a template such as `{account_name}.{role}`
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Change this profile
    #[arg(long, value_name = "NAME", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// Write only the session, no profiles
    #[arg(long, conflicts_with_all = ["profile", "account", "role", "all", "name"])]
    pub no_profiles: bool,
    /// Convert profiles with `sso_start_url` to `sso-session`
    #[arg(
        long,
        conflicts_with_all = ["profile", "process", "account", "role", "all", "name", "no_profiles"]
    )]
    pub convert: bool,
    /// Write a profile for old tools, with the credentials of --profile
    #[arg(
        long,
        value_name = "NEW",
        requires = "profile",
        conflicts_with_all = ["session", "account", "role", "all", "name"]
    )]
    pub process: Option<String>,
    /// Log in with a code, in a browser on any device
    #[arg(long)]
    pub device_code: bool,
    /// Print the page's address instead of opening it
    #[arg(long)]
    pub no_browser: bool,
}

impl Run for Configure {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        let settings = context.settings();
        let work = Work {
            asked: self,
            context,
            files: &files,
            settings,
            questions: Questions::new(&context.env, context.ui),
        };
        match (&self.process, &self.profile) {
            (Some(new), Some(source)) => work.process(new, source),
            (_, Some(profile)) => work.edit(profile),
            _ if self.convert => work.convert(),
            _ => work.wizard(),
        }
    }
}

/// One run of the command.
struct Work<'a> {
    asked: &'a Configure,
    context: &'a Context,
    files: &'a Files,
    settings: &'a Settings,
    questions: Questions<'a>,
}

impl Work<'_> {
    fn wizard(&self) -> Result<()> {
        let (session, changes) = self.session()?;
        let label = session.label().to_owned();
        if self.asked.no_profiles {
            let (is_new, ()) = self.write(|_| Ok((changes.clone(), ())))?;
            self.done(
                &format!("session `{label}`"),
                is_new,
                &["awsp", "login", "--session", &label],
            );
            return Ok(());
        }
        let chosen = self.choose(&session)?;
        let mut look = self.look(&session)?;
        // Names that do not tell the roles apart are asked for again: much was answered before.
        while let Err(error) = chosen.plan(self.files, &session, &look) {
            self.rename(&mut look, error)?;
        }
        let plan = |files: &Files| {
            let plan = chosen.plan(files, &session, &look)?;
            let all: Vec<Change> = changes.iter().cloned().chain(plan.changes).collect();
            Ok((all, (plan.names, plan.others)))
        };
        let (all, (_, others)) = plan(self.files)?;
        for (role, name) in &others {
            let ui = self.context.ui;
            ui.say(&clean(&format!(
                "awsp: {role} is there already, as `{name}`"
            )));
        }
        // After questions the changes are shown and confirmed; flags need no confirmation.
        if chosen.by_hand
            && preview::show(self.context.ui, self.files, &all)
            && !self.questions.yes("write it?", true)?
        {
            return Err(Error::new(Kind::Failed, "nothing was written"));
        }
        let (is_new, (mut names, others)) = self.write(plan)?;
        names.extend(others.into_iter().map(|(_, name)| name));
        let what = if is_new {
            preview::words(self.files, &all, &label)
        } else {
            format!("session `{label}` and {}", count(names.len(), "profile"))
        };
        let first = names.first().map_or("", String::as_str);
        // A profile that is named like a command needs the long form.
        let command = if crate::command::is_command(first) {
            vec!["awsp", "use", first]
        } else {
            vec!["awsp", first]
        };
        self.done(&what, is_new, &command);
        Ok(())
    }

    /// Writes a profile whose credentials come from awsp: for tools that cannot read an
    /// sso-session.
    fn process(&self, new: &str, source: &str) -> Result<()> {
        let source_section = crate::aws::profile::resolve(self.files, source)?;
        if let Some(why) = session::name_problem(new) {
            return Err(
                Error::new(Kind::Usage, format!("cannot name a profile `{new}`")).cause(why),
            );
        }
        if new == source {
            return Err(Error::new(
                Kind::Usage,
                format!("profile `{new}` cannot get its credentials from itself"),
            ));
        }
        let line = quote::command_line(&["awsp", "export", source, "--format", "process"]);
        let region = self.asked.region.clone().or(source_section.region);
        let (changed, ()) = self.write(|files| {
            if let Some(there) = files.profile(new)
                && there.settings.iter().any(|setting| {
                    !["credential_process", "region", "output"].contains(&&*setting.key)
                })
            {
                let message = format!(
                    "there is a profile `{new}` already, which is something else ({})",
                    files.shown(there.place)
                );
                return Err(Error::new(Kind::Usage, message)
                    .hint(quote::command_line(&["awsp", "show", new])));
            }
            let section = SectionId::profile(new);
            let mut changes = vec![set(&section, "credential_process", &line)];
            changes.extend(
                region
                    .as_deref()
                    .map(|region| set(&section, "region", region)),
            );
            changes.extend(
                self.asked
                    .output
                    .as_deref()
                    .map(|output| set(&section, "output", output)),
            );
            Ok((changes, ()))
        })?;
        self.done(&format!("profile `{new}`"), changed, &["awsp", new]);
        Ok(())
    }

    /// Writes the changes of `plan`.
    fn write<T>(&self, plan: impl FnMut(&Files) -> Result<(Vec<Change>, T)>) -> Result<(bool, T)> {
        Store::new(&self.context.env, self.context.ui.log()).change(plan)
    }

    /// Prints what was written, and finally the next command to type.
    fn done(&self, what: &str, changed: bool, next: &[&str]) {
        let ui = self.context.ui;
        let how = if changed {
            "wrote"
        } else {
            "nothing to change:"
        };
        let place = if changed { "to" } else { "in" };
        ui.say(&clean(&format!(
            "awsp: {how} {what} {place} {}",
            self.files.config.shown
        )));
        ui.hint(&quote::command_line(next));
    }

    fn request(&self) -> Request {
        Request {
            flow: self.asked.device_code.then_some(Flow::Device),
            no_browser: self.asked.no_browser,
            explicit: self.asked.device_code || self.asked.no_browser,
            ..Request::default()
        }
    }
}

fn set(section: &SectionId, key: &str, value: &str) -> Change {
    Change::Set {
        section: section.clone(),
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn unset(section: &SectionId, key: &str) -> Change {
    Change::Unset {
        section: section.clone(),
        key: key.to_owned(),
    }
}

/// The changes that make or complete the section of a session.
fn session_changes(session: &SsoSession) -> Vec<Change> {
    let section = SectionId {
        kind: SectionKind::SsoSession,
        name: session.label().to_owned(),
    };
    let mut changes = vec![
        set(&section, "sso_start_url", &session.start_url),
        set(&section, "sso_region", &session.region),
    ];
    changes.extend(
        session
            .scopes
            .as_ref()
            .map(|scopes| set(&section, "sso_registration_scopes", &scopes.join(","))),
    );
    changes
}
