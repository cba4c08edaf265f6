//! Brings a session up: takes another process's login, renews, or logs in. All under the session's
//! lock.

pub mod browser_flow;
pub mod device_flow;
pub mod flow;

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use serde_json::Map;

use crate::aws::config::{Files, Section};
use crate::aws::endpoint::Endpoints;
use crate::aws::profile::SsoSession;
use crate::aws::session::{Outcome, State, Times, Token};
use crate::aws::token_cache::Registration;
use crate::aws::{time, token_cache};
use crate::net::fault::Fault;
use crate::net::oidc::{Grant, Oidc};
use crate::net::start_url::Portal;
use crate::net::{Net, start_url};
use crate::settings::Settings;
use crate::settings::flow::Flow;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::lock;
use crate::system::lock::Attempt;
use crate::system::presence::{Absence, Presence};
use crate::system::text::{clean, length, quote};
use crate::terminal::browser;
use crate::terminal::ui::{Style, Ui};

/// How much of a session is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// A token that is good by its dates.
    #[default]
    Usable,
    /// A token other than the one that AWS has just refused, whatever its dates say.
    Other,
    /// A new login.
    Login,
}

/// What the user said about the login.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    pub need: Need,
    pub flow: Option<Flow>,
    /// Print the page, and open none.
    pub no_browser: bool,
    pub qr: bool,
    /// The user asked for a login that needs no terminal.
    pub explicit: bool,
}

/// Everything that a login needs to know.
pub struct Asking<'a> {
    pub env: &'a Env,
    pub ui: Ui,
    pub settings: &'a Settings,
    pub session: &'a SsoSession,
    pub endpoints: Endpoints,
    pub ca_bundle: Option<&'a str>,
    pub wish: Wish,
    /// A command that would log in, for hints.
    pub command: String,
}

/// Why a flow gave no token.
pub enum Refusal {
    /// The service failed, or does not know the client.
    Fault(Fault),
    Told(Error),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}

impl<'a> Asking<'a> {
    /// A plain wish for this session, through the profile's endpoints and certificates when one
    /// leads to it.
    pub fn of(
        env: &'a Env,
        ui: Ui,
        settings: &'a Settings,
        files: &Files,
        section: Option<&'a Section>,
        session: &'a SsoSession,
    ) -> Self {
        let words = match &session.name {
            Some(name) => vec!["awsp", "login", "--session", name],
            None => vec![
                "awsp",
                "login",
                section.map_or("PROFILE", |section| &section.name),
            ],
        };
        Self {
            env,
            ui,
            settings,
            session,
            endpoints: Endpoints::of(env, files, section),
            ca_bundle: section.and_then(|section| section.get("ca_bundle")),
            wish: Wish::default(),
            command: quote::command_line(&words),
        }
    }

    /// Makes the session usable, with one login or renewal however many processes ask at once.
    ///
    /// # Errors
    /// Nobody is there to log in; the login was refused, ran out of time or was given up; AWS or
    /// the network failed.
    pub fn bring_up(&self) -> Result<Outcome> {
        let before = token_cache::token(self.env, self.session);
        let _lock = match lock::attempt(self.env, self.session.cache_key())? {
            Attempt::Got(lock) => lock,
            Attempt::Busy(waiting) => {
                let holder = waiting.holder.map_or_else(
                    || "another process".to_owned(),
                    |pid| format!("process {pid}"),
                );
                self.ui.say(&format!(
                    "awsp: waiting for the login of `{}` in {holder}",
                    clean(self.session.label())
                ));
                waiting.wait()?
            }
        };
        // Whoever had the lock may have done our work.
        let token = token_cache::token(self.env, self.session);
        let (now, times) = (self.env.now(), Times::of(token.as_ref(), self.session));
        let is_new = token.as_ref().map(|token| &token.access_token)
            != before.as_ref().map(|token| &token.access_token);
        if times.state(now) == State::Valid && (is_new || self.wish.need == Need::Usable) {
            return Ok(Outcome::Good);
        }
        let net = Net::new(self.env, self.endpoints.clone(), self.ca_bundle)?;
        net.block_on(async {
            if let Some(token) = token
                && self.wish.need != Need::Login
                && times.is_renewable(now)
                && let Some(outcome) = self.renew(&net, token, times).await?
            {
                return Ok(outcome);
            }
            self.log_in(&net).await.map(|()| Outcome::LoggedIn)
        })
    }

