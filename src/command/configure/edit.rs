//! Changes one profile that is there.

use super::{Work, session, set, unset};
use crate::aws::config::Which;
use crate::aws::config::edit::SectionId;
use crate::aws::profile;
use crate::system::error::{Error, Kind, Result};
use crate::terminal::pick::missing;

impl Work<'_> {
    pub(super) fn edit(&self, name: &str) -> Result<()> {
        let asked = self.asked;
        let Some(section) = self.files.profile(name) else {
            // The error names the nearest.
            profile::resolve(self.files, name)?;
            return Err(Error::new(
                Kind::NotFound,
                format!("no profile named `{name}`"),
            ));
        };
        if let Some(session) = &asked.session {
            profile::session(self.files, session)?;
        }
        let one = |flag: &str, values: &[String]| match values {
            [] => Ok(None),
            [value] => Ok(Some(value.clone())),
            _ => Err(Error::new(
                Kind::Usage,
                format!("`{flag}` is there more than once, and a profile has one"),
            )),
        };
        let (account, role) = (
            one("--account", &asked.account)?,
            one("--role", &asked.role)?,
        );
        if asked.all
            || asked.name.is_some()
            || asked.start_url.is_some()
            || asked.sso_region.is_some()
            || asked.scopes.is_some()
        {
            return Err(Error::new(
                Kind::Usage,
                "`--profile` goes with --session, --account, --role, --region and --output only",
            ));
        }
        let by_flag = asked.session.is_some()
            || account.is_some()
            || role.is_some()
            || asked.region.is_some()
            || asked.output.is_some();
        if !by_flag && !self.questions.somebody_is_there() {
            return Err(missing("--region"));
        }
        let ask = self.questions;
        // With flags nobody is asked: they are all that should change.
        let answer = |flag: &str,
                      given: Option<&str>,
                      question: &str,
                      key: &str,
                      check: crate::terminal::pick::Check| {
            if by_flag && given.is_none() {
                return Ok(None);
            }
            ask.optional(flag, given, question, section.get(key), check)
        };
        let is_sso = section.get("sso_account_id").is_some() || account.is_some() || role.is_some();
        let mut settings = Vec::new();
        if is_sso {
            settings.push((
                "sso_account_id",
                answer(
                    "--account",
                    account.as_deref(),
                    "account:",
                    "sso_account_id",
                    account_problem,
                )?,
            ));
            settings.push((
                "sso_role_name",
                answer(
                    "--role",
                    role.as_deref(),
                    "role:",
                    "sso_role_name",
                    role_problem,
                )?,
            ));
        }
        let region_problem = session::optional_region_problem;
        settings.push((
            "region",
            answer(
                "--region",
                asked.region.as_deref(),
                "region:",
                "region",
                region_problem,
            )?,
        ));
        settings.push((
            "output",
            answer(
                "--output",
                asked.output.as_deref(),
                "output format:",
                "output",
                |_| None,
            )?,
        ));
        settings.push(("sso_session", asked.session.clone()));
        let id = SectionId::profile(name);
        let (changed, ()) = self.write(|files| {
            let now = files.profile(name);
            let mut changes = Vec::new();
            for (key, value) in settings
                .iter()
                .filter_map(|(key, value)| Some((*key, value.as_deref()?)))
            {
                let there = now.as_ref().and_then(|section| section.setting(key));
                if there.is_some_and(|setting| {
                    setting.place.which == Which::Credentials && setting.value != value
                }) {
                    let message = format!(
                        "cannot change `{key}` of `{name}`: it stands in {}",
                        files.credentials.shown
                    );
                    return Err(
                        Error::new(Kind::Usage, message).cause("that file is nobody's but yours")
                    );
                }
                if there.is_none_or(|setting| setting.value != value) {
                    changes.push(set(&id, key, value));
                    // It was the other account's.
                    if key == "sso_account_id" {
                        changes.push(unset(&id, "sso_account_name"));
                    }
                    // Two places for one thing are an error to the Rust SDK, even where they agree.
                    if key == "sso_session" {
                        changes.extend(
                            ["sso_start_url", "sso_region", "sso_registration_scopes"]
                                .map(|key| unset(&id, key)),
                        );
                    }
                }
            }
            Ok((changes, ()))
        })?;
        let command = if crate::command::is_command(name) {
            vec!["awsp", "use", name]
        } else {
            vec!["awsp", name]
        };
        self.done(&format!("profile `{name}`"), changed, &command);
        Ok(())
    }
}

fn account_problem(id: &str) -> Option<String> {
    let is_account = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    (!is_account).then(|| "an account is twelve digits here".to_owned())
}

fn role_problem(role: &str) -> Option<String> {
    let is_role = !role.is_empty()
        && role
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte));
    (!is_role).then(|| "a role is written as `AdministratorAccess`".to_owned())
}
