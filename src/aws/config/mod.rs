//! AWS's two files, `config` and `credentials`, read with AWS's semantics.

use std::path::PathBuf;

use crate::env::Env;
use crate::error::Result;

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
    /// Empty when there is no such file.
    pub text: String,
    pub exists: bool,
}

/// Both files.
#[derive(Clone, Debug)]
pub struct Files {
    pub config: File,
    pub credentials: File,
}

impl Files {
    /// Reads both files from where `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say, else from `~/.aws`.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn load(_env: &Env) -> Result<Self> {
        todo!()
    }

    /// The profile, or `None` when neither file has it. Reads no other section.
    pub fn profile(&self, _name: &str) -> Option<Section> {
        todo!()
    }

    /// The `[sso-session NAME]` section of the config file.
    pub fn sso_session(&self, _name: &str) -> Option<Section> {
        todo!()
    }

    /// The `[services NAME]` section of the config file.
    pub fn services(&self, _name: &str) -> Option<Section> {
        todo!()
    }

    /// Every profile's name: the config file's in its order, then those only in the credentials file.
    pub fn profile_names(&self) -> Vec<String> {
        todo!()
    }

    /// Every profile, in the order of [`Self::profile_names`].
    pub fn profiles(&self) -> Vec<Section> {
        todo!()
    }

    /// Every `[sso-session]`, in file order.
    pub fn sso_sessions(&self) -> Vec<Section> {
        todo!()
    }

    /// What is wrong in the files.
    pub fn problems(&self) -> Vec<Problem> {
        todo!()
    }
}
