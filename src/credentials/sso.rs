//! Credentials of a role of Identity Center, fetched with the session's token.

use super::{Provider, User};
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::role_cache::{Credentials, Entry};
use crate::aws::session::Token;
use crate::login::{Login, Request, TokenRefused};
use crate::net::portal::Portal;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::quote;

impl Provider<'_> {
    pub(super) fn sso(
        &self,
        profile: &Profile,
        user: &User,
        (session, account, role): (&SsoSession, &str, &str),
    ) -> Result<Credentials> {
        let entry = Entry::sso(self.env, session, account, role);
        self.once(&entry, &profile.name, user, || {
            let section = user.section.as_ref();
            let given =
                self.login()
                    .with_token(session, section, self.login_request(), |token| {
                        self.ask_portal(profile, user, (session, account, role), token)
                    })?;
            let credentials = given.ok_or_else(|| self.refuses_all(profile, session))?;
            self.keep(entry.write_sso(self.env, &credentials));
            Ok(credentials)
        })
    }

    /// The credentials that the access portal gives for this token.
    fn ask_portal(
        &self,
        profile: &Profile,
        user: &User,
        (session, account, role): (&SsoSession, &str, &str),
        token: &Token,
    ) -> Result<Result<Credentials, TokenRefused>> {
        let net = self.net(user)?;
        // The region in the token is right even if the one in the config file is wrong.
        let region = token.region.as_deref().unwrap_or(&session.region);
        self.ui
            .verbose(|| format!("asking for credentials of role {role} in account {account}"));
        let portal = Portal::new(&net, region, &token.access_token);
        let fault = match portal.role_credentials(account, role)? {
            Ok(credentials) => return Ok(Ok(credentials)),
            Err(fault) => fault,
        };
        let cannot = format!("cannot get credentials for `{}`", profile.name);
        if fault.is("UnauthorizedException") {
            Ok(Err(TokenRefused { got_further: false }))
        } else if fault.is("ForbiddenException") || fault.is("ResourceNotFoundException") {
            let message =
                format!("{cannot}: role {role} in account {account} is not assigned to you");
            let error = fault.told(&message, "the access portal");
            Err(error.hint(self.sync_command(session)))
        } else {
            Err(fault.told(&cannot, "the access portal"))
        }
    }

    /// The command that brings the profiles up to date with what is assigned.
    fn sync_command(&self, session: &SsoSession) -> String {
        let words = session
            .name
            .as_deref()
            .map(|name| ["awsp", "sync", "--session", name, "--dry-run"]);
        let line = words.map_or_else(
            || "awsp list".to_owned(),
            |words| quote::command_line(&words),
        );
        format!("{line}    # lists what is assigned to you; ask your administrator for more")
    }

    /// The error if the portal refuses even a new token.
    pub(super) fn refuses_all(&self, profile: &Profile, session: &SsoSession) -> Error {
        let message = format!("cannot get credentials for `{}`", profile.name);
        let words = match &session.name {
            Some(name) => vec!["awsp", "login", "--session", name, "--force"],
            None => vec!["awsp", "login", &profile.name, "--force"],
        };
        Error::new(Kind::Network, message)
            .cause("the access portal refuses a new token")
            .hint(quote::command_line(&words))
    }

    /// How a session is made usable here.
    pub(super) fn login_request(&self) -> Request {
        Request {
            unasked: self.unasked,
            ..Request::default()
        }
    }

    pub(super) fn login(&self) -> Login<'_> {
        Login {
            env: self.env,
            ui: self.ui,
            settings: self.settings,
            files: self.files,
        }
    }
}
