//! Turns off the echo of the terminal, because Enter during a wait would leave its line behind.

use rustix::process::getpgrp;
use rustix::stdio::stderr;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

/// Lasts until it is dropped. Typed text is kept for the next reader, and Ctrl-C works as usual.
#[derive(Debug)]
pub struct Quiet(Option<Termios>);

impl Quiet {
    /// Does nothing without a terminal or in the background.
    pub fn start() -> Self {
        Self(begin())
    }
}

fn begin() -> Option<Termios> {
    // A program in the background would be stopped by a change of modes.
    if tcgetpgrp(stderr()).ok()? != getpgrp() {
        return None;
    }
    let before = tcgetattr(stderr()).ok()?;
    let mut modes = before.clone();
    modes.local_modes -= LocalModes::ECHO | LocalModes::ECHONL;
    tcsetattr(stderr(), OptionalActions::Now, &modes).ok()?;
    Some(before)
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(stderr(), OptionalActions::Now, before);
        }
    }
}
