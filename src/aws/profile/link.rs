//! Finds what a profile's own settings give.

use std::cell::OnceCell;
use std::sync::Arc;

use super::errors::{self, contradicted, dangling, wrong};
use super::resolve::Catalog;
use super::{Kind, Role, SsoSession, is_account};
use crate::aws::config::{Files, Place, Section, Which};
use crate::aws::role_cache::Credentials;
use crate::aws::time;
use crate::system::error::Result;
use crate::system::text::words;

/// The names that botocore knows, in exact case.
const SOURCES: [&str; 3] = ["Environment", "EcsContainer", "Ec2InstanceMetadata"];
/// The keys that other tools write beside static keys for their expiry (aws-contract 11).
pub(super) const ENDS: [&str; 3] = [
    "x_security_token_expires",
    "aws_expiration",
    "aws_credential_expiration",
];

/// A profile that ends a chain, or continues it.
pub(super) enum Link<'s> {
    /// A role of Identity Center, as in most profiles.
    Sso {
        session: Arc<SsoSession>,
        account: &'s str,
        role: &'s str,
    },
    /// Anything else that needs no other profile.
    End(Kind),
    /// A role that is assumed with the profile of this name.
    Through(&'s str, Place),
}

/// The same without the section.
pub(super) enum Step {
    End(Kind),
    Through(String, Place),
}

impl From<Link<'_>> for Step {
    fn from(link: Link<'_>) -> Self {
        match link {
            Link::Sso {
                session,
                account,
                role,
            } => Self::End(Kind::Sso {
                session,
                account: account.to_owned(),
                role: role.to_owned(),
            }),
            Link::End(kind) => Self::End(kind),
            Link::Through(name, place) => Self::Through(name.to_owned(), place),
        }
    }
}

/// A section of the config file, and the session that it describes.
pub(super) struct Known<'a> {
    pub(super) section: Section<'a>,
    session: OnceCell<Arc<SsoSession>>,
}

impl<'a> Known<'a> {
    pub(super) const fn new(section: Section<'a>) -> Self {
        Self {
            section,
            session: OnceCell::new(),
        }
    }

    /// Shared by all profiles that use it.
    pub(super) fn session(&self, files: &Files) -> Result<Arc<SsoSession>> {
        if let Some(session) = self.session.get() {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(session_in(files, &self.section)?);
        Ok(Arc::clone(self.session.get_or_init(|| session)))
    }
}

impl Catalog<'_> {
    /// What the profile's own settings give. In every profile of a chain except the first, keys in
    /// a file come before `role_arn`.
    pub(super) fn link<'s>(&self, profile: &'s Section<'_>, first: bool) -> Result<Link<'s>> {
        let there = |key: &str| profile.setting(key).is_some();
        if there("role_arn") && !there("web_identity_token_file") && (first || !has_keys(profile)) {
            return self.role(profile);
        }
        // An empty value counts as none here, and a block cannot be valid.
        let file = profile.setting("web_identity_token_file");
        if file.is_some_and(|file| !file.value.is_empty() || !file.nested.is_empty()) {
            self.required(profile, "profile", "role_arn")?;
            let token_file = self.filled(profile, "web_identity_token_file")?.to_owned();
            let role = role(profile);
            return Ok(Link::End(Kind::WebIdentity { role, token_file }));
        }
        if there("sso_role_name") || there("sso_account_id") {
            return self.sso(profile);
        }
        let key = profile.setting("aws_access_key_id");
        if key.is_some_and(|key| key.place.which == Which::Credentials) {
            return self.keys(profile).map(Link::End);
        }
        if there("login_session") {
            let login_session = self.filled(profile, "login_session")?.to_owned();
            return Ok(Link::End(Kind::Login { login_session }));
        }
        if there("credential_process") {
            return self.process(profile).map(Link::End);
        }
        if key.is_some() {
            return self.keys(profile).map(Link::End);
        }
        Ok(Link::End(
            if let Some(source) = profile.get("credential_source") {
                Kind::CredentialSource {
                    source: source.to_owned(),
                    role: None,
                }
            } else if profile.get("sso_session").is_some() || profile.get("sso_start_url").is_some()
            {
                Kind::Token {
                    session: self.session_of(profile)?,
                }
            } else {
                Kind::Plain
            },
        ))
    }

    /// A profile with `role_arn` and one source.
    fn role<'s>(&self, profile: &'s Section<'_>) -> Result<Link<'s>> {
        let wrong = |message: &str, key: &str| {
            let message = format!("profile `{}` {message}", profile.name);
            Err(wrong(self.files, &message, place(profile, key)))
        };
        self.filled(profile, "role_arn")?;
        let source = profile.setting("source_profile");
        match (source, profile.setting("credential_source")) {
            (Some(_), Some(_)) => wrong(
                "has both `source_profile` and `credential_source`",
                "credential_source",
            ),
            (None, None) => wrong(
                "has `role_arn` and neither `source_profile` nor `credential_source`",
                "role_arn",
            ),
            (None, Some(source)) if SOURCES.contains(&&*source.value) => {
                Ok(Link::End(Kind::CredentialSource {
                    source: source.value.to_string(),
                    role: Some(role(profile)),
                }))
            }
            (None, Some(source)) => wrong(
                &format!(
                    "has the credential_source `{}`; there are {}",
                    source.value,
                    SOURCES.join(", ")
                ),
                "credential_source",
            ),
            (Some(source), None) => {
                let name = self.filled(profile, "source_profile")?;
                Ok(Link::Through(name, source.place))
            }
        }
    }

