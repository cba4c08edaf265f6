//! Removes temporary files that a killed run has left. They may contain secrets.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::system::env::Env;

/// How every temporary file's name begins and ends.
pub(super) const PREFIX: &str = ".awsp-";
pub(super) const SUFFIX: &str = ".tmp";

/// `~/.aws/sso/cache`.
const DEEPEST: usize = 2;
/// A file that was just made may not be locked yet.
const YOUNG: Duration = Duration::from_secs(10);
/// On file systems without locks, a file is only removed when it is this old.
const OLD: Duration = Duration::from_hours(24);

/// Removes what killed runs have left in the folders that awsp writes to: `~/.aws` and its state
/// folder.
pub fn sweep_home(env: &Env) {
    let now = UNIX_EPOCH + Duration::from_secs(u64::try_from(env.now()).unwrap_or(0));
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
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let left = entries.filter(|entry| {
        let name = entry.file_name();
        let is_ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        is_ours && is_left(&entry.path(), now) && fs::remove_file(entry.path()).is_ok()
    });
    left.count()
}

fn is_left(path: &Path, now: SystemTime) -> bool {
    let Ok(data) = fs::symlink_metadata(path) else {
        return false;
    };
    let age = data
        .modified()
        .ok()
        .and_then(|at| now.duration_since(at).ok());
    let Some(age) = age.filter(|age| data.is_file() && *age > YOUNG) else {
        return false;
    };
    // The kernel releases the lock when the process ends.
    match fs::File::open(path).map(|file| flock(file, FlockOperation::NonBlockingLockExclusive)) {
        Ok(Ok(())) => true,
        Ok(Err(Errno::WOULDBLOCK)) | Err(_) => false,
        Ok(Err(_)) => age > OLD,
    }
}
