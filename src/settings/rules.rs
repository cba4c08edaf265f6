//! Rules for profiles: their colour, and who may use them for how long. Pure.

use serde::{Deserialize, Serialize};

use super::reader::Table;
use crate::system::text::span::Span;

/// A colour that every terminal and all three shells have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// No colour, even if a later rule has one.
    None,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
}

impl Colour {
    /// The name that the prompt hooks use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Red => "red",
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Blue => "blue",
            Self::Magenta => "magenta",
            Self::Cyan => "cyan",
            Self::White => "white",
        }
    }
}

/// What an agent may do with a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agents {
    Deny,
    /// It gets a read-only role of the same account, or nothing.
    ReadOnly,
    Allow,
}

/// What a script may do with a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scripts {
    Deny,
    Allow,
}

/// A rule for the profiles that match its patterns. Patterns know `*` and `?`; upper and lower case
/// are the same. What a rule does not set, a later rule may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Patterns for the profile's name.
    pub profiles: Vec<String>,
    /// Patterns for its account, by name or number.
    pub accounts: Vec<String>,
    /// Patterns for its role, which limit the rule to profiles with such a role.
    pub roles: Vec<String>,
    /// Patterns for profiles and accounts that the rule does not apply to.
    pub except: Vec<String>,
    pub colour: Option<Colour>,
    /// A person is asked first, once per shell and profile.
    pub confirm: Option<bool>,
    /// How long a switch lasts.
    pub stay: Option<Span>,
    pub agents: Option<Agents>,
    pub scripts: Option<Scripts>,
}

impl Rule {
    /// The built-in rule, which comes after those of the file: production is red, and agents cannot
    /// use it.
    pub fn production() -> Self {
        let own = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        Self {
            profiles: own(&["*prod*"]),
            accounts: own(&["*prod*"]),
            except: own(&[
                "*non?prod*",
                "*nonprod*",
                "*pre?prod*",
                "*preprod*",
                "*product",
                "*product-*",
                "*products*",
            ]),
            colour: Some(Colour::Red),
            agents: Some(Agents::Deny),
            ..Self::default()
        }
    }
}

/// A list of patterns, or a single pattern: a missing pair of brackets must not disable a rule.
#[derive(Deserialize, Serialize)]
#[serde(untagged, expecting = "expected a pattern or a list of patterns")]
enum Patterns {
    Many(Vec<String>),
    One(String),
}

impl Patterns {
    fn into_list(self) -> Vec<String> {
        match self {
            Self::Many(list) => list,
            Self::One(pattern) => vec![pattern],
        }
    }
}

impl Rule {
    /// Reads the rule of a table. Keys that it does not have keep their values.
    pub(super) fn read(mut self, mut table: Table<'_>) -> Self {
        for (key, patterns) in [
            ("profiles", &mut self.profiles),
            ("accounts", &mut self.accounts),
            ("roles", &mut self.roles),
            ("except", &mut self.except),
        ] {
            let mut read = Patterns::Many(std::mem::take(patterns));
            table.read(key, &mut read);
            *patterns = read.into_list();
        }
        table.spelled("color", "colour");
        table.read("colour", &mut self.colour);
        table.read("confirm", &mut self.confirm);
        table.read("stay", &mut self.stay);
        table.read("agents", &mut self.agents);
        table.read("scripts", &mut self.scripts);
        if self.profiles.is_empty() && self.accounts.is_empty() && self.roles.is_empty() {
            table.problem("it has no `profiles`, `accounts` or `roles`, so it matches no profile");
        }
        table.end();
        self
    }
}
