//! The file in which the session of a profile is kept, and what it says.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use super::profile::Profile;
use super::session::Times;
use super::{login_session, token_cache};
use crate::system::env::Env;
use crate::system::text::hash::sha1_hex;

/// The token file of a session, or the file of an `aws login`, as it was read.
#[derive(Debug)]
pub struct SessionFile {
    pub path: PathBuf,
    /// When it was last written, looked up before it was read: a write between the two is noticed
    /// later, never missed.
    pub written: Option<SystemTime>,
    /// What stands for the session in file names.
    pub key: String,
    pub times: Times,
}

impl SessionFile {
    /// Reads the session of a profile; `None` for a profile without one.
    pub fn of(env: &Env, profile: &Profile) -> Option<Self> {
        let session = profile.session();
        let (path, key) = match (session, profile.login_session()) {
            (Some(session), _) => (token_cache::token_path(env, session), session.cache_key()),
            (None, Some(login)) => (login_session::path(env, login), login),
            (None, None) => return None,
        };
        let written = fs::metadata(&path).and_then(|data| data.modified()).ok();
        let times = match session {
            Some(session) => Times::of(token_cache::token(env, session).as_ref(), session),
            None => login_session::times(&path),
        };
        Some(Self {
            key: sha1_hex(key),
            path,
            written,
            times,
        })
    }
}
