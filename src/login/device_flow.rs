//! Device code: the user opens a page on any device and compares a code (aws-contract 4.2, RFC
//! 8628).

use super::Task;
use super::service::Answered;
use crate::aws::token_cache::Registration;
use crate::net::oidc::Grant;
use crate::system::error::Kind;

impl Task<'_> {
    /// Shows the page and the code, and asks for the token until a person has approved the login.
    pub fn by_device(
        &self,
        region: &str,
        registration: &Registration,
        start_url: &str,
    ) -> Answered<Grant> {
        let device = self.service.start_device(region, registration, start_url)?;
        let code = Some((device.url.as_str(), device.user_code.as_str()));
        self.screen.show(&device.url_with_code, code);
        let answer = self
            .service
            .poll_device(region, registration, &device, &mut |left| {
                // Any device can open the page; opening a browser here is only a convenience.
                if let Some(why) = self.screen.not_opened() {
                    self.screen
                        .verbose(|| format!("no browser was opened: {why}"));
                }
                self.screen.waiting("waiting for the approval", left);
            });
        self.screen.waiting_done();
        let failed = |cause: &str| Err(self.failed(Kind::LoginFailed).cause(cause).into());
        match answer {
            Ok(Some(grant)) => Ok(grant),
            Err(trouble) if trouble.is("AccessDeniedException") => {
                failed("it was refused in the browser")
            }
            Err(trouble) if !trouble.is("ExpiredTokenException") => Err(trouble),
            _ => failed("the code expired before it was approved"),
        }
    }
}
