//! The accounts of a session.

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::config::Files;

/// An account as the access portal lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    /// The e-mail address or the number if AWS sends no name.
    pub name: String,
}

/// What to call an account: its name, else its number. The number is left out if the name of the
/// profile beside it contains it.
pub fn label<'a>(
    profile: Option<&str>,
    id: Option<&'a str>,
    name: Option<&'a str>,
) -> Option<&'a str> {
    name.or_else(|| id.filter(|id| !profile.is_some_and(|profile| profile.contains(id))))
}

/// The same in the little room of a prompt: nothing where the name of the profile says it already.
/// `acme-dev.Admin` needs no `acme-dev` beside it.
pub fn beside<'a>(
    profile: Option<&str>,
    id: Option<&'a str>,
    name: Option<&'a str>,
) -> Option<&'a str> {
    label(profile, id, name).filter(|label| !profile.is_some_and(|profile| says(profile, label)))
}

/// True for a profile's name that holds this one as a whole word.
fn says(profile: &str, account: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    !account.is_empty()
        && profile.match_indices(account).any(|(at, _)| {
            let after = &profile[at + account.len()..];
            is_end(profile[..at].chars().next_back()) && is_end(after.chars().next())
        })
}

/// The name of an account, as the profiles have it.
pub fn name(files: &Files, id: &str) -> Option<String> {
    // Most files do not contain the number, and reading all profiles is slow.
    memmem::find(files.config.text.as_bytes(), id.as_bytes())?;
    let profiles = files.profiles();
    let mut of_account = profiles
        .iter()
        .filter(|profile| profile.get("sso_account_id") == Some(id));
    of_account.find_map(|profile| profile.get("sso_account_name").map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_called_by_its_name_else_by_a_number_that_is_not_shown_already() {
        const ID: &str = "111122223333";
        for (profile, id, name, expected) in [
            (Some("dev"), Some(ID), Some("acme-dev"), Some("acme-dev")),
            (Some("dev"), Some(ID), None, Some(ID)),
            (Some("Admin-111122223333"), Some(ID), None, None),
            (
                Some("Admin-111122223333"),
                Some(ID),
                Some("acme"),
                Some("acme"),
            ),
            (None, Some(ID), None, Some(ID)),
            (Some("keys"), None, None, None),
        ] {
            assert_eq!(label(profile, id, name), expected, "{profile:?} {name:?}");
        }
    }
    #[test]
    fn a_prompt_does_not_say_an_account_twice() {
        for (profile, account, is_said) in [
            ("acme.Admin", "acme", true),
            ("acme", "acme", true),
            ("team/acme-dev", "acme-dev", true),
            ("acmedev", "acme", false),
            ("Xacme", "acme", false),
            ("acmes/acme", "acme", true),
            ("dev", "acme-dev", false),
            ("dev", "", false),
        ] {
            let shown = beside(Some(profile), Some("111122223333"), Some(account));
            assert_eq!(shown.is_none(), is_said, "{profile} {account}");
        }
        assert_eq!(beside(Some("dev"), Some("1"), None), Some("1"));
        assert_eq!(beside(None, None, None), None);
    }
}
