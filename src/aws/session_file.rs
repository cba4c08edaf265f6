//! The file that holds a profile's session, and its times where every shell's prompt hook finds
//! them. The hooks start no process: they compare the token file's age with that of the small file
//! written here, and judge by the clock.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::profile::{Profile, SsoSession};
use super::session::Times;
use super::{login_session, token_cache};
use crate::system::env::Env;
use crate::system::files::{self, Draft};
use crate::system::text::hash::sha1_hex;

/// A session's file, and what it says.
#[derive(Debug)]
pub struct SessionFile {
    /// The token file of a session, or the file of an `aws login`.
    pub path: PathBuf,
    /// When it was last written, looked up before it was read: a write between the two is noticed
    /// later, never missed.
    written: Option<SystemTime>,
    key: String,
    pub times: Times,
}

impl SessionFile {
    /// The session of a profile, from disk; `None` for a profile without one.
    pub fn of(env: &Env, profile: &Profile) -> Option<Self> {
        match (profile.session(), profile.login_session()) {
            (Some(session), _) => Some(Self::of_session(env, session)),
            (None, Some(login)) => Some(Self::of_login(env, login)),
            (None, None) => None,
        }
    }

    pub fn of_session(env: &Env, session: &SsoSession) -> Self {
        let path = token_cache::token_path(env, session);
        Self::look(path, session.cache_key(), || {
            token_cache::times(env, session)
        })
    }

    pub fn of_login(env: &Env, login_session: &str) -> Self {
        let path = login_session::path(env, login_session);
        Self::look(path, login_session, || {
            login_session::times(env, login_session)
        })
    }

    fn look(path: PathBuf, key: &str, times: impl FnOnce() -> Times) -> Self {
        Self {
            written: files::status(&path).and_then(|status| status.modified),
            times: times(),
            path,
            key: sha1_hex(key),
        }
    }

    /// Writes the times where the hooks read them, with the token file's own time of writing:
    /// while the two agree, what the file says is true.
    pub fn publish(&self, env: &Env) -> io::Result<PathBuf> {
        let path = published(env, &self.key);
        let Times {
            valid_until,
            renewable_until,
            expires_at,
            ..
        } = self.times;
        let text = format!("{valid_until} {renewable_until} {expires_at}\n");
        let written = self
            .written
            .unwrap_or(SystemTime::UNIX_EPOCH + Duration::from_secs(1));
        let is_same = || {
            Some(
                files::status(&path)?.modified? == written
                    && files::text(&path, files::SMALL).ok()?? == text,
            )
        };
        if is_same() == Some(true) {
            return Ok(path);
        }
        Draft::new(&path)?
            .lightly()
            .commit_at(text.as_bytes(), written)?;
        Ok(path)
    }

    /// Publishes the times again where a shell reads them, after something else than the token
    /// file has changed them.
    pub fn republish(&self, env: &Env) {
        if published(env, &self.key).exists() {
            // Without it the hooks go by what they were told before.
            let _ = self.publish(env);
        }
    }
}

fn published(env: &Env, key: &str) -> PathBuf {
    env.state_dir().join("prompt").join(key)
}
