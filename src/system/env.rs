//! Variables, home, clock and terminals. All other code takes them from here, so that tests need no
//! global state.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::error::{Error, Kind};
use super::files;

/// Variables, home, clock and terminals of one run.
#[derive(Clone, Debug, Default)]
pub struct Env {
    vars: HashMap<OsString, OsString>,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
    /// `--verbose`: print what was read, decided and requested.
    pub verbose: bool,
}

impl Env {
    /// The environment of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the process environment"
    )]
    pub fn of_process() -> Self {
        Self {
            vars: std::env::vars_os().collect(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            verbose: false,
        }
    }

    /// An environment of just these variables and no terminal, for tests.
    #[cfg(test)]
    pub fn of(vars: &[(&str, &str)]) -> Self {
        let vars = vars
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        Self {
            vars,
            ..Self::default()
        }
    }

    /// The variable as it is, empty or not, text or not.
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The variable when it is set, text, and not empty.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.raw(name)?.to_str().filter(|value| !value.is_empty())
    }

    /// The names of all variables that are text, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.keys().filter_map(|name| name.to_str())
    }

    /// The path of this program.
    pub fn program(&self) -> Option<PathBuf> {
        std::env::current_exe().ok()
    }

    /// The programs of this name on `PATH`, in its order.
    pub fn on_path(&self, name: &str) -> impl Iterator<Item = PathBuf> {
        let folders = self.path_folders().into_iter();
        folders
            .filter(move |folder| !files::programs(folder, &[name]).is_empty())
            .map(move |folder| folder.join(name))
    }

    /// Those of these names that are programs on `PATH`, in the order of the names.
    pub fn all_on_path(&self, names: &[String]) -> Vec<String> {
        let mut missing: Vec<&str> = names.iter().map(String::as_str).collect();
        for folder in self.path_folders() {
            let there = files::programs(&folder, &missing);
            missing.retain(|name| !there.contains(name));
        }
        let is_there = |name: &&String| !missing.contains(&name.as_str());
        names.iter().filter(is_there).cloned().collect()
    }

    /// The folders of `PATH`, each once.
    fn path_folders(&self) -> Vec<PathBuf> {
        // WSL appends the folders of Windows. Each look there takes a millisecond, and the programs
        // there are not for Linux.
        let is_wsl = self.var("WSL_DISTRO_NAME").is_some();
        let mut folders = Vec::new();
        for folder in std::env::split_paths(self.raw("PATH").unwrap_or_default()) {
            let is_windows = is_wsl && folder.starts_with("/mnt");
            if folder.is_absolute() && !is_windows && !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        folders
    }

    /// True for a variable that is set, but not to the empty text, `0`, `false` or `no`.
    pub fn flag(&self, name: &str) -> bool {
        self.var(name).is_some_and(|value| {
            !["0", "false", "no"].contains(&value.to_ascii_lowercase().as_str())
        })
    }

    /// `$HOME`. The user database is not used: a static binary cannot read all kinds of it.
    pub fn home(&self) -> Option<&Path> {
        self.raw("HOME")
            .map(Path::new)
            .filter(|home| home.is_absolute())
    }

    /// The folder for files of the home folder. Without a home it is a path below which nothing can
    /// exist, so that no file is created in `/`.
    pub fn base(&self) -> &Path {
        self.home().unwrap_or(Path::new("/dev/null"))
    }

    /// The error for a command that needs a home folder and has none.
    pub fn no_home(&self) -> Error {
        let why = match self.raw("HOME") {
            None => "HOME is not set",
            Some(_) => "HOME is not an absolute path",
        };
        Error::new(Kind::Usage, "cannot find the home folder")
            .cause(why)
            .hint("export HOME=~")
    }

    /// `~/.aws`. No variable changes it (aws-contract 1.1).
    pub fn aws_dir(&self) -> PathBuf {
        self.base().join(".aws")
    }

    /// awsp's settings folder: `$XDG_CONFIG_HOME/awsp`, else `~/.config/awsp`.
    pub fn settings_dir(&self) -> PathBuf {
        self.xdg("XDG_CONFIG_HOME", ".config")
    }

    /// awsp's state folder (recent profiles, locks): `$XDG_STATE_HOME/awsp`, else
    /// `~/.local/state/awsp`.
    pub fn state_dir(&self) -> PathBuf {
        self.xdg("XDG_STATE_HOME", ".local/state")
    }

    fn xdg(&self, variable: &str, default: &str) -> PathBuf {
        // The XDG specification says to ignore relative paths.
        let base = self
            .raw(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        base.unwrap_or_else(|| self.base().join(default))
            .join("awsp")
    }

    /// The path with `~` for the home folder, to be shown.
    pub fn tilde(&self, path: &Path) -> String {
        match self.home().and_then(|home| path.strip_prefix(home).ok()) {
            Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
            Some(rest) => format!("~/{}", rest.display()),
            None => path.display().to_string(),
        }
    }

    /// Seconds since 1970 in UTC, by the local clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
    }

    /// The name of the profile that tools would use here: `AWS_PROFILE`, then
    /// `AWS_DEFAULT_PROFILE`.
    pub fn current_profile(&self) -> Option<&str> {
        self.var("AWS_PROFILE")
            .or_else(|| self.var("AWS_DEFAULT_PROFILE"))
    }
}
