//! Reads the two files from where they are.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::super::stand_in;
use super::python::breaks;
use super::{File, Files, Which};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::files;
use crate::system::log::Log;

impl Files {
    /// Reads both files from where `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say, else
    /// from `~/.aws`.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn load(env: &Env) -> Result<Self> {
        Ok(Self {
            config: File::load(env, Which::Config)?,
            credentials: File::load(env, Which::Credentials)?,
        })
    }
}

impl File {
    /// Reads one of the two; empty when there is no such file.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn load(env: &Env, which: Which) -> Result<Self> {
        let (path, shown) = locate(env, which);
        if env.raw(variable(which).0).is_none() && env.home().is_none() {
            return Err(env.no_home());
        }
        let bytes = files::read(&path, files::LARGE).map_err(|error| {
            Error::new(Kind::Failed, format!("cannot read {shown}")).cause(files::why(&error))
        })?;
        let exists = bytes.is_some();
        Log::of(env).read(exists, || shown.clone());
        let (text, not_utf8) = decode(bytes.unwrap_or_default());
        Ok(Self {
            which,
            path,
            shown,
            text,
            not_utf8,
            exists,
        })
    }

    /// One of the two that is there and was not read.
    pub fn unread(env: &Env, which: Which) -> Self {
        let (path, shown) = locate(env, which);
        Self {
            which,
            path,
            shown,
            text: String::new(),
            not_utf8: None,
            exists: true,
        }
    }
}

/// The variable that names the file, and its name in `~/.aws`.
const fn variable(which: Which) -> (&'static str, &'static str) {
    match which {
        Which::Config => ("AWS_CONFIG_FILE", "config"),
        Which::Credentials => ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    }
}

/// The file's path, and how to show it.
fn locate(env: &Env, which: Which) -> (PathBuf, String) {
    let (variable, name) = variable(which);
    let mut named = env.raw(variable);
    if which == Which::Config
        && let Some(own) = stand_in::own_config(env)
    {
        named = own;
    }
    let path = match named {
        // No client but the JavaScript and Go SDKs takes this for unset (aws-contract 1.1).
        Some(value) if value.is_empty() => {
            return (
                PathBuf::new(),
                format!("{variable}, which is set to nothing"),
            );
        }
        Some(value) => expand(env, value),
        None => env.aws_dir().join(name),
    };
    let shown = env.tilde(&path);
    (path, shown)
}

/// `~` and `~/…`, which every client but Go expands; `$VAR` and `~user`, which only the AWS CLI
/// does, stay.
fn expand(env: &Env, value: &OsStr) -> PathBuf {
    let rest = match value.as_bytes() {
        b"~" => Some(&b""[..]),
        bytes => bytes.strip_prefix(b"~/"),
    };
    match (rest, env.home()) {
        (Some([]), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) => home.join(Path::new(OsStr::from_bytes(rest))),
        _ => PathBuf::from(value),
    }
}

/// The text, and the line of the first byte that is not UTF-8; such bytes become U+FFFD.
fn decode(bytes: Vec<u8>) -> (String, Option<u32>) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + breaks(valid);
            (
                String::from_utf8_lossy(error.as_bytes()).into_owned(),
                Some(line),
            )
        }
    }
}
