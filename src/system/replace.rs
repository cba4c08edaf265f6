//! Changes a file that programs without locks read and write at the same time. What is written is
//! made of what the file holds at that moment: it is read again just before the new file takes its
//! place, and when somebody wrote meanwhile, the change is made anew.

use std::fs;
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::files::make_private_dir;

/// How often a file that others keep changing is read again.
const MOST: usize = 20;
/// More than any file of a cache holds (bytes).
const LARGEST: u64 = 1024 * 1024;
/// Room that is kept free for the new content (bytes).
const ROOM: usize = 16 * 1024;

/// A temporary file beside its target, with room on the disk: proof that a result can be kept,
/// before something is spent for it.
#[derive(Debug)]
pub struct Reserved {
    file: NamedTempFile,
    target: PathBuf,
}

/// What a change makes of a file.
#[derive(Debug)]
pub enum Change {
    Write(Vec<u8>),
    /// The file stays as it is.
    Leave,
}

impl Reserved {
    /// Makes the temporary file, and the folder, 0700, when it is missing. A target that is a link
    /// stays one: what it leads to is replaced.
    pub fn make(path: &Path) -> io::Result<Self> {
        let target = match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => fs::canonicalize(path)?,
            _ => path.to_owned(),
        };
        let folder = target.parent().unwrap_or(Path::new("."));
        make_private_dir(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix(".awsp-")
            .suffix(".tmp")
            .permissions(fs::Permissions::from_mode(0o600))
            .tempfile_in(folder)?;
        file.write_all(&[b' '; ROOM])?;
        file.as_file().sync_data()?;
        Ok(Self { file, target })
    }

    /// Puts what `change` makes of the file's content in its place, whole and of mode 0600. `change`
    /// is asked again when the content was another by then. Returns whether the file was written.
    pub fn update(mut self, mut change: impl FnMut(Option<&[u8]>) -> Change) -> io::Result<bool> {
        for _ in 0..MOST {
            let before = read(&self.target)?;
            let Change::Write(content) = change(before.as_deref()) else {
                return Ok(false);
            };
            self.fill(&content)?;
            if read(&self.target)? == before {
                self.file
                    .persist(&self.target)
                    .map_err(|error| error.error)?;
                return Ok(true);
            }
        }
        Err(io::Error::other("another program keeps changing it"))
    }

    /// The room is given back last, so that nobody else can take it meanwhile.
    fn fill(&mut self, content: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(content)?;
        self.file
            .as_file()
            .set_len(u64::try_from(content.len()).unwrap_or(0))?;
        self.file.as_file().sync_data()
    }
}

/// Changes a file as [`Reserved::update`] does.
pub fn update(path: &Path, change: impl FnMut(Option<&[u8]>) -> Change) -> io::Result<bool> {
    Reserved::make(path)?.update(change)
}

/// The file's content; `None` when there is no file.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    // Opening a pipe would wait for its other end.
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => {
            return Err(io::Error::other("it is not an ordinary file"));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut content = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("it is too large"));
    }
    Ok(Some(content))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache/token.json");
        (folder, path)
    }

    fn names(path: &Path) -> usize {
        fs::read_dir(path.parent().unwrap()).unwrap().count()
    }

    #[test]
    fn what_is_written_is_made_of_what_was_read_last() {
        let (_folder, path) = folder();
        assert!(update(&path, |_| Change::Write(b"one".to_vec())).unwrap());
        let mut seen = Vec::new();
        let written = update(&path, |content| {
            let content = content.unwrap().to_vec();
            if seen.is_empty() {
                // Somebody without a lock, between our look and our write.
                fs::write(&path, "other").unwrap();
            }
            seen.push(content.clone());
            Change::Write([&content[..], b"+ours"].concat())
        });
        assert!(written.unwrap());
        assert_eq!(seen, [b"one".to_vec(), b"other".to_vec()]);
        assert_eq!(fs::read(&path).unwrap(), b"other+ours");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(names(&path), 1, "no temporary file is left");
    }

    #[test]
    fn a_file_that_vanishes_is_noticed() {
        let (_folder, path) = folder();
        update(&path, |_| Change::Write(b"one".to_vec())).unwrap();
        let written = update(&path, |content| match content {
            Some(_) => {
                fs::remove_file(&path).unwrap();
                Change::Write(b"two".to_vec())
            }
            None => Change::Leave,
        });
        assert!(!written.unwrap() && !path.exists());
        assert_eq!(names(&path), 0);
    }

    #[test]
    fn a_file_that_never_rests_is_given_up() {
        let (_folder, path) = folder();
        let mut n = 0;
        let written = update(&path, |_| {
            n += 1;
            fs::write(&path, n.to_string()).unwrap();
            Change::Write(b"ours".to_vec())
        });
        assert!(written.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), n.to_string());
    }

    #[test]
    fn a_link_stays_a_link() {
        let (folder, path) = folder();
        let real = folder.path().join("elsewhere");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&real, "old").unwrap();
        symlink(&real, &path).unwrap();
        update(&path, |_| Change::Write(b"new".to_vec())).unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
    }

    #[test]
    fn a_reserved_file_takes_less_and_more_than_its_room() {
        for size in [0, 1, ROOM, 3 * ROOM] {
            let (_folder, path) = folder();
            let reserved = Reserved::make(&path).unwrap();
            assert!(!path.exists() && names(&path) == 1);
            let content = vec![b'x'; size];
            reserved.update(|_| Change::Write(content.clone())).unwrap();
            assert_eq!(fs::read(&path).unwrap(), content);
        }
        let (_folder, path) = folder();
        drop(Reserved::make(&path).unwrap());
        assert_eq!(names(&path), 0, "given back");
    }
}
