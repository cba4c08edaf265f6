//! From the files and a name to a profile.
//!
//! Which provider answers is decided as the AWS CLI and botocore do, by the keys that are there: an
//! empty value is there too, and where the provider that it chooses cannot work with it, the
//! profile is wrong. Others differ in places: the JavaScript and Go SDKs prefer keys in a file to
//! SSO (aws-contract 2.2).

mod providers;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::errors::{self, contradicted, dangling, looped, no_profile, no_session, wrong};
use super::{Kind, Profile, Role, SsoSession};
use crate::aws::config::{Files, Place, Section, Which};
use crate::system::error::Result;

/// So many roles are taken one through the other. botocore gives up after about three hundred.
const LONGEST: usize = 2000;
/// What botocore knows, in exact case.
const SOURCES: [&str; 3] = ["Environment", "EcsContainer", "Ec2InstanceMetadata"];
/// What other tools write beside static keys to say when they end (aws-contract 11).
pub(super) const ENDS: [&str; 3] = [
    "x_security_token_expires",
    "aws_expiration",
    "aws_credential_expiration",
];

/// The profile with the session that owns it.
///
/// Chains are walked as the AWS CLI does: keys in a file end them in every profile but the first, a
/// profile may be its own source only if it has such keys.
///
/// # Errors
/// No such profile; a chain that loops or lacks a link; settings that the provider they choose
/// cannot work with. Each names file and line.
pub fn resolve(files: &Files, name: &str) -> Result<Profile> {
    Catalog::of(files, None).resolve(name)
}

/// Every profile, in the order of [`Files::profile_names`], with what [`resolve`] says of it; reads
/// the files once. Where a name is wrong it does not look for the nearest.
pub fn resolve_all(files: &Files) -> Vec<(String, Result<Profile>)> {
    let (profiles, sessions) = (files.profiles(), files.sso_sessions());
    let by_name = |sections: &[Section<'_>]| -> HashMap<String, usize> {
        sections
            .iter()
            .enumerate()
            .map(|(at, section)| (section.name.to_string(), at))
            .collect()
    };
    let by_name = [by_name(&profiles), by_name(&sessions)];
    let all = All {
        profiles,
        sessions,
        by_name,
    };
    let catalog = Catalog::of(files, Some(all));
    let all = catalog.all.iter().flat_map(|all| &all.profiles);
    all.map(|profile| (profile.name.to_string(), catalog.resolve(&profile.name)))
        .collect()
}

