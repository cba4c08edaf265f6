//! What a profile is, and which session owns it. Pure: files and a name in, values out.

use std::borrow::Cow;
use std::collections::HashMap;

use self::errors::{contradicted, dangling, looped, no_profile, no_session, wrong};
use super::config::{Files, Place, Section, Which};
use crate::system::error::Result;

mod errors;
#[cfg(test)]
mod tests;

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
    /// What the token file's name is the SHA-1 of: the session's name, else the start URL as
    /// written (aws-contract 3.1).
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
    /// Twelve digits: `sso_account_id`, else the account of `role_arn`, else of the
    /// `login_session` ARN.
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
/// Chains are walked as the AWS CLI does: keys in a file end them in every profile but the first, a
/// profile may be its own source only if it has such keys.
///
/// # Errors
/// No such profile; a chain that loops or lacks a link; an SSO profile with a key missing or
/// contradicted. Each names file and line.
pub fn resolve(files: &Files, name: &str) -> Result<Profile> {
    resolve_in(&Catalog { files, all: None }, name)
}

/// Every profile, in the order of [`Files::profile_names`], with what [`resolve`] says of it; reads
/// the files once. Where a name is wrong it does not look for the nearest.
pub fn resolve_all(files: &Files) -> Vec<(String, Result<Profile>)> {
    let (profiles, sessions) = (files.profiles(), files.sso_sessions());
    let by_name = |sections: &'_ [Section]| -> HashMap<String, usize> {
        sections
            .iter()
            .enumerate()
            .map(|(at, section)| (section.name.clone(), at))
            .collect()
    };
    let by_name = [by_name(&profiles), by_name(&sessions)];
    let catalog = Catalog {
        files,
        all: Some(All {
            profiles,
            sessions,
            by_name,
        }),
    };
    let all = catalog.all.iter().flat_map(|all| &all.profiles);
    all.map(|profile| (profile.name.clone(), resolve_in(&catalog, &profile.name)))
        .collect()
}

/// The sections of the files: each found when it is asked for, or all read before.
struct Catalog<'a> {
    files: &'a Files,
    all: Option<All>,
}

struct All {
    profiles: Vec<Section>,
    sessions: Vec<Section>,
    /// Where each is, of profiles and of sessions.
    by_name: [HashMap<String, usize>; 2],
}

impl Catalog<'_> {
    fn profile(&self, name: &str) -> Option<Cow<'_, Section>> {
        match &self.all {
            Some(all) => all.by_name[0]
                .get(name)
                .map(|&at| Cow::Borrowed(&all.profiles[at])),
            None => self.files.profile(name).map(Cow::Owned),
        }
    }

    fn sso_session(&self, name: &str) -> Option<Cow<'_, Section>> {
        match &self.all {
            Some(all) => all.by_name[1]
                .get(name)
                .map(|&at| Cow::Borrowed(&all.sessions[at])),
            None => self.files.sso_session(name).map(Cow::Owned),
        }
    }
}

