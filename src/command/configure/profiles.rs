//! The accounts and roles that become profiles, and the names of the profiles.

use std::collections::{HashMap, HashSet};

use super::{Work, offers, session, set};
use crate::aws::account::Account;
use crate::aws::config::Files;
use crate::aws::config::edit::{Change, SectionId};
use crate::aws::profile::SsoSession;
use crate::command::sync::Asked;
use crate::settings::Sync;
use crate::settings::naming::{self, Template};
use crate::sync::Assignment;
use crate::sync::names::Naming;
use crate::sync::plan::{Listed, profile_keys};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{pattern, quote};
use crate::terminal::ask::Check;

/// The chosen accounts and roles.
pub(super) struct Chosen {
    of: Vec<(Account, String)>,
    sync: Sync,
    /// True if some were chosen by hand.
    pub(super) by_hand: bool,
}

/// The changes for the chosen accounts and roles.
pub(super) struct Plan {
    pub(super) changes: Vec<Change>,
    /// The profiles' names.
    pub(super) names: Vec<String>,
    /// Accounts and roles that have a profile of another name, and that name.
    pub(super) others: Vec<(String, String)>,
}

/// The settings of the profiles.
pub(super) struct Look {
    /// True if the name was given and is not the template from the settings.
    is_named: bool,
    region: Option<String>,
    output: Option<String>,
    name: String,
}

