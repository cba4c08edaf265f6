//! Resolves a name in the files to a profile.
//!
//! The provider is chosen like in the AWS CLI and botocore, by the keys that exist: a key with an
//! empty value exists too, and if the chosen provider cannot work with it, the profile is wrong.
//! Others differ in places: the JavaScript and Go SDKs prefer keys in a file to SSO (aws-contract
//! 2.2).

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::errors::{dangling, looped, no_profile, no_session, wrong};
use super::link::{Known, Link, Step, has_keys, role, session_in};
use super::{Kind, Profile, SsoSession};
use crate::aws::config::{Files, Place, Section, Sections};
use crate::system::error::Result;

/// The longest chain of roles. botocore gives up after about three hundred.
const LONGEST: usize = 2000;

/// The profile, with its session.
///
/// Chains are followed like in the AWS CLI: keys in a file end them in every profile except the
/// first, and a profile may be its own source only if it has such keys.
///
/// # Errors
/// No such profile; a chain that loops or lacks a link; settings that the provider they choose
/// cannot work with. Each names file and line.
pub fn resolve(files: &Files, name: &str) -> Result<Profile> {
    let catalog = Catalog::few(files);
    match files.profile(name) {
        Some(section) => catalog.resolve(&section),
        None => Err(no_profile(files, name)),
    }
}

/// Calls `each` for every profile, in the order of [`Files::profile_names`], with the result of
/// [`resolve`]; reads the files once. For wrong names it does not look for similar ones.
pub fn resolve_each<'a>(files: &'a Files, mut each: impl FnMut(&Section<'a>, Result<Profile>)) {
    let catalog = Catalog::all(files);
    for section in catalog.all.iter().flat_map(|all| all.profiles.iter()) {
        each(section, catalog.resolve(section));
    }
}

/// Every profile as [`resolve_each`] has it.
pub fn resolve_all(files: &Files) -> Vec<(String, Result<Profile>)> {
    let mut all = Vec::new();
    resolve_each(files, |section, found| {
        all.push((section.name.to_string(), found));
    });
    all
}

/// A session and its profiles.
pub struct Used<'a> {
    pub session: Arc<SsoSession>,
    /// The number of profiles that use it.
    pub profiles: usize,
    /// The first of these profiles, for a legacy start URL.
    pub first: Option<Section<'a>>,
}

/// Every sso-session, and every legacy start URL once.
pub fn all_sessions(files: &Files) -> Vec<Used<'_>> {
    let catalog = Catalog::all(files);
    let Some(all) = &catalog.all else {
        return Vec::new();
    };
    let named = all.sessions.iter().filter_map(|section| {
        let session = catalog.sso_session(&section.name)?.session(files).ok()?;
        Some(Used {
            session,
            profiles: 0,
            first: None,
        })
    });
    let mut found: Vec<Used<'_>> = named.collect();
    let mut index: HashMap<String, usize> = (0..)
        .zip(&found)
        .map(|(at, used)| (used.session.cache_key().to_owned(), at))
        .collect();
    let mut last = 0;
    for section in all.profiles.iter() {
        let Ok(Some(session)) = catalog.owner(section) else {
            continue;
        };
        let is_last = |used: &Used<'_>| Arc::ptr_eq(&used.session, &session);
        if !found.get(last).is_some_and(is_last) {
            last = *index
                .entry(session.cache_key().to_owned())
                .or_insert(found.len());
        }
        if last == found.len() {
            found.push(Used {
                session,
                profiles: 0,
                first: Some(section.clone()),
            });
        }
        found[last].profiles += 1;
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

/// The sections of the files, looked up one by one, or all read before; and the results so far.
pub(super) struct Catalog<'a> {
    pub(super) files: &'a Files,
    pub(super) all: Option<All<'a>>,
    sessions: RefCell<HashMap<String, Rc<Known<'a>>>>,
    /// The session that was looked up last: often many profiles in a row use the same.
    last: RefCell<Option<Rc<Known<'a>>>>,
    /// Profiles as sources of roles, with the lengths of their chains.
    sources: RefCell<HashMap<String, (Arc<Profile>, usize)>>,
}

pub(super) struct All<'a> {
    profiles: Sections<'a>,
    sessions: Sections<'a>,
}

