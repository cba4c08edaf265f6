//! Shares a failure with the processes that wait for the same lock. They report it as their own and
//! do not try again, so that a dead service is not asked by one process after another.
//!
//! The note is a file beside the lock, and only the holder of the lock reads or writes it. It is
//! meant for processes that began to wait before it was written: when they began, they saw another
//! note or none.

use serde_json::{Value, json};

use super::env::Env;
use super::error::{Error, Kind};
use super::files::Draft;
use super::lock::Lock;
use super::{files, lock};

/// The note at the beginning of a wait.
pub struct Before(Option<Vec<u8>>);

/// The note about the lock of one key.
pub struct Failures<'a> {
    env: &'a Env,
    key: &'a str,
    /// Which service was asked, and how. Processes that ask another service may succeed.
    fingerprint: String,
}

impl<'a> Failures<'a> {
    pub const fn new(env: &'a Env, key: &'a str, fingerprint: String) -> Self {
        Self {
            env,
            key,
            fingerprint,
        }
    }

    pub fn before(&self) -> Before {
        Before(self.read())
    }

    /// The failure that was noted while we waited for this lock.
    pub fn meanwhile(&self, lock: &Lock, before: &Before) -> Option<Error> {
        lock.waited.then(|| self.since(before)).flatten()
    }

    fn since(&self, before: &Before) -> Option<Error> {
        let bytes = self
            .read()
            .filter(|bytes| before.0.as_ref() != Some(bytes))?;
        let note: Value = serde_json::from_slice(&bytes).ok()?;
        let text = |name: &str| note.get(name).and_then(Value::as_str);
        if text("asked") != Some(&self.fingerprint) {
            return None;
        }
        let texts = |name: &str| {
            let list = note.get(name).and_then(Value::as_array);
            let texts = list.into_iter().flatten().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        let kind = KINDS
            .iter()
            .find(|(_, name)| text("kind") == Some(name))
            .map(|(kind, _)| *kind)?;
        let mut error = Error::new(kind, text("message")?);
        (error.causes, error.hints) = (texts("causes"), texts("hints"));
        Some(error)
    }

    /// Notes a failure that every process would have, for those who wait for this lock.
    pub fn note(&self, lock: &Lock, error: &Error) {
        if lock.is_real() {
            self.write(error);
        }
    }

    fn write(&self, error: &Error) {
        let Some((_, kind)) = KINDS.iter().find(|(kind, _)| *kind == error.kind) else {
            return;
        };
        let note = json!({
            // Two failures with the same text are different notes.
            "id": getrandom::u64().unwrap_or_default(),
            "asked": self.fingerprint,
            "kind": kind,
            "message": error.message,
            "causes": error.causes,
            "hints": error.hints,
        });
        // Without the note, those who wait try for themselves.
        let draft = Draft::new(&self.path()).map(Draft::lightly);
        let _ = draft.and_then(|draft| draft.commit(note.to_string().as_bytes()));
    }

    fn read(&self) -> Option<Vec<u8>> {
        files::read(&self.path(), files::SMALL).ok().flatten()
    }

    fn path(&self) -> std::path::PathBuf {
        lock::path(self.env, self.key).with_extension("failed")
    }
}

/// Failures that do not depend on the process. A missing terminal, or one user's Ctrl-C, says
/// nothing about the next process.
const KINDS: [(Kind, &str); 2] = [
    (Kind::Network, "network"),
    (Kind::LoginFailed, "login-failed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_for_those_who_began_to_wait_before_it() {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        let failures = Failures::new(&env, "corp", "here".to_owned());
        let error = Error::new(Kind::Network, "cannot").cause("one").hint("two");
        let first = failures.before();
        assert!(failures.since(&first).is_none());
        failures.write(&error);
        let told = failures.since(&first).unwrap();
        assert_eq!(
            (told.kind, &told.message, &told.causes, &told.hints),
            (error.kind, &error.message, &error.causes, &error.hints)
        );
        let second = failures.before();
        assert!(failures.since(&second).is_none(), "it was there before");
        failures.write(&error);
        assert!(failures.since(&second).is_some(), "the same words again");
        let elsewhere = Failures::new(&env, "corp", "there".to_owned());
        assert!(elsewhere.since(&first).is_none(), "asked another service");
    }

    #[test]
    fn what_depends_on_who_asks_is_not_shared() {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        let failures = Failures::new(&env, "corp", String::new());
        let before = failures.before();
        for kind in [
            Kind::PersonNeeded,
            Kind::Interrupted,
            Kind::Failed,
            Kind::Usage,
        ] {
            failures.write(&Error::new(kind, "cannot"));
            assert!(failures.since(&before).is_none(), "{kind:?}");
        }
    }
}
