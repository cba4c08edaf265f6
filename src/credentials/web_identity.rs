//! Roles that are assumed with a token file.

use std::path::Path;

use super::role::cannot_assume;
use super::{Provider, User};
use crate::aws::profile::Role;
use crate::aws::role_cache::{Credentials, Entry};
use crate::net::sts::{RoleRequest, Sts};
use crate::system::error::Result;
use crate::system::files;

impl Provider<'_> {
    pub(super) fn web_identity(
        &self,
        name: &str,
        user: &User,
        role: &Role,
        file: &str,
    ) -> Result<Credentials> {
        let entry = Entry::web_identity(self.env, role);
        self.once(&entry, name, user, || {
            let cannot = |why: &str| self.none(name, &format!("cannot read {file}: {why}"));
            let token = files::text(Path::new(file), files::SMALL)
                .map_err(|error| cannot(&files::why(&error)))?
                .ok_or_else(|| cannot("there is no such file"))?;
            let net = self.net(user)?;
            let request = RoleRequest {
                external_id: None,
                mfa_serial: None,
                ..self.request(role)
            };
            let made =
                Sts::new(&net, &user.region, None).assume_by_token(&request, token.trim())?;
            made.map(|made| self.taken(&entry, made))
                .map_err(|fault| cannot_assume(fault, role, name))
        })
    }
}
