//! Credentials from the environment, which tools use instead of a profile.

use super::{Provider, User};
use crate::aws::identity::{self, Who};
use crate::aws::profile::{Kind as ProfileKind, Profile, Role};
use crate::aws::role_cache::Credentials;
use crate::system::error::{Error, Kind, Result};

impl Provider<'_> {
    /// The credentials that tools use instead of a profile's; `None` if they use a profile.
    ///
    /// # Errors
    /// They have expired, or awsp cannot read them.
    pub fn of_environment(&self) -> Result<Option<Credentials>> {
        match Who::of(self.env) {
            Who::Keys { .. } => {
                let keys = identity::keys(self.env);
                let now = self.env.now();
                if keys
                    .as_ref()
                    .and_then(|keys| keys.expiration)
                    .is_some_and(|end| end <= now)
                {
                    let message = "the keys in the environment have expired";
                    return Err(Error::new(Kind::Failed, message).hint("awsp off"));
                }
                Ok(keys)
            }
            Who::WebIdentity { role_arn } => {
                let file = self.env.var("AWS_WEB_IDENTITY_TOKEN_FILE");
                let role = Role {
                    arn: role_arn.to_owned(),
                    session_name: self.env.var("AWS_ROLE_SESSION_NAME").map(str::to_owned),
                    ..Role::default()
                };
                self.web_identity(
                    "AWS_ROLE_ARN",
                    &self.nobody(),
                    &role,
                    file.unwrap_or_default(),
                )
                .map(Some)
            }
            Who::Container {
                served: Some(served),
                ..
            } => self.served(served).map(Some),
            Who::Container { .. } => Err(Error::new(
                Kind::Failed,
                "cannot use the container's credentials: only AWS's own tools read them",
            )
            .hint("aws sts get-caller-identity")),
            Who::Profile(_) | Who::Default => Ok(None),
        }
    }

    /// How to reach AWS without a profile.
    pub(super) fn nobody(&self) -> User<'_> {
        User {
            section: None,
            region: self.sts_region(&Profile {
                name: String::new(),
                account_name: None,
                region: None,
                kind: ProfileKind::Plain,
            }),
        }
    }
}
