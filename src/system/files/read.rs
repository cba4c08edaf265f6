//! Reading, with limits.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// The limit for files that people and programs keep adding to (bytes). 15,000 profiles take three
/// million.
pub const LARGE: u64 = 64 << 20;
/// The limit for a token, settings, or a list of names (bytes).
pub const SMALL: u64 = 1 << 20;

/// The content of the file, or `None` if there is no such file. `/dev/null` counts as no file,
/// because people use it to say so.
///
/// # Errors
/// The file cannot be read, is larger than `most`, or is not an ordinary file. [`why`] puts that
/// into words.
pub fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let opened = OpenOptions::new()
        .read(true)
        // Opening a pipe must not wait for the other end; below it is refused.
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let data = file.metadata()?;
    if data.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !data.is_file() {
        return if is_null(&data) {
            Ok(None)
        } else {
            Err(io::Error::other("it is not an ordinary file"))
        };
    }
    whole(file, &data, most).map(Some)
}

/// The content as text; bytes that are not UTF-8 become U+FFFD.
///
/// # Errors
/// As [`read`].
pub fn text(path: &Path, most: u64) -> io::Result<Option<String>> {
    Ok(
        read(path, most)?.map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }),
    )
}

fn whole(file: File, data: &Metadata, most: u64) -> io::Result<Vec<u8>> {
    let too_large = || {
        io::Error::new(
            ErrorKind::FileTooLarge,
            format!("it is larger than {} MB", most >> 20),
        )
    };
    if data.len() > most {
        return Err(too_large());
    }
    // Files in /proc report a size of 0, and another program may be writing to the file.
    let mut bytes = Vec::with_capacity(usize::try_from(data.len()).unwrap_or(0) + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_large());
    }
    Ok(bytes)
}

fn is_null(data: &Metadata) -> bool {
    std::fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == data.rdev())
}

/// The reason why reading or writing failed, for messages.
pub fn why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        kind @ (ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded) => kind.to_string(),
        _ => error.to_string(),
    }
}
