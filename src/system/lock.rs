//! One login, renewal or request for credentials at a time, in all processes of this user.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};

use super::env::Env;
use super::error::{Error, Kind, Result};
use super::files::{self, unwritable};
use crate::system::text::hash::sha1_hex;

/// Held until it is dropped, or the process ends in any way: the kernel frees it.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, not read")] Option<File>);

/// What an attempt without waiting found.
#[derive(Debug)]
pub enum Attempt {
    Got(Lock),
    /// Another process has it; its number, when it said it.
    Busy(Waiting),
}

/// A lock that another process holds.
#[derive(Debug)]
pub struct Waiting {
    file: File,
    pub holder: Option<u32>,
}

/// Takes the lock of this key if nobody holds it: a session's cache key, or that of a file of
/// credentials.
///
/// # Errors
/// awsp's state folder cannot be written.
pub fn attempt(env: &Env, key: &str) -> Result<Attempt> {
    let folder = env.state_dir().join("locks");
    let path = folder.join(sha1_hex(key));
    let mut file = match files::open_lock(&path) {
        Ok(file) => file,
        // Nobody can keep anything there, so there is nothing to keep apart.
        Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => {
            return Ok(Attempt::Got(Lock(None)));
        }
        Err(error) => return Err(unwritable(env, &path, &error)),
    };
    // `File::try_lock` of the standard library would shadow the trait's method.
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => Ok(Attempt::Got(Lock::signed(file))),
        Err(fs4::TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            Ok(Attempt::Busy(Waiting {
                file,
                holder: text.trim().parse().ok(),
            }))
        }
        Err(fs4::TryLockError::Error(error)) => Err(unwritable(env, &path, &error)),
    }
}

impl Waiting {
    /// Waits until the other process is done, or is no more.
    ///
    /// # Errors
    /// The file system does not lock.
    pub fn wait(self) -> Result<Lock> {
        fs4::FileExt::lock(&self.file)
            .map(|()| Lock::signed(self.file))
            .map_err(|error| {
                Error::new(Kind::Failed, "cannot wait for the other login").cause(error)
            })
    }
}

impl Lock {
    /// Leaves our number for those who wait.
    fn signed(mut file: File) -> Self {
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        Self(Some(file))
    }
}
