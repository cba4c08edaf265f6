//! Credentials of `aws login`.

use super::Provider;
use crate::aws::profile::Profile;
use crate::aws::role_cache::Credentials;
use crate::login::Request;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::quote;

impl Provider<'_> {
    /// Credentials of `aws login`. A renewal needs a signature that only the AWS CLI and the SDKs
    /// can make.
    pub(super) fn aws_login(&self, profile: &Profile) -> Result<Credentials> {
        let request = Request {
            unasked: self.unasked,
            ..Request::token(None)
        };
        let ready = self.login().aws_login(profile, &request)?;
        ready.keys.ok_or_else(|| {
            let name = &profile.end().name;
            Error::new(
                Kind::PersonNeeded,
                format!("the login of `{name}` has no keys that are good"),
            )
            .cause("only the AWS CLI can renew them, and there is no `aws` on PATH")
            .hint(quote::command_line(&["aws", "login", "--profile", name]))
        })
    }
}
