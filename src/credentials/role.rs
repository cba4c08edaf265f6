//! Roles that are taken through the credentials of another profile.

use super::{Provider, User};
use crate::aws::profile::{Profile, Role};
use crate::aws::role_cache::{Credentials, Entry};
use crate::net::fault::Fault;
use crate::net::sts::{Assumed, RoleRequest, Sts};
use crate::system::error::{Error, Kind, Result};

impl Provider<'_> {
    pub(super) fn role(
        &self,
        profile: &Profile,
        user: &User,
        role: &Role,
        source: &Profile,
    ) -> Result<Credentials> {
        let entry = Entry::role(self.env, role);
        self.once(&entry, &profile.name, user, || {
            let mfa_code = role
                .mfa_serial
                .as_deref()
                .map(|serial| self.mfa_code(serial))
                .transpose()?;
            let request = RoleRequest {
                mfa_code,
                ..self.request(role)
            };
            let mut tried_again = false;
            loop {
                let keys = self.of(source, user)?;
                let net = self.net(user)?;
                self.ui
                    .verbose(|| format!("assuming {} through {}", role.arn, source.name));
                match Sts::new(&net, &user.region, Some(&keys)).assume(&request)? {
                    Ok(made) => return Ok(self.taken(&entry, made)),
                    Err(fault) if fault.is_dead_credentials() && !tried_again => {
                        tried_again = true;
                        self.forget(source);
                    }
                    Err(fault) => return Err(cannot_assume(fault, role, &profile.name)),
                }
            }
        })
    }

    fn mfa_code(&self, serial: &str) -> Result<String> {
        let question = format!("MFA code for {serial}");
        if self.unasked {
            let message = format!("nobody is asked here: {question}");
            return Err(Error::new(Kind::PersonNeeded, message));
        }
        self.ui.ask(self.env, &question)
    }

    /// What STS is asked for, without an MFA code.
    pub(super) fn request(&self, role: &Role) -> RoleRequest {
        RoleRequest {
            role_arn: role.arn.clone(),
            session_name: role
                .session_name
                .clone()
                .unwrap_or_else(|| format!("awsp-{}", self.env.now())),
            external_id: role.external_id.clone(),
            duration: role.duration,
            mfa_serial: role.mfa_serial.clone(),
            mfa_code: None,
        }
    }

    /// The credentials of a role, cached for the next command.
    pub(super) fn taken(&self, entry: &Entry, made: Assumed) -> Credentials {
        self.keep(entry.write_role(
            self.env,
            &made.credentials,
            &made.assumed_role_id,
            &made.arn,
        ));
        made.credentials
    }
}

pub(super) fn cannot_assume(fault: Fault, role: &Role, name: &str) -> Error {
    fault.told(&format!("cannot assume {} for `{name}`", role.arn), "STS")
}
