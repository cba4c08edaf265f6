//! A new login: choosing the flow, registering a client, and running the flow.

use super::portal::{self, Portal};
use super::service::{Answered, Callback, Trouble};
use super::{Task, flow};
use crate::aws::session::Token;
use crate::aws::token_cache;
use crate::aws::token_cache::Registration;
use crate::net::oidc::Grant;
use crate::settings::flow::Flow;
use crate::system::error::Result;
use crate::system::text::{clean, quote};
use crate::system::{files, lock};
use crate::terminal::quiet::Quiet;

impl Task<'_> {
    /// Logs in and saves the token.
    ///
    /// # Errors
    /// Nobody can log in; the login was refused, timed out or was cancelled; AWS or the network
    /// failed; the token cannot be saved.
    pub fn sign_in(&self) -> Result<Token> {
        if !self.may_log_in() {
            return Err(self.needed());
        }
        let room = self.store.reserve();
        if let Err(error) = &room
            && !self.request.used_here
        {
            // It would be useless to log in for a token that cannot be saved.
            return Err(error.clone());
        }
        lock::tell_login();
        let (flow, why) = self.flow();
        self.screen
            .verbose(|| format!("logging in {}: {why}", flow.words()));
        // A legacy session is called by its start URL.
        let url = match &self.session.name {
            Some(_) => format!(" ({})", clean(&self.session.start_url)),
            None => String::new(),
        };
        let label = clean(self.session.label());
        self.screen
            .say(&format!("awsp: logging in to {label}{url}"));
        let portal = portal::find(self.service, self.session)?;
        let (registration, grant) = self.with_client(flow, &portal)?;
        let token = self.store.of_login(&portal.region, registration, grant);
        if let Err(error) = self.store.keep_login(room, &token) {
            self.not_kept(&error)?;
        }
        self.tell_region(&portal);
        Ok(token)
    }

    fn flow(&self) -> (Flow, &'static str) {
        if self.session.name.is_none() {
            return (Flow::Device, "a legacy start URL knows no other flow");
        }
        flow::choose(self.env, self.request.flow, self.settings_flow)
    }

    /// Runs the flow with a client registration that the service knows.
    fn with_client(&self, flow: Flow, portal: &Portal) -> Result<(Registration, Grant)> {
        let (flow, mut callback) = self.listen(flow);
        let for_browser = flow == Flow::Browser;
        let told = |trouble| self.told(trouble, &portal.region);
        let path = token_cache::registration_path(self.env, self.session, &portal.region);
        let mut known = token_cache::registration(&path, for_browser, self.env.now());
        loop {
            let was_known = known.is_some();
            let registration = match known.take() {
                Some(registration) => registration,
                None => self.register(&path, for_browser, portal).map_err(told)?,
            };
            let quiet = Quiet::start();
            let answer = match callback.take() {
                Some(callback) => self.by_browser(&portal.region, &registration, callback),
                None => self.by_device(&portal.region, &registration, &portal.url),
            };
            drop(quiet);
            match answer {
                Ok(grant) => return Ok((registration, grant)),
                // The service has forgotten the client in the file. The AWS CLI fails in this case
                // until the file is deleted by hand.
                Err(trouble) if trouble.is_stale_client() && was_known => {
                    self.screen.verbose(|| {
                        "AWS does not know the client registration any more: registering again"
                            .to_owned()
                    });
                    let _ = files::remove(&path);
                    if for_browser {
                        callback = self.service.listen().ok();
                    }
                }
                Err(trouble) => return Err(told(trouble)),
            }
        }
    }

    /// The port for the browser's answer. Without one, the device flow is used.
    fn listen(&self, flow: Flow) -> (Flow, Option<Box<dyn Callback + '_>>) {
        if flow == Flow::Device {
            return (flow, None);
        }
        match self.service.listen() {
            Ok(callback) => (flow, Some(callback)),
            Err(error) => {
                self.screen.warn(&format!(
                    "no port of 127.0.0.1 is free for the browser's answer ({error}); using a \
                     device code"
                ));
                (Flow::Device, None)
            }
        }
    }

    fn register(
        &self,
        path: &std::path::Path,
        for_browser: bool,
        portal: &Portal,
    ) -> Answered<Registration> {
        let (region, issuer) = (&portal.region, &portal.url);
        let made = self
            .service
            .register(region, self.session, for_browser, issuer)?;
        if let Err(error) = token_cache::write_registration(self.env, path, &made) {
            if !self.request.used_here {
                return Err(Trouble::Told(error));
            }
            // The next login registers a new client.
            self.screen.verbose(|| error.to_string());
        }
        Ok(made)
    }

    /// Warns if the config file has another region than the portal, because other tools use that
    /// region.
    fn tell_region(&self, portal: &Portal) {
        if portal.region == self.session.region {
            return;
        }
        self.screen.warn(&format!(
            "the portal is in {}, and the config file says {}",
            portal.region, self.session.region
        ));
        let (configure, region) = ("configure", portal.region.as_str());
        let words = match (&self.session.name, self.profile) {
            (Some(name), _) => vec![
                "awsp",
                configure,
                "--session",
                name,
                "--sso-region",
                region,
                "--no-profiles",
            ],
            (None, Some(profile)) => {
                vec![
                    "aws",
                    configure,
                    "set",
                    "sso_region",
                    region,
                    "--profile",
                    profile,
                ]
            }
            (None, None) => return,
        };
        self.screen.hint(&quote::command_line(&words));
    }
}
