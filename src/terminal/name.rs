//! The user's name for the program: `awsp init --cmd NAME` gives it another name in the shell.

use std::borrow::Cow;

use crate::system::env::Env;

/// The variable that the integration sets for each call.
const VARIABLE: &str = "AWSP_CMD";
const OURS: &str = "awsp";

#[derive(Clone, Copy, Debug)]
pub struct Name(&'static str);

impl Name {
    /// The name that this shell's integration gave, if it is a plain word.
    pub fn of(env: &Env) -> Self {
        let is_plain = |name: &&str| {
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        };
        let name = env.var(VARIABLE).filter(is_plain);
        // Read once per run, because every part that prints has a copy.
        Self(name.map_or(OURS, |name| Box::leak(name.into())))
    }

    /// A command line as the user types it. Commands that bypass the shell's function keep the
    /// program's own name.
    pub fn in_command(self, line: &str) -> Cow<'_, str> {
        if self.0 == OURS {
            return Cow::Borrowed(line);
        }
        let named = |part: &str| match part.strip_prefix(OURS) {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => format!("{}{rest}", self.0),
            _ => part.to_owned(),
        };
        let parts: Vec<String> = line.split(" && ").map(named).collect();
        Cow::Owned(parts.join(" && "))
    }

    /// A sentence with commands in backticks.
    pub fn in_sentence(self, line: &str) -> Cow<'_, str> {
        if self.0 == OURS {
            return Cow::Borrowed(line);
        }
        // A lone word may be the name of a profile.
        Cow::Owned(line.replace("`awsp ", &format!("`{} ", self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_word_is_taken_and_nothing_else() {
        for (value, name) in [
            ("aw", "aw"),
            ("aws-p_2.x", "aws-p_2.x"),
            ("", "awsp"),
            ("a b", "awsp"),
            ("$(x)", "awsp"),
            ("a\u{1b}[2J", "awsp"),
            ("größe", "awsp"),
        ] {
            assert_eq!(Name::of(&Env::of(&[(VARIABLE, value)])).0, name, "{value}");
        }
        assert_eq!(Name::of(&Env::default()).0, "awsp");
    }

    #[test]
    fn commands_have_the_name_and_other_words_are_left_alone() {
        let name = Name("aw");
        for (line, named) in [
            ("awsp login dev", "aw login dev"),
            ("awsp", "aw"),
            ("awsp2 x", "awsp2 x"),
            ("unset X && awsp off", "unset X && aw off"),
            (
                "eval \"$(command awsp init bash)\"",
                "eval \"$(command awsp init bash)\"",
            ),
        ] {
            assert_eq!(name.in_command(line), named);
        }
        assert_eq!(
            name.in_sentence("awsp: `awsp` is not for agents; a person can run `awsp prod`"),
            "awsp: `awsp` is not for agents; a person can run `aw prod`"
        );
        assert_eq!(Name(OURS).in_sentence("run `awsp prod`"), "run `awsp prod`");
    }
}
