//! Authorization code with PKCE: the browser sends the answer to 127.0.0.1 (aws-contract 4.3).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::Task;
use super::service::{Answered, Callback, Code};
use crate::aws::token_cache::Registration;
use crate::net::loopback::Answer;
use crate::net::oidc::Grant;
use crate::system::error::{Kind, Result};
use crate::system::text::percent::encode;

/// The time limit for the browser.
const LIMIT: Duration = Duration::from_mins(10);

impl Task<'_> {
    /// Opens the portal in the user's browser, and exchanges the code that comes back for a token.
    pub fn by_browser(
        &self,
        region: &str,
        registration: &Registration,
        callback: Box<dyn Callback + '_>,
    ) -> Answered<Grant> {
        let redirect = callback.redirect();
        let (verifier, state) = (self.random_text(48)?, self.random_text(24)?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let url = format!(
            "{}/authorize?response_type=code&client_id={}&redirect_uri={}&state={state}&\
             code_challenge_method=S256&scopes={}&code_challenge={challenge}",
            self.service.authorize_base(region)?,
            encode(&registration.client_id),
            encode(&redirect),
            encode(&registration.scopes.as_deref().unwrap_or_default().join(" ")),
        );
        self.screen.show(&url, None);
        let answer = callback.wait(&state, LIMIT, &mut |left| {
            if let Some(why) = self.screen.not_opened() {
                self.tell_not_opened(&why);
            }
            self.screen.waiting("waiting for the browser", left);
        });
        self.screen.waiting_done();
        let refused = |cause: String| self.failed(Kind::LoginFailed).cause(cause);
        match answer? {
            Some(Answer::Code(code)) => self.service.redeem(
                region,
                registration,
                &Code {
                    code: &code,
                    verifier: &verifier,
                    redirect: &redirect,
                },
            ),
            Some(Answer::Refused(code)) => {
                Err(refused(format!("the portal answered `{code}`")).into())
            }
            None => Err(refused("nobody answered in ten minutes".to_owned()).into()),
        }
    }

    /// The user can still open the page here by hand, or use a code on any device.
    fn tell_not_opened(&self, why: &str) {
        self.screen.waiting_done();
        self.screen.warn(&format!("no browser was opened: {why}"));
        self.screen.hint(&format!("{} --device-code", self.command));
    }

    /// Random bytes as text of the unreserved characters.
    fn random_text(&self, bytes: usize) -> Result<String> {
        let mut random = vec![0; bytes];
        getrandom::fill(&mut random).map_err(|error| self.failed(Kind::Failed).cause(error))?;
        Ok(URL_SAFE_NO_PAD.encode(random))
    }
}
