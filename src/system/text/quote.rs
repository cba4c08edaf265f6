//! Quotes values for shells, safe to evaluate whatever they contain. Pure.

/// The value as one word of bash, zsh and sh. Between single quotes only a single quote is special.
pub fn posix(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// The value as one word of fish. Between single quotes a backslash is special before a single
/// quote or another backslash.
pub fn fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

/// The value as one word of PowerShell, for which typographic quotes are quotes too.
pub fn powershell(value: &str) -> String {
    let mut out = String::from("'");
    for c in value.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out + "'"
}

/// The value for a `.env` file that is sourced or read by a library. All readers understand single
/// quotes, but they differ in how to write one inside them: `None` for such a value, and for one
/// with several lines.
pub fn dotenv(value: &str) -> Option<String> {
    (!value.contains(['\'', '\n', '\r', '\0'])).then(|| format!("'{value}'"))
}

/// A command line that can be pasted: each word quoted where a shell needs it.
pub fn command_line(words: &[&str]) -> String {
    let quoted = words
        .iter()
        .map(|word| shlex::try_quote(word).unwrap_or(std::borrow::Cow::Borrowed("PROFILE")));
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn powershell_sees_no_end_of_the_text_before_it_is_there() {
        assert_eq!(
            powershell("a'b\u{2019}$x`\"\u{201a}"),
            "'a''b\u{2019}\u{2019}$x`\"\u{201a}\u{201a}'"
        );
    }

    fn printed(shell: &str, word: &str) -> String {
        // `env` starts each shell without start-up files and variables.
        let output = Command::new("env")
            .args([
                "-i",
                "PATH=/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin",
                "HOME=/dev/null/home",
                shell,
                "-c",
                &format!("printf %s {word}"),
            ])
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn a_word_is_the_value_in_every_shell(value in r"[ -~\n\té]{1,24}") {
            for shell in ["bash", "zsh", "sh"] {
                prop_assert_eq!(printed(shell, &posix(&value)), value.as_str(), "{}", shell);
            }
            prop_assert_eq!(printed("fish", &fish(&value)), value.as_str());
        }

        #[test]
        fn a_dotenv_value_is_the_value_when_sourced(value in r"[ -~]{1,24}") {
            if let Some(word) = dotenv(&value) {
                prop_assert_eq!(printed("sh", &word), value.as_str());
            }
        }
    }
}
