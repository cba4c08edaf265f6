//! What the user has answered in a command line: a login that was declined, a yes to a profile. A
//! part of a pipeline runs in a shell of its own and cannot tell the other parts, so a small file
//! does, and they ask nothing more.

use std::path::PathBuf;

use crate::system::env::Env;
use crate::system::error::{Error, Kind};
use crate::system::files::{self, Draft};
use crate::system::lock::{self, Lock};
use crate::system::text::hash::sha1_hex;
use crate::system::tty;

/// How many are remembered.
const MOST: usize = 50;

/// The error of the part that asked, if it has declined for this line. It has said why, so this one
/// is not printed.
pub fn refusal(env: &Env) -> Option<Error> {
    let line = id(env)?;
    let text = files::text(&path(env), files::SMALL).ok().flatten()?;
    let mut entries = text.lines().filter_map(|entry| entry.strip_prefix(&line));
    let status = entries.find_map(|entry| entry.trim().parse().ok())?;
    Some(Error::new(Kind::Ended(status), "declined before"))
}

/// Remembers an error that says that the user has declined. If that fails, the next part asks
/// again.
pub fn note(env: &Env, error: &Error) {
    if is_no(error.kind) && refusal(env).is_none() {
        add(env, &error.kind.exit_status().to_string());
    }
}

/// True if the user has said yes to this profile in this line.
pub fn is_confirmed(env: &Env, name: &str) -> bool {
    let text = files::text(&path(env), files::SMALL).ok().flatten();
    let entry = id(env).map(|line| line + &yes(name));
    text.zip(entry)
        .is_some_and(|(text, entry)| text.lines().any(|other| other == entry))
}

/// Remembers a yes to this profile.
pub fn confirm(env: &Env, name: &str) {
    add(env, &yes(name));
}

fn yes(name: &str) -> String {
    format!("yes {}", sha1_hex(name))
}

/// The turn to ask at this terminal: of two parts of a pipeline, one after the other. Without it
/// both would read what is typed.
pub fn turn(env: &Env) -> Option<Lock> {
    // A home may be shared with another machine, whose terminals have the same names.
    let key = format!("a question at {} of {}", tty::name()?, lock::here());
    lock::take(env, &key, "a question", &mut |_| {}).ok()
}

fn add(env: &Env, what: &str) {
    let Some(line) = id(env) else {
        return;
    };
    // A process that ends with its home, such as the playground's, must not bring that back.
    if env.home().is_none_or(|home| files::status(home).is_none()) {
        return;
    }
    let entry = line + what;
    let _ = Draft::new(&path(env)).map(|draft| {
        draft.lightly().update(|current| {
            let text = String::from_utf8_lossy(current.unwrap_or_default());
            let lines: Vec<&str> = [entry.as_str()]
                .into_iter()
                .chain(text.lines())
                .take(MOST)
                .collect();
            Ok::<_, std::io::Error>(Some((lines.join("\n") + "\n").into_bytes()))
        })
    });
}

/// The same as in the shells' scripts.
const fn is_no(kind: Kind) -> bool {
    matches!(kind, Kind::LoginFailed | Kind::Interrupted)
}

/// The shell and the number of its command line, which the shells' functions pass. The number
/// begins with the time of the first prompt, because another machine's shell may have the same id.
fn id(env: &Env) -> Option<String> {
    let number = |name: &str| {
        let value = env.var(name)?;
        value.parse::<u64>().ok()
    };
    Some(format!("{} {} ", number("AWSP_PID")?, number("AWSP_LINE")?))
}

fn path(env: &Env) -> PathBuf {
    env.state_dir().join("answers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_knows_what_was_declined_in_it_and_no_other_does() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().to_str().unwrap();
        let at = |line: &str| Env::of(&[("HOME", home), ("AWSP_PID", "7"), ("AWSP_LINE", line)]);
        let kind = |line: &str| refusal(&at(line)).map(|error| error.kind);
        note(&at("100"), &Error::new(Kind::Network, "no answer"));
        assert_eq!(kind("100"), None);
        for number in 0..60 {
            note(&at(&number.to_string()), &Error::new(Kind::Interrupted, ""));
        }
        note(&at("100"), &Error::new(Kind::LoginFailed, ""));
        assert_eq!(kind("100"), Some(Kind::Ended(5)));
        assert_eq!(kind("59"), Some(Kind::Ended(130)));
        assert_eq!(
            (kind("10"), kind("5"), kind(""), kind("x")),
            (None, None, None, None)
        );
        confirm(&at("100"), "two words");
        assert!(is_confirmed(&at("100"), "two words") && !is_confirmed(&at("100"), "two"));
        assert!(!is_confirmed(&at("101"), "two words"));
        assert_eq!(kind("100"), Some(Kind::Ended(5)), "a yes hides no no");
        let gone = format!("{home}/gone");
        let ended = Env::of(&[("HOME", &gone), ("AWSP_PID", "7"), ("AWSP_LINE", "1")]);
        note(&ended, &Error::new(Kind::Interrupted, ""));
        assert!(!std::path::Path::new(&gone).exists());
        let alone = Env::of(&[("HOME", home), ("AWSP_LINE", "100")]);
        confirm(&alone, "two words");
        assert!(!is_confirmed(&alone, "two words"));
        assert!(refusal(&alone).is_none());
    }
}
