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
/// The second line of a lock file while a person logs in.
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
        let text = format!("{LOGIN}\n");
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

/// True while the holder waits for a person.
fn is_login(file: &mut File) -> bool {
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(256).read_to_string(&mut text));
    read.is_ok() && text.lines().nth(1) == Some(LOGIN)
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
fn here() -> String {
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
        if let Some((_, path)) = &self.file {
            let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
            held.retain(|other| other != path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn home() -> (tempfile::TempDir, Env) {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        (home, env)
    }

    fn silent(_: &str) {}

    #[test]
    fn a_lock_is_had_by_one_at_a_time_and_says_by_whom() {
        let (_home, env) = home();
        let lock = take(&env, "k", "it", &mut silent).unwrap();
        assert!(lock.is_real() && !lock.waited);
        let file = path(&env, "k");
        assert_eq!(
            Holder::of(&mut File::open(&file).unwrap()),
            Some(Holder {
                pid: std::process::id(),
                elsewhere: None
            })
        );
        let (said, heard) = std::sync::mpsc::channel();
        let waiting = std::thread::spawn(move || {
            take(&env, "k", "the login", &mut |line| {
                said.send(line.to_owned()).unwrap();
            })
            .unwrap()
            .waited
        });
        assert_eq!(
            heard.recv().unwrap(),
            format!(
                "awsp: waiting for the login in process {}",
                std::process::id()
            )
        );
        drop(lock);
        assert!(waiting.join().unwrap());
    }

    #[test]
    fn nobody_but_a_person_waits_for_a_login() {
        let (_home, env) = home();
        let lock = take(&env, "k", "it", &mut silent).unwrap();
        tell_login();
        let other = || take_as(Waiter::Other, &env, "k", "the login", &mut silent);
        let error = other().unwrap_err();
        assert_eq!(
            (error.kind, error.message.as_str(), error.causes),
            (
                Kind::PersonNeeded,
                "cannot wait for the login",
                vec![format!(
                    "a person is logging in, in process {}",
                    std::process::id()
                )]
            )
        );
        drop(lock);
        // It is over: the next holder says so.
        let lock = other().unwrap();
        let text = fs::read_to_string(path(&env, "k")).unwrap();
        assert!(!text.contains(LOGIN), "{text}");
        drop(lock);
        assert!(
            HELD.lock()
                .unwrap()
                .iter()
                .all(|held| *held != path(&env, "k"))
        );
    }

    #[test]
    fn a_lock_that_cannot_be_had_is_done_without() {
        let without = |prepare: &dyn Fn(&Path)| {
            let (home, env) = home();
            prepare(home.path());
            let lock = take(&env, "k", "it", &mut |_| panic!("nobody waits")).unwrap();
            assert!(!lock.is_real());
            (home, env)
        };
        let state = Path::new(".local/state/awsp");
        // ENOTDIR: a file is where the folder should be.
        without(&|home| {
            fs::create_dir_all(home.join(".local/state")).unwrap();
            fs::write(home.join(state), "").unwrap();
        });
        let locks = state.join("locks");
        let lock = locks.join(sha1_hex("k"));
        // EISDIR, and things that are not files.
        without(&|home| fs::create_dir_all(home.join(&lock)).unwrap());
        without(&|home| {
            fs::create_dir_all(home.join(&locks)).unwrap();
            let made = Command::new("mkfifo").arg(home.join(&lock)).status();
            assert!(made.unwrap().success());
        });
        // ELOOP: the target of the link does not change.
        let (home, _) = without(&|home| {
            fs::create_dir_all(home.join(&locks)).unwrap();
            fs::write(home.join("precious"), "text").unwrap();
            symlink(home.join("precious"), home.join(&lock)).unwrap();
        });
        assert_eq!(
            fs::read_to_string(home.path().join("precious")).unwrap(),
            "text"
        );
    }

    #[test]
    fn a_holder_elsewhere_is_not_looked_for_here() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        fs::write(&path, format!("{} other-host\n", std::process::id())).unwrap();
        let holder = Holder::of(&mut File::open(&path).unwrap()).unwrap();
        assert_eq!(
            holder.shown(),
            format!("process {} on other-host", std::process::id())
        );
        assert!(!holder.is_stopped());
        for text in ["", "12", "x here", "12 "] {
            fs::write(&path, text).unwrap();
            let holder = Holder::of(&mut File::open(&path).unwrap());
            assert_eq!(holder, None, "{text}");
        }
    }
}