/// A chain of roles below a profile.
struct Chain<'c, 'a> {
    /// Where it ends, or a profile whose own chain is known.
    end: Arc<Profile>,
    /// Of `end`'s own chain.
    length: usize,
    /// The profiles above the end, the highest first.
    above: Vec<Cow<'c, Section<'a>>>,
}

impl<'a> Catalog<'a> {
    fn few(files: &'a Files) -> Self {
        Self {
            files,
            all: None,
            sessions: RefCell::default(),
            last: RefCell::default(),
            sources: RefCell::default(),
        }
    }

    fn all(files: &'a Files) -> Self {
        Self {
            all: Some(All {
                profiles: files.all_profiles(),
                sessions: files.all_sso_sessions(),
            }),
            ..Self::few(files)
        }
    }

    fn profile(&self, name: &str) -> Option<Cow<'_, Section<'a>>> {
        match &self.all {
            Some(all) => all.profiles.get(name).map(Cow::Borrowed),
            None => self.files.profile(name).map(Cow::Owned),
        }
    }

    pub(super) fn sso_session(&self, name: &str) -> Option<Rc<Known<'a>>> {
        let is_it = |known: &&Rc<Known<'a>>| known.section.name == name;
        if let Some(last) = self.last.borrow().as_ref().filter(is_it) {
            return Some(Rc::clone(last));
        }
        let known = self.sessions.borrow().get(name).map(Rc::clone);
        let known = match (known, &self.all) {
            (Some(known), _) => known,
            (None, Some(all)) => Rc::new(Known::new(all.sessions.get(name)?.clone())),
            (None, None) => Rc::new(Known::new(self.files.sso_session(name)?)),
        };
        let mut sessions = self.sessions.borrow_mut();
        sessions
            .entry(name.to_owned())
            .or_insert_with(|| Rc::clone(&known));
        self.last.replace(Some(Rc::clone(&known)));
        Some(known)
    }

    fn resolve(&self, first: &Section<'a>) -> Result<Profile> {
        let kind = match Step::from(self.link(first, true)?) {
            Step::End(kind) => kind,
            Step::Through(source, place) => Kind::Role {
                role: role(first),
                source: self.source(first, source, place)?,
            },
        };
        Ok(profile(first, kind))
    }

    /// The session at the end of the profile's chain.
    fn owner(&self, first: &Section<'a>) -> Result<Option<Arc<SsoSession>>> {
        let source;
        let kind = match self.link(first, true)? {
            Link::Sso { session, .. } => return Ok(Some(session)),
            Link::End(kind) => kind,
            Link::Through(name, place) => {
                source = self.source(first, name.to_owned(), place)?;
                source.end().kind.clone()
            }
        };
        Ok(match kind {
            Kind::Sso { session, .. } | Kind::Token { session } => Some(session),
            _ => None,
        })
    }

    /// The profile with whose credentials `first` assumes its role. It is built from the end of the
    /// chain up, without recursion: no chain is too long for the stack.
    fn source(&self, first: &Section<'a>, name: String, place: Place) -> Result<Arc<Profile>> {
        let Chain {
            end: mut source,
            mut length,
            above,
        } = self.walk(first, name, place)?;
        for section in above.iter().rev() {
            self.sources
                .borrow_mut()
                .insert(source.name.clone(), (Arc::clone(&source), length));
            length += 1;
            let kind = Kind::Role {
                role: role(section),
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
    fn walk(&self, first: &Section<'a>, name: String, place: Place) -> Result<Chain<'_, 'a>> {
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
            match Step::from(self.link(&section, false)?) {
                Step::End(kind) => {
                    if !gives(&kind) {
                        let message = format!(
                            "profile `{user}` gets its credentials from `{name}`, which gives none"
                        );
                        return Err(wrong(self.files, &message, section.place));
                    }
                    break (Arc::new(profile(&section, kind)), 1);
                }
                Step::Through(next, at) => {
                    chain.push(section.name.to_string());
                    above.push(section);
                    (name, place) = (next, at);
                }
            }
        };
        Ok(Chain { end, length, above })
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

/// True if a role can be assumed with its credentials.
const fn gives(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Plain | Kind::Token { .. } | Kind::CredentialSource { role: None, .. }
    )
}
