//! The terminal itself, for answers that stdin does not bring.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;

/// The name of the terminal, such as `/dev/pts/3`.
pub fn name() -> Option<String> {
    let name = rustix::termios::ttyname(rustix::stdio::stderr(), Vec::new()).ok()?;
    Some(name.to_string_lossy().into_owned())
}

/// Makes the terminal this program's stdin.
///
/// # Errors
/// There is no terminal.
pub fn take_as_stdin() -> io::Result<()> {
    let terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NOCTTY)
        .open("/dev/tty")?;
    Ok(rustix::stdio::dup2_stdin(&terminal)?)
}
