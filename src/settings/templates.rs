//! The templates in the settings: for the prompt and for the console's browser.

use crate::system::text::template;

/// The default text of the prompt.
pub const PROMPT_DEFAULT: &str = "{profile} {account}";
/// The fields of its format. `{account}` is the account's name, or its number if the name is not
/// known.
pub const PROMPT_FIELDS: [&str; 6] = [
    "profile",
    "account",
    "account_id",
    "account_name",
    "role",
    "region",
];

/// The mistake in a format, if there is one.
pub fn prompt_problem(format: &str) -> Option<String> {
    template::parse(format, &PROMPT_FIELDS).err()
}

/// The fields of `console.command`.
pub const CONSOLE_FIELDS: [&str; 4] = ["url", "encoded_url", "profile", "account"];

/// The mistake in such a command, if there is one.
pub fn console_problem(words: &[String]) -> Option<String> {
    words
        .iter()
        .find_map(|word| template::parse(word, &CONSOLE_FIELDS).err())
}
