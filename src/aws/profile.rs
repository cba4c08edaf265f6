//! What a profile is, and which session owns it. Pure: files and a name in, values out.

use super::config::Files;
use crate::error::Result;

/// Which provider answers for a profile (aws-contract 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `sso_session` with account and role.
    Sso,
    /// `sso_start_url` in the profile itself.
    SsoLegacy,
    /// `role_arn` through `source_profile`.
    Role,
    /// Access key in a file.
    Static,
    /// `credential_process`.
    Process,
    /// `web_identity_token_file`.
    WebIdentity,
    /// `role_arn` through `credential_source`, or `credential_source` alone.
    CredentialSource,
    /// `login_session`, made by `aws login`.
    Login,
    /// `sso_session` without account and role: a bearer token and no credentials.
    Token,
    /// Settings, and nothing that gives credentials.
    Plain,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sso => "sso",
            Self::SsoLegacy => "sso-legacy",
            Self::Role => "role",
            Self::Static => "static",
            Self::Process => "process",
            Self::WebIdentity => "web-identity",
            Self::CredentialSource => "credential-source",
            Self::Login => "login",
            Self::Token => "token",
            Self::Plain => "plain",
        }
    }
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

impl SsoSession {
    /// What the token file's name is the SHA-1 of: the session's name, else the start URL as written (aws-contract 3.1).
    pub fn cache_key(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.start_url)
    }

    /// What to call it before the user.
    pub fn label(&self) -> &str {
        self.cache_key()
    }
}

/// A profile with what owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub kind: Kind,
    /// Twelve digits: `sso_account_id`, else the account of `role_arn`, else of the `login_session` ARN.
    pub account_id: Option<String>,
    /// `sso_account_name`, which `awsp sync` writes.
    pub account_name: Option<String>,
    /// `sso_role_name`, else the role's name in `role_arn`.
    pub role: Option<String>,
    pub role_arn: Option<String>,
    pub region: Option<String>,
    /// The session at the end of the chain.
    pub session: Option<SsoSession>,
    /// `login_session` at the end of the chain.
    pub login_session: Option<String>,
    /// This profile's name, its source's, the source's source's, ….
    pub chain: Vec<String>,
}

/// The profile with the session that owns it.
///
/// # Errors
/// No such profile; a chain that loops or lacks a link; an SSO profile with a key missing or contradicted. Each names file and line.
pub fn resolve(_files: &Files, _name: &str) -> Result<Profile> {
    todo!()
}

/// The `[sso-session NAME]`.
///
/// # Errors
/// No such session, or a key missing.
pub fn session(_files: &Files, _name: &str) -> Result<SsoSession> {
    todo!()
}