impl Work<'_> {
    /// Logs in, and lets the user choose accounts and roles.
    pub(super) fn choose(&self, of: &SsoSession) -> Result<Chosen> {
        let asked = self.asked;
        let can_ask = self.questions.can_ask();
        // Checked before the login, which would be useless.
        if !can_ask && !asked.all && asked.account.is_empty() {
            return Err(self.questions.missing("--account"));
        }
        let mut portal = Asked::of(self.context, self.files, of);
        portal.request = self.request();
        let command = quote::command_line(&["awsp", "configure", "--session", of.label()]);
        let by_flag = |account: &Account| {
            let texts = [account.name.as_str(), account.id.as_str()];
            if asked.account.is_empty() {
                asked.all
            } else {
                pattern::any(&asked.account, &texts)
            }
        };
        let mut listed = portal.list(&by_flag, &command)?;
        if listed.accounts.is_empty() {
            let message = format!("no account is assigned to you in `{}`", of.label());
            return Err(Error::new(Kind::NotFound, message));
        }
        if !listed.accounts.iter().any(by_flag) {
            if !asked.account.is_empty() {
                let message = format!("no account is called {}", quoted(&asked.account));
                let hint =
                    quote::command_line(&["awsp", "sync", "--session", of.label(), "--dry-run"]);
                return Err(Error::new(Kind::NotFound, message)
                    .hint(format!("{hint}    # the accounts that there are")));
            }
            let picked = self.accounts(&listed.accounts)?;
            portal.request = self.request();
            listed = portal.list(&|account| picked.contains(&account.id), &command)?;
        }
        let chosen = self.roles(of, &listed)?;
        portal.kept.remove();
        let by_hand = can_ask && !asked.all && (asked.account.is_empty() || asked.role.is_empty());
        Ok(Chosen {
            of: chosen,
            sync: self.settings.sync.clone(),
            by_hand,
        })
    }

    fn accounts(&self, accounts: &[Account]) -> Result<Vec<String>> {
        if let [only] = accounts {
            return Ok(vec![only.id.clone()]);
        }
        let mut sorted: Vec<&Account> = accounts.iter().collect();
        sorted.sort_by_key(|account| account.name.to_lowercase());
        let rows: Vec<Vec<String>> = sorted
            .iter()
            .map(|account| vec![account.name.clone(), account.id.clone()])
            .collect();
        let chosen = self
            .questions
            .some("--account", "accounts:", "account", &rows)?;
        Ok(chosen.into_iter().map(|at| sorted[at].id.clone()).collect())
    }

    fn roles(&self, of: &SsoSession, listed: &Listed) -> Result<Vec<(Account, String)>> {
        let asked = self.asked;
        let all = listed.accounts.iter().flat_map(|account| {
            let roles = listed.roles.get(&account.id).into_iter().flatten();
            roles.map(move |role| (account.clone(), role.clone()))
        });
        let all: Vec<(Account, String)> = all.collect();
        let of_flags: Vec<_> = all
            .iter()
            .filter(|(_, role)| pattern::any(&asked.role, &[role]))
            .cloned()
            .collect();
        if all.is_empty() {
            return Err(Error::new(
                Kind::NotFound,
                "no role is assigned to you in these accounts",
            ));
        }
        if !asked.role.is_empty() {
            return if of_flags.is_empty() {
                let roles: std::collections::BTreeSet<&str> =
                    all.iter().map(|(_, role)| role.as_str()).collect();
                let roles: Vec<String> = roles
                    .into_iter()
                    .take(12)
                    .map(|role| format!("`{role}`"))
                    .collect();
                let message = format!(
                    "no role in these accounts is called {}",
                    quoted(&asked.role)
                );
                Err(Error::new(Kind::NotFound, message)
                    .cause(format!("there is {}", roles.join(", "))))
            } else {
                Ok(of_flags)
            };
        }
        if asked.all || all.len() == 1 {
            return Ok(all);
        }
        let there = names_there(self.files, of);
        let rows: Vec<Vec<String>> = all
            .iter()
            .map(|(account, role)| {
                let name = there.get(&(account.id.clone(), role.clone()));
                let name = name.map_or_else(String::new, |name| format!("as {name}"));
                vec![account.name.clone(), role.clone(), name]
            })
            .collect();
        let chosen = self.questions.some("--role", "roles:", "role", &rows)?;
        Ok(chosen.into_iter().map(|at| all[at].clone()).collect())
    }

    /// Region, output and names.
    pub(super) fn look(&self, of: &SsoSession) -> Result<Look> {
        let (asked, sync) = (self.asked, &self.settings.sync);
        let own = sync.region.as_deref();
        let region = self.offered(
            ("--region", "region of the profiles:", "region"),
            (asked.region.as_deref(), own),
            &offers::regions(own.or(Some(&of.region)), true),
            session::optional_region_problem,
        )?;
        let own = sync.output.as_deref();
        let output = self.offered(
            ("--output", "output format:", "format"),
            (asked.output.as_deref(), own),
            &offers::outputs(own),
            output_problem,
        )?;
        let name = self.name()?;
        Ok(Look {
            is_named: name.as_ref().is_some_and(|name| *name != sync.name),
            region,
            output,
            name: name.unwrap_or_else(|| sync.name.clone()),
        })
    }

    /// A name or a template for names.
    fn name(&self) -> Result<Option<String>> {
        let given = self.asked.name.as_deref();
        if given.is_none() && self.questions.can_ask() {
            let fields = naming::fields();
            self.context
                .ui
                .say(&format!("fields of the names: {fields}"));
        }
        self.questions.optional(
            "--name",
            given,
            "names of the profiles:",
            Some(&self.settings.sync.name),
            template_problem,
        )
    }

    /// Asks again for names that could not be used, where a person gave them.
    pub(super) fn rename(&self, look: &mut Look, mut error: Error) -> Result<()> {
        if self.asked.name.is_some() || !self.questions.can_list() || error.kind != Kind::Usage {
            return Err(error);
        }
        error.hints.clear();
        self.context.ui.error(&error);
        let name = self
            .name()?
            .unwrap_or_else(|| self.settings.sync.name.clone());
        look.is_named = name != self.settings.sync.name;
        look.name = name;
        Ok(())
    }

    /// One of these rows, where a list can be shown, or none.
    fn offered(
        &self,
        (flag, question, what): (&str, &str, &str),
        (given, own): (Option<&str>, Option<&str>),
        rows: &[Vec<String>],
        check: Check,
    ) -> Result<Option<String>> {
        if given.is_some() || !self.questions.can_list() {
            return self.questions.optional(flag, given, question, own, check);
        }
        let answer = self.questions.name(flag, question, what, rows, check)?;
        Ok(Some(answer).filter(|answer| answer != offers::NONE))
    }
}

