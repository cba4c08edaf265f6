//! The names of accounts that AWS has sent. A config file from `aws configure sso` has no names,
//! and a number tells a person little.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::config::Files;
use super::profile::{self, Profile};
use crate::system::env::Env;
use crate::system::files::{self, Draft};

/// The limit for the number of names.
const MOST: usize = 5_000;
/// A longer name is ignored. AWS allows fifty characters.
const LONGEST: usize = 200;

/// The content of the file.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// Names by number.
    accounts: BTreeMap<String, String>,
}

/// The known names. The file is read when the first one is needed.
#[derive(Debug)]
pub struct AccountNames<'a> {
    env: &'a Env,
    names: OnceCell<BTreeMap<String, String>>,
}

impl<'a> AccountNames<'a> {
    pub const fn new(env: &'a Env) -> Self {
        Self {
            env,
            names: OnceCell::new(),
        }
    }

    pub fn of(&self, id: &str) -> Option<&str> {
        let names = self.names.get_or_init(|| {
            let bytes = files::read(&path(self.env), files::LARGE).ok().flatten();
            parsed(bytes.as_deref())
        });
        names.get(id).map(String::as_str)
    }

    /// Sets the name of the profile's account, if its own section has none.
    pub fn complete(&self, profile: &mut Profile) {
        if profile.account_name.is_none() {
            let name = profile.account_id().and_then(|id| self.of(id));
            profile.account_name = name.map(str::to_owned);
        }
    }

    /// The same for all profiles that could be resolved.
    pub fn complete_all<E>(&self, profiles: &mut [(String, Result<Profile, E>)]) {
        for profile in profiles
            .iter_mut()
            .filter_map(|(_, found)| found.as_mut().ok())
        {
            self.complete(profile);
        }
    }

    /// True if a profile of this session has an account whose name is not known.
    pub fn lacks(&self, files: &Files, session: &str) -> bool {
        files.profiles().iter().any(|section| {
            let of = section
                .get("sso_session")
                .or_else(|| section.get("sso_start_url"));
            let id = section.get("sso_account_id");
            of == Some(session)
                && section.get("sso_account_name").is_none()
                && id.is_some_and(|id| self.of(id).is_none())
        })
    }
}

/// Saves the names of the accounts that profiles use. If that fails, they are fetched again.
pub fn learn(env: &Env, files: &Files, accounts: &[Account]) {
    let sections = files.profiles();
    let used = sections.iter().flat_map(|section| {
        let by_role = section.get("role_arn").and_then(profile::account_of);
        [section.get("sso_account_id"), by_role]
    });
    let used: HashSet<&str> = used.flatten().collect();
    // AWS sends the number if an account has no name.
    let is_name = |account: &&Account| {
        used.contains(account.id.as_str())
            && account.name != account.id
            && !account.name.is_empty()
            && account.name.len() <= LONGEST
    };
    let new: Vec<&Account> = accounts.iter().filter(is_name).collect();
    let known = AccountNames::new(env);
    if new
        .iter()
        .all(|account| known.of(&account.id) == Some(&account.name))
    {
        return;
    }
    // Another login may save names at the same time.
    let _ = Draft::new(&path(env)).map(|draft| {
        draft.lightly().update(|current| {
            let mut accounts = parsed(current);
            for account in &new {
                accounts.insert(account.id.clone(), account.name.clone());
            }
            if accounts.len() > MOST {
                accounts.retain(|id, _| used.contains(id.as_str()));
            }
            while accounts.len() > MOST {
                accounts.pop_last();
            }
            let kept = Kept {
                version: 1,
                accounts,
            };
            Ok::<_, std::io::Error>(serde_json::to_vec(&kept).ok())
        })
    });
}

/// A file that cannot be parsed is replaced.
fn parsed(bytes: Option<&[u8]>) -> BTreeMap<String, String> {
    let kept: Option<Kept> = bytes.and_then(|bytes| serde_json::from_slice(bytes).ok());
    kept.unwrap_or_default().accounts
}

fn path(env: &Env) -> PathBuf {
    env.state_dir().join("accounts.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "[sso-session s]\nsso_start_url = https://x\nsso_region = r\n\
        [profile named]\nsso_session = s\nsso_account_id = 111122223333\nsso_account_name = own\n\
        sso_role_name = r\n\
        [profile bare]\nsso_session = s\nsso_account_id = 222233334444\nsso_role_name = r\n\
        [profile role]\nrole_arn = arn:aws:iam::333344445555:role/x\nsource_profile = bare\n";

    fn account(id: &str, name: &str) -> Account {
        Account {
            id: id.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn names_of_the_profiles_accounts_are_kept_and_used_where_the_file_has_none() {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        let files = Files::of(CONFIG, "");
        assert!(AccountNames::new(&env).lacks(&files, "s"));
        assert!(!AccountNames::new(&env).lacks(&files, "other"));
        learn(
            &env,
            &files,
            &[
                account("111122223333", "aws's"),
                account("222233334444", "staging"),
                account("333344445555", "333344445555"),
                account("444455556666", "nobody's"),
            ],
        );
        let names = AccountNames::new(&env);
        assert!(!names.lacks(&files, "s"));
        let name = |profile: &str| {
            let mut found = profile::resolve(&files, profile).unwrap();
            names.complete(&mut found);
            found.account_name
        };
        assert_eq!(name("named").as_deref(), Some("own"));
        assert_eq!(name("bare").as_deref(), Some("staging"));
        assert_eq!(name("role"), None, "a number is no name");
        assert_eq!(names.of("444455556666"), None, "no profile uses it");
        learn(&env, &files, &[account("222233334444", "renamed")]);
        assert_eq!(AccountNames::new(&env).of("222233334444"), Some("renamed"));
        assert_eq!(AccountNames::new(&env).of("111122223333"), Some("aws's"));
    }

    #[test]
    fn a_file_that_is_torn_or_too_large_costs_the_names_only() {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        let files = Files::of(CONFIG, "");
        let old: BTreeMap<String, String> =
            (0..MOST).map(|n| (n.to_string(), "x".to_owned())).collect();
        let kept = Kept {
            version: 1,
            accounts: old,
        };
        files::write_private(&path(&env), &serde_json::to_vec(&kept).unwrap()).unwrap();
        learn(&env, &files, &[account("222233334444", "staging")]);
        let text = files::text(&path(&env), files::LARGE).unwrap().unwrap();
        assert_eq!(
            text,
            r#"{"version":1,"accounts":{"222233334444":"staging"}}"#
        );
        files::write_private(&path(&env), b"{\"version\":1,\"acc").unwrap();
        assert_eq!(AccountNames::new(&env).of("222233334444"), None);
        learn(&env, &files, &[account("222233334444", "staging")]);
        assert_eq!(AccountNames::new(&env).of("222233334444"), Some("staging"));
    }
}
