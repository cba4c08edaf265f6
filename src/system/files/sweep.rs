//! Removes temporary files that a killed run has left. They may contain secrets.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use crate::system::env::Env;

/// How every temporary file's name begins and ends; the number of its process stands between.
pub(super) const PREFIX: &str = ".awsp-";
pub(super) const SUFFIX: &str = ".tmp";

/// `~/.aws/sso/cache`.
const DEEPEST: usize = 2;
/// A file that was just made may not be locked yet. It is then still empty.
const YOUNG: Duration = Duration::from_secs(10);
/// On file systems without locks, a file is only removed when it is this old.
const OLD: Duration = Duration::from_hours(24);

/// Folders below `~/.aws` that awsp writes to, and folders below its state folder.
const SECRET: [&str; 3] = ["", "sso/cache", "cli/cache"];
const STATE: [&str; 5] = ["", "locks", "prompt", "exec", "sync"];
/// The most files of a folder that a run looks at. That takes less than a millisecond.
const GLANCE: usize = 1000;

/// Removes what killed runs have left, at the start of a run. It looks at a limited number of
/// files, so that it takes no time.
pub fn sweep_briefly(env: &Env) {
    let now = now(env);
    let secret = SECRET.map(|folder| env.aws_dir().join(folder));
    let state = STATE.map(|folder| env.state_dir().join(folder));
    for folder in secret.into_iter().chain(state) {
        sweep_some(&folder, now, GLANCE);
    }
}

fn now(env: &Env) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(env.now()).unwrap_or(0))
}

/// Removes what killed runs have left in the folders that awsp writes to: `~/.aws` and its state
/// folder.
pub fn sweep_home(env: &Env) {
    let now = now(env);
    for folder in [env.aws_dir(), env.state_dir()] {
        sweep_below(&folder, now, DEEPEST);
    }
}

fn sweep_below(folder: &Path, now: SystemTime, deep: usize) {
    sweep(folder, now);
    if deep > 0 {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                sweep_below(&entry.path(), now, deep - 1);
            }
        }
    }
}

/// Removes what killed runs have left in the folder, but no file that is still being written.
/// Returns the number of files.
pub(super) fn sweep(folder: &Path, now: SystemTime) -> usize {
    sweep_some(folder, now, usize::MAX)
}

fn sweep_some(folder: &Path, now: SystemTime, most: usize) -> usize {
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .take(most)
        .flatten();
    let left = entries.filter(|entry| {
        let name = entry.file_name();
        let is_ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        is_ours && is_left(&entry.path(), now) && fs::remove_file(entry.path()).is_ok()
    });
    left.count()
}

/// True if the process in the file's name is running, or the name has none.
fn is_made_by_the_living(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let pid = name
        .and_then(|name| name.strip_prefix(PREFIX)?.split_once('-')?.0.parse().ok())
        .and_then(Pid::from_raw);
    pid.is_none_or(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

fn is_left(path: &Path, now: SystemTime) -> bool {
    let Ok(data) = fs::symlink_metadata(path) else {
        return false;
    };
    let Some(made) = data.modified().ok().filter(|_| data.is_file()) else {
        return false;
    };
    // The clock has full seconds: a new file may be later.
    let age = now.duration_since(made).unwrap_or_default();
    // A file is locked before anything is written to it, so only an empty one may be new.
    if data.len() == 0 && age <= YOUNG && is_made_by_the_living(path) {
        return false;
    }
    // The kernel releases the lock when the process ends.
    match fs::File::open(path).map(|file| flock(file, FlockOperation::NonBlockingLockExclusive)) {
        Ok(Ok(())) => true,
        Ok(Err(Errno::WOULDBLOCK)) | Err(_) => false,
        Ok(Err(_)) => age > OLD,
    }
}
