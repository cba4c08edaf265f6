//! Ends a session at AWS.

use super::service::{Answered, Network, Service, Trouble};
use super::store::{Held, Store};
use super::{Login, renewal};
use crate::aws::config::Section;
use crate::aws::connection::Connection;
use crate::aws::profile::SsoSession;
use crate::system::error::Result;

#[cfg(test)]
mod tests;

impl Login<'_> {
    /// Tells AWS to end the session, if there is one. An expired access token cannot do that, so it
    /// is renewed first.
    ///
    /// # Errors
    /// AWS or the network failed: the session there ends by itself.
    pub fn sign_out(&self, session: &SsoSession, profile: Option<&Section>) -> Result<()> {
        let Some(held) = Store::new(self.env, session).read() else {
            return Ok(());
        };
        let network = Network::new(Connection::of(self.env, self.files, profile));
        let now = self.env.now();
        end(&network, session, &held, now).map_err(|trouble| match trouble {
            Trouble::Fault(fault) => {
                fault.told("cannot tell AWS about the logout", "the access portal")
            }
            Trouble::Told(error) => error,
        })
    }
}

pub(super) fn end(
    service: &dyn Service,
    session: &SsoSession,
    held: &Held,
    now: i64,
) -> Answered<()> {
    let token = &held.token;
    let region = token.region.as_deref().unwrap_or(&session.region);
    let renewal = token.renewal(session);
    let renewal = renewal.filter(|_| held.times.is_renewable(now));
    if renewal.is_none() || held.times.is_alive(now) {
        match service.logout(region, &token.access_token) {
            // AWS does not know the token, but the session may still exist.
            Err(trouble) if trouble.is("UnauthorizedException") => {}
            answer => return answer,
        }
    }
    let Some(renewal) = renewal else {
        return Ok(());
    };
    match service.renew(region, &renewal) {
        Ok(grant) => match service.logout(region, &grant.access_token) {
            Err(trouble) if trouble.is("UnauthorizedException") => Ok(()),
            answer => answer,
        },
        // The session has already ended.
        Err(trouble) if renewal::is_over(&trouble) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}
