//! Finds a read-only role in the same account and session as a profile.

use super::Provider;
use crate::aws::account::Account;
use crate::aws::config::Files;
use crate::aws::profile::{self, Kind as ProfileKind, Profile, SsoSession};
use crate::login::TokenRefused;
use crate::net::listing::{Heard, Listing, Stop};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::pattern;

/// The profile itself, or another one in the files, if its role matches these patterns. Earlier
/// patterns come first.
pub fn configured(files: &Files, profile: &Profile, patterns: &[String]) -> Option<Profile> {
    let account = profile.account_id()?;
    let session = profile.session()?.cache_key();
    let others: Vec<Profile> = profile::resolve_all(files)
        .into_iter()
        .filter_map(|(_, found)| found.ok())
        .filter(|other| {
            other.account_id() == Some(account)
                && other
                    .session()
                    .is_some_and(|theirs| theirs.cache_key() == session)
        })
        .collect();
    let all = || std::iter::once(profile).chain(&others);
    patterns
        .iter()
        .find_map(|pattern| all().find(|profile| is(profile.role(), pattern)))
        .cloned()
}

fn is(role: Option<&str>, of: &str) -> bool {
    role.is_some_and(|role| pattern::matches(of, role))
}

impl Provider<'_> {
    /// The read-only twin of a profile, under the same name: a configured profile, else a role that
    /// the portal lists as assigned.
    ///
    /// # Errors
    /// No such role exists; the error lists the roles that do. A login that is needed or failed;
    /// AWS or the network.
    pub fn twin(&self, profile: &Profile) -> Result<Profile> {
        let patterns = &self.settings.exec.read_only;
        if let Some(twin) = configured(self.files, profile, patterns) {
            self.ui
                .verbose(|| format!("the read-only role is that of `{}`", twin.name));
            return Ok(twin);
        }
        let (Some(account), Some(session)) = (profile.account_id(), profile.session()) else {
            return Err(none(profile)
                .cause("it has no account of Identity Center")
                .hint("awsp list    # choose a profile of kind sso"));
        };
        let roles = self.roles(profile, session, account)?;
        let role = patterns
            .iter()
            .find_map(|pattern| roles.iter().find(|role| is(Some(role), pattern)));
        let Some(role) = role else {
            let there = if roles.is_empty() {
                "none".to_owned()
            } else {
                roles.join(", ")
            };
            return Err(none(profile)
                .cause(format!(
                    "the roles that are assigned to you in account {account} are: {there}"
                ))
                .hint("awsp settings    # exec.read_only has the patterns for such roles"));
        };
        let ProfileKind::Sso { session, .. } = &profile.end().kind else {
            return Err(none(profile));
        };
        self.ui
            .verbose(|| format!("the read-only role that is assigned is {role}"));
        Ok(Profile {
            kind: ProfileKind::Sso {
                session: session.clone(),
                account: account.to_owned(),
                role: role.clone(),
            },
            ..profile.clone()
        })
    }

    /// The roles that are assigned in the account.
    fn roles(&self, profile: &Profile, session: &SsoSession, account: &str) -> Result<Vec<String>> {
        let user = self.user(profile);
        let asked = Account {
            id: account.to_owned(),
            name: account.to_owned(),
        };
        let section = user.section.as_ref();
        let listed = self
            .login()
            .with_token(session, section, self.login_request(), |token| {
                let net = self.net(&user)?;
                let region = token.region.as_deref().unwrap_or(&session.region);
                let listing = Listing::new(&net, region, &token.access_token);
                let mut found = Vec::new();
                let result = listing.roles(&[&asked], &mut |heard| {
                    if let Heard::Roles { roles, .. } = heard {
                        found = roles;
                    }
                });
                match result {
                    Ok(()) => {
                        found.sort();
                        Ok(Ok(found))
                    }
                    Err(Stop::Unauthorized) => Ok(Err(TokenRefused { got_further: false })),
                    Err(Stop::Error(error)) => Err(error),
                }
            })?;
        listed.ok_or_else(|| self.refuses_all(profile, session))
    }
}

fn none(profile: &Profile) -> Error {
    let message = format!(
        "there is no read-only role in the account of `{}`",
        profile.name
    );
    Error::new(Kind::Usage, message)
}
