//! Errors and how they are worded: a kind that decides the exit status, one line that says what
//! could not be done, the lowest cause that the user can act on, and the next step as a command.

use std::fmt;
use std::path::PathBuf;

/// The kind of failure. It alone decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The program could not do it (a file that cannot be written, a broken environment).
    Failed,
    /// Wrong usage, or a contradiction in the configuration.
    Usage,
    /// No such profile or session.
    NotFound,
    /// A person must log in, confirm or type a code, and awsp cannot ask one.
    PersonNeeded,
    /// The login was refused, timed out, or was cancelled.
    LoginFailed,
    /// AWS or the network failed.
    Network,
    /// Ctrl-C.
    Interrupted,
    /// The command to run cannot be executed; the status is the shell's.
    NotExecutable,
    /// The command to run does not exist; the status is the shell's.
    NoCommand,
    /// A command that awsp ran ended with this status. awsp prints nothing about it.
    Ended(u8),
}

impl Kind {
    /// The exit status, stable and documented in docs/commands.md.
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::PersonNeeded => 4,
            Self::LoginFailed => 5,
            Self::Network => 6,
            Self::Interrupted => 130,
            Self::NotExecutable => 126,
            Self::NoCommand => 127,
            Self::Ended(status) => status,
        }
    }
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub path: PathBuf,
    /// The path with `~`, for messages.
    pub shown: String,
    /// From 1.
    pub line: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.shown, self.line)
    }
}

/// A failure, worded for the person who reads it.
#[derive(Clone, Debug)]
pub struct Error {
    pub kind: Kind,
    /// What could not be done: lower case, no full stop, names in backticks.
    pub message: String,
    /// The line of a file that causes the failure. It is printed after the message.
    pub place: Option<Box<Location>>,
    /// From the highest cause to the lowest; the last is shown, all of them with `--verbose`.
    pub causes: Vec<String>,
    /// Next steps, each a command that can be pasted. The most important comes last.
    pub hints: Vec<String>,
    /// A name that was not found. Then the hint is the command as it was typed, with a similar
    /// name, and only `main` knows what was typed.
    pub unknown: Option<Box<Unknown>>,
}

/// A name that was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub name: String,
    /// Names that may have been meant, the likeliest first.
    pub near: Vec<String>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            place: None,
            causes: Vec::new(),
            hints: Vec::new(),
            unknown: None,
        }
    }

    /// Says which name was not found, and which may have been meant, the likeliest first.
    #[must_use]
    pub fn unknown(mut self, name: &str, near: &[&str]) -> Self {
        self.unknown = Some(Box::new(Unknown {
            name: name.to_owned(),
            near: near.iter().map(|&near| near.to_owned()).collect(),
        }));
        self
    }

    /// Adds the line that causes the failure.
    #[must_use]
    pub fn at(mut self, place: Location) -> Self {
        self.place = Some(Box::new(place));
        self
    }

    /// Adds a cause below those already there.
    #[must_use]
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{} ({place})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}