    /// A new access token for the refresh token; `None` when AWS refuses and only a login helps.
    async fn renew(&self, net: &Net, token: Token, times: Times) -> Result<Option<Outcome>> {
        let Some(renewal) = token.renewal(self.session) else {
            return Ok(None);
        };
        self.ui
            .verbose(|| format!("renewing `{}` with its refresh token", self.session.label()));
        let answer = match Oidc::new(net, &self.session.region).await {
            Ok(oidc) => oidc.token_by_refresh(&renewal).await,
            Err(fault) => Err(fault),
        };
        match answer {
            Ok(grant) => {
                let registration_ends = token.registration_expires_at.clone();
                let renewed = Token {
                    // Not every answer brings a new refresh token; the old one then stays good.
                    refresh_token: grant.refresh_token.or_else(|| token.refresh_token.clone()),
                    access_token: grant.access_token,
                    expires_at: time::format(self.env.now() + grant.expires_in),
                    start_url: Some(self.session.start_url.clone()),
                    region: Some(self.session.region.clone()),
                    registration_expires_at: registration_ends,
                    ..token
                };
                token_cache::write_token(self.env, self.session, &renewed)?;
                Ok(Some(Outcome::Renewed))
            }
            Err(fault) if fault.is_passing() => {
                let error = fault.told(
                    &format!("cannot renew the session `{}`", self.session.label()),
                    &self.service(),
                );
                if !times.is_alive(self.env.now()) {
                    return Err(error);
                }
                self.ui.warn(&format!(
                    "{error}; its token is still good for {}",
                    length(times.expires - self.env.now())
                ));
                Ok(Some(Outcome::Good))
            }
            Err(fault) => {
                self.ui
                    .verbose(|| format!("AWS refused the renewal: {fault:?}"));
                // What AWS has refused once stays refused: without it nobody calls this session
                // renewable again.
                let ended = Token {
                    refresh_token: None,
                    ..token
                };
                token_cache::write_token(self.env, self.session, &ended)?;
                Ok(None)
            }
        }
    }

    async fn log_in(&self, net: &Net) -> Result<()> {
        if !self.may_log_in() {
            return Err(self.needed());
        }
        let (mut flow, why) = flow::choose(
            self.env,
            self.session,
            self.wish.flow,
            self.settings.login.flow,
        );
        self.ui.verbose(|| format!("logging in by {flow:?}: {why}"));
        self.ui.say(&format!(
            "awsp: logging in to {} ({})",
            clean(self.session.label()),
            clean(&self.session.start_url)
        ));
        let portal = start_url::resolve(&net.http, self.session).await?;
        if portal.region != self.session.region {
            self.ui.warn(&format!(
                "the portal is in {}, and the config file says {}",
                portal.region, self.session.region
            ));
        }
        let mut listener = None;
        if flow == Flow::Browser {
            match browser_flow::listen().await {
                Ok(bound) => listener = Some(bound),
                Err(error) => {
                    self.ui.warn(&format!(
                        "no port of 127.0.0.1 is free for the browser's answer ({error}); using a \
                         device code"
                    ));
                    flow = Flow::Device;
                }
            }
        }
        let told = |fault: Fault| fault.told(&self.message(), &self.service());
        let oidc = Oidc::new(net, &portal.region).await.map_err(told)?;
        let path = token_cache::registration_path(self.env, self.session, &portal.region);
        let mut known = token_cache::registration(&path, flow == Flow::Browser, self.env.now());
        loop {
            let was_known = known.is_some();
            let registration = match known.take() {
                Some(registration) => registration,
                None => {
                    let made = oidc
                        .register(self.session, flow == Flow::Browser, &portal.url)
                        .await
                        .map_err(told)?;
                    token_cache::write_registration(self.env, &path, &made)?;
                    made
                }
            };
            let answer = match (flow, listener.take()) {
                (Flow::Browser, Some(listener)) => {
                    browser_flow::login(self, &oidc, &registration, listener).await
                }
                _ => device_flow::login(self, &oidc, &registration, &portal.url).await,
            };
            match answer {
                Ok(grant) => return self.keep(&portal, registration, grant),
                // The service has forgotten the client that the file names. The AWS CLI fails here
                // until the file is deleted by hand.
                Err(Refusal::Fault(fault)) if fault.is_stale_client() && was_known => {
                    self.ui.verbose(|| {
                        "the client registration is not known any more: making it anew".to_owned()
                    });
                    let _ = crate::system::files::remove(&path);
                    if flow == Flow::Browser {
                        listener = browser_flow::listen().await.ok();
                    }
                }
                Err(Refusal::Fault(fault)) => return Err(told(fault)),
                Err(Refusal::Told(error)) => return Err(error),
            }
        }
    }

