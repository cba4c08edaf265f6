//! What may stand in the settings' templates for the prompt and for the console's browser.

use crate::system::text::template;

/// What the text is when the settings do not say.
pub const PROMPT_DEFAULT: &str = "{profile} {account}";
/// What may stand in its format. `{account}` is the account's name, or its number where that is not
/// known.
pub const PROMPT_FIELDS: [&str; 6] = [
    "profile",
    "account",
    "account_id",
    "account_name",
    "role",
    "region",
];

/// What is wrong with a format, if anything.
pub fn prompt_problem(format: &str) -> Option<String> {
    template::parse(format, &PROMPT_FIELDS).err()
}

/// What may stand in `console.command` of the settings.
pub const CONSOLE_FIELDS: [&str; 4] = ["url", "encoded_url", "profile", "account"];

/// What is wrong with such a command, if anything.
pub fn console_problem(words: &[String]) -> Option<String> {
    words
        .iter()
        .find_map(|word| template::parse(word, &CONSOLE_FIELDS).err())
}
