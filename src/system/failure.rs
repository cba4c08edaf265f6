//! The failure of the process that tried, for those who wait for it. They take it as they would
//! have taken its success, and do not ask a dead service one after another.
//!
//! It stands beside the lock, which whoever writes or judges it holds. A note is for those who
//! began to wait before it was written: they saw another one then, or none.

use serde_json::{Value, json};

use super::env::Env;
use super::error::{Error, Kind};
use super::files::Draft;
use super::lock::Lock;
use super::{files, lock};

/// The note as it is at the beginning of a wait.
pub struct Before(Option<Vec<u8>>);

/// Where the failures of those are noted who had the lock of one key.
pub struct Failures<'a> {
    env: &'a Env,
    key: &'a str,
    /// Whom it was asked, and how: others may have better luck.
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

    /// Notes a failure that would be everybody's, for those who wait for this lock.
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
            // Two failures with the same words are two.
            "id": getrandom::u64().unwrap_or_default(),
            "asked": self.fingerprint,
            "kind": kind,
            "message": error.message,
            "causes": error.causes,
            "hints": error.hints,
        });
        // Without it those who wait ask for themselves.
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

/// What does not depend on who asks. That nobody is there to log in, or that one user gave up with
/// Ctrl-C, says nothing about the next.
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
