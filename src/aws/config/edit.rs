//! Changes one of the files and leaves every byte that is not meant as it was: comments, blank
//! lines, odd spacing, CRLF, nested blocks, a missing newline at the end.
//!
//! What it writes, every client of AWS's can read (aws-contract 1.2, 1.5): `key = value`, unique
//! keys in lower case, no comment after a value, names in single quotes where they need quotes.
//!
//! What belongs to what:
//! - A key belongs to its continuation lines, with the comments among them.
//! - A new key goes below the last line of its section, before the comments and blank lines there.
//! - A section ends with its last line. The blank lines below go with it, but from the first
//!   comment in the first column on all stays: that is about the next section.

use std::borrow::Cow;
use std::collections::HashMap;

use super::grammar::{BOM, Document, Entry, RawSection, Span, inline_comment};
use super::headers::{Beside, Choice, SectionKind, header};
use super::problems::names::is_plain;
use super::python::{lines, trim};
use super::{File, Which};
use crate::system::error::{Error, Kind, Result};

#[cfg(test)]
mod tests;

/// Which section.
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

    /// The section's first line without line break, when it can be written so that it is read again
    /// as this section.
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
            // As Python's `shlex.quote`, with which the AWS CLI writes.
            (Which::Config, kind) => {
                format!("[{} '{}']", kind.word(), name.replace('\'', "'\"'\"'"))
            }
        };
        let read = header(&line, which);
        (read.kind == self.kind && read.name == *name && read.seen).then_some(line)
    }
}

/// One change of the section that counts among those with the name. A key or section that is taken
/// out goes from all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Sets the key: the one that counts if it exists. Adds the key, and the section at the end of
    /// the file, if they do not exist.
    Set {
        section: SectionId,
        key: String,
        value: String,
    },
    /// Takes the key out, wherever in the section it stands.
    Unset { section: SectionId, key: String },
    /// Takes the section out.
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

/// The text after all changes, one after the other. Takes time for the file and the changes once,
/// however many.
///
/// # Errors
/// A key, a value or a new section's name that cannot be written so that every client reads it.
pub fn apply(text: &str, which: Which, changes: &[Change]) -> Result<String> {
    let plans = plan(changes)?;
    let document = Document::parse(text, which);
    let index: HashMap<&SectionId, usize> = plans
        .iter()
        .enumerate()
        .map(|(at, plan)| (plan.section, at))
        .collect();
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); plans.len()];
    let mut id = SectionId::profile("");
    for (at, raw) in document.sections.iter().enumerate() {
        id.kind = raw.header.kind;
        id.name.clear();
        id.name.push_str(&raw.header.name);
        if let Some(&plan) = index.get(&id) {
            places[plan].push(at);
        }
    }
    let mut patches = Patches {
        document: &document,
        newline: newline(text),
        patches: Vec::new(),
    };
    let mut new = Vec::new();
    for (plan, places) in plans.iter().zip(&places) {
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

/// True for a value that every client reads as it is: not empty, one line, no blank at its ends,
/// nothing that begins a comment.
pub fn is_writable(value: &str) -> bool {
    let whole = !value.is_empty() && value.trim() == value && !value.contains(char::is_control);
    whole && !value.starts_with(['#', ';']) && inline_comment(value).is_none()
}

impl File {
    /// The text after the changes; the file itself is not touched.
    ///
    /// # Errors
    /// As [`apply`], and a file that is not UTF-8, for its other bytes would be lost.
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

/// What becomes of one section.
struct Plan<'a> {
    section: &'a SectionId,
    /// What stands in the file goes.
    removed: bool,
    /// It is there in the end.
    wanted: bool,
    /// `None` for a key that goes.
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

/// What goes in place of a part of the text.
struct Patch {
    span: Span,
    text: String,
    /// Whole lines: they begin one.
    lines: bool,
}

struct Patches<'a> {
    document: &'a Document<'a>,
    newline: &'static str,
    patches: Vec<Patch>,
}

impl Patches<'_> {
    fn add(&mut self, span: Span, text: String) {
        self.patches.push(Patch {
            span,
            text,
            lines: false,
        });
    }

    fn applied(mut self) -> String {
        self.patches
            .sort_by_key(|patch| (patch.span.start, patch.span.end));
        let old = self.document.text;
        let mut text = String::with_capacity(
            old.len()
                + self
                    .patches
                    .iter()
                    .map(|patch| patch.text.len())
                    .sum::<usize>(),
        );
        let mut at = 0;
        for patch in &self.patches {
            // Two removals may share the blanks before a header.
            text.push_str(&old[at..patch.span.start.max(at)]);
            at = patch.span.end.max(at);
            if patch.lines {
                start_line(&mut text, self.newline);
            }
            text.push_str(&patch.text);
        }
        text.push_str(&old[at..]);
        text
    }

    /// Removes the section.
    fn remove(&mut self, at: usize) {
        let text = self.document.text;
        let section = &self.document.sections[at];
        let start = if section.span.start == 0 && text.starts_with(BOM) {
            BOM.len()
        } else {
            section.span.start
        };
        let mut end = end(text, section);
        for line in lines(&text[end..section.span.end]) {
            if !trim(line).is_empty() {
                break;
            }
            end += line.len();
        }
        self.add(start..end, String::new());
        // An indented header would continue what stands above now.
        if let Some(next) = self.document.sections.get(at + 1) {
            self.add(
                next.span.start..next.span.start + indent(text, next),
                String::new(),
            );
        }
    }

    /// Sets and unsets the keys of a section that stands at these places.
    fn keys(&mut self, places: &[usize], plan: &Plan<'_>) {
        let document = self.document;
        let counting = counting(document, places);
        let mut new = String::new();
        let Some(&last) = counting.last() else { return };
        let next = document.sections.get(last + 1);
        // An indented header below must not become a continuation of the new key.
        let blanks = next.map_or("", |next| {
            &document.text[next.span.start..next.span.start + indent(document.text, next)]
        });
        for (key, value) in &plan.keys {
            let is = |entry: &&Entry| entry.key(document.text) == *key;
            match value {
                Some(value) => {
                    let mut entries = counting
                        .iter()
                        .rev()
                        .flat_map(|&at| document.entries(&document.sections[at]).iter().rev());
                    match entries.find(is) {
                        Some(entry) => self.set(entry, key, value),
                        None => new.extend([blanks, key, " = ", value, self.newline]),
                    }
                }
                None => {
                    for entry in places
                        .iter()
                        .flat_map(|&at| document.entries(&document.sections[at]))
                        .filter(is)
                    {
                        self.add(entry.span.clone(), String::new());
                    }
                }
            }
        }
        if !new.is_empty() {
            let end = end(document.text, &document.sections[last]);
            self.patches.push(Patch {
                span: end..end,
                text: new,
                lines: true,
            });
        }
    }

    fn set(&mut self, entry: &Entry, key: &str, value: &str) {
        let text = self.document.text;
        let property = &entry.property;
        if entry.value(text) == (Cow::Borrowed(value), Vec::new()) {
            return;
        }
        let end = text[..entry.span.end].trim_end_matches(['\n', '\r']).len();
        // Blanks that only Python takes for some are no part of what every client reads.
        let around = [
            &text[property.key.end..property.value.start],
            &text[property.value.end..entry.first],
        ];
        let is_plain = property.delimiter == b'='
            && text[property.key.clone()] == *key
            && around
                .iter()
                .all(|text| text.bytes().all(|byte| b" \t\r\n=".contains(&byte)));
        match &property.comment {
            None if is_plain => {
                let blank =
                    if property.value.is_empty() && text[..property.value.start].ends_with('=') {
                        " "
                    } else {
                        ""
                    };
                let end = if entry.first < entry.span.end {
                    end
                } else {
                    property.value.end
                };
                self.add(property.value.start..end, format!("{blank}{value}"));
            }
            // The AWS CLI reads a comment after the value as a part of it: it moves to a line
            // above.
            comment => {
                let comment = comment
                    .clone()
                    .map(|span| format!("{}{}", &text[span], self.newline))
                    .unwrap_or_default();
                let blanks = &text[entry.span.start..property.key.start];
                self.add(
                    entry.span.start..end,
                    format!("{comment}{blanks}{key} = {value}"),
                );
            }
        }
    }
}

