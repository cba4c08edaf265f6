//! AWS's two files, `config` and `credentials`, read with AWS's semantics.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use memchr::memchr_iter;

use self::grammar::{Document, Entry, Lines, Part, Parts, Span};
pub use self::headers::SectionKind;
use self::headers::{Headers, header_at};
pub use self::problems::is_plain;
use crate::system::error::Location;

pub mod edit;
pub mod grammar;
pub mod headers;
mod load;
mod problems;
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

/// A section with the settings that count: merged over repetitions and, for a profile, over both
/// files.
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
        self.setting(key)
            .map(|setting| setting.value.as_str())
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
    pub fn in_file(&self, which: Which, name: &str) -> Option<Section> {
        self.file(which).section(SectionKind::Profile, name)
    }

    /// The profile, or `None` when neither file has it. Reads no other section.
    pub fn profile(&self, name: &str) -> Option<Section> {
        let mut section = self.config.section(SectionKind::Profile, name);
        self.credentials
            .add_section(SectionKind::Profile, name, &mut section);
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
    pub fn profiles(&self) -> Vec<Section> {
        self.sections(SectionKind::Profile, &[&self.config, &self.credentials])
    }

    /// Every `[sso-session]`, in file order.
    pub fn sso_sessions(&self) -> Vec<Section> {
        self.sections(SectionKind::SsoSession, &[&self.config])
    }

    fn sections(&self, kind: SectionKind, files: &[&File]) -> Vec<Section> {
        let most = files
            .iter()
            .map(|file| Headers::new(&file.text, file.which).count())
            .sum();
        let mut index: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(most);
        let mut sections: Vec<Section> = Vec::with_capacity(most);
        for file in files {
            let default = file.prefixed_default();
            let mut current = None;
            for part in Parts::of(Lines::new(&file.text, file.which)) {
                match (part, current) {
                    (Part::Header { header, .. }, _) if header.kind != kind => current = None,
                    (Part::Header { header, line, .. }, _) => {
                        let default = default.filter(|_| header.is_default());
                        let counts = default.is_none() || header.prefixed;
                        let at = *index.entry(header.name).or_insert_with_key(|name| {
                            sections.push(Section::new(
                                name,
                                Place {
                                    which: file.which,
                                    line: default.unwrap_or(line),
                                },
                            ));
                            sections.len() - 1
                        });
                        current = Some(at).filter(|_| counts);
                    }
                    (Part::Entry(entry), Some(at)) => {
                        sections[at].add(Setting::new(file.which, &file.text, &entry));
                    }
                    (Part::Entry(_), None) => {}
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
        let found: Vec<_> = Headers::new(&self.text, self.which)
            .named(kind, name)
            .collect();
        let replaced = found
            .iter()
            .any(|(_, header)| header.is_default() && header.prefixed);
        let (mut at, mut line) = (0, 1);
        for (start, header) in found
            .iter()
            .filter(|(_, header)| !replaced || header.prefixed)
        {
            line += self.breaks(at..*start);
            at = *start;
            let section = section.get_or_insert_with(|| {
                Section::new(
                    &header.name,
                    Place {
                        which: self.which,
                        line,
                    },
                )
            });
            for part in Parts::of(Lines::from(&self.text, self.which, at, line)).skip(1) {
                let Part::Entry(entry) = part else { break };
                section.add(Setting::new(self.which, &self.text, &entry));
            }
        }
    }

    /// The line of the first `[profile default]`; it replaces every `[default]` of the config file.
    fn prefixed_default(&self) -> Option<u32> {
        let mut found = Headers::new(&self.text, self.which).named(SectionKind::Profile, "default");
        let (at, _) = found.find(|(_, header)| header.prefixed)?;
        Some(1 + self.breaks(0..at))
    }

    fn breaks(&self, span: Span) -> u32 {
        u32::try_from(memchr_iter(b'\n', &self.text.as_bytes()[span]).count()).unwrap_or(u32::MAX)
    }
}

impl Section {
    fn new(name: &str, place: Place) -> Self {
        // What a profile of Identity Center has, and one more.
        Self {
            name: name.to_owned(),
            place,
            settings: Vec::with_capacity(6),
        }
    }

    /// Adds a setting; what comes later counts.
    fn add(&mut self, setting: Setting) {
        match self
            .settings
            .iter_mut()
            .find(|other| other.key == setting.key)
        {
            Some(other) => *other = setting,
            None => self.settings.push(setting),
        }
    }
}

impl Setting {
    fn new(which: Which, text: &str, entry: &Entry) -> Self {
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
