//! What AWS has refused although the dates in a session's file call it good: a token that was ended
//! elsewhere, a renewal that was turned down.
//!
//! awsp's own state keeps it, beside the caches that it shares: nothing is taken from a file that
//! another program is about to write or could still use. A mark is the hash of the very token that
//! was refused, so it means nothing any more once somebody has written another.

use std::io;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::system::env::Env;
use crate::system::files::{self, SMALL, update};
use crate::system::text::hash::{hex, sha1_hex};

/// The two tokens of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Access,
    Refresh,
}

/// The marks of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    access: Option<String>,
    refresh: Option<String>,
}

/// The marks of the session with this cache key.
pub fn of(env: &Env, key: &str) -> Refused {
    match files::read(&path(env, key), SMALL) {
        Ok(Some(bytes)) => Refused::parse(&bytes),
        _ => Refused::default(),
    }
}

/// Remembers that AWS has refused this token.
pub fn note(env: &Env, key: &str, which: Which, token: &str) -> io::Result<()> {
    update(&path(env, key), |bytes| {
        let mut marks = bytes.map(Refused::parse).unwrap_or_default();
        *marks.slot(which) = Some(hash(token));
        Ok::<_, io::Error>(Some(marks.text().into_bytes()))
    })?;
    Ok(())
}

/// Forgets the marks of a session.
pub fn forget(env: &Env, key: &str) {
    // A mark that stays is for a token that is gone.
    let _ = files::remove(&path(env, key));
}

impl Refused {
    /// True when AWS has refused this token.
    pub fn has(&self, which: Which, token: &str) -> bool {
        let mark = match which {
            Which::Access => &self.access,
            Which::Refresh => &self.refresh,
        };
        mark.as_ref().is_some_and(|mark| *mark == hash(token))
    }

    const fn slot(&mut self, which: Which) -> &mut Option<String> {
        match which {
            Which::Access => &mut self.access,
            Which::Refresh => &mut self.refresh,
        }
    }

    fn parse(bytes: &[u8]) -> Self {
        let mut marks = Self::default();
        for line in String::from_utf8_lossy(bytes).lines() {
            match line.split_once(' ') {
                Some(("access", mark)) => marks.access = Some(mark.to_owned()),
                Some(("refresh", mark)) => marks.refresh = Some(mark.to_owned()),
                _ => {}
            }
        }
        marks
    }

    fn text(&self) -> String {
        let line = |name: &str, mark: &Option<String>| {
            mark.as_ref()
                .map_or_else(String::new, |mark| format!("{name} {mark}\n"))
        };
        line("access", &self.access) + &line("refresh", &self.refresh)
    }
}

fn path(env: &Env, key: &str) -> PathBuf {
    env.state_dir().join("refused").join(sha1_hex(key))
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_for_one_token_and_holds_no_part_of_it() {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        assert_eq!(of(&env, "corp"), Refused::default());
        note(&env, "corp", Which::Access, "secret-1").unwrap();
        note(&env, "corp", Which::Refresh, "secret-2").unwrap();
        let marks = of(&env, "corp");
        assert!(marks.has(Which::Access, "secret-1") && marks.has(Which::Refresh, "secret-2"));
        assert!(!marks.has(Which::Access, "secret-2") && !marks.has(Which::Refresh, "other"));
        assert_eq!(of(&env, "other"), Refused::default());
        let text = std::fs::read_to_string(path(&env, "corp")).unwrap();
        assert!(!text.contains("secret"), "{text}");
        forget(&env, "corp");
        assert_eq!(of(&env, "corp"), Refused::default());
    }

    #[test]
    fn nonsense_is_no_mark() {
        let marks = Refused::parse(b"\xff\naccess\nrefresh  \nother 1\n");
        assert!(!marks.has(Which::Access, "") && !marks.has(Which::Refresh, ""));
    }
}
