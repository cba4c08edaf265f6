//! Programs that awsp starts: their environment, and limits on their output and time.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::later::Later;
use super::{files, secrets};

/// The limit for the output of `--version` (bytes).
const MOST: u64 = 4096;
/// The pause between two looks at a program that has closed its output but not ended.
const TICK: Duration = Duration::from_millis(5);

/// The limits for looking at another process.
const PS: Limits = Limits {
    time: Duration::from_secs(5),
    bytes: MOST,
};

/// A command, without the variables and limits that are only for awsp.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_remove("AWSP_SHELL")
        .env_remove("AWSP_PREVIOUS")
        .env_remove("AWSP_SWITCHED")
        .env_remove("AWSP_CONFIRMED")
        .env_remove("AWSP_CMD")
        .env_remove("AWSP_PID");
    command
}

/// Starts a program as if awsp were not there: it may write core dumps.
pub fn spawn(command: &mut Command) -> io::Result<Child> {
    secrets::release();
    let child = command.spawn();
    secrets::guard();
    child
}

/// True for a process that is stopped, by Ctrl-Z or a signal.
pub fn is_stopped(pid: u32) -> bool {
    let state = if cfg!(target_os = "linux") {
        // The name of the program is in parentheses and may contain any character.
        let text = files::text(Path::new(&format!("/proc/{pid}/stat")), files::SMALL);
        let text = text.ok().flatten();
        text.and_then(|text| text.rsplit_once(") ")?.1.chars().next())
    } else {
        let mut ps = command("ps");
        ps.args(["-o", "state=", "-p", &pid.to_string()]);
        let output = run(&mut ps, PS);
        let text = output.ok().map(|output| output.stdout);
        text.and_then(|text| {
            text.trim_ascii_start()
                .first()
                .map(|&byte| char::from(byte))
        })
    };
    matches!(state, Some('T'))
}

/// The limits for a program.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    /// The limit for its output.
    pub bytes: u64,
}

/// What a program printed, and how it ended. No `Debug`, because it may contain secrets.
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    /// Empty, unless the command pipes it.
    pub stderr: Vec<u8>,
}

/// Why a program was stopped before its end.
#[derive(Debug)]
pub enum Cut {
    /// It cannot be started.
    Start(io::Error),
    /// It took too long.
    Time(Duration),
    /// It printed too much.
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

/// Runs a command to its end and returns its output. Stdin and stderr are those of the command, so
/// that it can ask a person at the terminal.
///
/// # Errors
/// It cannot be started, or exceeds a limit.
pub fn run(command: &mut Command, limits: Limits) -> Result<Finished, Cut> {
    let until = Instant::now() + limits.time;
    let mut child = spawn(command.stdout(Stdio::piped())).map_err(Cut::Start)?;
    let result = listen(&mut child, limits, until);
    if result.is_err() {
        // Nobody has waited for it yet, so the process number still belongs to it.
        let _ = child.kill();
        let _ = child.wait();
    }
    result
}

fn listen(child: &mut Child, limits: Limits, until: Instant) -> Result<Finished, Cut> {
    let most = limits.bytes;
    let stdout = all(child.stdout.take(), limits);
    let stderr = all(child.stderr.take(), limits);
    let stdout = stdout.wait().ok_or(Cut::Time(limits.time))?;
    let stderr = stderr.wait().ok_or(Cut::Time(limits.time))?;
    if stdout.len().max(stderr.len()) as u64 > most {
        return Err(Cut::Bytes(most));
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                return Ok(Finished {
                    status,
                    stdout,
                    stderr,
                });
            }
            Ok(None) if Instant::now() < until => sleep(TICK),
            Ok(None) => return Err(Cut::Time(limits.time)),
            Err(error) => return Err(Cut::Start(error)),
        }
    }
}

/// The output of a pipe, up to its end or a little beyond the limit.
fn all(pipe: Option<impl io::Read + Send + 'static>, limits: Limits) -> Later<Vec<u8>> {
    Later::start(limits.time, move || {
        let mut bytes = Vec::new();
        // If it cannot be read to its end, what arrived is judged.
        let _ = pipe.map(|pipe| pipe.take(limits.bytes + 1).read_to_end(&mut bytes));
        bytes
    })
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
        // Its own process group, to end it together with all that it starts.
        let mut child = command.process_group(0).spawn().ok()?;
        let stdout = child.stdout.take()?;
        let text = Later::start(limit, move || {
            let mut bytes = Vec::new();
            // Only the first line: a child process may keep the pipe open forever.
            let _ = BufReader::new(stdout.take(MOST)).read_until(b'\n', &mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Some(Self { child, text })
    }

    /// The version, if it was printed in time; then the program is ended.
    pub fn answer(mut self) -> Option<String> {
        let text = self.text.wait();
        // Nobody has waited for it yet, so the process number still belongs to it.
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

    use rustix::process::kill_process;

    use super::*;

    #[test]
    fn a_stopped_process_is_distinguished_from_one_that_runs() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let pid = Pid::from_child(&child);
        assert!(!is_stopped(child.id()));
        kill_process(pid, Signal::STOP).unwrap();
        while !is_stopped(child.id()) {
            std::thread::yield_now();
        }
        kill_process(pid, Signal::CONT).unwrap();
        while is_stopped(child.id()) {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_stopped(child.id()), "it is gone");
    }

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
