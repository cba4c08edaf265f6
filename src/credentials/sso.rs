//! Credentials of a role of Identity Center, by the session's token.

use super::{Provider, User};
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::refused::Which;
use crate::aws::role_cache::{Credentials, Entry};
use crate::aws::session::Token;
use crate::aws::token_cache;
use crate::login::{Login, Request};
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
            let mut refused: Option<String> = None;
            loop {
                let token = self.token(session, user, refused.clone())?;
                let net = self.net(user)?;
                // The token knows the portal's real region where the config file has another.
                let region = token.region.as_deref().unwrap_or(&session.region);
                self.ui.verbose(|| {
                    format!("asking for credentials of role {role} in account {account}")
                });
                match Portal::new(&net, region, &token.access_token)
                    .role_credentials(account, role)?
                {
                    Ok(credentials) => {
                        self.keep(entry.write_sso(self.env, &credentials));
                        return Ok(credentials);
                    }
                    // Logged out elsewhere, or cut off by an administrator: the token's own dates
                    // are worth nothing then.
                    Err(fault) if fault.is("UnauthorizedException") => {
                        let which = Which::Access;
                        token_cache::refuse(self.env, session, which, &token.access_token);
                        if refused.is_some() {
                            return Err(self.refuses_all(profile, session));
                        }
                        refused = Some(token.access_token);
                    }
                    Err(fault)
                        if fault.is("ForbiddenException")
                            || fault.is("ResourceNotFoundException") =>
                    {
                        return Err(fault
                            .told(
                                &format!(
                                    "cannot get credentials for `{}`: role {role} in account \
                                     {account} is not assigned to you",
                                    profile.name
                                ),
                                "the access portal",
                            )
                            .hint(self.sync_command(session)));
                    }
                    Err(fault) => {
                        return Err(fault.told(
                            &format!("cannot get credentials for `{}`", profile.name),
                            "the access portal",
                        ));
                    }
                }
            }
        })
    }

    /// What brings the profiles up to date with what is assigned.
    fn sync_command(&self, session: &SsoSession) -> String {
        let words = session
            .name
            .as_deref()
            .map(|name| ["awsp", "sync", "--session", name, "--dry-run"]);
        let line = words.map_or_else(
            || "awsp list".to_owned(),
            |words| quote::command_line(&words),
        );
        format!("{line}    # what is assigned to you; ask whoever assigns roles for more")
    }

    /// The error for a portal that takes no token, however new.
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

    /// The session's token, made usable first: another one than AWS has refused.
    pub(super) fn token(
        &self,
        session: &SsoSession,
        user: &User,
        refused: Option<String>,
    ) -> Result<Token> {
        let request = Request {
            unasked: self.unasked,
            ..Request::token(refused)
        };
        self.login().token(session, user.section.as_ref(), &request)
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
