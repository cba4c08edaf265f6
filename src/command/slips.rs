//! Guesses what was meant by a word that is neither a command nor a profile, and by arguments that
//! do not go together.

use std::ffi::OsString;

use super::cli::NAMES;
use super::{Context, Run, is_command};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::nearest::nearest;
use crate::system::text::quote;

/// Names of our commands in other tools.
const OTHER_NAMES: [(&str, &str); 36] = [
    ("ls", "list"),
    ("ps", "list"),
    ("profiles", "list"),
    ("list-profiles", "list"),
    ("who", "whoami"),
    ("id", "whoami"),
    ("me", "whoami"),
    ("identity", "whoami"),
    ("current", "status"),
    ("sessions", "status"),
    ("st", "status"),
    ("switch", "use"),
    ("set", "use"),
    ("select", "use"),
    ("assume", "use"),
    ("unset", "off"),
    ("clear", "off"),
    ("exit", "off"),
    ("leave", "off"),
    ("info", "show"),
    ("get", "show"),
    ("config", "configure"),
    ("setup", "configure"),
    ("add", "configure"),
    ("env", "export"),
    ("creds", "export"),
    ("credentials", "export"),
    ("run", "exec"),
    ("check", "doctor"),
    ("signin", "login"),
    ("renew", "login"),
    ("refresh", "login"),
    ("signout", "logout"),
    ("web", "console"),
    ("open", "console"),
    ("completion", "init"),
];

/// The command that was probably meant by a word, if any.
pub fn command_for(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == word);
    other.map(|(_, command)| *command).or_else(|| {
        let visible = NAMES.iter().copied().filter(|name| !name.starts_with('_'));
        // Only small typing errors: `prod` does not mean `export`.
        let near = nearest(&word, visible).into_iter().next()?;
        (strsim::osa_distance(&word, near) <= 2.min(word.len() / 2)).then_some(near)
    })
}

/// The mistake in arguments that the parser refuses, if we can explain it better than the parser;
/// `arguments` are those of the program.
pub fn refused(arguments: &[OsString]) -> Option<Error> {
    let words = arguments.iter().skip(1);
    let arguments: Vec<String> = words.map(|it| it.to_string_lossy().into_owned()).collect();
    let at = arguments.iter().position(|word| !word.starts_with('-'));
    let Some(at) = at else {
        return lone_option(&arguments);
    };
    let first = arguments[at].as_str();
    if is_command(first) {
        return None;
    }
    let rest: Vec<&str> = arguments[at + 1..].iter().map(String::as_str).collect();
    let with = |command: &str, rest: &[&str]| {
        let mut words = vec!["awsp"];
        words.extend((command != "use" || rest.is_empty()).then_some(command));
        words.extend(rest);
        quote::command_line(&words)
    };
    if let Some(command) = command_for(first) {
        let message = format!("there is no command `{first}`");
        return Some(Error::new(Kind::Usage, message).hint(with(command, &rest)));
    }
    if let ["--", command @ ..] = rest.as_slice()
        && !command.is_empty()
    {
        let message = "to run one command with a profile is what `exec` does";
        let words = [&["awsp", "exec", first, "--"], command].concat();
        return Some(Error::new(Kind::Usage, message).hint(quote::command_line(&words)));
    }
    // What is wrong with an option, the parser tells.
    let next = rest.first().filter(|next| !next.starts_with('-'))?;
    if is_command(next) {
        let message =
            format!("the command comes first, then the profile: `{next}`, then `{first}`");
        return Some(Error::new(Kind::Usage, message).hint(with(next, &[first])));
    }
    let message = format!("`{next}` is unexpected after the profile `{first}`");
    Some(Error::new(Kind::Usage, message).hint(quote::command_line(&["awsp", first])))
}

/// The error of a command, with hints for a name that was not found: the command as it was typed,
/// `typed`, with the similar names in its place.
pub fn with_similar_names(mut error: Error, typed: &[OsString]) -> Error {
    let Some(unknown) = error.unknown.take() else {
        return error;
    };
    let words = typed.iter().skip(1).map(|word| word.to_string_lossy());
    let mut typed: Vec<String> = words.map(std::borrow::Cow::into_owned).collect();
    let set = format!("={}", unknown.name);
    if let Some(at) = typed.iter().position(|word| word.ends_with(&set)) {
        // `--session=NAME` is two words.
        let option = typed[at].trim_end_matches(&set).to_owned();
        typed.splice(at..=at, [option, unknown.name.clone()]);
    }
    // What the shell's functions run was not typed.
    let is_internal = typed.first().is_some_and(|word| word.starts_with("__"));
    let at = typed
        .iter()
        .position(|word| *word == unknown.name)
        .filter(|_| !is_internal);
    // The likeliest comes last, but for the hint at a command.
    let mut hints: Vec<String> = unknown
        .near
        .iter()
        .rev()
        .map(|near| {
            let mut words = vec!["awsp"];
            match at {
                Some(at) => {
                    words.extend(typed.iter().map(String::as_str));
                    words[at + 1] = near;
                }
                // The name came from a variable, which a switch sets.
                None => words.push(near),
            }
            quote::command_line(&words)
        })
        .collect();
    hints.append(&mut error.hints);
    error.hints = hints;
    error
}