impl Chosen {
    /// A name for each new profile. `is_other` tells a name that another profile has.
    fn names(
        &self,
        new: &[Assignment<'_>],
        of: &SsoSession,
        look: &Look,
        is_other: &dyn Fn(&str, &Assignment<'_>) -> bool,
    ) -> Result<Vec<String>> {
        // A single profile may have any name.
        if let [one] = new
            && !look.name.contains('{')
        {
            if !is_other(&look.name, one) {
                return Ok(vec![look.name.clone()]);
            }
            let message = format!(
                "there is a profile `{}` already, of another account or role",
                look.name
            );
            let hint = quote::command_line(&["awsp", "show", &look.name]);
            return Err(Error::new(Kind::Usage, message).hint(hint));
        }
        let template = Template::parse(&look.name)?;
        let naming = Naming {
            template: &template,
            aliases: &self.sync.aliases,
            session: of.label(),
        };
        naming.names(new, &|name, one| {
            is_other(name, one) || crate::command::is_command(name)
        })
    }

    /// The changes, and the profiles' names.
    pub(super) fn plan(&self, files: &Files, of: &SsoSession, look: &Look) -> Result<Plan> {
        let new: Vec<Assignment<'_>> = self
            .of
            .iter()
            .map(|(account, role)| Assignment { account, role })
            .collect();
        let is_there = |name: &str, one: &Assignment<'_>| {
            files.profile(name).is_some_and(|section| {
                section.get("sso_session") == Some(of.label())
                    && section.get("sso_account_id") == Some(&one.account.id)
                    && section.get("sso_role_name") == Some(one.role)
            })
        };
        let existing: HashSet<_> = files.profile_names().into_iter().collect();
        let is_other =
            |name: &str, one: &Assignment<'_>| existing.contains(name) && !is_there(name, one);
        let names = self.names(&new, of, look, &is_other)?;
        let there = names_there(files, of);
        let (mut changes, mut written, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (name, one) in names.into_iter().zip(&new) {
            let other = there.get(&(one.account.id.clone(), one.role.to_owned()));
            if let Some(other) =
                other.filter(|_| !look.is_named && !existing.contains(name.as_str()))
            {
                // A second profile for the same role is only written on request.
                others.push((format!("{} {}", one.account.name, one.role), other.clone()));
                continue;
            }
            let section = SectionId::profile(&name);
            let keys = profile_keys(
                of.label(),
                one,
                look.region.as_deref(),
                look.output.as_deref(),
            );
            changes.extend(keys.iter().map(|(key, value)| set(&section, key, value)));
            written.push(name);
        }
        Ok(Plan {
            changes,
            names: written,
            others,
        })
    }
}

/// The profiles of the session, by account and role.
fn names_there(files: &Files, of: &SsoSession) -> HashMap<(String, String), String> {
    let mut names = HashMap::new();
    for section in files.profiles() {
        let key = |key: &str| section.get(key).map(str::to_owned);
        if section.get("sso_session") == Some(of.label())
            && let (Some(account), Some(role)) = (key("sso_account_id"), key("sso_role_name"))
        {
            names
                .entry((account, role))
                .or_insert_with(|| section.name.to_string());
        }
    }
    names
}

fn output_problem(output: &str) -> Option<String> {
    let known = ["", "json", "text", "table", "yaml", "yaml-stream", "off"];
    (!known.contains(&output)).then(|| format!("it is one of {}", known[1..].join(", ")))
}

fn template_problem(name: &str) -> Option<String> {
    if name.contains(['{', '}']) {
        Template::parse(name)
            .err()
            .and_then(|error| error.causes.into_iter().next_back())
    } else {
        session::name_problem(name)
    }
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(" or ")
}
