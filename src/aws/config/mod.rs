//! AWS's two files, `config` and `credentials`, read with AWS's semantics.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use memchr::memmem;

use self::grammar::{Document, Entry, Lines, Part, Parts};
pub use self::headers::SectionKind;
use self::headers::{Beside, Choice, Headers, header_at};
use self::python::breaks;
use crate::system::error::Location;

pub mod edit;
pub mod grammar;
pub mod headers;
mod load;
mod problems;
mod python;
pub mod store;
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

/// One `key = value`. It borrows from the file's text what it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    /// In lower case.
    pub key: Cow<'a, str>,
    pub value: Cow<'a, str>,
    /// The block below a key with an empty value: `s3 =\n  max_concurrent_requests = 20`.
    pub nested: Vec<(String, String)>,
    pub place: Place,
}

/// A section with the settings that count: merged over repetitions and, for a profile, over both
/// files; in the credentials file those of `[DEFAULT]` count where it has none of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    pub name: Cow<'a, str>,
    /// Its first header that counts.
    pub place: Place,
    pub settings: Vec<Setting<'a>>,
}

impl<'a> Section<'a> {
    pub fn setting(&self, key: &str) -> Option<&Setting<'a>> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// The value when it is there and not empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.setting(key)
            .map(|setting| &*setting.value)
            .filter(|value| !value.is_empty())
    }
}

/// Something in a file that costs a section or a line, and only that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    /// What sort of problem: a stable name, in kebab case.
    pub id: &'static str,
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
    /// The line of the first byte that is not UTF-8. Then `text` is not what the file holds, and
    /// must not be written back.
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
        Self {
            config: file(Which::Config, config, "config"),
            credentials: file(Which::Credentials, credentials, "credentials"),
        }
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

    /// The place as errors carry it.
    pub fn location(&self, place: Place) -> Location {
        let file = self.file(place.which);
        Location {
            path: file.path.clone(),
            shown: file.shown.clone(),
            line: place.line,
        }
    }

    /// The profile as one of the two files has it.
    pub fn in_file(&self, which: Which, name: &str) -> Option<Section<'_>> {
        self.file(which).section(SectionKind::Profile, name)
    }

    /// The profile, or `None` when neither file has it. Reads no other section.
    pub fn profile(&self, name: &str) -> Option<Section<'_>> {
        let config = self.in_file(Which::Config, name);
        let credentials = self.in_file(Which::Credentials, name);
        match (config, credentials) {
            (Some(mut section), Some(over)) => {
                section.merge(over);
                Some(section)
            }
            (config, credentials) => config.or(credentials),
        }
    }

    /// The `[sso-session NAME]` section of the config file.
    pub fn sso_session(&self, name: &str) -> Option<Section<'_>> {
        self.config.section(SectionKind::SsoSession, name)
    }

    /// The `[services NAME]` section of the config file.
    pub fn services(&self, name: &str) -> Option<Section<'_>> {
        self.config.section(SectionKind::Services, name)
    }

    /// Every profile's name: the config file's in its order, then those only in the credentials
    /// file.
    pub fn profile_names(&self) -> Vec<String> {
        distinct(
            self.config
                .names(SectionKind::Profile)
                .chain(self.credentials.names(SectionKind::Profile)),
        )
    }

    /// Every sso-session's name, in file order.
    pub fn sso_session_names(&self) -> Vec<String> {
        distinct(self.config.names(SectionKind::SsoSession))
    }

    /// Every profile, in the order of [`Self::profile_names`].
    pub fn profiles(&self) -> Vec<Section<'_>> {
        let Sections { mut found, at } = self.config.sections(SectionKind::Profile);
        for section in self.credentials.sections(SectionKind::Profile).found {
            match at.get(&section.name) {
                Some(&at) => found[at].merge(section),
                None => found.push(section),
            }
        }
        found
    }

    /// Every `[sso-session]`, in file order.
    pub fn sso_sessions(&self) -> Vec<Section<'_>> {
        self.config.sections(SectionKind::SsoSession).found
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

    /// The section as this file has it.
    fn section(&self, kind: SectionKind, name: &str) -> Option<Section<'_>> {
        let mut found: Option<(Section<'_>, Choice<'_>)> = None;
        let (mut at, mut line) = (0, 1);
        for (start, header) in Headers::new(&self.text, self.which).named(kind, name) {
            let beside = match &mut found {
                Some((_, choice)) => choice.beside(&header),
                None => Beside::Replaces,
            };
            if beside == Beside::Nothing {
                continue;
            }
            line += breaks(&self.text.as_bytes()[at..start]);
            at = start;
            if beside == Beside::Replaces {
                let place = self.place(line);
                let section = Section::new(header.name.clone(), place);
                found = Some(match found {
                    Some((_, choice)) => (section, choice),
                    None => (section, Choice::new(&header)),
                });
            }
            let Some((section, _)) = &mut found else {
                continue;
            };
            for part in Parts::of(Lines::from(&self.text, self.which, at, line)).skip(1) {
                let Part::Entry(entry) = part else { break };
                section.add(Setting::new(self.which, &self.text, &entry));
            }
        }
        let (mut section, _) = found?;
        if let Some(defaults) = self.defaults(kind) {
            section.complete(&defaults);
        }
        Some(section)
    }

    /// Every section of a kind.
    fn sections(&self, kind: SectionKind) -> Sections<'_> {
        let most = Headers::new(&self.text, self.which).count();
        let mut at: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(most);
        let mut found: Vec<Section<'_>> = Vec::with_capacity(most);
        let mut choices: Vec<Choice<'_>> = Vec::with_capacity(most);
        let mut current = None;
        for part in Parts::of(Lines::new(&self.text, self.which)) {
            match (part, current) {
                (Part::Header { header, .. }, _) if header.kind != kind => current = None,
                (Part::Header { header, line, .. }, _) => {
                    current = match at.get(&header.name) {
                        Some(&at) => match choices[at].beside(&header) {
                            Beside::Joins => Some(at),
                            Beside::Nothing => None,
                            Beside::Replaces => {
                                found[at] = Section::new(header.name.clone(), self.place(line));
                                Some(at)
                            }
                        },
                        None => {
                            found.push(Section::new(header.name.clone(), self.place(line)));
                            choices.push(Choice::new(&header));
                            at.insert(header.name, found.len() - 1);
                            Some(found.len() - 1)
                        }
                    };
                }
                (Part::Entry(entry), Some(at)) => {
                    found[at].add(Setting::new(self.which, &self.text, &entry));
                }
                (Part::Entry(_), None) => {}
            }
        }
        if let Some(defaults) = self.defaults(kind) {
            for section in &mut found {
                section.complete(&defaults);
            }
        }
        Sections { found, at }
    }

    /// What `[DEFAULT]` gives to the profiles of the credentials file.
    fn defaults(&self, kind: SectionKind) -> Option<Section<'_>> {
        if self.which == Which::Config || kind != SectionKind::Profile {
            return None;
        }
        memmem::find(self.text.as_bytes(), b"[DEFAULT]")?;
        self.sections(SectionKind::Defaults).found.pop()
    }

    const fn place(&self, line: u32) -> Place {
        Place {
            which: self.which,
            line,
        }
    }
}

