//! Locks, so that only one process of this user logs in, renews a session or requests the same
//! credentials at a time.
//!
//! A lock only saves work: everything is correct without it too. So awsp goes on without a lock
//! that it cannot get (a home that cannot be written, a full disk, a file system without locks).

use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::env::Env;
use super::error::{Error, Kind, Result};
use super::log::Log;
use super::text::clean;
use super::text::hash::sha1_hex;
use super::{files, process};

/// The longest wait: a little longer than a login may take.
const LIMIT: Duration = Duration::from_mins(11);
/// A shorter wait is not mentioned.
const SILENCE: Duration = Duration::from_millis(300);
/// How long the holder must have been stopped before it counts as stopped. A debugger stops
/// processes for moments.
const STOPPED: Duration = Duration::from_secs(2);
/// The pause between two attempts: the first and the longest.
const PAUSE: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(100)];
/// The second line of a lock file while a person logs in; then comes the number of the process.
const LOGIN: &str = "login";

/// The locks of this process.
static HELD: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The lock is held until this is dropped. The kernel also releases it when the process ends.
#[derive(Debug)]
pub struct Lock {
    /// With its path.
    file: Option<(File, PathBuf)>,
    /// True if another process held it before.
    pub waited: bool,
}

/// The kind of process that waits for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiter {
    /// A person: waits for everything.
    Person,
    /// An agent, a script or a job in the background: waits for requests, but not for a person's
    /// login.
    Other,
}

impl Waiter {
    pub const fn of(is_person: bool) -> Self {
        if is_person { Self::Person } else { Self::Other }
    }
}

/// The holder of a lock, according to the lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Holder {
    pid: u32,
    /// The name of another machine or container, where the process number means another process.
    elsewhere: Option<String>,
}

/// Takes the lock of a key (a session's cache key, or that of a file of credentials), and waits
/// while another process holds it. `what` describes what that process does, for messages. `say`
/// prints a message, and is only called if the wait is long enough to notice.
///
/// # Errors
/// The other process is stopped, or takes longer than any login.
pub fn take(env: &Env, key: &str, what: &str, say: &mut dyn FnMut(&str)) -> Result<Lock> {
    take_as(Waiter::Person, env, key, what, say)
}

/// The same for others than a person, who do not wait for a login.
///
/// # Errors
/// As [`take`], and a person is logging in.
pub fn take_as(
    waiter: Waiter,
    env: &Env,
    key: &str,
    what: &str,
    say: &mut dyn FnMut(&str),
) -> Result<Lock> {
    let path = path(env, key);
    let without = |why: io::Error| {
        Log::of(env).verbose(|| format!("going on without {}: {why}", env.tilde(&path)));
        Ok(Lock {
            file: None,
            waited: false,
        })
    };
    let file = match open(&path) {
        Ok(file) => file,
        Err(error) => return without(error),
    };
    // `File::try_lock` of the standard library would shadow the trait's method.
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => Ok(Lock::signed(file, path, false)),
        Err(fs4::TryLockError::WouldBlock) => wait(waiter, file, path, what, say),
        Err(fs4::TryLockError::Error(error)) => without(error),
    }
}

/// Leaves word at each lock of this process that a person logs in now: nobody knows how long that
/// takes.
pub fn tell_login() {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    for path in held.iter() {
        let signed = signature();
        let text = format!("{LOGIN} {}\n", std::process::id());
        // Without it the others wait.
        let _ = open(path).and_then(|file| file.write_all_at(text.as_bytes(), signed.len() as u64));
    }
}

/// The first line of a lock file.
fn signature() -> String {
    format!("{} {}\n", std::process::id(), here())
}

/// The lock file of a key.
pub fn path(env: &Env, key: &str) -> PathBuf {
    env.state_dir().join("locks").join(sha1_hex(key))
}

fn open(path: &Path) -> io::Result<File> {
    let file = files::open_lock(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is not an ordinary file"))
    }
}

fn wait(
    waiter: Waiter,
    mut file: File,
    path: PathBuf,
    what: &str,
    say: &mut dyn FnMut(&str),
) -> Result<Lock> {
    let start = Instant::now();
    let (mut said, mut pause) = (false, PAUSE[0]);
    let mut stopped: Option<(Instant, Holder)> = None;
    let mut looked = start;
    loop {
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => return Ok(Lock::signed(file, path, true)),
            Err(fs4::TryLockError::WouldBlock) => {}
            Err(fs4::TryLockError::Error(_)) => {
                return Ok(Lock {
                    file: None,
                    waited: true,
                });
            }
        }
        if waiter == Waiter::Other && is_login(&mut file) {
            return Err(is_login_error(what, Holder::of(&mut file)));
        }
        if !said && start.elapsed() >= SILENCE {
            said = true;
            let holder = Holder::of(&mut file);
            let holder = holder.map_or_else(|| "another process".to_owned(), |it| it.shown());
            say(&format!("awsp: waiting for {what} in {holder}"));
        }
        if looked.elapsed() >= STOPPED / 4 {
            looked = Instant::now();
            stopped = still_stopped(stopped, Holder::of(&mut file));
            if let Some((_, holder)) = stopped
                .as_ref()
                .filter(|(since, _)| since.elapsed() >= STOPPED)
            {
                return Err(holder.is_stopped_error(what));
            }
        }
        if start.elapsed() >= LIMIT {
            return Err(too_long(what, Holder::of(&mut file)));
        }
        sleep(pause);
        pause = (pause * 2).min(PAUSE[1]);
    }
}