fn resolve_in(catalog: &Catalog<'_>, name: &str) -> Result<Profile> {
    let files = catalog.files;
    let first = catalog
        .profile(name)
        .ok_or_else(|| no_profile(files, name))?;
    let mut chain = vec![first.name.clone()];
    let kind = own_kind(&first, true);
    let mut owner = first.clone();
    let mut end = kind;
    while end == Kind::Role {
        let source = source(catalog, &owner)?;
        let itself = source.name == owner.name;
        if chain.contains(&source.name) && !(itself && chain.len() == 1 && has_keys(&source)) {
            return Err(looped(files, &chain, &source));
        }
        chain.push(source.name.clone());
        end = own_kind(&source, false);
        if matches!(end, Kind::Plain | Kind::Token) {
            let message = format!(
                "profile `{}` gets its credentials from `{}`, which gives none",
                owner.name, source.name
            );
            return Err(wrong(files, &message, source.place));
        }
        owner = source;
    }
    let session = match end {
        Kind::Sso | Kind::SsoLegacy | Kind::Token => Some(session_of(catalog, &owner)?),
        _ => None,
    };
    if matches!(end, Kind::Sso | Kind::SsoLegacy) {
        for key in ["sso_account_id", "sso_role_name"] {
            required(files, &owner, "profile", key)?;
        }
        check_account(files, &owner)?;
    }
    let login_session = (end == Kind::Login)
        .then(|| owner.get("login_session").map(str::to_owned))
        .flatten();
    let role_arn = first.get("role_arn");
    let by_role = matches!(
        kind,
        Kind::Role | Kind::WebIdentity | Kind::CredentialSource
    );
    let arn = role_arn.filter(|_| by_role);
    let sso = |key: &str| first.get(key).filter(|_| arn.is_none()).map(str::to_owned);
    let account_id = sso("sso_account_id").filter(|id| is_account(id));
    let of_arn = arn
        .or(first.get("login_session").filter(|_| kind == Kind::Login))
        .and_then(account_of)
        .map(str::to_owned);
    Ok(Profile {
        kind,
        account_id: account_id.or(of_arn),
        account_name: first.get("sso_account_name").map(str::to_owned),
        role: sso("sso_role_name").or_else(|| arn.and_then(role_of).map(str::to_owned)),
        role_arn: role_arn.map(str::to_owned),
        region: first.get("region").map(str::to_owned),
        session,
        login_session,
        chain,
        name: first.name.clone(),
    })
}

/// Every sso-session, and every legacy start URL once, with a profile that leads to it.
pub fn all_sessions(
    files: &Files,
    profiles: &[(String, Result<Profile>)],
) -> Vec<(SsoSession, Option<Section>)> {
    let named = files
        .sso_session_names()
        .into_iter()
        .filter_map(|name| Some((session(files, &name).ok()?, None)));
    let mut found: Vec<(SsoSession, Option<Section>)> = named.collect();
    for (name, profile) in profiles {
        if let Ok(Profile {
            session: Some(session),
            ..
        }) = profile
            && session.name.is_none()
            && !found
                .iter()
                .any(|(other, _)| other.cache_key() == session.cache_key())
        {
            found.push((session.clone(), files.profile(name)));
        }
    }
    found
}

/// The `[sso-session NAME]`.
///
/// # Errors
/// No such session, or a key missing.
pub fn session(files: &Files, name: &str) -> Result<SsoSession> {
    match files.sso_session(name) {
        Some(section) => session_in(files, &section),
        None => Err(no_session(files, name)),
    }
}

/// What the profile's own settings give, in the order of the AWS CLI and botocore. Where others
/// differ: the JavaScript and Go SDKs prefer keys in a file to SSO (aws-contract 2.2).
///
/// In every profile of a chain but the first, keys in a file go before `role_arn`.
fn own_kind(profile: &Section, first: bool) -> Kind {
    let has = |key: &str| profile.get(key).is_some();
    let keys_in = |which: Which| {
        profile
            .setting("aws_access_key_id")
            .is_some_and(|key| key.place.which == which && !key.value.is_empty())
    };
    if has("role_arn") && !has("web_identity_token_file") && (first || !has_keys(profile)) {
        // Neither source is an error, which following the source tells.
        return if has("credential_source") && !has("source_profile") {
            Kind::CredentialSource
        } else {
            Kind::Role
        };
    }
    if has("web_identity_token_file") {
        Kind::WebIdentity
    } else if has("sso_role_name") || has("sso_account_id") {
        if has("sso_session") {
            Kind::Sso
        } else {
            Kind::SsoLegacy
        }
    } else if keys_in(Which::Credentials) {
        Kind::Static
    } else if has("login_session") {
        Kind::Login
    } else if has("credential_process") {
        Kind::Process
    } else if keys_in(Which::Config) {
        Kind::Static
    } else if has("credential_source") {
        // Alone it counts for the Rust SDK only.
        Kind::CredentialSource
    } else if has("sso_session") || has("sso_start_url") {
        Kind::Token
    } else {
        Kind::Plain
    }
}

fn has_keys(profile: &Section) -> bool {
    profile.get("aws_access_key_id").is_some() || profile.get("aws_secret_access_key").is_some()
}

