//! Profiles and their sessions. Pure: files and a name in, values out.

use std::fmt;
use std::sync::Arc;

pub use self::resolve::{all_sessions, resolve, resolve_all, resolve_each, session};
use super::account;
use super::role_cache::Credentials;

pub mod circle;
mod errors;
mod link;
mod resolve;
#[cfg(test)]
mod tests;

/// A profile, and how it gets its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// `sso_account_name`, which `awsp sync` writes.
    pub account_name: Option<String>,
    pub region: Option<String>,
    pub kind: Kind,
}

/// The source of a profile's credentials (aws-contract 2.2), with the data it needs.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    /// A role of Identity Center, by `sso_session` or by a start URL in the profile itself.
    Sso {
        session: Arc<SsoSession>,
        account: String,
        role: String,
    },
    /// `role_arn` with `source_profile`. The source is that profile as it is used for a role: keys
    /// in a file come before a role of its own there.
    Role { role: Role, source: Arc<Profile> },
    /// Access key in a file.
    Static(Credentials),
    /// `credential_process`.
    Process { command: String },
    /// `web_identity_token_file`.
    WebIdentity { role: Role, token_file: String },
    /// `role_arn` with `credential_source`, or `credential_source` alone, which only the Rust SDK
    /// uses.
    CredentialSource { source: String, role: Option<Role> },
    /// `login_session`, made by `aws login`: an ARN.
    Login { login_session: String },
    /// `sso_session` without account and role: a bearer token and no credentials.
    Token { session: Arc<SsoSession> },
    /// Only settings, no credentials.
    Plain,
}

/// A role to assume, and its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    pub arn: String,
    pub session_name: Option<String>,
    pub external_id: Option<String>,
    pub mfa_serial: Option<String>,
    /// Seconds; a value that is not a number is ignored, as by the AWS CLI.
    pub duration: Option<i32>,
}

/// An IAM Identity Center session: one login serves every profile that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoSession {
    /// `None` for a legacy profile's own start URL.
    pub name: Option<String>,
    /// As written in the file.
    pub start_url: String,
    pub region: String,
    /// `sso_registration_scopes`; `None` when the file has none.
    pub scopes: Option<Vec<String>>,
}

impl Profile {
    /// This profile, its source, the source's source, …. Only a profile with a role has more than
    /// itself.
    pub fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |profile| match &profile.kind {
            Kind::Role { source, .. } => Some(source),
            _ => None,
        })
    }

    /// The end of the chain: the profile whose credentials, session or login the chain starts
    /// from.
    pub fn end(&self) -> &Self {
        self.chain().last().unwrap_or(self)
    }

    /// The session at the end of the chain.
    pub fn session(&self) -> Option<&SsoSession> {
        match &self.end().kind {
            Kind::Sso { session, .. } | Kind::Token { session } => Some(session),
            _ => None,
        }
    }

    /// The `login_session` at the end of the chain.
    pub fn login_session(&self) -> Option<&str> {
        match &self.end().kind {
            Kind::Login { login_session } => Some(login_session),
            _ => None,
        }
    }

    /// The role to assume, for a profile with `role_arn`.
    pub const fn role_to_take(&self) -> Option<&Role> {
        match &self.kind {
            Kind::Role { role, .. }
            | Kind::WebIdentity { role, .. }
            | Kind::CredentialSource {
                role: Some(role), ..
            } => Some(role),
            _ => None,
        }
    }

    /// The profile's account, twelve digits, if its settings contain it.
    pub fn account_id(&self) -> Option<&str> {
        match &self.kind {
            Kind::Sso { account, .. } => Some(account),
            Kind::Login { login_session } => account_of(login_session),
            _ => account_of(&self.role_to_take()?.arn),
        }
    }

    /// What to call the profile's account beside the profile's name.
    pub fn account(&self) -> Option<&str> {
        let name = self.account_name.as_deref();
        account::label(Some(&self.name), self.account_id(), name)
    }

    /// The name of the profile's role, if its settings contain it.
    pub fn role(&self) -> Option<&str> {
        match &self.kind {
            Kind::Sso { role, .. } => Some(role),
            _ => role_of(&self.role_to_take()?.arn),
        }
    }
}

impl Kind {
    /// True for a role of Identity Center with a start URL in the profile itself: no tool renews
    /// such a session without a login.
    pub fn is_legacy(&self) -> bool {
        matches!(self, Self::Sso { session, .. } if session.name.is_none())
    }

    /// The name that `list` and `show` print.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Sso { .. } if self.is_legacy() => "sso-legacy",
            Self::Sso { .. } => "sso",
            Self::Role { .. } => "role",
            Self::Static(_) => "static",
            Self::Process { .. } => "process",
            Self::WebIdentity { .. } => "web-identity",
            Self::CredentialSource { .. } => "credential-source",
            Self::Login { .. } => "login",
            Self::Token { .. } => "token",
            Self::Plain => "plain",
        }
    }
}

/// Only the name, because some kinds contain a secret.
impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl SsoSession {
    /// The text whose SHA-1 is the name of the token file: the session's name, else the start URL
    /// as written (aws-contract 3.1).
    pub fn cache_key(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.start_url)
    }

    /// Its name for messages.
    pub fn label(&self) -> &str {
        self.cache_key()
    }
}

/// The account in an ARN: twelve digits.
pub fn account_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?
        .split(':')
        .nth(3)
        .filter(|account| is_account(account))
}

/// The role's name in its ARN, without the path.
pub fn role_of(arn: &str) -> Option<&str> {
    let (_, role) = arn.strip_prefix("arn:")?.rsplit_once(":role/")?;
    role.rsplit('/').next().filter(|name| !name.is_empty())
}

pub fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
}
