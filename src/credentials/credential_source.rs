//! Credentials that this machine has, and roles that are taken through them.

use super::role::cannot_assume;
use super::{Provider, User};
use crate::aws::identity;
use crate::aws::profile::{Profile, Role};
use crate::aws::role_cache::{Credentials, Entry};
use crate::net::sts::{RoleRequest, Sts};
use crate::system::error::Result;
use crate::system::text::quote;

impl Provider<'_> {
    pub(super) fn credential_source(
        &self,
        profile: &Profile,
        user: &User,
        source: &str,
        role: Option<&Role>,
    ) -> Result<Credentials> {
        let Some(role) = role else {
            return self.of_machine(profile, source);
        };
        let entry = Entry::role(self.env, role);
        self.once(&entry, &profile.name, user, || {
            let keys = self.of_machine(profile, source)?;
            let net = self.net(user)?;
            let request = RoleRequest {
                mfa_serial: None,
                ..self.request(role)
            };
            let made = Sts::new(&net, &user.region, Some(&keys)).assume(&request)?;
            made.map(|made| self.taken(&entry, made))
                .map_err(|fault| cannot_assume(fault, role, &profile.name))
        })
    }

    fn of_machine(&self, profile: &Profile, source: &str) -> Result<Credentials> {
        let why = if source == "Environment" {
            if let Some(keys) = identity::keys(self.env) {
                return self.living(&profile.name, keys);
            }
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set".to_owned()
        } else {
            format!("credential_source = {source} is read by the AWS CLI and SDKs alone")
        };
        Err(self.none(&profile.name, &why).hint(quote::command_line(&[
            "aws",
            "sts",
            "get-caller-identity",
            "--profile",
            &profile.name,
        ])))
    }
}
