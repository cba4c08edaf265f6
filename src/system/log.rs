//! Messages of `--verbose`. Rooms that print nothing else report here what they read and decide.

use std::ffi::OsStr;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::env::Env;
use super::text::{clean, password};

/// What `--verbose` prints, and how.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    verbose: bool,
    dim: bool,
}

impl Log {
    pub fn of(env: &Env) -> Self {
        Self {
            verbose: env.verbose,
            dim: env.stderr_is_terminal && may_colour(env),
        }
    }

    /// The same for a file that was looked for.
    pub fn read(self, exists: bool, shown: impl FnOnce() -> String) {
        let did = if exists { "read" } else { "there is no" };
        self.verbose(|| format!("{did} {}", shown()));
    }

    pub const fn is_verbose(self) -> bool {
        self.verbose
    }

    /// The same, where the same line may come again and again: printed once.
    pub fn once(self, line: impl FnOnce() -> String) {
        static PRINTED: Mutex<Vec<String>> = Mutex::new(Vec::new());
        if self.verbose {
            let line = line();
            let mut printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner);
            if !printed.contains(&line) {
                self.verbose(|| line.clone());
                printed.push(line);
            }
        }
    }

    /// One line on stderr with `--verbose`.
    pub fn verbose(self, line: impl FnOnce() -> String) {
        if self.verbose {
            let line = clean(&password::hidden(&line()));
            let first = erase();
            let text = if self.dim {
                format!("{first}\x1b[2mawsp: {line}\x1b[0m\n")
            } else {
                format!("{first}awsp: {line}\n")
            };
            // A closed stderr is no reason to fail.
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        }
    }
}

/// True while a line of progress is on the screen, which the next output replaces.
static PROGRESS: AtomicBool = AtomicBool::new(false);

/// Remembers that a line of progress was printed.
pub fn in_progress() {
    PROGRESS.store(true, Ordering::Relaxed);
}

/// What to print before anything else: it clears the line of progress, if there is one.
pub fn erase() -> &'static str {
    if PROGRESS.swap(false, Ordering::Relaxed) {
        "\r\x1b[K"
    } else {
        ""
    }
}

/// False with `NO_COLOR` (<https://no-color.org>), and on a terminal that has no colours.
pub fn may_colour(env: &Env) -> bool {
    env.raw("NO_COLOR").is_none_or(OsStr::is_empty) && env.var("TERM") != Some("dumb")
}
