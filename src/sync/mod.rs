//! From the accounts and roles that AWS lists to the sections of the config file. Pure but for [`kept`].

pub mod diff;
pub mod kept;
pub mod names;
pub mod pattern;
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

/// A number as people read it: `15,000`.
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 profile`, `2 profiles`.
pub fn count(of: usize, what: &str) -> String {
    format!("{} {what}{}", number(of), if of == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 999, 1000, 15_000, 1_234_567].map(number), ["0", "999", "1,000", "15,000", "1,234,567"]);
        assert_eq!((count(1, "role"), count(2, "role")), ("1 role".to_owned(), "2 roles".to_owned()));
    }
}
