//! Changes one of the files and keeps all other bytes: comments, blank lines, unusual spacing,
//! CRLF, nested blocks, a missing newline at the end.
//!
//! Every client of AWS can read what it writes (aws-contract 1.2, 1.5): `key = value`, unique keys
//! in lower case, no comment after a value, names in single quotes if they need quotes.
//!
//! What belongs to what:
//! - A key belongs to its continuation lines, with the comments among them.
//! - A new key goes below the last line of its section, before the comments and blank lines there.
//! - A section ends with its last line. The blank lines below go with it, but from the first
//!   comment in the first column on all stays: that is about the next section.

use std::collections::HashMap;

use self::patches::{Patches, is_spaced, is_start, newline, start_line};
use super::grammar::{Document, inline_comment};
use super::headers::{SectionKind, header};
use super::problems::names::is_plain;
use super::{File, Which};
use crate::system::error::{Error, Kind, Result};

mod patches;
#[cfg(test)]
mod tests;

/// The kind and the name of a section.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SectionId {
    pub kind: SectionKind,
    pub name: String,
}

impl SectionId {
    pub fn profile(name: impl Into<String>) -> Self {
        Self {
            kind: SectionKind::Profile,
            name: name.into(),
        }
    }

    /// The section's header without a line break, if it can be written so that it is read back as
    /// this section.
    fn header(&self, which: Which) -> Option<String> {
        let name = self.name.as_str();
        let line = match (which, self.kind) {
            _ if name.contains(|char: char| char.is_control() || char == ']') => return None,
            (_, SectionKind::Profile) if name == "default" => "[default]".to_owned(),
            (Which::Credentials, SectionKind::Profile) => format!("[{name}]"),
            (Which::Credentials, _) | (_, SectionKind::Other | SectionKind::Defaults) => {
                return None;
            }
            (Which::Config, kind) if name.chars().all(is_plain) => {
                format!("[{} {name}]", kind.word())
            }
            // Like Python's `shlex.quote`, which the AWS CLI uses.
            (Which::Config, kind) => {
                format!("[{} '{}']", kind.word(), name.replace('\'', "'\"'\"'"))
            }
        };
        let read = header(&line, which);
        (read.kind == self.kind && read.name == *name && read.seen).then_some(line)
    }
}

/// One change of the section that is used, if several have the name. A key or section that is
/// removed is removed from all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Sets the key: the one that is used, if it exists. Adds the key, and the section at the end
    /// of the file, if they do not exist.
    Set {
        section: SectionId,
        key: String,
        value: String,
    },
    /// Removes the key from everywhere in the section.
    Unset { section: SectionId, key: String },
    /// Removes the section.
    Remove { section: SectionId },
}

impl Change {
    pub const fn section(&self) -> &SectionId {
        match self {
            Self::Set { section, .. } | Self::Unset { section, .. } | Self::Remove { section } => {
                section
            }
        }
    }
}

/// The text after all changes in order. The file is only read once, however many changes there
/// are.
///
/// # Errors
/// A key, a value or a new section's name that cannot be written so that every client reads it.
pub fn apply(text: &str, which: Which, changes: &[Change]) -> Result<String> {
    let plans = plan(changes)?;
    let document = Document::parse(text, which);
    let mut patches = Patches::of(&document);
    let mut new = Vec::new();
    for (plan, places) in plans.iter().zip(&places(&document, &plans)) {
        if plan.removed {
            for &at in places {
                patches.remove(at);
            }
        }
        if plan.removed || places.is_empty() {
            if plan.wanted {
                new.push((
                    plan.section
                        .header(which)
                        .ok_or_else(|| unwritable(plan.section))?,
                    plan,
                ));
            }
        } else {
            patches.keys(places, plan);
        }
    }
    let mut text = patches.applied();
    let spaced = is_spaced(&document);
    let newline = newline(document.text);
    for (header, plan) in new {
        start_line(&mut text, newline);
        let is_apart = ["\n\n", "\n\r\n", "\r\r"]
            .iter()
            .any(|two| text.ends_with(two));
        if spaced && !is_start(&text) && !is_apart {
            text.push_str(newline);
        }
        text.extend([&header, newline]);
        for (key, value) in &plan.keys {
            if let Some(value) = value {
                text.extend([key, " = ", value, newline]);
            }
        }
    }
    Ok(text)
}