/// Which of the sections at these places, all with one name, count.
fn counting(document: &Document<'_>, places: &[usize]) -> Vec<usize> {
    let mut counting = Vec::new();
    let mut choice: Option<Choice<'_>> = None;
    for &at in places {
        let header = &document.sections[at].header;
        let beside = match &mut choice {
            Some(choice) => choice.beside(header),
            None => {
                choice = Some(Choice::new(header));
                Beside::Replaces
            }
        };
        if beside == Beside::Replaces {
            counting.clear();
        }
        if beside != Beside::Nothing {
            counting.push(at);
        }
    }
    counting
}

/// Where the section's last line ends that is neither blank nor a comment in the first column. (An
/// indented comment is a part of the value above it for the Rust SDK.)
fn end(text: &str, section: &RawSection<'_>) -> usize {
    let mut at = section.header_span.end;
    let mut end = at;
    for line in lines(&text[at..section.span.end]) {
        at += line.len();
        if !trim(line).is_empty() && !line.starts_with(['#', ';']) {
            end = at;
        }
    }
    end
}

/// Blanks before the header.
fn indent(text: &str, section: &RawSection<'_>) -> usize {
    let line = &text[section.header_span.clone()];
    line.find('[').unwrap_or(0)
}

/// Ends the last line.
fn start_line(text: &mut String, newline: &str) {
    if !is_start(text) && !text.ends_with(['\n', '\r']) {
        text.push_str(newline);
    }
}

fn is_start(text: &str) -> bool {
    text.is_empty() || text == BOM
}

/// The file's own line break.
fn newline(text: &str) -> &'static str {
    let first = lines(text).next().unwrap_or_default();
    if first.ends_with("\r\n") {
        "\r\n"
    } else if first.ends_with('\r') {
        "\r"
    } else {
        "\n"
    }
}

/// False when the file's last section follows the one above without a blank line, as those that the
/// AWS CLI adds.
fn is_spaced(document: &Document<'_>) -> bool {
    let [.., above, _] = document.sections.as_slice() else {
        return true;
    };
    let between = &document.text[end(document.text, above)..above.span.end];
    lines(between).any(|line| trim(line).is_empty())
}