    /// A `credential_process` whose words can be separated, as in Python.
    fn process(&self, profile: &Section) -> Result<Kind> {
        let command = self.filled(profile, "credential_process")?.to_owned();
        let why = match words::split(&command) {
            Some(words) if words.first().is_some_and(|program| !program.is_empty()) => {
                return Ok(Kind::Process { command });
            }
            Some(_) => "names no program",
            None => "has an open quote",
        };
        let message = format!("`credential_process` of profile `{}` {why}", profile.name);
        let place = place(profile, "credential_process");
        Err(wrong(self.files, &message, place))
    }

    fn sso<'s>(&self, profile: &'s Section<'_>) -> Result<Link<'s>> {
        let session = self.session_of(profile)?;
        let account = self.required(profile, "profile", "sso_account_id")?;
        let role = self.required(profile, "profile", "sso_role_name")?;
        if !is_account(account) {
            let message = format!(
                "`sso_account_id` of profile `{}` is not twelve digits",
                profile.name
            );
            return Err(wrong(
                self.files,
                &message,
                place(profile, "sso_account_id"),
            ));
        }
        Ok(Link::Sso {
            session,
            account,
            role,
        })
    }

    /// The access key of a profile that has an access key id. Both parts are in one file.
    fn keys(&self, profile: &Section) -> Result<Kind> {
        let access_key_id = self.filled(profile, "aws_access_key_id")?.to_owned();
        let id = place(profile, "aws_access_key_id");
        let own = (place(profile, "aws_secret_access_key").which != id.which)
            .then(|| self.files.in_file(id.which, &profile.name))
            .flatten();
        let own = own.as_ref().unwrap_or(profile);
        let Some(secret) = own
            .get("aws_secret_access_key")
            .filter(|_| place(own, "aws_secret_access_key").which == id.which)
        else {
            let message = format!(
                "profile `{}` has `aws_access_key_id` and no `aws_secret_access_key` beside it",
                profile.name
            );
            return Err(wrong(self.files, &message, id));
        };
        let token = ["aws_security_token", "aws_session_token"]
            .into_iter()
            .find_map(|key| own.get(key));
        Ok(Kind::Static(Credentials {
            access_key_id,
            secret_access_key: secret.to_owned(),
            session_token: token.map(str::to_owned),
            expiration: ENDS.into_iter().find_map(|key| time::parse(own.get(key)?)),
            account_id: own.get("aws_account_id").map(str::to_owned),
        }))
    }

    /// The session of a profile that has `sso_session` or `sso_start_url`.
    fn session_of(&self, profile: &Section) -> Result<Arc<SsoSession>> {
        let files = self.files;
        let Some(setting) = profile.setting("sso_session") else {
            let Some(start_url) = profile.get("sso_start_url").map(str::to_owned) else {
                let key = ["sso_account_id", "sso_role_name"]
                    .into_iter()
                    .find(|key| profile.setting(key).is_some())
                    .unwrap_or("sso_start_url");
                let message = format!(
                    "profile `{}` has `{key}` and neither `sso_session` nor `sso_start_url`",
                    profile.name
                );
                return Err(wrong(files, &message, place(profile, key)));
            };
            let region = self.required(profile, "profile", "sso_region")?.to_owned();
            return Ok(Arc::new(SsoSession {
                name: None,
                start_url,
                region,
                scopes: scopes(profile),
            }));
        };
        let name = self.filled(profile, "sso_session")?;
        let Some(known) = self.sso_session(name) else {
            let message = format!(
                "profile `{}` names the sso-session `{name}`, which does not exist",
                profile.name
            );
            return Err(dangling(
                self,
                &message,
                setting.place,
                name,
                Files::sso_session_names,
            ));
        };
        for theirs in &known.section.settings {
            if let Some(ours) = profile
                .setting(&theirs.key)
                .filter(|ours| ours.value != theirs.value)
            {
                return Err(contradicted(files, profile, &known.section, ours, theirs));
            }
        }
        known.session(files)
    }

    fn required<'s>(&self, section: &'s Section, what: &str, key: &str) -> Result<&'s str> {
        required(self.files, section, what, key)
    }

    /// The value of a key that exists.
    fn filled<'s>(&self, profile: &'s Section<'_>, key: &str) -> Result<&'s str> {
        profile
            .get(key)
            .ok_or_else(|| errors::empty(self.files, profile, key))
    }
}

/// The role in the profile's settings.
pub(super) fn role(section: &Section) -> Role {
    let text = |key: &str| section.get(key).map(str::to_owned);
    Role {
        arn: text("role_arn").unwrap_or_default(),
        session_name: text("role_session_name"),
        external_id: text("external_id"),
        mfa_serial: text("mfa_serial"),
        duration: section
            .get("duration_seconds")
            .and_then(|text| text.parse().ok()),
    }
}

pub(super) fn has_keys(profile: &Section) -> bool {
    profile.setting("aws_access_key_id").is_some()
        || profile.setting("aws_secret_access_key").is_some()
}

pub(super) fn session_in(files: &Files, section: &Section) -> Result<SsoSession> {
    Ok(SsoSession {
        name: Some(section.name.to_string()),
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

fn required<'a>(files: &Files, section: &'a Section, what: &str, key: &str) -> Result<&'a str> {
    section.get(key).ok_or_else(|| {
        wrong(
            files,
            &format!("{what} `{}` lacks `{key}`", section.name),
            section.place,
        )
    })
}

/// The position of the key, else of the section.
pub(super) fn place(section: &Section, key: &str) -> Place {
    section
        .setting(key)
        .map_or(section.place, |setting| setting.place)
}
