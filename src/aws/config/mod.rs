//! AWS's two files, `config` and `credentials`, read with AWS's semantics.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use memchr::memchr_iter;

use self::grammar::{Document, Entry, RawSection};
pub use self::headers::SectionKind;
use self::headers::{Headers, header_at};

pub mod grammar;
pub mod headers;
mod load;
mod problems;
#[cfg(test)]
mod tests;

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    Config,
    Credentials,
}

/// Where a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub which: Which,
    /// From 1.
    pub line: u32,
}

/// One `key = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// In lower case.
    pub key: String,
    pub value: String,
    /// The block below a key with an empty value: `s3 =\n  max_concurrent_requests = 20`.
    pub nested: Vec<(String, String)>,
    pub place: Place,
}

/// A section with the settings that count: merged over repetitions and, for a profile, over both files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub name: String,
    /// Its first header.
    pub place: Place,
    pub settings: Vec<Setting>,
}

impl Section {
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// The value when it is there and not empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.setting(key).map(|setting| setting.value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Something in a file that costs a section or a line, and only that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    pub text: String,
}

/// One file's text.
#[derive(Clone, Debug)]
pub struct File {
    pub which: Which,
    pub path: PathBuf,
    /// The path with `~`, for messages.
    pub shown: String,
    /// Empty when there is no such file.
    pub text: String,
    /// The line of the first byte that is not UTF-8. Then `text` is not what the file holds, and must not be written back.
    pub not_utf8: Option<u32>,
    pub exists: bool,
}

/// Both files.
#[derive(Clone, Debug)]
pub struct Files {
    pub config: File,
    pub credentials: File,
}

impl Files {
    /// Files with these texts, for tests; an empty one does not exist.
    #[cfg(test)]
    pub fn of(config: &str, credentials: &str) -> Self {
        let file = |which, text: &str, name| File {
            which,
            path: PathBuf::from("/home/u/.aws").join(name),
            shown: format!("~/.aws/{name}"),
            text: text.to_owned(),
            not_utf8: None,
            exists: !text.is_empty(),
        };
        Self { config: file(Which::Config, config, "config"), credentials: file(Which::Credentials, credentials, "credentials") }
    }

    pub const fn file(&self, which: Which) -> &File {
        match which {
            Which::Config => &self.config,
            Which::Credentials => &self.credentials,
        }
    }

    /// The place for a message: `~/.aws/config:12`.
    pub fn shown(&self, place: Place) -> String {
        format!("{}:{}", self.file(place.which).shown, place.line)
    }

    /// The profile, or `None` when neither file has it. Reads no other section.
    pub fn profile(&self, name: &str) -> Option<Section> {
        let mut section = self.config.section(SectionKind::Profile, name);
        self.credentials.add_section(SectionKind::Profile, name, &mut section);
        section
    }

    /// The `[sso-session NAME]` section of the config file.
    pub fn sso_session(&self, name: &str) -> Option<Section> {
        self.config.section(SectionKind::SsoSession, name)
    }

    /// The `[services NAME]` section of the config file.
    pub fn services(&self, name: &str) -> Option<Section> {
        self.config.section(SectionKind::Services, name)
    }

    /// Every profile's name: the config file's in its order, then those only in the credentials file.
    pub fn profile_names(&self) -> Vec<String> {
        distinct(self.config.names(SectionKind::Profile).chain(self.credentials.names(SectionKind::Profile)))
    }

    /// Every sso-session's name, in file order.
    pub fn sso_session_names(&self) -> Vec<String> {
        distinct(self.config.names(SectionKind::SsoSession))
    }

    /// Every profile, in the order of [`Self::profile_names`].
    pub fn profiles(&self) -> Vec<Section> {
        self.sections(SectionKind::Profile, &[&self.config, &self.credentials])
    }

    /// Every `[sso-session]`, in file order.
    pub fn sso_sessions(&self) -> Vec<Section> {
        self.sections(SectionKind::SsoSession, &[&self.config])
    }

    fn sections(&self, kind: SectionKind, files: &[&File]) -> Vec<Section> {
        let documents: Vec<Document<'_>> = files.iter().map(|file| file.document()).collect();
        let mut index: HashMap<&str, usize> = HashMap::with_capacity(documents[0].sections.len());
        let mut sections: Vec<Section> = Vec::with_capacity(documents[0].sections.len());
        for (file, document) in files.iter().zip(&documents) {
            let default = document.prefixed_default();
            for raw in document.sections.iter().filter(|raw| raw.header.kind == kind) {
                let default = default.filter(|_| raw.header.is_default());
                let at = *index.entry(raw.header.name.as_ref()).or_insert(sections.len());
                if at == sections.len() {
                    sections.push(Section::new(file.which, default.unwrap_or(raw)));
                }
                if default.is_none() || raw.header.prefixed {
                    sections[at].add(file.which, document, raw);
                }
            }
        }
        sections
    }

    /// What is wrong in the files.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = problems::of(&self.config);
        problems.extend(problems::of(&self.credentials));
        problems
    }
}

impl File {
    /// The whole file, parsed.
    pub fn document(&self) -> Document<'_> {
        Document::parse(&self.text, self.which)
    }

    fn names(&self, kind: SectionKind) -> impl Iterator<Item = Cow<'_, str>> {
        Headers::new(&self.text, self.which)
            .map(|at| header_at(&self.text, self.which, at))
            .filter(move |header| header.kind == kind)
            .map(|header| header.name)
    }

    fn section(&self, kind: SectionKind, name: &str) -> Option<Section> {
        let mut section = None;
        self.add_section(kind, name, &mut section);
        section
    }

    fn add_section(&self, kind: SectionKind, name: &str, section: &mut Option<Section>) {
        let found: Vec<_> = Headers::new(&self.text, self.which).named(kind, name).collect();
        let replaced = found.iter().any(|(_, header)| header.is_default() && header.prefixed);
        let (mut at, mut line) = (0, 1);
        for (start, _) in found.iter().filter(|(_, header)| !replaced || header.prefixed) {
            line += u32::try_from(memchr_iter(b'\n', &self.text.as_bytes()[at..*start]).count()).unwrap_or(u32::MAX);
            at = *start;
            let document = Document::section_at(&self.text, self.which, at, line);
            for raw in &document.sections {
                section.get_or_insert_with(|| Section::new(self.which, raw)).add(self.which, &document, raw);
            }
        }
    }
}

impl Section {
    fn new(which: Which, raw: &RawSection<'_>) -> Self {
        let place = Place { which, line: raw.line };
        Self { name: raw.header.name.clone().into_owned(), place, settings: Vec::with_capacity(raw.entries.len()) }
    }

    /// Adds the settings of one more section of this name; what comes later counts.
    fn add(&mut self, which: Which, document: &Document<'_>, raw: &RawSection<'_>) {
        for entry in document.entries(raw) {
            let setting = Setting::new(which, document.text, entry);
            match self.settings.iter_mut().find(|other| other.key == setting.key) {
                Some(other) => *other = setting,
                None => self.settings.push(setting),
            }
        }
    }
}

impl Setting {
    fn new(which: Which, text: &str, entry: &Entry) -> Self {
        let (value, nested) = entry.value(text);
        Self { key: entry.key(text), value, nested, place: Place { which, line: entry.line } }
    }
}

fn distinct<'a>(names: impl Iterator<Item = Cow<'a, str>>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.filter(|name| seen.insert(name.clone())).map(Cow::into_owned).collect()
}