/// Every sso-session, and every legacy start URL once, with a profile that leads to it.
pub fn all_sessions<'a>(
    files: &'a Files,
    profiles: &[(String, Result<Profile>)],
) -> Vec<(SsoSession, Option<Section<'a>>)> {
    let named = files
        .sso_session_names()
        .into_iter()
        .filter_map(|name| Some((session(files, &name).ok()?, None)));
    let mut found: Vec<_> = named.collect();
    for (name, profile) in profiles {
        if let Some(session) = profile.as_ref().ok().and_then(Profile::session)
            && session.name.is_none()
            && !found
                .iter()
                .any(|(other, _)| other.cache_key() == session.cache_key())
        {
            found.push((SsoSession::clone(session), files.profile(name)));
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

/// The sections of the files, each found when it is asked for, or all read before; and what was
/// made of them.
pub(super) struct Catalog<'a> {
    pub(super) files: &'a Files,
    pub(super) all: Option<All<'a>>,
    sessions: RefCell<HashMap<String, Arc<SsoSession>>>,
    /// What profiles are to those who take a role through them, and how long their chains are.
    sources: RefCell<HashMap<String, (Arc<Profile>, usize)>>,
}

pub(super) struct All<'a> {
    profiles: Vec<Section<'a>>,
    sessions: Vec<Section<'a>>,
    /// Where each is, of profiles and of sessions.
    by_name: [HashMap<String, usize>; 2],
}

/// A profile in a chain, or one whose chain goes on.
enum Link {
    End(Kind),
    /// A role, to be taken through the profile of this name.
    Through(Role, String, Place),
}

/// A chain of roles below a profile.
struct Chain<'c, 'a> {
    /// Where it ends, or a profile whose own chain is known.
    end: Arc<Profile>,
    /// Of `end`'s own chain.
    length: usize,
    /// The profiles above the end, the highest first, with the roles that they assume.
    above: Vec<(Cow<'c, Section<'a>>, Role)>,
}

impl<'a> Catalog<'a> {
    fn of(files: &'a Files, all: Option<All<'a>>) -> Self {
        Self {
            files,
            all,
            sessions: RefCell::default(),
            sources: RefCell::default(),
        }
    }

    fn profile(&self, name: &str) -> Option<Cow<'_, Section<'a>>> {
        match &self.all {
            Some(all) => all.by_name[0]
                .get(name)
                .map(|&at| Cow::Borrowed(&all.profiles[at])),
            None => self.files.profile(name).map(Cow::Owned),
        }
    }

    fn sso_session(&self, name: &str) -> Option<Cow<'_, Section<'a>>> {
        match &self.all {
            Some(all) => all.by_name[1]
                .get(name)
                .map(|&at| Cow::Borrowed(&all.sessions[at])),
            None => self.files.sso_session(name).map(Cow::Owned),
        }
    }

    fn resolve(&self, name: &str) -> Result<Profile> {
        let first = self
            .profile(name)
            .ok_or_else(|| no_profile(self.files, name))?;
        let kind = match self.link(&first, true)? {
            Link::End(kind) => kind,
            Link::Through(role, source, place) => {
                let source = self.source(&first, source, place)?;
                Kind::Role { role, source }
            }
        };
        Ok(profile(&first, kind))
    }

    /// The profile with whose credentials `first` assumes its role. It is built from the end of the
    /// chain up, without recursion: no chain is too long for the stack.
    fn source(&self, first: &Section, name: String, place: Place) -> Result<Arc<Profile>> {
        let Chain {
            end: mut source,
            mut length,
            above,
        } = self.walk(first, name, place)?;
        for (section, role) in above.iter().rev() {
            self.sources
                .borrow_mut()
                .insert(source.name.clone(), (Arc::clone(&source), length));
            length += 1;
            let kind = Kind::Role {
                role: role.clone(),
                source,
            };
            source = Arc::new(profile(section, kind));
        }
        if length >= LONGEST {
            let message = format!(
                "profile `{}` takes its role through more than {LONGEST} others",
                first.name
            );
            return Err(wrong(self.files, &message, first.place));
        }
        if source.name != first.name {
            self.sources
                .borrow_mut()
                .insert(source.name.clone(), (Arc::clone(&source), length));
        }
        Ok(source)
    }

    /// Walks from `first` down to the end of the chain, or to a profile that is known already.
    fn walk(&self, first: &Section, name: String, place: Place) -> Result<Chain<'_, 'a>> {
        let mut above = Vec::new();
        let mut chain = vec![first.name.to_string()];
        let (mut name, mut place) = (name, place);
        let (end, length) = loop {
            let user = chain
                .last()
                .map_or_else(|| first.name.to_string(), String::clone);
            if let Some((known, length)) = self.sources.borrow().get(&name)
                && name != user
                && !known.chain().any(|link| chain.contains(&link.name))
            {
                break (Arc::clone(known), *length);
            }
            let section = self.profile(&name).ok_or_else(|| {
                let message = format!(
                    "profile `{user}` gets its credentials from `{name}`, which does not exist"
                );
                dangling(self, &message, place, &name, Files::profile_names)
            })?;
            let own = section.name == first.name && chain.len() == 1 && has_keys(&section);
            if chain.iter().any(|name| *name == section.name) && !own {
                return Err(looped(self.files, &chain, &section));
            }
            match self.link(&section, false)? {
                Link::End(kind) => {
                    if !gives(&kind) {
                        let message = format!(
                            "profile `{user}` gets its credentials from `{name}`, which gives none"
                        );
                        return Err(wrong(self.files, &message, section.place));
                    }
                    break (Arc::new(profile(&section, kind)), 1);
                }
                Link::Through(role, next, at) => {
                    chain.push(section.name.to_string());
                    above.push((section, role));
                    (name, place) = (next, at);
                }
            }
        };
        Ok(Chain { end, length, above })
    }

    /// What the profile's own settings give. In every profile of a chain but the first, keys in a
    /// file go before `role_arn`.
    fn link(&self, profile: &Section, first: bool) -> Result<Link> {
        let there = |key: &str| profile.setting(key).is_some();
        if there("role_arn") && !there("web_identity_token_file") && (first || !has_keys(profile)) {
            return self.role(profile);
        }
        // An empty value is none here, and a block is one that cannot be.
        let file = profile.setting("web_identity_token_file");
        if file.is_some_and(|file| !file.value.is_empty() || !file.nested.is_empty()) {
            self.required(profile, "profile", "role_arn")?;
            let token_file = self.filled(profile, "web_identity_token_file")?;
            let role = role(profile);
            return Ok(Link::End(Kind::WebIdentity { role, token_file }));
        }
        if there("sso_role_name") || there("sso_account_id") {
            return self.sso(profile).map(Link::End);
        }
        let key = profile.setting("aws_access_key_id");
        if key.is_some_and(|key| key.place.which == Which::Credentials) {
            return self.keys(profile).map(Link::End);
        }
        if there("login_session") {
            let login_session = self.filled(profile, "login_session")?;
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

    fn required<'s>(&self, section: &'s Section, what: &str, key: &str) -> Result<&'s str> {
        required(self.files, section, what, key)
    }
}

fn profile(section: &Section, kind: Kind) -> Profile {
    Profile {
        name: section.name.to_string(),
        account_name: section.get("sso_account_name").map(str::to_owned),
        region: section.get("region").map(str::to_owned),
        kind,
    }
}

/// True when a role can be taken with what this gives.
const fn gives(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Plain | Kind::Token { .. } | Kind::CredentialSource { role: None, .. }
    )
}

/// The role that the profile's settings describe.
fn role(section: &Section) -> Role {
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

fn has_keys(profile: &Section) -> bool {
    profile.setting("aws_access_key_id").is_some()
        || profile.setting("aws_secret_access_key").is_some()
}

fn session_in(files: &Files, section: &Section) -> Result<SsoSession> {
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

/// Where the key is, else the section.
pub(super) fn place(section: &Section, key: &str) -> Place {
    section
        .setting(key)
        .map_or(section.place, |setting| setting.place)
}
