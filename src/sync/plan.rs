//! What a sync changes in the config file, from the accounts, the roles and the files as they are.
//! Pure.
//!
//! A profile with the key `awsp_managed` was written by a sync ("ours"); AWS's tools ignore keys
//! that they do not know. A sync finds its profiles by session, account and role, never by name:
//! when an account is renamed, its profiles keep their names, and scripts that use them go on
//! working. Its value says what was written: a profile whose session, account or role somebody has
//! changed since is theirs.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Assignment;
use super::names::Naming;
use crate::aws::account::Account;
use crate::aws::config::edit::{Change, SectionId, is_writable};
use crate::aws::config::{Files, Section};
use crate::settings::Sync;
use crate::settings::naming::Template;
use crate::system::error::Result;
use crate::system::text::pattern;

/// The key that marks a profile as ours. Its value is the session's name, and then account and role
/// as they were written.
pub const MARK: &str = "awsp_managed";

/// True for a profile that a sync of this session has written, and nobody changed to mean another
/// role.
pub fn is_ours(section: &Section, session: &str) -> bool {
    let Some(mark) = section.get(MARK) else {
        return false;
    };
    let (account, role) = key(section);
    // Without account and role, it is from before these were written.
    let is_as_written = mark == session || mark == mark_of(session, account, role);
    is_as_written && section.get("sso_session") == Some(session)
}

fn mark_of(session: &str, account: &str, role: &str) -> String {
    format!("{session} {account} {role}")
}

/// What AWS lists for a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    pub accounts: Vec<Account>,
    /// Roles by account id, without the accounts whose roles were not or could not be listed.
    pub roles: BTreeMap<String, Vec<String>>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Add {
        name: String,
        keys: Vec<(&'static str, String)>,
    },
    /// A key gets another value: the account has a new name, or the profile gets its first region.
    Set {
        name: String,
        key: &'static str,
        old: Option<String>,
        new: String,
    },
    Remove {
        section: Section<'static>,
    },
}

/// What to do, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub steps: Vec<Step>,
    /// Profiles of ours that stay, including those that get another value.
    pub kept: usize,
    /// Assignments that already have a hand-written profile with the same name.
    pub by_hand: usize,
    /// Profiles of ours that stay although their account or role is gone.
    pub gone: Vec<String>,
}

/// The settings of a sync, checked.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub session: &'a str,
    pub settings: &'a Sync,
    pub template: Template,
    /// True for names that no profile should have, because they are commands: `awsp list`.
    pub is_reserved: fn(&str) -> bool,
}

impl<'a> Wanted<'a> {
    /// # Errors
    /// A template that is wrong.
    pub fn of(session: &'a str, settings: &'a Sync, is_reserved: fn(&str) -> bool) -> Result<Self> {
        Ok(Self {
            session,
            settings,
            template: Template::parse(&settings.name)?,
            is_reserved,
        })
    }

    /// True for an account that the patterns include.
    pub fn account(&self, account: &Account) -> bool {
        let texts = [account.name.as_str(), account.id.as_str()];
        let settings = self.settings;
        (settings.accounts.is_empty() || pattern::any(&settings.accounts, &texts))
            && !pattern::any(&settings.exclude_accounts, &texts)
    }

    fn role(&self, role: &str) -> bool {
        let settings = self.settings;
        (settings.roles.is_empty() || pattern::any(&settings.roles, &[role]))
            && !pattern::any(&settings.exclude_roles, &[role])
    }

    /// The changes. With `prune`, profiles of ours are removed whose account or role is gone.
    ///
    /// # Errors
    /// The template gives one name to two profiles.
    pub fn plan(&self, files: &Files, listed: &Listed, prune: bool) -> Result<Plan> {
        let sections = files.profiles();
        let ours: Vec<&Section> = sections
            .iter()
            .filter(|section| is_ours(section, self.session))
            .collect();
        let mut by_key: HashMap<(&str, &str), &Section> = HashMap::new();
        for section in &ours {
            // Only the first is used: the second is a copy by hand.
            by_key.entry(key(section)).or_insert(section);
        }
        let mut plan = Plan::default();
        let mut new = Vec::new();
        let mut there: HashSet<(&str, &str)> = HashSet::new();
        for account in &listed.accounts {
            let roles: BTreeSet<&String> = listed
                .roles
                .get(&account.id)
                .into_iter()
                .flatten()
                .collect();
            for role in roles {
                there.insert((&account.id, role));
                match by_key.get(&(account.id.as_str(), role.as_str())) {
                    Some(section) => {
                        plan.kept += 1;
                        plan.steps.extend(renamed(section, account));
                        plan.steps.extend(self.placed(section));
                    }
                    None if self.account(account) && self.role(role) => {
                        new.push(Assignment { account, role });
                    }
                    None => {}
                }
            }
        }
        self.add(&mut plan, &sections, &new)?;
        let known: HashSet<&str> = listed
            .accounts
            .iter()
            .map(|account| account.id.as_str())
            .collect();
        for section in ours {
            let (account, role) = key(section);
            // If AWS did not list the roles of the account, they are unknown, not gone.
            let is_gone = !known.contains(account)
                || (listed.roles.contains_key(account) && !there.contains(&(account, role)));
            if is_gone && prune {
                plan.steps.push(Step::Remove {
                    section: section.clone().into_owned(),
                });
            } else if is_gone {
                plan.gone.push(section.name.to_string());
            }
        }
        Ok(plan)
    }