/// `awsp dev login`, which the parser takes.
pub struct TwoNames(Error);

impl TwoNames {
    pub fn of(arguments: &[OsString]) -> Self {
        let message = "the command comes first, then the profile";
        Self(refused(arguments).unwrap_or_else(|| Error::new(Kind::Usage, message)))
    }
}

impl Run for TwoNames {
    fn run(&self, _: &Context) -> Result<()> {
        Err(self.0.clone())
    }
}

/// `awsp --list`: a command, written as an option.
fn lone_option(arguments: &[String]) -> Option<Error> {
    let option = arguments.first()?;
    let word = option.trim_start_matches('-');
    let command = Some(word)
        .filter(|word| is_command(word) && !word.starts_with('_'))
        .or_else(|| command_for(word))?;
    let message = format!("there is no option `{option}`");
    Some(Error::new(Kind::Usage, message).hint(format!("awsp {command}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        let words = std::iter::once("awsp").chain(line.split(' '));
        words.map(OsString::from).collect()
    }

    #[test]
    fn a_slip_and_another_tools_word_find_the_command() {
        for (word, command) in [
            ("lgoin", "login"),
            ("stauts", "status"),
            ("ls", "list"),
            ("LS", "list"),
            ("whomai", "whoami"),
            ("doctr", "doctor"),
            ("switch", "use"),
        ] {
            assert_eq!(command_for(word), Some(command), "{word}");
        }
        for word in ["prod", "dev", "acme-dev", "x", ""] {
            assert_eq!(command_for(word), None, "{word}");
        }
    }

    #[test]
    fn a_hint_repeats_the_command_that_was_typed_with_a_name_that_there_is() {
        for (line, hints) in [
            ("prdo", &["awsp 'prod two'", "awsp prod"][..]),
            (
                "whoami prdo",
                &["awsp whoami 'prod two'", "awsp whoami prod"],
            ),
            (
                "logout --session prdo",
                &[
                    "awsp logout --session 'prod two'",
                    "awsp logout --session prod",
                ],
            ),
            (
                "login --session=prdo --force",
                &[
                    "awsp login --session 'prod two' --force",
                    "awsp login --session prod --force",
                ],
            ),
            (
                "exec --only prdo -- echo prdo",
                &[
                    "awsp exec --only 'prod two' -- echo prdo",
                    "awsp exec --only prod -- echo prdo",
                ],
            ),
            ("whoami", &["awsp 'prod two'", "awsp prod"]),
            ("__before prdo", &["awsp 'prod two'", "awsp prod"]),
        ] {
            let error = Error::new(Kind::NotFound, "no").unknown("prdo", &["prod", "prod two"]);
            assert_eq!(
                with_similar_names(error, &words(line)).hints,
                hints,
                "{line}"
            );
        }
        let other = Error::new(Kind::NotFound, "no").hint("awsp list");
        assert_eq!(with_similar_names(other, &words("x")).hints, ["awsp list"]);
    }

    #[test]
    fn arguments_that_do_not_go_together_are_explained() {
        for (line, message, hint) in [
            (
                "dev extra",
                "`extra` is unexpected after the profile `dev`",
                "awsp dev",
            ),
            (
                "dev login",
                "the command comes first, then the profile: `login`, then `dev`",
                "awsp login dev",
            ),
            (
                "dev -- ls -l",
                "to run one command with a profile is what `exec` does",
                "awsp exec dev -- ls -l",
            ),
            ("switch dev", "there is no command `switch`", "awsp dev"),
            (
                "lgoin dev --force",
                "there is no command `lgoin`",
                "awsp login dev --force",
            ),
            ("--list", "there is no option `--list`", "awsp list"),
            ("--whoami", "there is no option `--whoami`", "awsp whoami"),
        ] {
            let error = refused(&words(line)).unwrap();
            assert_eq!(
                (error.message.as_str(), error.hints[0].as_str()),
                (message, hint)
            );
        }
        for line in [
            "login --forse",
            "--verbos",
            "list extra",
            "dev --for 168h",
            "dev --for",
            "dev --fro 1h",
        ] {
            assert!(refused(&words(line)).is_none(), "{line}");
        }
    }
}
