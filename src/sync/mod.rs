//! From the accounts and roles that AWS lists to the sections of the config file. Pure but for
//! [`kept`].

pub mod diff;
pub mod kept;
pub mod names;
pub mod plan;

use serde::{Deserialize, Serialize};

/// An account as the access portal lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    /// The e-mail address or the number where AWS gives no name.
    pub name: String,
}

/// One role of one account, which becomes a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<'a> {
    pub account: &'a Account,
    pub role: &'a str,
}
