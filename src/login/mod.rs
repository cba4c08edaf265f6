//! Makes a session valid: uses the token that another process got, renews it, or logs in. One
//! process does this at a time, and the others use its result.

pub mod aws_login;
mod browser_flow;
mod device_flow;
pub mod flow;
pub mod portal;
mod renewal;
mod screen;
mod service;
mod sign_in;
mod sign_out;
mod single_flight;
mod store;
pub mod target;
#[cfg(test)]
mod tests;

use self::screen::Screen;
use self::service::{Network, Service, Trouble};
use self::store::{Held, Store};
use crate::aws::config::{Files, Section};
use crate::aws::connection::Connection;
use crate::aws::profile::SsoSession;
use crate::aws::refused::Which;
use crate::aws::session::{Outcome, State, Token};
use crate::aws::token_cache;
use crate::settings::Settings;
use crate::settings::flow::Flow;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::{Absence, Presence};
use crate::system::text::quote;
use crate::terminal::ui::Ui;

/// How to make a session valid.
#[derive(Clone, Default)]
pub struct Request {
    /// Log in even if the session is valid.
    pub force: bool,
    /// The access token that AWS refused in this run; another one is needed.
    pub refused: Option<String>,
    /// True if this run itself uses the token. If not, a token that cannot be saved is useless.
    pub used_here: bool,
    pub flow: Option<Flow>,
    /// Print the page's address and do not open it.
    pub no_browser: bool,
    pub qr: bool,
    /// The user chose a login that needs no terminal.
    pub explicit: bool,
    /// Nobody typed this command: renew the session, but do not log in.
    pub unasked: bool,
}

/// A valid session. No `Debug`, because it contains the token.
pub struct Ready {
    /// The token to use in this run. On a full disk it may not be in the cache.
    pub token: Token,
    pub outcome: Outcome,
}

/// Makes the sessions of these files valid.
pub struct Login<'a> {
    pub env: &'a Env,
    pub ui: Ui,
    pub settings: &'a Settings,
    pub files: &'a Files,
}

impl Login<'_> {
    /// Makes the session valid, with one login or renewal however many processes ask at once. The
    /// profile that leads to it, if any, may have settings for the connection.
    ///
    /// # Errors
    /// Nobody can log in; the login was refused, timed out or was cancelled; AWS or the network
    /// failed; the token cannot be saved.
    pub fn bring_up(
        &self,
        session: &SsoSession,
        profile: Option<&Section>,
        request: &Request,
    ) -> Result<Ready> {
        let connection = Connection::of(self.env, self.files, profile);
        let task = Task {
            env: self.env,
            session,
            request,
            settings_flow: self.settings.login.flow,
            presence: Presence::of(self.env),
            screen: Screen::new(self.env, self.ui, self.settings, request),
            store: Store::new(self.env, session),
            command: command(session, profile),
            profile: profile.map(|section| &*section.name),
            service: &Network::new(connection),
        };
        single_flight::bring_up(&task)
    }
}

impl Login<'_> {
    /// The session's token, after making the session valid.
    ///
    /// # Errors
    /// As [`Self::bring_up`].
    pub fn token(
        &self,
        session: &SsoSession,
        profile: Option<&Section>,
        request: &Request,
    ) -> Result<Token> {
        let now = self.env.now();
        let held = Store::new(self.env, session).read();
        let good = held.filter(|held| request.takes(held, now));
        match good {
            Some(held) => Ok(held.token),
            None => Ok(self.bring_up(session, profile, request)?.token),
        }
    }
}

/// AWS has refused an access token, whatever its dates say: the session was ended elsewhere, or an
/// administrator cut it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRefused {
    /// True if the token worked for a part of the work: a new one may work for the rest.
    pub got_further: bool,
}

impl Login<'_> {
    /// Uses the session's token, and another one after each that AWS refuses. `None` when AWS
    /// refuses a new one at once.
    ///
    /// # Errors
    /// As [`Self::bring_up`], and those of `attempt`.
    pub fn with_token<T>(
        &self,
        session: &SsoSession,
        profile: Option<&Section>,
        request: Request,
        mut attempt: impl FnMut(&Token) -> Result<Result<T, TokenRefused>>,
    ) -> Result<Option<T>> {
        let mut request = Request {
            used_here: true,
            ..request
        };
        loop {
            let token = self.token(session, profile, &request)?;
            let refused = match attempt(&token)? {
                Ok(done) => return Ok(Some(done)),
                Err(refused) => refused,
            };
            token_cache::refuse(self.env, session, Which::Access, &token.access_token);
            if request.refused.is_some() && !refused.got_further {
                return Ok(None);
            }
            request.refused = Some(token.access_token);
        }
    }
}

impl Request {
    /// A token for this run, other than the one that AWS has just refused.
    pub fn token(refused: Option<String>) -> Self {
        Self {
            refused,
            used_here: true,
            ..Self::default()
        }
    }

    /// True for a token that can be used as it is.
    fn takes(&self, held: &Held, now: i64) -> bool {
        !self.force && self.is_good(held, now)
    }

    /// True for a token that is valid by its dates and not refused by AWS.
    fn is_good(&self, held: &Held, now: i64) -> bool {
        held.times.state(now) == State::Valid && !self.has_refused(&held.token)
    }

    fn has_refused(&self, token: &Token) -> bool {
        self.refused.as_ref() == Some(&token.access_token)
    }
}

/// What would log in, for hints.
fn command(session: &SsoSession, profile: Option<&Section>) -> String {
    quote::command_line(&match &session.name {
        Some(name) => vec!["awsp", "login", "--session", name],
        None => vec![
            "awsp",
            "login",
            profile.map_or("PROFILE", |section| &section.name),
        ],
    })
}

/// One session to be made valid in one run.
struct Task<'a> {
    env: &'a Env,
    session: &'a SsoSession,
    request: &'a Request,
    /// The flow that the settings choose.
    settings_flow: Option<Flow>,
    presence: Presence,
    screen: Screen<'a>,
    store: Store<'a>,
    /// What would log in, for hints.
    command: String,
    /// The profile that leads to the session.
    profile: Option<&'a str>,
    service: &'a dyn Service,
}

impl Task<'_> {
    /// True if a person waits for the login.
    fn may_log_in(&self) -> bool {
        let person = self.presence.is_person() && !self.request.unasked;
        let elsewhere = self.presence != Presence::Nobody(Absence::NoLogin);
        person || (self.request.explicit && elsewhere)
    }

    fn needed(&self) -> Error {
        let label = self.session.label();
        let message = if token_cache::token_path(self.env, self.session).exists() {
            format!("the session `{label}` has ended")
        } else {
            format!("not logged in to the session `{label}`")
        };
        Error::new(Kind::PersonNeeded, message)
            .cause(self.presence.why_not())
            .hint(self.command.clone())
    }

    /// The error for a login that failed.
    fn failed(&self, kind: Kind) -> Error {
        Error::new(kind, self.message()).hint(self.command.clone())
    }

    fn message(&self) -> String {
        format!("cannot log in to `{}`", self.session.label())
    }

    /// The service's failure as an error of the login.
    fn told(&self, trouble: Trouble, region: &str) -> Error {
        match trouble {
            Trouble::Fault(fault) => fault.told(&self.message(), &self.service.name(region)),
            Trouble::Told(error) => error,
        }
    }
}