/// The positions of each plan's sections in the document.
fn places(document: &Document<'_>, plans: &[Plan<'_>]) -> Vec<Vec<usize>> {
    let index: HashMap<&SectionId, usize> = plans
        .iter()
        .enumerate()
        .map(|(at, plan)| (plan.section, at))
        .collect();
    let mut places = vec![Vec::new(); plans.len()];
    let mut id = SectionId::profile("");
    for (at, raw) in document.sections.iter().enumerate() {
        id.kind = raw.header.kind;
        id.name.clear();
        id.name.push_str(&raw.header.name);
        if let Some(&plan) = index.get(&id) {
            places[plan].push(at);
        }
    }
    places
}

/// True for a value that every client reads unchanged: not empty, one line, no blanks at its ends,
/// no comment.
pub fn is_writable(value: &str) -> bool {
    let whole = !value.is_empty() && value.trim() == value && !value.contains(char::is_control);
    whole && !value.starts_with(['#', ';']) && inline_comment(value).is_none()
}

impl File {
    /// The text after the changes; the file itself does not change.
    ///
    /// # Errors
    /// As [`apply`], and a file that is not UTF-8, because its other bytes would be lost.
    pub fn edited(&self, changes: &[Change]) -> Result<String> {
        if let Some(line) = self.not_utf8 {
            return Err(
                Error::new(Kind::Failed, format!("cannot change {}", self.shown))
                    .cause(format!("line {line} is not UTF-8")),
            );
        }
        apply(&self.text, self.which, changes)
    }
}

/// The changes of one section.
struct Plan<'a> {
    section: &'a SectionId,
    /// The existing sections are removed.
    removed: bool,
    /// The section exists in the end.
    wanted: bool,
    /// `None` for a key that is removed.
    keys: Vec<(String, Option<&'a str>)>,
}

fn plan(changes: &[Change]) -> Result<Vec<Plan<'_>>> {
    let mut plans: Vec<Plan<'_>> = Vec::new();
    let mut index: HashMap<&SectionId, usize> = HashMap::new();
    for change in changes {
        let section = change.section();
        let at = *index.entry(section).or_insert(plans.len());
        if at == plans.len() {
            plans.push(Plan {
                section,
                removed: false,
                wanted: false,
                keys: Vec::new(),
            });
        }
        let plan = &mut plans[at];
        match change {
            Change::Set { key, value, .. } => {
                let key = checked(key)?;
                if !is_writable(value) {
                    return Err(Error::new(
                        Kind::Usage,
                        format!("cannot write `{value}` as the value of `{key}`"),
                    ));
                }
                plan.wanted = true;
                plan.put(key, Some(value));
            }
            Change::Unset { key, .. } => plan.put(key.to_ascii_lowercase(), None),
            Change::Remove { .. } => {
                (plan.removed, plan.wanted) = (true, false);
                plan.keys.clear();
            }
        }
    }
    Ok(plans)
}

impl<'a> Plan<'a> {
    fn put(&mut self, key: String, value: Option<&'a str>) {
        match self.keys.iter_mut().find(|(other, _)| *other == key) {
            Some((_, other)) => *other = value,
            None => self.keys.push((key, value)),
        }
    }
}

/// The key in lower case.
fn checked(key: &str) -> Result<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if key.is_empty() || !key.bytes().all(plain) {
        return Err(Error::new(
            Kind::Usage,
            format!("cannot write the key `{key}`"),
        ));
    }
    Ok(key.to_ascii_lowercase())
}

fn unwritable(section: &SectionId) -> Error {
    Error::new(
        Kind::Usage,
        format!("cannot write a section with the name `{}`", section.name),
    )
}
