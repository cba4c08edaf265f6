//! The state of the Identity Center: portals, accounts, clients, authorizations, tokens,
//! credentials.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::faults::Fault;

/// How the service behaves. Times in seconds.
#[derive(Clone, Debug)]
pub struct Options {
    /// The start URLs of its portals.
    pub start_urls: Vec<String>,
    pub region: String,
    /// Approve every login after this time; with `None` a user must do it on the page.
    pub approve_after: Option<Duration>,
    pub token_lifetime: i64,
    /// How long a session can be renewed.
    pub session_lifetime: i64,
    pub registration_lifetime: i64,
    pub device_lifetime: i64,
    pub device_interval: i64,
    pub role_lifetime: i64,
    /// Rows in a page; 100 at most, as in the real service.
    pub page: usize,
    /// Requests per second that the portal allows; it answers 429 to the rest.
    pub throttle: Option<f64>,
    /// Added to the time in the `Date` header only.
    pub clock_skew: i64,
    pub accounts: Vec<Account>,
    /// Long-lived keys that STS knows: id and account.
    pub static_keys: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            start_urls: vec!["https://d-9067example.awsapps.com/start".to_owned()],
            region: "eu-west-1".to_owned(),
            approve_after: Some(Duration::ZERO),
            token_lifetime: 3600,
            session_lifetime: 8 * 3600,
            registration_lifetime: 90 * 86_400,
            device_lifetime: 600,
            device_interval: 1,
            role_lifetime: 3600,
            page: 100,
            throttle: None,
            clock_skew: 0,
            accounts: crate::seed::sample(),
            static_keys: vec![("AKIASTATICEXAMPLE".to_owned(), "999988887777".to_owned())],
        }
    }
}

/// An account and the roles that the user has in it.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
}

/// A request that the service answered.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Call {
    /// Its name in the API: `CreateToken`, `GetRoleCredentials`.
    pub operation: String,
    /// Of `CreateToken`: `device_code`, `authorization_code`, `refresh_token`.
    pub grant: Option<String>,
    /// The region that it is signed for.
    pub region: Option<String>,
    pub status: u16,
}

/// A registered client.
#[derive(Clone, Debug)]
pub struct Client {
    pub secret: String,
    pub expires: i64,
    pub grants: Vec<String>,
    pub redirects: Vec<String>,
    pub scopes: Vec<String>,
}

/// What the user decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Open,
    Allowed,
    Denied,
}

/// A device authorization.
#[derive(Clone, Debug)]
pub struct Device {
    pub user_code: String,
    pub client: String,
    pub made: Instant,
    pub polled: Option<Instant>,
    pub decision: Decision,
}

/// An authorization code that was given out.
#[derive(Clone, Debug)]
pub struct Code {
    pub client: String,
    pub redirect: String,
    pub challenge: String,
}

/// A sign-in, which gives tokens until it ends.
#[derive(Clone, Debug)]
pub struct Session {
    pub ends: i64,
    pub revoked: bool,
}

/// Everything that a request can change.
#[derive(Debug, Default)]
pub struct State {
    pub options: Options,
    pub calls: Vec<Call>,
    pub faults: HashMap<String, VecDeque<Fault>>,
    pub clients: HashMap<String, Client>,
    pub devices: HashMap<String, Device>,
    pub codes: HashMap<String, Code>,
    pub sessions: Vec<Session>,
    /// Token to session and end.
    pub access: HashMap<String, (usize, i64)>,
    /// Refresh token to session and client. Each works once.
    pub refresh: HashMap<String, (usize, String)>,
    /// Access key to ARN, session token and end.
    pub credentials: HashMap<String, Credentials>,
    pub deny: bool,
    pub logins: usize,
    pub renewals: usize,
    /// Tokens of the bucket, and when it was last filled.
    pub bucket: Option<(f64, Instant)>,
    counter: u64,
}

/// Credentials that were given out.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub arn: String,
    pub account: String,
    pub token: Option<String>,
    pub expires: i64,
}

impl State {
    pub fn new(options: Options) -> Self {
        let mut state = Self {
            options,
            ..Self::default()
        };
        for (id, account) in state.options.static_keys.clone() {
            let arn = format!("arn:aws:iam::{account}:user/static");
            state.credentials.insert(
                id,
                Credentials {
                    arn,
                    account,
                    token: None,
                    expires: i64::MAX,
                },
            );
        }
        state
    }

    /// A value that was not given out before.
    pub fn unique(&mut self, prefix: &str) -> String {
        self.counter += 1;
        // It need not be secret, but must differ from run to run, because of caches.
        format!(
            "{prefix}{:x}{:x}",
            self.counter,
            since_1970().subsec_nanos()
        )
    }

    /// A new sign-in; returns its number.
    pub fn sign_in(&mut self) -> usize {
        self.logins += 1;
        self.sessions.push(Session {
            ends: now() + self.options.session_lifetime,
            revoked: false,
        });
        self.sessions.len() - 1
    }

    /// The session of a valid access token.
    pub fn session_of(&self, token: &str) -> Option<usize> {
        let (session, ends) = self.access.get(token)?;
        (*ends > now() && !self.sessions.get(*session)?.revoked).then_some(*session)
    }

    pub fn account(&self, id: &str) -> Option<&Account> {
        self.options
            .accounts
            .iter()
            .find(|account| account.id == id)
    }
}

/// Seconds since 1970.
pub fn now() -> i64 {
    i64::try_from(since_1970().as_secs()).unwrap_or(i64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "the clock of the service")]
fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
