//! Answers that are waited for only so long: of other programs and of the network.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::process;

/// More than any program says of its version (bytes).
const MOST: u64 = 4096;

/// Work on a thread of its own. One that does not come back ends with the process.
#[derive(Debug)]
pub struct Later<T> {
    answer: Receiver<T>,
    until: Instant,
}

impl<T: Send + 'static> Later<T> {
    pub fn start(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, answer) = channel();
        // Without a thread the sender is gone, and there is no answer.
        let _ = thread::Builder::new().spawn(move || sender.send(work()));
        Self {
            answer,
            until: Instant::now() + limit,
        }
    }

    /// What came of it, if it came in time.
    pub fn wait(self) -> Option<T> {
        self.answer
            .recv_timeout(self.until.saturating_duration_since(Instant::now()))
            .ok()
    }
}

/// A program that was asked for its version.
#[derive(Debug)]
pub struct Asked {
    child: Child,
    text: Later<String>,
}

impl Asked {
    /// Starts `PROGRAM --version`; `None` when it cannot be started.
    pub fn version(program: &Path, limit: Duration) -> Option<Self> {
        let mut command = process::command(program);
        command
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // A group of its own, to be ended with all that it starts.
        let mut child = command.process_group(0).spawn().ok()?;
        let stdout = child.stdout.take()?;
        let text = Later::start(limit, move || {
            let mut bytes = Vec::new();
            // The first line: a child that it leaves behind may keep the rest open for good.
            let _ = BufReader::new(stdout.take(MOST)).read_until(b'\n', &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Some(Self { child, text })
    }

    /// What it said, if it did in time; then it is ended.
    pub fn answer(mut self) -> Option<String> {
        let text = self.text.wait();
        // Not waited for before, so the number is still its own.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.try_wait();
        text
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn program(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_program_says_its_version() {
        let (_folder, path) = program("#!/bin/sh\necho \"$1 1.2\"\necho talk >&2\n");
        let asked = Asked::version(&path, Duration::from_secs(30)).unwrap();
        assert_eq!(asked.answer().as_deref(), Some("--version 1.2\n"));
        assert!(Asked::version(Path::new("/nonexistent"), Duration::from_secs(1)).is_none());
    }

    #[test]
    fn a_program_that_never_ends_is_not_waited_for() {
        let (_folder, path) = program("#!/bin/sh\nsleep 1000 &\nwait\n");
        let begin = Instant::now();
        let asked = Asked::version(&path, Duration::from_millis(200)).unwrap();
        assert_eq!(asked.answer(), None);
        assert!(begin.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_program_that_never_stops_talking_is_cut_off() {
        let (_folder, path) = program("#!/bin/sh\nexec yes\n");
        let asked = Asked::version(&path, Duration::from_secs(30)).unwrap();
        assert_eq!(asked.answer().as_deref(), Some("y\n"));
    }
}