/// The profile that `source_profile` names.
fn source<'a>(catalog: &'a Catalog<'_>, profile: &Section) -> Result<Cow<'a, Section>> {
    let files = catalog.files;
    if profile.get("source_profile").is_some() && profile.get("credential_source").is_some() {
        let message = format!(
            "profile `{}` has both `source_profile` and `credential_source`",
            profile.name
        );
        return Err(wrong(files, &message, place(profile, "credential_source")));
    }
    let Some((setting, name)) = profile
        .setting("source_profile")
        .zip(profile.get("source_profile"))
    else {
        let message = format!(
            "profile `{}` has `role_arn` and neither `source_profile` nor `credential_source`",
            profile.name
        );
        return Err(wrong(files, &message, place(profile, "role_arn")));
    };
    catalog.profile(name).ok_or_else(|| {
        let message = format!(
            "profile `{}` gets its credentials from `{name}`, which does not exist",
            profile.name
        );
        dangling(catalog, &message, setting.place, name, Files::profile_names)
    })
}

/// # Errors
/// An account that is not twelve digits.
fn check_account(files: &Files, profile: &Section) -> Result<()> {
    match profile.setting("sso_account_id") {
        Some(setting) if !is_account(&setting.value) => {
            let message = format!(
                "`sso_account_id` of profile `{}` is not twelve digits",
                profile.name
            );
            Err(wrong(files, &message, setting.place))
        }
        _ => Ok(()),
    }
}

/// The session of a profile that has `sso_session` or `sso_start_url`.
fn session_of(catalog: &Catalog<'_>, profile: &Section) -> Result<SsoSession> {
    let files = catalog.files;
    let Some((setting, name)) = profile
        .setting("sso_session")
        .zip(profile.get("sso_session"))
    else {
        let start_url = match profile.get("sso_start_url") {
            Some(url) => url.to_owned(),
            None => {
                let key = if profile.get("sso_account_id").is_some() {
                    "sso_account_id"
                } else {
                    "sso_role_name"
                };
                let message = format!(
                    "profile `{}` has `{key}` and neither `sso_session` nor `sso_start_url`",
                    profile.name
                );
                return Err(wrong(files, &message, place(profile, key)));
            }
        };
        let region = required(files, profile, "profile", "sso_region")?.to_owned();
        return Ok(SsoSession {
            name: None,
            start_url,
            region,
            scopes: scopes(profile),
        });
    };
    let Some(section) = catalog.sso_session(name) else {
        let message = format!(
            "profile `{}` names the sso-session `{name}`, which does not exist",
            profile.name
        );
        return Err(dangling(
            catalog,
            &message,
            setting.place,
            name,
            Files::sso_session_names,
        ));
    };
    for theirs in &section.settings {
        if let Some(ours) = profile
            .setting(&theirs.key)
            .filter(|ours| ours.value != theirs.value)
        {
            return Err(contradicted(files, profile, &section, ours, theirs));
        }
    }
    session_in(files, &section)
}

fn session_in(files: &Files, section: &Section) -> Result<SsoSession> {
    Ok(SsoSession {
        name: Some(section.name.clone()),
        start_url: required(files, section, "sso-session", "sso_start_url")?.to_owned(),
        region: required(files, section, "sso-session", "sso_region")?.to_owned(),
        scopes: scopes(section),
    })
}

/// Comma separated; an empty list is none.
fn scopes(section: &Section) -> Option<Vec<String>> {
    let scopes = section
        .get("sso_registration_scopes")?
        .split(',')
        .map(str::trim);
    let scopes: Vec<String> = scopes
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    (!scopes.is_empty()).then_some(scopes)
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

fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn required<'a>(files: &Files, section: &'a Section, what: &str, key: &str) -> Result<&'a str> {
    section.get(key).ok_or_else(|| {
        wrong(
            files,
            &format!("{what} `{}` lacks `{key}`", section.name),
            section.place,
        )
    })
}

/// Where the key is, else the section.
fn place(section: &Section, key: &str) -> Place {
    section
        .setting(key)
        .map_or(section.place, |setting| setting.place)
}
