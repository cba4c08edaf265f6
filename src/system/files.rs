//! All access to files goes through this module.
//!
//! - [`read`]: only ordinary files, and only up to a limit, because a pipe would block and
//!   `/dev/zero` never ends. A missing file is not an error.
//! - [`write_private`], [`Draft`]: a temporary file in the same folder replaces the old file, so
//!   that a reader sees the old content or the new. Mode 0600, folders 0700. A symbolic link stays
//!   a link, and its target is replaced.
//! - [`update`]: reads, changes and writes, and starts again if another program has written in
//!   between.
//! - [`sweep_briefly`], [`sweep_home`]: remove temporary files of runs that were killed. The next
//!   run, the next write in the folder and a logout do that.
//!
//! Under `sudo` that keeps `HOME`, new files do not belong to root: they get the owner of their
//! folder.

use std::path::Path;
use std::{fs, io};

pub use self::draft::{Draft, open_lock, target};
pub use self::read::{LARGE, SMALL, read, text, why};
pub use self::status::{Status, Target, canonical, list, owner, programs, replaceable, status};
pub use self::sweep::{sweep_briefly, sweep_home};
use crate::system::env::Env;
use crate::system::error::{Error, Kind};

mod draft;
mod read;
mod status;
mod sweep;

/// How often a file is read again that other programs keep changing.
const ATTEMPTS: usize = 20;

/// Writes a file, safe against a power cut.
///
/// # Errors
/// The folder cannot be made or written.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    Draft::new(path)?.commit(content)
}

/// Writes a file that belongs to the user, such as a start-up file. It gets mode and owner of
/// `like`, or mode 0644 minus the umask if that does not exist.
///
/// # Errors
/// It is read-only, or its folder cannot be made or written.
pub fn write_like(path: &Path, content: &[u8], like: &Path) -> io::Result<()> {
    if replaceable(path)? == Target::ReadOnly {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is read-only",
        ));
    }
    let draft = Draft::new(path)?;
    draft.be_like(fs::metadata(like).ok().as_ref())?;
    draft.commit(content)
}

/// Changes a file that other programs write too, and for which they take no lock.
///
/// `change` gets what the file holds now (`None` when there is no file) and returns what it is to
/// hold, or `None` to leave it as it is. If the file was written in between, `change` is called
/// again with the new content: it must look at what it gets each time, so that nothing is
/// overwritten unseen. Returns whether a byte was changed.
///
/// If the result must not be lost on a full disk (a refresh token works only once), make a
/// [`Draft`] first and call [`Draft::update`].
///
/// # Errors
/// Those of `change`; a file that cannot be read or written, or that others keep changing.
pub fn update<E: From<io::Error>>(
    path: &Path,
    change: impl FnMut(Option<&[u8]>) -> Result<Option<Vec<u8>>, E>,
) -> Result<bool, E> {
    change_with(path, None, change)
}

/// [`update`], with a temporary file that may exist already.
fn change_with<E: From<io::Error>>(
    path: &Path,
    mut draft: Option<Draft>,
    mut change: impl FnMut(Option<&[u8]>) -> Result<Option<Vec<u8>>, E>,
) -> Result<bool, E> {
    for _ in 0..ATTEMPTS {
        let current = read(path, LARGE)?;
        let Some(new) = change(current.as_deref())? else {
            return Ok(false);
        };
        if current.as_ref() == Some(&new) {
            return Ok(false);
        }
        let mut ready = match draft.take() {
            Some(draft) => draft,
            None => Draft::new(path)?,
        };
        ready.fill(&new)?;
        if read(path, LARGE)? == current {
            ready.put_in_place()?;
            return Ok(true);
        }
        draft = Some(ready);
    }
    Err(io::Error::other("another program keeps changing it").into())
}

/// Writes a file of mode 0600, unless it has this content already.
pub fn keep(path: &Path, content: &[u8]) -> io::Result<()> {
    if read(path, LARGE).ok().flatten().as_deref() == Some(content) {
        return Ok(());
    }
    write_private(path, content)
}

/// Removes a file and returns whether it existed. A missing file is not an error.
///
/// # Errors
/// The folder cannot be written.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The error for a cache that cannot be written, with a command that may fix it.
pub fn unwritable(env: &Env, path: &Path, error: &io::Error) -> Error {
    if env.home().is_none() {
        return env.no_home();
    }
    let folder = env.tilde(path.parent().unwrap_or(path));
    let told = Error::new(Kind::Failed, format!("cannot write to {folder}")).cause(why(error));
    match error.kind() {
        io::ErrorKind::PermissionDenied => told.hint(format!("chmod u+rwx {folder}")),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            told.hint(format!("df -h {folder}"))
        }
        _ => told,
    }
}

#[cfg(test)]
mod tests;
