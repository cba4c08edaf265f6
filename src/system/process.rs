//! Programs that awsp starts: what they get, and how long they are listened to.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::later::Later;

/// More than any program says of its version (bytes).
const MOST: u64 = 4096;
/// How often a program that has closed its output is looked at again.
const TICK: Duration = Duration::from_millis(5);

/// A command without what is meant for awsp alone.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_remove("AWSP_SHELL")
        .env_remove("AWSP_PREVIOUS")
        .env_remove("AWSP_SWITCHED");
    command
}

/// What a program may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    /// Of what it prints.
    pub bytes: u64,
}

/// What a program printed, and how it ended. No `Debug`: it may be secrets.
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
}

/// Why a program was not listened to until its end. It is ended then.
#[derive(Debug)]
pub enum Cut {
    /// It cannot be started.
    Start(io::Error),
    /// It took longer than it may.
    Time(Duration),
    /// It printed more than it may.
    Bytes(u64),
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Start(error) => write!(f, "{error}"),
            Self::Time(time) => write!(f, "it took longer than {} s", time.as_secs()),
            Self::Bytes(bytes) => write!(f, "it printed more than {} kB", bytes >> 10),
        }
    }
}

/// Runs a command to its end and returns what it printed. Its stdin and stderr are as the command
/// has them: it may ask the person at the terminal.
///
/// # Errors
/// It cannot be started, or costs more than it may.
pub fn run(command: &mut Command, limits: Limits) -> Result<Finished, Cut> {
    let until = Instant::now() + limits.time;
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(Cut::Start)?;
    let result = listen(&mut child, limits, until);
    if result.is_err() {
        // It is not waited for before, so the number is still its own.
        let _ = child.kill();
        let _ = child.wait();
    }
    result
}

fn listen(child: &mut Child, limits: Limits, until: Instant) -> Result<Finished, Cut> {
    let stdout = child.stdout.take();
    let most = limits.bytes;
    let text = Later::start(limits.time, move || {
        let mut bytes = Vec::new();
        // What cannot be read to its end is judged by what came.
        let _ = stdout.map(|stdout| stdout.take(most + 1).read_to_end(&mut bytes));
        bytes
    });
    let stdout = text.wait().ok_or(Cut::Time(limits.time))?;
    if stdout.len() as u64 > most {
        return Err(Cut::Bytes(most));
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(Finished { status, stdout }),
            Ok(None) if Instant::now() < until => sleep(TICK),
            Ok(None) => return Err(Cut::Time(limits.time)),
            Err(error) => return Err(Cut::Start(error)),
        }
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
        let mut command = command(program);
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

    fn shell(line: &str, seconds: u64) -> Result<Finished, Cut> {
        let limits = Limits {
            time: Duration::from_secs(seconds),
            bytes: 1024,
        };
        run(command("sh").args(["-c", line]), limits)
    }

    #[test]
    fn what_a_program_prints_comes_back_with_its_status() {
        let done = shell("echo text; exit 3", 30).unwrap();
        assert_eq!(
            (done.status.code(), done.stdout),
            (Some(3), b"text\n".to_vec())
        );
    }

    #[test]
    fn a_program_that_prints_or_takes_too_much_is_ended() {
        let begin = Instant::now();
        let cut = |line: &str, seconds| match shell(line, seconds) {
            Ok(_) => panic!("{line}"),
            Err(cut) => cut.to_string(),
        };
        assert_eq!(cut("exec yes", 30), "it printed more than 1 kB");
        assert_eq!(cut("exec sleep 1000", 1), "it took longer than 1 s");
        assert_eq!(
            cut("exec >&-; exec sleep 1000", 1),
            "it took longer than 1 s"
        );
        assert!(begin.elapsed() < Duration::from_secs(25));
        let missing = run(
            &mut command("/nonexistent"),
            Limits {
                time: Duration::from_secs(1),
                bytes: 1,
            },
        );
        assert!(matches!(missing, Err(Cut::Start(_))));
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
