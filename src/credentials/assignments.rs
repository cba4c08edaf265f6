//! What a sync that was interrupted has already listed, for the next run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::aws::profile::SsoSession;
use crate::system::env::Env;
use crate::system::files;
use crate::system::text::hash::sha1_hex;

/// After this many seconds the list is requested again.
const GOOD_FOR: i64 = 3600;

/// Roles by account, of one session.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    version: u32,
    start_url: String,
    /// Seconds since 1970 when the first of them was listed.
    since: i64,
    pub roles: BTreeMap<String, Vec<String>>,
    #[serde(skip)]
    path: PathBuf,
}

impl Kept {
    /// The saved list if it is recent, else an empty one.
    pub fn load(env: &Env, session: &SsoSession) -> Self {
        let path = env
            .state_dir()
            .join("sync")
            .join(format!("{}.json", sha1_hex(session.cache_key())));
        let now = env.now();
        let fresh = |kept: &Self| {
            kept.version == 1
                && kept.start_url == session.start_url
                && (0..GOOD_FOR).contains(&(now - kept.since))
        };
        let found = files::read(&path, files::LARGE)
            .ok()
            .flatten()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok())
            .filter(fresh);
        let new = || Self {
            version: 1,
            start_url: session.start_url.clone(),
            since: now,
            roles: BTreeMap::new(),
            path: PathBuf::new(),
        };
        Self {
            path,
            ..found.unwrap_or_else(new)
        }
    }

    /// Saves the list for the next run. If it cannot be saved, only the next run takes longer.
    pub fn save(&self) -> bool {
        serde_json::to_vec(self).is_ok_and(|text| files::write_private(&self.path, &text).is_ok())
    }

    /// Removes the list after a complete run.
    pub fn remove(&self) {
        let _ = files::remove(&self.path);
    }
}
