//! Credentials of a role of Identity Center, by the session's token.

use super::{Provider, User};
use crate::aws::config::Section;
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::role_cache::{Credentials, Entry};
use crate::aws::session::{State, Times, Token};
use crate::aws::token_cache;
use crate::login::{Asking, Need, Wish};
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
        self.once(&entry, || {
            let mut need = Need::Usable;
            loop {
                let token = self.token(session, user.section.as_ref(), need)?;
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
                    Err(fault) if fault.is("UnauthorizedException") && need == Need::Usable => {
                        need = Need::Other;
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

    /// The session's token, made usable first.
    pub fn token(
        &self,
        session: &SsoSession,
        section: Option<&Section>,
        need: Need,
    ) -> Result<Token> {
        let token = token_cache::token(self.env, session);
        if need == Need::Usable
            && Times::of(token.as_ref(), session).state(self.env.now()) == State::Valid
            && let Some(token) = token
        {
            return Ok(token);
        }
        let mut asking = Asking::of(
            self.env,
            self.ui,
            self.settings,
            self.files,
            section,
            session,
        );
        asking.wish = Wish {
            need,
            ..Wish::default()
        };
        asking.bring_up()?;
        token_cache::token(self.env, session).ok_or_else(|| {
            Error::new(
                Kind::Failed,
                format!("the token of `{}` is gone again", session.label()),
            )
        })
    }
}
