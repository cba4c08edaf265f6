//! Turns the accounts and roles that AWS lists into changes of the config file. Pure.

pub mod diff;
pub mod names;
pub mod plan;

use crate::aws::account::Account;

/// One role of one account, which becomes a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<'a> {
    pub account: &'a Account,
    pub role: &'a str,
}