    fn keep(&self, portal: &Portal, registration: Registration, grant: Grant) -> Result<()> {
        let token = Token {
            start_url: Some(self.session.start_url.clone()),
            region: Some(portal.region.clone()),
            access_token: grant.access_token,
            expires_at: time::format(self.env.now() + grant.expires_in),
            client_id: Some(registration.client_id),
            client_secret: Some(registration.client_secret),
            registration_expires_at: Some(registration.expires_at),
            refresh_token: grant.refresh_token,
            extra: Map::new(),
        };
        token_cache::write_token(self.env, self.session, &token)
    }

    /// Prints the page to open, with its code, and opens it unless told not to.
    pub fn show(&self, url: &str, code: Option<(&str, &str)>) {
        let line = |name: &str, text: &str| {
            self.ui.say(&format!(
                "  {} {}",
                self.ui.paint(Style::Dim, name),
                self.ui.paint(Style::Bold, &clean(text))
            ));
        };
        line("open", url);
        if let Some((page, code)) = code {
            line("code", code);
            self.ui
                .verbose(|| format!("or open {page} and type the code"));
        }
        if self.wish.qr || self.settings.login.qr {
            self.ui.qr(url);
        }
        if self.wish.no_browser {
            return;
        }
        if let Err(why) = browser::open(self.env, self.settings.browser_command(), url) {
            self.ui.verbose(|| format!("no browser was opened: {why}"));
        }
    }

    /// The future's result within `limit` seconds, with a sign of life and the time left meanwhile.
    pub async fn wait<T>(
        &self,
        what: &str,
        limit: u64,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        let left = Cell::new(limit);
        let ticking = async {
            let mut second = tokio::time::interval(Duration::from_secs(1));
            loop {
                second.tick().await;
                let seconds = left.get();
                self.ui.progress(&format!(
                    "{what}: {}:{:02} left, Ctrl-C to give up",
                    seconds / 60,
                    seconds % 60
                ));
                left.set(seconds.saturating_sub(1));
            }
        };
        let result = tokio::select! {
            result = future => Some(result),
            () = tokio::time::sleep(Duration::from_secs(limit)) => None,
            () = ticking => None,
        };
        self.ui.progress_done();
        result
    }

    /// True where a login would be waited for by somebody.
    fn may_log_in(&self) -> bool {
        let presence = Presence::of(self.env);
        presence.is_person()
            || (self.wish.explicit && presence != Presence::Nobody(Absence::NoLogin))
    }

    fn needed(&self) -> Error {
        Error::new(
            Kind::PersonNeeded,
            format!("the session `{}` has ended", self.session.label()),
        )
        .cause(Presence::of(self.env).why_not())
        .hint(self.command.clone())
    }

    fn message(&self) -> String {
        format!("cannot log in to `{}`", self.session.label())
    }

    /// The error of a login that did not come about.
    pub fn failed(&self, kind: Kind) -> Error {
        Error::new(kind, self.message()).hint(self.command.clone())
    }

    /// Who is asked, for messages.
    fn service(&self) -> String {
        self.endpoints
            .sso_oidc
            .clone()
            .unwrap_or_else(|| format!("IAM Identity Center in {}", self.session.region))
    }
}
