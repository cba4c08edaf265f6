//! Gets a new access token with the refresh token. Only an answer from AWS ends a session; every
//! other failure is a failed attempt.

use std::time::Duration;

use super::Task;
use super::service::Trouble;
use super::store::{Held, Kept};
use crate::aws::session::{Outcome, Token};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::length;

#[cfg(test)]
mod tests;

/// How many tokens of other programs are renewed one after another.
const MOST: usize = 5;

/// After a refused renewal: how long to wait for the token of a program that was faster, without
/// and with a person who could log in.
const FASTER: [Duration; 2] = [Duration::from_secs(3), Duration::from_millis(700)];

/// The result of a renewal.
pub enum Renewed {
    /// A valid token: ours, or one that another program got meanwhile.
    Good(Token, Outcome),
    /// Only a login helps.
    Ended,
    /// The attempt failed; the token is unchanged.
    Failed(Error),
}

impl Task<'_> {
    /// Renews the session's token.
    ///
    /// # Errors
    /// Ctrl-C; a result that could not be saved and that this run does not use.
    pub fn renew(&self) -> Result<Renewed> {
        for _ in 0..MOST {
            let Some(held) = self.store.read() else {
                return Ok(Renewed::Ended);
            };
            if self.is_good(&held) {
                return Ok(Renewed::Good(held.token, Outcome::Good));
            }
            if let Some(renewed) = self.renew_held(&held)? {
                return Ok(renewed);
            }
            self.screen
                .verbose(|| "another program has written a new token meanwhile".to_owned());
        }
        let message = format!("cannot renew the session `{}`", self.session.label());
        let error = Error::new(Kind::Failed, message);
        Ok(Renewed::Failed(
            error.cause("another program keeps writing its token"),
        ))
    }

    /// Renews this token; `None` if another one was written meanwhile, which must be checked
    /// instead.
    fn renew_held(&self, held: &Held) -> Result<Option<Renewed>> {
        let renewal = held.token.renewal(self.session);
        let Some(renewal) = renewal.filter(|_| held.times.is_renewable(self.env.now())) else {
            return Ok(Some(Renewed::Ended));
        };
        // The refresh token is only used after room for the result is reserved.
        let room = self.store.reserve();
        if let Err(error) = &room
            && (self.is_alive(held) || !self.request.used_here)
        {
            return Ok(Some(Renewed::Failed(error.clone())));
        }
        self.screen
            .verbose(|| format!("renewing `{}` with its refresh token", self.session.label()));
        // The region where a login found the portal, even if the config file says another.
        let region = held.token.region.as_deref();
        let region = region.unwrap_or(&self.session.region);
        match self.service.renew(region, &renewal) {
            Ok(grant) => match self.store.keep_renewed(room, &held.token, &grant) {
                Kept::Ours(token) => Ok(Some(Renewed::Good(token, Outcome::Renewed))),
                Kept::Theirs => Ok(None),
                Kept::Gone => Ok(Some(Renewed::Ended)),
                Kept::Not(token, error) => {
                    self.not_kept(&error)?;
                    Ok(Some(Renewed::Good(token, Outcome::Renewed)))
                }
            },
            Err(trouble) => self.not_renewed(held, trouble, region),
        }
    }

    fn not_renewed(&self, held: &Held, trouble: Trouble, region: &str) -> Result<Option<Renewed>> {
        if trouble.is_interrupt() {
            return Err(self.told(trouble, region));
        }
        if !is_refusal(&trouble) {
            let there = self.store.read();
            let another = there.is_some_and(|there| !there.token.is_same(&held.token));
            return Ok((!another).then(|| Renewed::Failed(self.renewal_failed(trouble, region))));
        }
        // A faster program has used the refresh token and may not have written the new one yet.
        let limit = FASTER[usize::from(self.may_log_in())];
        if self.store.has_another(&held.token, limit) {
            return Ok(None);
        }
        self.screen.verbose(|| {
            let told = self.renewal_failed(trouble, region);
            format!("{told}: {}", told.causes.join(": "))
        });
        self.store.refuse_renewal(&held.token);
        Ok(Some(Renewed::Ended))
    }

    /// The token to use although the attempt to renew it failed.
    ///
    /// # Errors
    /// The error of the attempt, when no usable token is stored.
    pub fn make_do(&self, error: Error) -> Result<Token> {
        let Some(held) = self.store.read().filter(|held| self.is_alive(held)) else {
            return Err(error);
        };
        let why = error
            .causes
            .last()
            .map_or_else(String::new, |cause| format!(": {cause}"));
        self.screen.warn(&format!(
            "{error}{why}; its token is still good for {}",
            length(held.times.expires_at - self.env.now())
        ));
        Ok(held.token)
    }

    /// Warns that a token is valid for this run only.
    ///
    /// # Errors
    /// This run does not use the token.
    pub fn not_kept(&self, error: &Error) -> Result<()> {
        if !self.request.used_here {
            return Err(error.clone());
        }
        let why = error
            .causes
            .last()
            .map_or_else(String::new, |cause| format!(": {cause}"));
        self.screen.warn(&format!(
            "{error}{why}; the new token of `{}` is good for this command only",
            self.session.label()
        ));
        Ok(())
    }

    /// True for a token that fits the request.
    pub fn is_good(&self, held: &Held) -> bool {
        self.request.is_good(held, self.env.now())
    }

    fn is_alive(&self, held: &Held) -> bool {
        held.times.is_alive(self.env.now()) && !self.request.has_refused(&held.token)
    }

    fn renewal_failed(&self, trouble: Trouble, region: &str) -> Error {
        let message = format!("cannot renew the session `{}`", self.session.label());
        let lasting = !trouble.is_passing();
        let error = match trouble {
            Trouble::Fault(fault) => fault.told(&message, &self.service.name(region)),
            Trouble::Told(error) => error,
        };
        if lasting {
            error.hint(format!("{} --force", self.command))
        } else {
            error
        }
    }
}

/// The error code by which AWS says that a session has ended.
pub fn is_over(trouble: &Trouble) -> bool {
    trouble.is("InvalidGrantException")
}

/// Also true if AWS does not know our client any more, and so will not renew. All other errors can
/// come from proxies, sign-in pages, throttling or a wrong region.
fn is_refusal(trouble: &Trouble) -> bool {
    is_over(trouble) || trouble.is_stale_client()
}