/// Sections of one file.
struct Sections<'a> {
    /// In the order in which their names first stand in the file.
    found: Vec<Section<'a>>,
    at: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Section<'a> {
    const fn new(name: Cow<'a, str>, place: Place) -> Self {
        Self {
            name,
            place,
            settings: Vec::new(),
        }
    }

    /// The same without the file.
    pub fn into_owned(self) -> Section<'static> {
        let settings = self.settings.into_iter().map(|setting| Setting {
            key: Cow::Owned(setting.key.into_owned()),
            value: Cow::Owned(setting.value.into_owned()),
            ..setting
        });
        Section {
            name: Cow::Owned(self.name.into_owned()),
            place: self.place,
            settings: settings.collect(),
        }
    }

    /// Adds a setting; what comes later counts.
    fn add(&mut self, setting: Setting<'a>) {
        match self
            .settings
            .iter_mut()
            .find(|other| other.key == setting.key)
        {
            Some(other) => *other = setting,
            None => self.settings.push(setting),
        }
    }

    /// Adds the settings of the credentials file, which count there.
    fn merge(&mut self, other: Self) {
        for setting in other.settings {
            self.add(setting);
        }
    }

    /// Adds the settings of which it has none.
    fn complete(&mut self, defaults: &Self) {
        for setting in &defaults.settings {
            if self.setting(&setting.key).is_none() {
                self.settings.push(setting.clone());
            }
        }
    }
}

impl<'a> Setting<'a> {
    fn new(which: Which, text: &'a str, entry: &Entry) -> Self {
        let (value, nested) = entry.value(text);
        Self {
            key: entry.key(text),
            value,
            nested,
            place: Place {
                which,
                line: entry.line,
            },
        }
    }
}

fn distinct<'a>(names: impl Iterator<Item = Cow<'a, str>>) -> Vec<String> {
    let mut seen = HashSet::new();
    names
        .filter(|name| seen.insert(name.clone()))
        .map(Cow::into_owned)
        .collect()
}
