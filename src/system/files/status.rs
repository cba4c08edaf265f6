//! What can be known about files without reading them: mode, owner, size and path.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags, access, open, statat};

/// What the file system knows about a file.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    /// The permission bits.
    pub mode: u32,
    pub bytes: u64,
    /// An ordinary file: no folder, pipe or device.
    pub is_file: bool,
    /// When it was last written, if the file system knows.
    pub modified: Option<SystemTime>,
}

/// Whether a file can be replaced by one with other content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// There is none yet.
    New,
    /// It can, and has this mode.
    File { mode: u32 },
    /// Its owner does not want it written. Root could write it all the same.
    ReadOnly,
    /// It is a folder, a pipe or a device.
    Odd,
}

/// The status of a file; of the target of a link. `None` if there is none or it cannot be read.
pub fn status(path: &Path) -> Option<Status> {
    fs::metadata(path).ok().as_ref().map(Status::of)
}

/// Whether the file at a path can be replaced.
///
/// # Errors
/// A folder above it cannot be looked into.
pub fn replaceable(path: &Path) -> io::Result<Target> {
    let status = match fs::metadata(path) {
        Ok(data) => Status::of(&data),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Target::New),
        Err(error) => return Err(error),
    };
    Ok(if !status.is_file {
        Target::Odd
    } else if status.mode & 0o200 == 0 || access(path, Access::WRITE_OK).is_err() {
        Target::ReadOnly
    } else {
        Target::File {
            mode: status.mode & 0o777,
        }
    })
}

/// Those of these names that are programs in a folder, whose path is resolved only once.
pub fn programs<'n>(folder: &Path, names: &[&'n str]) -> Vec<&'n str> {
    // Not to read the folder, which may be allowed only for its files.
    #[cfg(target_os = "linux")]
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(folder) = open(folder, flags, Mode::empty()) else {
        return Vec::new();
    };
    let is_program = |name: &&&str| {
        statat(&folder, **name, AtFlags::empty()).is_ok_and(|found| {
            let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
            is_file && found.st_mode & 0o111 != 0
        })
    };
    names.iter().filter(is_program).copied().collect()
}

/// The owner of a file; of a link itself, not of its target.
pub fn owner(path: &Path) -> Option<u32> {
    Some(fs::symlink_metadata(path).ok()?.uid())
}

/// The files of a folder whose names end with `.` and this extension, sorted by name.
pub fn list(folder: &Path, extension: &str) -> Vec<(PathBuf, Status)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == extension))
        .filter_map(|path| status(&path).map(|status| (path, status)))
        .filter(|(_, status)| status.is_file)
        .collect();
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    files
}

/// The path without links, or the path as it is if it cannot be resolved.
pub fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

impl Status {
    fn of(data: &fs::Metadata) -> Self {
        Self {
            mode: data.mode() & 0o7777,
            bytes: data.len(),
            is_file: data.is_file(),
            modified: data.modified().ok(),
        }
    }
}
