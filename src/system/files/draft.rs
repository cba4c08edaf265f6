//! A temporary file that will replace another file.

use std::fs::{self, File, FileTimes, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Seek as _, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown,
};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{FlockOperation, Gid, Mode, Uid, fchown, flock};
use rustix::process::{geteuid, umask};
use tempfile::NamedTempFile;

use super::change_with;
use super::sweep::{PREFIX, SUFFIX, sweep};

/// The kernel's limit.
const MOST_LINKS: usize = 40;

/// A temporary file in the folder of the file that it will replace. It is removed when it is
/// dropped before [`Draft::commit`]. A lock on it protects it from being swept away.
#[derive(Debug)]
pub struct Draft {
    file: NamedTempFile,
    path: PathBuf,
    target: PathBuf,
    light: bool,
}

impl Draft {
    /// Makes the temporary file, and its folder if that does not exist.
    ///
    /// # Errors
    /// The folder cannot be made or written.
    pub fn new(path: &Path) -> io::Result<Self> {
        let target = target(path)?;
        let folder = target.parent().unwrap_or(Path::new("."));
        if target == *path {
            make_private_dir(folder)?;
        } else if !folder.exists() {
            // The target may be on a disk that is not mounted at the moment.
            let folder = folder.display();
            let why = format!("it is a link into {folder}, which does not exist");
            return Err(io::Error::other(why));
        }
        let file = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{}-", std::process::id()))
            .suffix(SUFFIX)
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(folder)?;
        // On file systems without locks, only its age protects it.
        let _ = flock(file.as_file(), FlockOperation::NonBlockingLockExclusive);
        keep_owner(file.as_file(), &target, folder);
        if let Ok(now) = file.as_file().metadata().and_then(|data| data.modified()) {
            sweep(folder, now);
        }
        Ok(Self {
            file,
            path: path.to_owned(),
            target,
            light: false,
        })
    }

    /// For content that may be lost in a power cut: does not wait for the disk.
    #[must_use]
    pub const fn lightly(mut self) -> Self {
        self.light = true;
        self
    }

    /// Reserves room for this many bytes, for a result that cannot be had a second time.
    ///
    /// # Errors
    /// There is no room.
    pub fn reserve(&mut self, bytes: usize) -> io::Result<()> {
        self.fill(&vec![b' '; bytes])
    }

    /// Takes mode and owner of an existing file, or mode 0644 minus the umask.
    pub(super) fn be_like(&self, like: Option<&Metadata>) -> io::Result<()> {
        let Some(like) = like else {
            let kept = umask(Mode::empty());
            umask(kept);
            return self.mode(0o644 & !kept.bits());
        };
        self.mode(like.mode() & 0o777)?;
        give(self.file.as_file(), like);
        Ok(())
    }

    /// The mode that the file will have instead of 0600.
    ///
    /// # Errors
    /// The file system does not keep modes.
    pub fn mode(&self, mode: u32) -> io::Result<()> {
        // The builder cannot set it, because the umask would remove bits.
        let file = self.file.as_file();
        file.set_permissions(Permissions::from_mode(mode))
    }

    /// Writes the content and replaces the old file.
    ///
    /// # Errors
    /// No room, or the folder cannot be written any more.
    pub fn commit(mut self, content: &[u8]) -> io::Result<()> {
        self.fill(content)?;
        self.put_in_place()
    }

    /// The same, with the time of writing of another file.
    ///
    /// # Errors
    /// As [`Draft::commit`].
    pub fn commit_at(mut self, content: &[u8], written: SystemTime) -> io::Result<()> {
        self.fill(content)?;
        let times = FileTimes::new().set_modified(written);
        self.file.as_file().set_times(times)?;
        self.put_in_place()
    }

    /// [`super::update`], with this temporary file for the result.
    ///
    /// # Errors
    /// As [`super::update`].
    pub fn update<E: From<io::Error>>(
        self,
        change: impl FnMut(Option<&[u8]>) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<bool, E> {
        let path = self.path.clone();
        change_with(&path, Some(self), change)
    }

    /// Replaces the content of the temporary file. The blocks that were reserved are kept until all
    /// is written.
    pub(super) fn fill(&mut self, content: &[u8]) -> io::Result<()> {
        let file = self.file.as_file_mut();
        file.rewind()?;
        file.write_all(content)?;
        file.set_len(content.len() as u64)?;
        if self.light { Ok(()) } else { file.sync_all() }
    }

    pub(super) fn put_in_place(self) -> io::Result<()> {
        self.file
            .persist(&self.target)
            .map_err(|error| error.error)?;
        if !self.light
            && let Some(folder) = self.target.parent()
        {
            // Makes the new name safe against a power cut, if the file system can do that.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

/// Opens a file to lock it, and makes it if it does not exist. Does not follow a symbolic link, so
/// that no other file is locked.
///
/// # Errors
/// It cannot be made, or is a link.
pub fn open_lock(path: &Path) -> io::Result<File> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_private_dir(folder)?;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    keep_owner(&file, path, folder);
    Ok(file)
}

/// Makes a folder and its parents with mode 0700. Existing folders keep their mode.
///
/// # Errors
/// One of them cannot be made.
fn make_private_dir(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().unwrap_or(Path::new("."));
    if !above.as_os_str().is_empty() {
        make_private_dir(above)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => return Ok(()),
        Err(error) => return Err(error),
    }
    if geteuid().is_root()
        && let Ok(above) = fs::metadata(above)
    {
        let _ = chown(path, Some(above.uid()), Some(above.gid()));
    }
    Ok(())
}

/// Gives a new file the owner of the file it replaces; if root makes one in another user's folder,
/// it gets the owner of the folder.
fn keep_owner(new: &File, target: &Path, folder: &Path) {
    let is_root = geteuid().is_root();
    let of_somebody = |data: &Metadata| !(is_root && data.uid() == 0);
    let old = fs::metadata(target).ok().filter(of_somebody);
    let owner = old.or_else(|| is_root.then(|| fs::metadata(folder).ok()).flatten());
    if let Some(owner) = owner {
        give(new, &owner);
    }
}

fn give(new: &File, owner: &Metadata) {
    let has = |made: &Metadata| (made.uid(), made.gid()) == (owner.uid(), owner.gid());
    if new.metadata().is_ok_and(|made| !has(&made)) {
        let (uid, gid) = (Uid::from_raw(owner.uid()), Gid::from_raw(owner.gid()));
        let _ = fchown(new, Some(uid), Some(gid));
    }
}

/// The file that a path leads to through symbolic links. It need not exist.
///
/// # Errors
/// The links go round, or a folder cannot be looked into.
pub fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("/")).join(link),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput
                ) =>
            {
                return Ok(path);
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}
