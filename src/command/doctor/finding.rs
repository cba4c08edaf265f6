//! What a check finds in the environment, the files, the caches and the shell. A check only reads:
//! it writes nothing, asks nothing and never fails.

use super::fix::Fix;
use crate::aws::config::Files;
use crate::aws::profile::{Profile, SsoSession};
use crate::shell::startup::StartUp;
use crate::system::env::Env;
use crate::system::error::Result;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; no tool behaves differently because of it.
    Note,
    /// It can make a tool fail, or use another account or region.
    Warning,
    /// It does so now.
    Wrong,
}

impl Severity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable name in kebab case, for programs.
    pub id: &'static str,
    pub severity: Severity,
    /// What was found, and its effect.
    pub what: String,
    /// File and line, or a variable.
    pub place: Option<String>,
    /// The fix, as a command to paste.
    pub fix: Option<String>,
}

impl Finding {
    pub fn new(severity: Severity, id: &'static str, what: impl Into<String>) -> Self {
        Self {
            id,
            severity,
            what: what.into(),
            place: None,
            fix: None,
        }
    }

    pub fn wrong(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Wrong, id, what)
    }

    pub fn warning(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Warning, id, what)
    }

    pub fn note(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Note, id, what)
    }

    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    #[must_use]
    pub fn fix(mut self, command: impl Into<String>) -> Self {
        self.fix = Some(command.into());
        self
    }
}

/// What the checks read.
pub struct Scene<'a> {
    pub env: &'a Env,
    pub files: &'a Files,
    /// Every profile, resolved, or why it cannot be.
    pub profiles: &'a [(String, Result<Profile>)],
    /// Every session, by name or by a legacy start URL.
    pub sessions: &'a [SsoSession],
    pub fix: Fix<'a>,
    /// The start-up files of the shell in use.
    pub startup: &'a [StartUp],
}

impl Scene<'_> {
    /// The finding with the place that sets these variables, and a fix that unsets them in this
    /// shell. If a start-up file sets them, the fix also opens the file there.
    pub fn clear(&self, finding: Finding, names: &[&str]) -> Finding {
        let here = self.fix.unset(names);
        match self.setter(names) {
            Some((file, line)) => {
                let edit = self.fix.edit(&file.path, line);
                finding
                    .at(format!("{}:{line}", file.shown))
                    .fix(format!("{here} && {edit}"))
            }
            None => finding
                .at(names.first().copied().unwrap_or_default())
                .fix(here),
        }
    }

    /// The start-up file and line that sets one of these variables.
    fn setter(&self, names: &[&str]) -> Option<(&StartUp, u32)> {
        names.iter().find_map(|name| {
            self.startup
                .iter()
                .find_map(|file| Some((file, file.setter(name)?)))
        })
    }

    pub fn has_profile(&self, name: &str) -> bool {
        self.profiles.iter().any(|(known, _)| known == name)
    }

    /// True for the profile that tools use in this shell.
    pub fn is_current(&self, name: &str) -> bool {
        self.env.current_profile().unwrap_or("default") == name
    }

    /// The current profile, resolved.
    pub fn current(&self) -> Option<&Profile> {
        self.profiles
            .iter()
            .find(|(name, _)| self.is_current(name))
            .and_then(|(_, found)| found.as_ref().ok())
    }
}

/// The findings of a check for these variables and files, for tests.
#[cfg(test)]
pub fn findings(
    vars: &[(&str, &str)],
    config: &str,
    credentials: &str,
    check: fn(&Scene<'_>) -> Vec<Finding>,
) -> Vec<Finding> {
    let env = Env::of(vars);
    let files = Files::of(config, credentials);
    let profiles = crate::aws::profile::resolve_all(&files);
    let sessions = crate::aws::profile::all_sessions(&files);
    let sessions: Vec<SsoSession> = sessions
        .iter()
        .map(|used| SsoSession::clone(&used.session))
        .collect();
    let shell = env.var("SHELL").and_then(crate::shell::Shell::named);
    let fix = Fix {
        env: &env,
        shell,
        loaded: true,
    };
    check(&Scene {
        env: &env,
        files: &files,
        profiles: &profiles,
        sessions: &sessions,
        fix,
        startup: &[],
    })
}

/// Severity and id of each, for tests.
#[cfg(test)]
pub fn names(findings: &[Finding]) -> Vec<(Severity, &'static str)> {
    findings
        .iter()
        .map(|finding| (finding.severity, finding.id))
        .collect()
}
