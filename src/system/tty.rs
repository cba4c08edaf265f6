//! Reads from the terminal itself, when stdin is not for answers because a command will read it.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;

/// The limit for an answer (bytes).
const MOST: u64 = 4096;

/// The next line that is typed.
///
/// # Errors
/// There is no terminal, or nothing is typed.
pub fn line() -> io::Result<String> {
    let terminal = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOCTTY)
        .open("/dev/tty")?;
    let mut line = String::new();
    match BufReader::new(terminal.take(MOST)).read_line(&mut line)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(line),
    }
}
