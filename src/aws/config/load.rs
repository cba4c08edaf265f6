//! Reads the two files.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use memchr::{memchr, memchr2_iter};

use super::super::stand_in;
use super::python::breaks;
use super::{File, Files, Place, Problem, Which};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::files;
use crate::system::log::Log;

impl Files {
    /// Reads both files from the paths in `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`,
    /// else from `~/.aws`.
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

impl Files {
    /// The reasons why one of them is not valid text, with the place, for every command that reads
    /// them.
    pub fn warnings(&self) -> Vec<String> {
        let files = [&self.config, &self.credentials];
        let found = files.into_iter().filter_map(|file| {
            let Problem { place, text, .. } = file.trouble()?;
            Some(format!("{}:{}: {text}", file.shown, place.line))
        });
        found.collect()
    }
}

impl File {
    /// The reason why this is not valid text, and the line.
    pub fn trouble(&self) -> Option<Problem> {
        let problem = |line, id, text: &str| Problem {
            place: Place {
                which: self.which,
                line,
            },
            id,
            text: text.to_owned(),
        };
        let line = |at: usize| 1 + breaks(&self.text.as_bytes()[..at]);
        if let Some(at) = memchr(0, self.text.as_bytes()) {
            let text = "a zero byte: this is no text file";
            return Some(problem(line(at), "zero-byte", text));
        }
        if let Some(line) = self.not_utf8 {
            let text = "not UTF-8 from here on: every `aws` command fails";
            return Some(problem(line, "not-utf8", text));
        }
        let text = "a merge conflict: every `aws` command fails, and awsp reads both sides";
        let at = self.conflict()?;
        Some(problem(line(at), "merge-conflict", text))
    }

    /// The position of the first mark of a merge conflict.
    fn conflict(&self) -> Option<usize> {
        let marks = ["<<<<<<<", ">>>>>>>"].map(str::as_bytes);
        let text = self.text.as_bytes();
        let is_mark = |at: &usize| {
            let begins = *at == 0 || matches!(text[at - 1], b'\n' | b'\r');
            begins && marks.iter().any(|mark| text[*at..].starts_with(mark))
        };
        memchr2_iter(b'<', b'>', text).find(is_mark)
    }

    /// Reads one of the two; empty if there is no such file.
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

    /// One of the two that exists and was not read.
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
        // Only the JavaScript and Go SDKs treat this as unset (aws-contract 1.1).
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

/// Like Python's `expandvars` and then `expanduser`, which the AWS CLI and boto3 call. The Rust
/// and JavaScript SDKs only replace `~/`, the Go SDK nothing.
fn expand(env: &Env, value: &OsStr) -> PathBuf {
    let value = with_variables(env, value.as_bytes());
    let Some(rest) = value.strip_prefix(b"~") else {
        return PathBuf::from(OsString::from_vec(value));
    };
    let end = memchr(b'/', rest).unwrap_or(rest.len());
    let home = match &rest[..end] {
        [] => env.home().map(Path::to_owned),
        user => home_of(user),
    };
    match (home, &rest[end..]) {
        (Some(home), []) => home,
        (Some(home), [_, rest @ ..]) => {
            let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
            home.join(OsStr::from_bytes(&rest[slashes..]))
        }
        (None, _) => PathBuf::from(OsString::from_vec(value)),
    }
}

/// Replaces `$NAME` and `${NAME}` if there is such a variable; the values are not replaced again.
fn with_variables(env: &Env, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr(b'$', rest) {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, length) = match after.strip_prefix(b"{") {
            Some(inside) => match memchr(b'}', inside) {
                Some(end) => (&inside[..end], end + 2),
                None => (&after[..0], 0),
            },
            None => {
                let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
                let end = after.iter().take_while(is_name).count();
                (&after[..end], end)
            }
        };
        let found = std::str::from_utf8(name)
            .ok()
            .and_then(|name| env.raw(name));
        match found {
            Some(found) => out.extend_from_slice(found.as_bytes()),
            None => out.extend_from_slice(&rest[at..at + 1 + length]),
        }
        rest = &after[length..];
    }
    out.extend_from_slice(rest);
    out
}

/// The home of a user, from the system's list of users.
fn home_of(user: &[u8]) -> Option<PathBuf> {
    let list = files::read(Path::new("/etc/passwd"), files::LARGE).ok()??;
    let mut lines = list.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':');
        let is_theirs = fields.next() == Some(user);
        let home = fields.nth(4).filter(|home| is_theirs && !home.is_empty())?;
        Some(PathBuf::from(OsStr::from_bytes(home)))
    })
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
