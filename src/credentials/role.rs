//! Roles that are assumed with the credentials of another profile.

use super::{Provider, User};
use crate::aws::profile::{Kind as ProfileKind, Profile, Role};
use crate::aws::role_cache::{Credentials, Entry};
use crate::net::fault::Fault;
use crate::net::sts::{Assumed, RoleRequest, Sts};
use crate::system::error::{Error, Kind, Result};

/// A role, and the profile that assumes it.
struct Link<'a> {
    profile: &'a Profile,
    role: &'a Role,
    source: &'a Profile,
    entry: Entry,
    /// True if its source's credentials were refused and have been requested again.
    tried_again: bool,
}

impl Provider<'_> {
    /// Goes down the chain to the first valid credentials, and up again from there, role by role.
    /// It does not recurse, so a long chain cannot overflow the stack. It holds one lock at a time,
    /// so that two chains that meet in opposite directions do not wait for each other.
    pub(super) fn role<'a>(&self, profile: &'a Profile, user: &User) -> Result<Credentials> {
        let link = |profile: &'a Profile| match &profile.kind {
            ProfileKind::Role { role, source } => Some(Link {
                profile,
                role,
                source,
                entry: Entry::role(self.env, role),
                tried_again: false,
            }),
            _ => None,
        };
        let mut links: Vec<Link<'_>> = profile.chain().filter_map(link).collect();
        let mut level = 0;
        loop {
            let mut keys;
            (level, keys) = self.good(profile, &links, level, user)?;
            let refused = loop {
                let Some(above) = level.checked_sub(1) else {
                    return Ok(keys);
                };
                let link = &links[above];
                let taken = self.once(&link.entry, &link.profile.name, user, || {
                    self.assume(link, user, &keys)
                })?;
                let Some(taken) = taken else { break above };
                (level, keys) = (above, taken);
            };
            links[refused].tried_again = true;
            self.forget(links[refused].source);
        }
    }

    /// The first valid credentials of the chain from this link on, and their place.
    fn good(
        &self,
        profile: &Profile,
        links: &[Link<'_>],
        from: usize,
        user: &User,
    ) -> Result<(usize, Credentials)> {
        let now = self.env.now();
        let cached = links.iter().enumerate().skip(from).find_map(|(at, link)| {
            let keys = link.entry.read(now, self.margin)?;
            Some((at, keys))
        });
        match cached {
            Some(found) => Ok(found),
            None => Ok((links.len(), self.of(profile.end(), user)?)),
        }
    }

    /// Asks STS; `None` if the source's credentials are refused for the first time.
    fn assume(
        &self,
        link: &Link<'_>,
        user: &User,
        keys: &Credentials,
    ) -> Result<Option<Credentials>> {
        let Link { role, source, .. } = link;
        let mfa_code = role
            .mfa_serial
            .as_deref()
            .map(|serial| self.mfa_code(serial))
            .transpose()?;
        let request = RoleRequest {
            mfa_code,
            ..self.request(role)
        };
        let net = self.net(user)?;
        self.ui
            .verbose(|| format!("assuming {} through {}", role.arn, source.name));
        match Sts::new(&net, &user.region, Some(keys)).assume(&request)? {
            Ok(made) => Ok(Some(self.taken(&link.entry, made))),
            Err(fault) if fault.is_dead_credentials() && !link.tried_again => Ok(None),
            Err(fault) => Err(cannot_assume(fault, role, &link.profile.name)),
        }
    }

    fn mfa_code(&self, serial: &str) -> Result<String> {
        let question = format!("MFA code for {serial}");
        if self.unasked {
            let message = format!("this command never asks: {question}");
            return Err(Error::new(Kind::PersonNeeded, message));
        }
        self.ui.ask(self.env, &question)
    }

    /// The request to STS, without an MFA code.
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