/// True while the holder waits for a person. The holder of before may have been killed at a login,
/// and the new one has not written its own lines yet.
fn is_login(file: &mut File) -> bool {
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(256).read_to_string(&mut text));
    let mut lines = text.lines();
    let mut next = |at| lines.next().and_then(|line| line.split(' ').nth(at));
    let (holder, login) = (next(0), next(1));
    read.is_ok()
        && login.is_some()
        && login == holder
        && Holder::of(file).is_some_and(|it| it.lives())
}

fn is_login_error(what: &str, holder: Option<Holder>) -> Error {
    let holder = holder.map_or_else(|| "another process".to_owned(), |it| it.shown());
    Error::new(Kind::PersonNeeded, format!("cannot wait for {what}"))
        .cause(format!("a person is logging in, in {holder}"))
}

/// Since when the holder is stopped, if it is.
fn still_stopped(
    before: Option<(Instant, Holder)>,
    now: Option<Holder>,
) -> Option<(Instant, Holder)> {
    let holder = now.filter(Holder::is_stopped)?;
    match before {
        Some((since, same)) if same == holder => Some((since, same)),
        _ => Some((Instant::now(), holder)),
    }
}

fn too_long(what: &str, holder: Option<Holder>) -> Error {
    let error = Error::new(Kind::Failed, format!("waited too long for {what}"));
    let minutes = LIMIT.as_secs() / 60;
    match holder {
        Some(holder) if holder.elsewhere.is_none() => error
            .cause(format!(
                "{} has been doing this for {minutes} minutes",
                holder.shown()
            ))
            .hint(format!("kill {}", holder.pid)),
        Some(holder) => error.cause(format!(
            "{} has been doing this for {minutes} minutes",
            holder.shown()
        )),
        None => error.cause(format!(
            "another process has been doing this for {minutes} minutes"
        )),
    }
}

impl Holder {
    /// Reads a lock file: the process number, and the machine that it belongs to.
    fn of(file: &mut File) -> Option<Self> {
        let mut text = String::new();
        file.rewind().ok()?;
        file.take(256).read_to_string(&mut text).ok()?;
        let (pid, machine) = text.lines().next()?.split_once(' ')?;
        (!machine.is_empty()).then_some(())?;
        Some(Self {
            pid: pid.parse().ok()?,
            elsewhere: Some(clean(machine)).filter(|machine| *machine != here()),
        })
    }

    fn shown(&self) -> String {
        match &self.elsewhere {
            Some(machine) => format!("process {} on {machine}", self.pid),
            None => format!("process {}", self.pid),
        }
    }

    /// False for a process of this machine that has ended.
    fn lives(&self) -> bool {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        self.elsewhere.is_some()
            || pid.is_some_and(|pid| test_kill_process(pid) != Err(Errno::SRCH))
    }

    fn is_stopped(&self) -> bool {
        self.elsewhere.is_none() && process::is_stopped(self.pid)
    }

    fn is_stopped_error(&self, what: &str) -> Error {
        Error::new(Kind::Failed, format!("cannot wait for {what}"))
            .cause(format!("process {} is stopped", self.pid))
            .hint(format!("kill -CONT {}", self.pid))
    }
}

/// The name of this machine or container.
pub fn here() -> String {
    let name = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    name.replace(char::is_whitespace, "-")
}

impl Lock {
    /// False if awsp went on without the lock.
    pub const fn is_real(&self) -> bool {
        self.file.is_some()
    }

    /// Leaves our number for those who wait.
    fn signed(file: File, path: PathBuf, waited: bool) -> Self {
        let line = signature();
        // Over the last one's, and cut off then: at no time is nobody named.
        let _ = file
            .write_all_at(line.as_bytes(), 0)
            .and_then(|()| file.set_len(line.len() as u64));
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(path.clone());
        Self {
            file: Some((file, path)),
            waited,
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some((file, path)) = &self.file {
            // The next holder must not be taken for someone who logs in.
            let signed = signature().len() as u64;
            if file.metadata().is_ok_and(|data| data.len() > signed) {
                let _ = file.set_len(signed);
            }
            let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
            held.retain(|other| other != path);
        }
    }
}

#[cfg(test)]
mod tests;
