//! AWS's two files, `config` and `credentials`, read like AWS's tools read them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::PathBuf;

use self::grammar::Entry;
pub use self::headers::SectionKind;
pub use self::problems::names::is_plain;
pub use self::sections::Sections;
use crate::system::error::Location;

mod choice;
pub mod edit;
pub mod grammar;
pub mod headers;
mod load;
mod plain;
mod problems;
mod python;
mod sections;
pub mod store;
#[cfg(test)]
pub(in crate::aws) mod tests;

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    Config,
    Credentials,
}

/// The position of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub which: Which,
    /// From 1.
    pub line: u32,
}

/// One `key = value`. It borrows from the file's text where possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    /// In lower case.
    pub key: Cow<'a, str>,
    pub value: Cow<'a, str>,
    /// The block below a key with an empty value: `s3 =\n  max_concurrent_requests = 20`.
    pub nested: Vec<(String, String)>,
    pub place: Place,
}

/// A section with the settings that apply: merged over repetitions and, for a profile, over both
/// files; in the credentials file those of `[DEFAULT]` apply if it has none of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    pub name: Cow<'a, str>,
    /// Its first header that is used.
    pub place: Place,
    pub settings: Vec<Setting<'a>>,
}

impl<'a> Section<'a> {
    pub fn setting(&self, key: &str) -> Option<&Setting<'a>> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// The value if it exists and is not empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.setting(key)
            .map(|setting| &*setting.value)
            .filter(|value| !value.is_empty())
    }
}

/// A mistake in a file that affects only a section or a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    /// The kind of problem: a stable name in kebab case.
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
    /// Empty if there is no such file.
    pub text: String,
    /// The line of the first byte that is not UTF-8. Then `text` differs from the file, and must
    /// not be written back.
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

    /// The place for an error.
    pub fn location(&self, place: Place) -> Location {
        let file = self.file(place.which);
        Location {
            path: file.path.clone(),
            shown: file.shown.clone(),
            line: place.line,
        }
    }

    /// The profile in one of the two files.
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
    pub fn profile_names(&self) -> Vec<Cow<'_, str>> {
        let kind = SectionKind::Profile;
        let names = self.config.names(kind).chain(self.credentials.names(kind));
        distinct(names, self.config.most() + self.credentials.most())
    }

    /// Every sso-session's name, in file order.
    pub fn sso_session_names(&self) -> Vec<Cow<'_, str>> {
        distinct(self.config.names(SectionKind::SsoSession), 0)
    }

    /// Every profile, in the order of [`Self::profile_names`].
    pub fn profiles(&self) -> Vec<Section<'_>> {
        self.profiles_beginning("")
    }

    /// Those whose names begin like this. Fast if there are few.
    pub fn profiles_beginning(&self, beginning: &str) -> Vec<Section<'_>> {
        self.sections_of_profiles(beginning).into_vec()
    }

    /// Every profile, for lookup by name.
    pub fn all_profiles(&self) -> Sections<'_> {
        self.sections_of_profiles("")
    }

    fn sections_of_profiles(&self, beginning: &str) -> Sections<'_> {
        let mut sections = self.config.sections(SectionKind::Profile, beginning);
        sections.merge(self.credentials.sections(SectionKind::Profile, beginning));
        sections
    }

    /// Every `[sso-session]`, in file order.
    pub fn sso_sessions(&self) -> Vec<Section<'_>> {
        self.all_sso_sessions().into_vec()
    }

    /// The same, for lookup by name.
    pub fn all_sso_sessions(&self) -> Sections<'_> {
        self.config.sections(SectionKind::SsoSession, "")
    }

    /// The problems in the files.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = problems::of(&self.config);
        problems.extend(problems::of(&self.credentials));
        problems
    }
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

    /// Adds a setting; later ones override earlier ones.
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

    /// Adds the settings of the credentials file, which override those of the config file.
    fn merge(&mut self, other: Self) {
        for setting in other.settings {
            self.add(setting);
        }
    }

    /// Adds the settings that it does not have.
    fn complete(&mut self, defaults: &Self) {
        for setting in &defaults.settings {
            if self.setting(&setting.key).is_none() {
                self.settings.push(setting.clone());
            }
        }
    }
}

impl<'a> Setting<'a> {
    const fn plain(key: &'a str, value: &'a str, place: Place) -> Self {
        Self {
            key: Cow::Borrowed(key),
            value: Cow::Borrowed(value),
            nested: Vec::new(),
            place,
        }
    }

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

fn distinct<'a>(names: impl Iterator<Item = Cow<'a, str>>, most: usize) -> Vec<Cow<'a, str>> {
    let mut seen = HashSet::with_capacity(most);
    let mut distinct = Vec::with_capacity(most);
    distinct.extend(names.filter(|name| seen.insert(name.clone())));
    distinct
}