    /// A region for a profile that has none.
    fn placed(&self, section: &Section) -> Option<Step> {
        let new = self
            .settings
            .region
            .clone()
            .filter(|_| section.get("region").is_none())?;
        Some(Step::Set {
            name: section.name.to_string(),
            key: "region",
            old: None,
            new,
        })
    }

    fn add(&self, plan: &mut Plan, sections: &[Section], new: &[Assignment<'_>]) -> Result<()> {
        let by_name: HashMap<&str, &Section> = sections
            .iter()
            .map(|section| (&*section.name, section))
            .collect();
        let naming = Naming {
            template: &self.template,
            aliases: &self.settings.aliases,
            session: self.session,
        };
        // The same profile, written by hand.
        let is_there = |name: &str, one: &Assignment<'_>| {
            by_name.get(name).is_some_and(|section| {
                !is_ours(section, self.session)
                    && section.get("sso_session") == Some(self.session)
                    && key(section) == (one.account.id.as_str(), one.role)
            })
        };
        let taken = |name: &str, one: &Assignment<'_>| {
            (by_name.contains_key(name) && !is_there(name, one))
                || name == "default"
                || (self.is_reserved)(name)
        };
        for (name, one) in naming.names(new, &taken)?.into_iter().zip(new) {
            if is_there(&name, one) {
                plan.by_hand += 1;
            } else {
                plan.steps.push(Step::Add {
                    name,
                    keys: self.keys(one),
                });
            }
        }
        Ok(())
    }

    /// The keys of a new profile, in the order in which the AWS CLI writes them.
    pub fn keys(&self, one: &Assignment<'_>) -> Vec<(&'static str, String)> {
        let mut keys = profile_keys(
            self.session,
            one,
            self.settings.region.as_deref(),
            self.settings.output.as_deref(),
        );
        keys.push((MARK, mark_of(self.session, &one.account.id, one.role)));
        keys
    }
}

/// The keys of a profile for a role in an account.
pub fn profile_keys(
    session: &str,
    one: &Assignment<'_>,
    region: Option<&str>,
    output: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut keys = vec![
        ("sso_session", session.to_owned()),
        ("sso_account_id", one.account.id.clone()),
    ];
    keys.extend(writable(one.account).map(|name| ("sso_account_name", name)));
    keys.push(("sso_role_name", one.role.to_owned()));
    keys.extend(region.map(|region| ("region", region.to_owned())));
    keys.extend(output.map(|output| ("output", output.to_owned())));
    keys
}

impl Step {
    /// The name of an existing profile that gets another value.
    pub fn changed(&self) -> Option<&str> {
        match self {
            Self::Set { name, .. } => Some(name),
            Self::Add { .. } | Self::Remove { .. } => None,
        }
    }
}

impl Plan {
    /// The changes to the config file.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for step in &self.steps {
            match step {
                Step::Add { name, keys } => {
                    changes.extend(keys.iter().map(|(key, value)| Change::Set {
                        section: SectionId::profile(name),
                        key: (*key).to_owned(),
                        value: value.clone(),
                    }));
                }
                Step::Set { name, key, new, .. } => {
                    changes.push(Change::Set {
                        section: SectionId::profile(name),
                        key: (*key).to_owned(),
                        value: new.clone(),
                    });
                }
                Step::Remove { section } => changes.push(Change::Remove {
                    section: SectionId::profile(&*section.name),
                }),
            }
        }
        changes
    }

    /// How many steps are of this kind.
    pub fn count(&self, is: impl Fn(&Step) -> bool) -> usize {
        self.steps.iter().filter(|step| is(step)).count()
    }
}

fn key<'a>(section: &'a Section<'_>) -> (&'a str, &'a str) {
    (
        section.get("sso_account_id").unwrap_or_default(),
        section.get("sso_role_name").unwrap_or_default(),
    )
}

fn renamed(section: &Section, account: &Account) -> Option<Step> {
    let new = writable(account)?;
    let old = section.get("sso_account_name");
    (old != Some(new.as_str())).then(|| Step::Set {
        name: section.name.to_string(),
        key: "sso_account_name",
        old: old.map(str::to_owned),
        new,
    })
}

/// The account name as a value that every client reads unchanged: some read `Team #1` as `Team`,
/// and Python's `ConfigParser`, with which other tools read this file, fails at `%`.
fn writable(account: &Account) -> Option<String> {
    let mut text: String = account
        .name
        .chars()
        .filter(|&c| c != '%')
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ['#', ';'] {
        text = text.replace(&format!(" {mark}"), &mark.to_string());
    }
    let text = text.trim_start_matches(['#', ';', ' ']).to_owned();
    (is_writable(&text) && text != account.id).then_some(text)
}

#[cfg(test)]
mod tests;
