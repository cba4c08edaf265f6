//! Rules for profiles: the colour of the prompt, and whether a switch asks first. Pure.

use serde::{Deserialize, Serialize};

/// A colour that every terminal and all three shells have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
}

impl Colour {
    /// Its name, as the prompt hooks know it.
    pub const fn as_str(self) -> &'static str {
        match self {
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

/// What holds for profiles with names like these. Patterns know `*` and `?`, and no upper and lower
/// case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Patterns for the profile's name.
    pub profiles: Vec<String>,
    /// Patterns for its account, by name or number.
    pub accounts: Vec<String>,
    /// Patterns for what is not meant, of profiles and accounts.
    pub except: Vec<String>,
    pub colour: Option<Colour>,
    /// A switch asks first.
    pub confirm: bool,
}

impl Rule {
    /// The rule when the file has none: production is red.
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
            confirm: false,
        }
    }
}
