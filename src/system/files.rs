//! Files that other programs read while we write them: never half a file, never readable by others.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use crate::system::env::Env;
use crate::system::error::{Error, Kind};

/// Writes a file of mode 0600 by way of a temporary file in the same folder, so that a reader sees
/// the old content or the new, after a loss of power too. The folder is made, 0700, when it is
/// missing.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(path, content, true)
}

/// The same for what may be lost with the power.
pub fn write_lightly(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(path, content, false)
}

fn replace(path: &Path, content: &[u8], sync: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_private_dir(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".awsp-")
        .suffix(".tmp")
        .permissions(fs::Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    file.write_all(content)?;
    if sync {
        file.as_file().sync_data()?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file of the user's own by way of a temporary file. A symbolic link stays a link; mode
/// and owner are those of `like`, or what the umask leaves of 0644 where that does not exist.
pub fn write_like(path: &Path, content: &[u8], like: &Path) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let old = fs::metadata(like).ok();
    if fs::metadata(&path).is_ok_and(|old| old.mode() & 0o200 == 0) {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is read-only",
        ));
    }
    let mut file = tempfile::Builder::new()
        .prefix(".awsp-")
        .suffix(".tmp")
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    file.write_all(content)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
        let (uid, gid) = (Some(old.uid()), Some(old.gid()));
        let _ = std::os::unix::fs::fchown(file.as_file(), uid, gid);
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a folder, and those above it, of mode 0700. One that is there keeps its mode.
pub fn make_private_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

/// Removes a file; that it is not there is success. Tells whether it was.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The error for a cache that cannot be written, with the mend.
pub fn unwritable(env: &Env, path: &Path, error: &io::Error) -> Error {
    let folder = env.tilde(path.parent().unwrap_or(path));
    let told = Error::new(Kind::Failed, format!("cannot write to {folder}")).cause(error);
    match error.kind() {
        io::ErrorKind::PermissionDenied => told.hint(format!("chmod u+rwx {folder}")),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            told.hint(format!("df -h {folder}"))
        }
        _ => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_is_private_whole_and_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b/token.json");
        write_private(&path, b"old").unwrap();
        write_private(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let folder = path.parent().unwrap();
        assert_eq!(
            fs::metadata(folder).unwrap().permissions().mode() & 0o777,
            0o700
        );
        assert_eq!(
            fs::read_dir(folder).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }
}
