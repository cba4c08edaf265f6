//! The answers of the server of `awsp exec --server`: the container credentials protocol
//! (aws-contract 11.14), only for requests with this run's token.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;

use super::Provider;
use crate::aws::config::Files;
use crate::aws::profile::Profile;
use crate::aws::role_cache::Credentials;
use crate::aws::time;
use crate::net::local::{Reply, Request, is_same};
use crate::settings::Settings;
use crate::system::env::Env;
use crate::system::error::{Error, Kind};
use crate::terminal::ui::Ui;

/// The path of the credentials.
pub const PATH: &str = "/credentials";
/// Credentials are renewed when they have less than this left (seconds): a minute before the first
/// SDK would ask.
const MARGIN: i64 = 960;
/// Keys with a session token but no expiry are requested again after this long.
const ENDLESS: i64 = 3600;

/// Gives the credentials of a profile for as long as a command runs.
pub struct Endpoint {
    pub env: Env,
    pub ui: Ui,
    pub files: Files,
    pub settings: Settings,
    pub profile: Profile,
    /// The token that a request must contain.
    pub token: String,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    keys: Option<Credentials>,
    /// True if there was a request since the last renewal.
    is_asked: bool,
    /// True if the person was told that there are no new credentials.
    is_told: bool,
}

impl Endpoint {
    /// Starts with credentials that were fetched while a person could log in.
    pub fn new(
        provider: &Provider<'_>,
        profile: Profile,
        keys: Credentials,
        token: String,
    ) -> Self {
        Self {
            env: provider.env.clone(),
            ui: provider.ui,
            files: provider.files.clone(),
            settings: provider.settings.clone(),
            profile,
            token,
            held: Mutex::new(Held {
                keys: Some(keys),
                ..Held::default()
            }),
        }
    }

    /// The reply to one request.
    pub fn answer(&self, request: &Request) -> Reply {
        let is_ours = request
            .header("Authorization")
            .is_some_and(|token| is_same(token, &self.token));
        // Every web page sends an origin, no SDK does.
        if !is_ours || request.has("Origin") {
            return failure(403, "Forbidden", "the token is not that of this run");
        }
        if request.method != "GET" || request.target != PATH {
            return failure(404, "NotFound", "only credentials are served here");
        }
        let mut held = self.held();
        held.is_asked = true;
        match self.current(&mut held) {
            Ok(keys) => Reply::json(200, self.shape(&keys)),
            Err(error) => told(&error),
        }
    }

    /// Renews credentials that expire soon, if they are in use. To be called regularly.
    pub fn renew(&self) {
        let mut held = self.held();
        if held.is_asked && !self.is_fresh(held.keys.as_ref()) {
            held.is_asked = self.current(&mut held).is_err();
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Renewed credentials, or the old ones if they are still valid.
    fn current(&self, held: &mut Held) -> Result<Credentials, Error> {
        if let Some(keys) = held.keys.clone().filter(|keys| self.is_fresh(Some(keys))) {
            return Ok(keys);
        }
        let provider = Provider {
            unasked: true,
            margin: MARGIN,
            ..Provider::new(&self.env, self.ui, &self.files, &self.settings)
        };
        match provider.credentials(&self.profile) {
            Ok(keys) => {
                held.keys = Some(keys.clone());
                held.is_told = false;
                Ok(keys)
            }
            Err(error) => {
                let now = self.env.now();
                let alive = held
                    .keys
                    .clone()
                    .filter(|keys| keys.expiration.is_some_and(|end| end > now));
                if !std::mem::replace(&mut held.is_told, true) {
                    self.tell(&error, alive.as_ref());
                }
                alive.ok_or(error)
            }
        }
    }

    fn is_fresh(&self, keys: Option<&Credentials>) -> bool {
        keys.and_then(|keys| keys.expiration)
            .is_some_and(|end| end - self.env.now() >= MARGIN)
    }

    /// Tells the person at the terminal, who can log in in another one.
    fn tell(&self, error: &Error, alive: Option<&Credentials>) {
        if !self.env.stderr_is_terminal {
            return;
        }
        let left = alive.and_then(|keys| keys.expiration).map_or_else(
            || "has none".to_owned(),
            |end| {
                let left = crate::system::text::length(end - self.env.now());
                format!("has some for {left}")
            },
        );
        let name = &self.profile.name;
        self.ui.warn(&format!(
            "no new credentials for `{name}`, and the command {left}: {error}"
        ));
        for hint in &error.hints {
            self.ui.hint(&format!("{hint}    # in another terminal"));
        }
    }

    fn shape(&self, keys: &Credentials) -> String {
        let end = keys.expiration.unwrap_or_else(|| self.env.now() + ENDLESS);
        let mut shape = json!({
            "AccessKeyId": keys.access_key_id,
            "SecretAccessKey": keys.secret_access_key,
            "Token": keys.session_token.as_deref().unwrap_or_default(),
            "Expiration": time::format(end),
        });
        if let Some(account) = &keys.account_id {
            shape["AccountId"] = account.as_str().into();
        }
        shape.to_string()
    }
}

/// The protocol's error, with the next step in its message. If trying again can help, the status is
/// 5xx, and the SDKs try again.
fn told(error: &Error) -> Reply {
    let (status, code) = match error.kind {
        Kind::PersonNeeded | Kind::LoginFailed => (400, "LoginNeeded"),
        Kind::Network => (503, "CannotReachAws"),
        _ => (400, "NoCredentials"),
    };
    let cause = error
        .causes
        .last()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    let hint = error
        .hints
        .last()
        .map_or_else(String::new, |hint| format!("; run: {hint}"));
    failure(status, code, &format!("awsp: {error}{cause}{hint}"))
}

fn failure(status: u16, code: &str, message: &str) -> Reply {
    let shape = json!({"code": code, "message": message});
    Reply::json(status, shape.to_string())
}
