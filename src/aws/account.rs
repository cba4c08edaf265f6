//! The accounts that a session opens.

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::config::Files;

/// An account as the access portal lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    /// The e-mail address or the number where AWS gives no name.
    pub name: String,
}

/// The name of an account, as the profiles have it.
pub fn name(files: &Files, id: &str) -> Option<String> {
    // Most files do not hold the number, and reading all profiles takes its time.
    memmem::find(files.config.text.as_bytes(), id.as_bytes())?;
    let profiles = files.profiles();
    let mut of_account = profiles
        .iter()
        .filter(|profile| profile.get("sso_account_id") == Some(id));
    of_account.find_map(|profile| profile.get("sso_account_name").map(str::to_owned))
}
