//! The session's token file, which other programs read and write at the same time, and the tokens
//! in it that AWS has refused. Other programs take no lock. So the file is read again before it is
//! written, and an unknown token is never overwritten while it is usable.

use std::io;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Map;

use crate::aws::profile::SsoSession;
use crate::aws::refused::{self, Which};
use crate::aws::session::{State, Times, Token};
use crate::aws::token_cache::Registration;
use crate::aws::{json, time, token_cache};
use crate::net::oidc::Grant;
use crate::system::env::Env;
use crate::system::error::{Error, Result};
use crate::system::files::{Draft, SMALL, read, unwritable, update};

/// How long a file may be incomplete while another program writes it in place.
const TORN: Duration = Duration::from_millis(500);
/// The limit for a token file (bytes).
const ROOM: usize = 16 << 10;
const PAUSE: Duration = Duration::from_millis(50);

pub struct Store<'a> {
    env: &'a Env,
    session: &'a SsoSession,
}

/// A token, and its state by its dates and by what AWS has refused.
pub struct Held {
    pub token: Token,
    pub times: Times,
}

/// What happened to a renewed token.
pub enum Kept {
    Ours(Token),
    /// Another program has written a usable token meanwhile.
    Theirs,
    /// Another program has logged out meanwhile.
    Gone,
    /// It could not be written.
    Not(Token, Error),
}

impl<'a> Store<'a> {
    pub const fn new(env: &'a Env, session: &'a SsoSession) -> Self {
        Self { env, session }
    }

    /// The token that is in the file now.
    pub fn read(&self) -> Option<Held> {
        let token = token_cache::token(self.env, self.session)?;
        let times = self.times(&token);
        Some(Held { token, times })
    }

    fn times(&self, token: &Token) -> Times {
        let refused = refused::of(self.env, self.session.cache_key());
        Times::of(Some(token), self.session, &refused)
    }

    /// Proof that a token can be saved.
    pub fn reserve(&self) -> Result<Draft> {
        let draft = Draft::new(&self.path()).and_then(|mut draft| {
            draft.reserve(ROOM)?;
            Ok(draft)
        });
        draft.map_err(|error| self.unwritable(&error))
    }

    /// Writes the result of renewing `before`.
    pub fn keep_renewed(&self, room: Result<Draft>, before: &Token, grant: &Grant) -> Kept {
        let renewed = |base: &Token| self.renewed(base, grant);
        let mut kept = Kept::Gone;
        let torn = Instant::now();
        let written = room.and_then(|room| {
            let written = room.update(|bytes| {
                let Some(bytes) = bytes else {
                    kept = Kept::Gone;
                    return Ok(None);
                };
                let new = match token_cache::parse(bytes) {
                    Some(there) if there.is_same(before) => renewed(&there),
                    Some(there) if self.is_of_use(&there) => {
                        kept = Kept::Theirs;
                        return Ok(None);
                    }
                    Some(there) => renewed(&Token {
                        extra: there.extra,
                        ..before.clone()
                    }),
                    None => {
                        // When the other program has finished, the file is different and this
                        // function is called again.
                        self.wait_for_change(bytes, TORN.saturating_sub(torn.elapsed()));
                        renewed(before)
                    }
                };
                let text = json::python(&new);
                kept = Kept::Ours(new);
                Ok::<_, io::Error>(Some(text.into_bytes()))
            });
            written.map_err(|error| self.unwritable(&error))
        });
        match written {
            Ok(true) => refused::forget(self.env, self.session.cache_key()),
            Ok(false) => {}
            Err(error) => return Kept::Not(renewed(before), error),
        }
        kept
    }

    /// Writes the token of a login over any old one.
    pub fn keep_login(&self, room: Result<Draft>, token: &Token) -> Result<()> {
        let written = room?.commit(json::python(token).as_bytes());
        written.map_err(|error| self.unwritable(&error))?;
        refused::forget(self.env, self.session.cache_key());
        Ok(())
    }

    /// The token of a login.
    pub fn of_login(&self, region: &str, registration: Registration, grant: Grant) -> Token {
        Token {
            start_url: Some(self.session.start_url.clone()),
            region: Some(region.to_owned()),
            access_token: grant.access_token,
            expires_at: time::format(self.env.now() + grant.expires_in),
            client_id: Some(registration.client_id),
            client_secret: Some(registration.client_secret),
            registration_expires_at: Some(registration.expires_at),
            refresh_token: grant.refresh_token,
            extra: Map::new(),
        }
    }

    fn renewed(&self, base: &Token, grant: &Grant) -> Token {
        let refresh_token = grant.refresh_token.clone();
        Token {
            access_token: grant.access_token.clone(),
            expires_at: time::format(self.env.now() + grant.expires_in),
            // Not every answer contains a new refresh token; then the old one stays valid.
            refresh_token: refresh_token.or_else(|| base.refresh_token.clone()),
            start_url: Some(self.session.start_url.clone()),
            // The portal's region, which a login may have found to differ from the config file's.
            region: base
                .region
                .clone()
                .or_else(|| Some(self.session.region.clone())),
            ..base.clone()
        }
    }

    /// True if another token appears in the file within this time.
    pub fn has_another(&self, than: &Token, limit: Duration) -> bool {
        let start = Instant::now();
        loop {
            match token_cache::token(self.env, self.session) {
                Some(there) if !there.is_same(than) => return true,
                _ if start.elapsed() >= limit => return false,
                _ => sleep(PAUSE),
            }
        }
    }

    /// Remembers, for all awsp processes, that AWS does not renew this token.
    pub fn refuse_renewal(&self, token: &Token) {
        if let Some(refresh_token) = &token.refresh_token {
            token_cache::refuse(self.env, self.session, Which::Refresh, refresh_token);
        }
    }

    /// Rewrites a file that has extra text after its token, because other clients cannot read it.
    pub fn heal(&self) -> Result<bool> {
        if !token_cache::is_torn(self.env, self.session) {
            return Ok(false);
        }
        let healed = update(&self.path(), |bytes| {
            let token = bytes.and_then(token_cache::parse);
            let text = token.map(|token| json::python(&token).into_bytes());
            Ok::<_, io::Error>(text)
        });
        healed.map_err(|error| self.unwritable(&error))
    }

    /// True for a token that can be used, or renewed in its turn.
    fn is_of_use(&self, token: &Token) -> bool {
        self.times(token).state(self.env.now()) != State::Ended
    }

    fn wait_for_change(&self, from: &[u8], limit: Duration) {
        let start = Instant::now();
        while start.elapsed() < limit {
            sleep(PAUSE);
            if !read(&self.path(), SMALL).is_ok_and(|bytes| bytes.as_deref() == Some(from)) {
                return;
            }
        }
    }

    fn path(&self) -> PathBuf {
        token_cache::token_path(self.env, self.session)
    }

    fn unwritable(&self, error: &io::Error) -> Error {
        unwritable(self.env, &self.path(), error)
    }
}
