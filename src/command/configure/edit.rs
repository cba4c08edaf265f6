//! Changes an existing profile.

use super::{Work, session, set, unset};
use crate::aws::config::edit::{Change, SectionId};
use crate::aws::config::{Files, Section, Which};
use crate::aws::profile;
use crate::system::error::{Error, Kind, Result};
use crate::terminal::ask::Check;

impl Work<'_> {
    pub(super) fn edit(&self, name: &str) -> Result<()> {
        let Some(section) = self.files.profile(name) else {
            // The error suggests similar names.
            profile::resolve(self.files, name)?;
            return Err(Error::new(
                Kind::NotFound,
                format!("no profile named `{name}`"),
            ));
        };
        if let Some(session) = &self.asked.session {
            profile::session(self.files, session)?;
        }
        let settings = self.wanted(&section)?;
        let (changed, ()) = self.write(|files| Ok((edits(files, name, &settings)?, ())))?;
        let command = if crate::command::is_command(name) {
            vec!["awsp", "use", name]
        } else {
            vec!["awsp", name]
        };
        self.done(&format!("profile `{name}`"), changed, &command);
        Ok(())
    }

    /// Refuses flags that are for new profiles.
    fn goes_with_profile(&self) -> Result<()> {
        let asked = self.asked;
        let is_for_new = asked.all
            || asked.name.is_some()
            || asked.start_url.is_some()
            || asked.sso_region.is_some()
            || asked.scopes.is_some();
        if !is_for_new {
            return Ok(());
        }
        Err(Error::new(
            Kind::Usage,
            "`--profile` goes with --session, --account, --role, --region and --output only",
        ))
    }

    /// The new values of the profile's settings, from flags or answers; `None` for no change.
    fn wanted(&self, section: &Section) -> Result<Vec<Wanted>> {
        let asked = self.asked;
        self.goes_with_profile()?;
        let account = one("--account", &asked.account)?;
        let role = one("--role", &asked.role)?;
        let by_flag = asked.session.is_some()
            || account.is_some()
            || role.is_some()
            || asked.region.is_some()
            || asked.output.is_some();
        if !by_flag && !self.questions.can_ask() {
            return Err(self.questions.missing("--region"));
        }
        let is_sso = section.get("sso_account_id").is_some() || account.is_some() || role.is_some();
        let region_problem: Check = session::optional_region_problem;
        let rows: [(&str, &'static str, Option<&str>, &str, Check); 4] = [
            (
                "--account",
                "sso_account_id",
                account.as_deref(),
                "account:",
                account_problem,
            ),
            (
                "--role",
                "sso_role_name",
                role.as_deref(),
                "role:",
                role_problem,
            ),
            (
                "--region",
                "region",
                asked.region.as_deref(),
                "region:",
                region_problem,
            ),
            (
                "--output",
                "output",
                asked.output.as_deref(),
                "output format:",
                |_| None,
            ),
        ];
        let mut wanted = Vec::new();
        for (flag, key, given, question, check) in rows {
            if key.starts_with("sso_") && !is_sso {
                continue;
            }
            // With flags there are no questions: only what they name changes.
            let value = if by_flag && given.is_none() {
                None
            } else {
                self.questions
                    .optional(flag, given, question, section.get(key), check)?
            };
            wanted.push((key, value));
        }
        wanted.push(("sso_session", asked.session.clone()));
        Ok(wanted)
    }
}

/// A key and the value that it is to have.
type Wanted = (&'static str, Option<String>);

/// The value of a flag that may be given once.
fn one(flag: &str, values: &[String]) -> Result<Option<String>> {
    match values {
        [] => Ok(None),
        [value] => Ok(Some(value.clone())),
        _ => Err(Error::new(
            Kind::Usage,
            format!("`{flag}` is given more than once, but a profile has only one"),
        )),
    }
}

/// The changes of the config file that give the profile these settings.
fn edits(files: &Files, name: &str, wanted: &[Wanted]) -> Result<Vec<Change>> {
    let id = SectionId::profile(name);
    let now = files.profile(name);
    let mut changes = Vec::new();
    let values = wanted
        .iter()
        .filter_map(|(key, value)| Some((*key, value.as_deref()?)));
    for (key, value) in values {
        let there = now.as_ref().and_then(|section| section.setting(key));
        if there.is_some_and(|setting| setting.value == value) {
            continue;
        }
        if there.is_some_and(|setting| setting.place.which == Which::Credentials) {
            let message = format!(
                "cannot change `{key}` of `{name}`: it is in {}",
                files.credentials.shown
            );
            return Err(Error::new(Kind::Usage, message).cause("that file is nobody's but yours"));
        }
        changes.push(set(&id, key, value));
        // The old name belongs to the old account.
        if key == "sso_account_id" {
            changes.push(unset(&id, "sso_account_name"));
        }
        // The Rust SDK refuses a setting in two places, even with equal values.
        if key == "sso_session" {
            let own = ["sso_start_url", "sso_region", "sso_registration_scopes"];
            changes.extend(own.map(|key| unset(&id, key)));
        }
    }
    Ok(changes)
}

fn account_problem(id: &str) -> Option<String> {
    (!profile::is_account(id)).then(|| "an account has twelve digits".to_owned())
}

fn role_problem(role: &str) -> Option<String> {
    let is_role = !role.is_empty()
        && role
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte));
    (!is_role).then(|| "a role is written as `AdministratorAccess`".to_owned())
}
