//! Syncing: the changes can be written, a second sync changes nothing, and profiles written by hand
//! stay as they are.

use super::{FIELD, files, parts};
use crate::aws::account::Account;
use crate::aws::config::{Section, Which, edit};
use crate::settings::Settings;
use crate::settings::commands::is_command;
use crate::sync::plan::{Listed, Wanted, is_ours};

const SESSION: &str = "acme";

/// The config file, then accounts: id, name, and roles.
pub fn holds(data: &[u8]) {
    let mut parts = parts(data);
    let old = parts.next().unwrap_or_default().into_owned();
    let listed = listed(parts.map(|part| part.into_owned()));
    let (settings, _, _) = Settings::parse("");
    let wanted = Wanted::of(SESSION, &settings.sync, is_command).expect("the template built in");
    for prune in [false, true] {
        let Ok(plan) = wanted.plan(&files(&old, ""), &listed, prune) else {
            continue;
        };
        let new = edit::apply(&old, Which::Config, &plan.changes()).expect("what can be written");
        let again = wanted
            .plan(&files(&new, ""), &listed, prune)
            .expect("the same names");
        assert_eq!(again.steps, [], "nothing is left to do");
        for section in by_hand(&old) {
            let files = files(&new, "");
            let found = files.profile(&section.name);
            assert_eq!(found.map(meaning), Some(meaning(section)));
        }
    }
}

fn listed(accounts: impl Iterator<Item = String>) -> Listed {
    let mut listed = Listed::default();
    for account in accounts {
        let mut fields = account.split(FIELD).map(str::to_owned);
        let mut field = || fields.next().unwrap_or_default();
        // Ids and role names have the format that AWS allows; account names may be anything.
        let id = format!(
            "{:0>12.12}",
            field().replace(|char: char| !char.is_ascii_digit(), "")
        );
        let name = field();
        if !listed.roles.contains_key(&id) {
            let roles = fields.map(|role| role.replace(|char| !is_of_role(char), ""));
            listed
                .roles
                .insert(id.clone(), roles.filter(|role| !role.is_empty()).collect());
            listed.accounts.push(Account { id, name });
        }
    }
    listed
}

fn is_of_role(char: char) -> bool {
    char.is_ascii_alphanumeric() || "+=,.@_-".contains(char)
}

fn by_hand(text: &str) -> Vec<Section<'static>> {
    let files = files(text, "");
    let profiles = files.profiles().into_iter();
    profiles
        .filter(|section| !is_ours(section, SESSION))
        .map(Section::into_owned)
        .collect()
}

fn meaning(section: Section<'_>) -> Vec<(String, String)> {
    section
        .settings
        .into_iter()
        .map(|setting| (setting.key.into_owned(), setting.value.into_owned()))
        .collect()
}
