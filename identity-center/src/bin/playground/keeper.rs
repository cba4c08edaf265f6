//! The throw-away home, and the process that removes it.
//!
//! The keeper is this program once more. It makes the home and waits for the end of its stdin,
//! which the kernel brings about however the playground ends: `exit`, Ctrl-C, a closed terminal,
//! `kill -9`. A signal handler would miss the last.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, setsid};

/// The argument that makes this program a keeper.
pub const ARGUMENT: &str = "--keep-home";

/// A home that is gone when this is dropped, or the process ends.
pub struct Home {
    path: PathBuf,
    keeper: Child,
}

impl Home {
    /// Starts a keeper, and returns when the home is there.
    pub fn new() -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut keeper = command
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut path = String::new();
        if let Some(stdout) = keeper.stdout.take() {
            BufReader::new(stdout).read_line(&mut path)?;
        }
        let path = PathBuf::from(path.trim_end_matches('\n'));
        if path.is_absolute() {
            Ok(Self { path, keeper })
        } else {
            Err(io::Error::other("cannot make a temporary folder"))
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells the keeper which shell lives here; `None` once it has ended, since its number may then
    /// be another's.
    pub fn occupied_by(&mut self, shell: Option<u32>) -> io::Result<()> {
        self.keeper
            .stdin
            .as_mut()
            .map_or(Ok(()), |stdin| writeln!(stdin, "{}", shell.unwrap_or(0)))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // `wait` closes the keeper's stdin.
        let _ = self.keeper.wait();
    }
}

/// What the keeper does.
pub fn keep() -> io::Result<()> {
    // Out of the terminal's reach: what ends the playground must not end its keeper.
    setsid()?;
    let home = tempfile::Builder::new()
        .prefix("awsp-playground-")
        .tempdir()?
        .keep();
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", home.display())
        .and_then(|()| stdout.flush())
        .or_else(|error| fs::remove_dir(&home).and(Err(error)))?;
    let mut told = String::new();
    let _ = io::stdin().read_to_string(&mut told);
    let shell = told
        .lines()
        .last()
        .and_then(|line| line.parse().ok())
        .and_then(Pid::from_raw);
    if let Some(shell) = shell {
        // Its Identity Center is gone, and its home is about to be.
        let _ = kill_process(shell, Signal::HUP);
    }
    remove(&home)
}

/// A process that is still ending can put a file into a folder that is being removed.
fn remove(home: &Path) -> io::Result<()> {
    for _ in 0..20 {
        match fs::remove_dir_all(home) {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(_) => sleep(Duration::from_millis(100)),
        }
    }
    // What was left by then is reported by the last try.
    if home.exists() {
        fs::remove_dir_all(home)
    } else {
        Ok(())
    }
}
