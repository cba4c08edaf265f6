//! The template for the names of synced profiles, such as `{account_name}.{role}`.

use crate::aws::config::is_plain;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::template::{self, Part};

/// The default template.
pub const DEFAULT: &str = "{account_name}.{role}";
/// The fields of a template.
const FIELDS: [&str; 4] = ["account_name", "account_id", "role", "session"];

/// The fields, as they are written in a template.
pub fn fields() -> String {
    template::list(&FIELDS)
}

/// A template such as `{account_name}.{role}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// As written.
    pub text: String,
    pub parts: Vec<Part>,
}

impl Template {
    /// # Errors
    /// An unknown field, a brace without a partner, or a character that not every client accepts in
    /// a name.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |cause: String| {
            Error::new(
                Kind::Usage,
                format!("cannot use `{text}` for profile names"),
            )
            .cause(cause)
        };
        let parts = template::parse(text, &FIELDS).map_err(&wrong)?;
        let odd = parts.iter().find_map(|part| match part {
            Part::Text(text) => text.chars().find(|&c| !is_plain(c)),
            Part::Field(_) => None,
        });
        if let Some(odd) = odd {
            return Err(wrong(format!(
                "not every tool accepts `{odd}` in a profile name"
            )));
        }
        if !parts.iter().any(|part| matches!(part, Part::Field(_))) {
            return Err(wrong(format!(
                "it gives every profile the same name: use one of {}",
                fields()
            )));
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// True if the template has this field.
    pub fn has(&self, field: &str) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Field(name) if *name == field))
    }
}
