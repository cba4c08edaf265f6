//! A terminal that does not show what is typed: Enter during a wait would leave its line behind.

use rustix::process::getpgrp;
use rustix::stdio::stderr;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

/// The terminal echoes nothing while this value exists. The next program reads what was typed, and
/// Ctrl-C works as before.
#[derive(Debug)]
pub struct Quiet(Option<Termios>);

impl Quiet {
    /// Without a terminal, and in the background, it does nothing.
    pub fn start() -> Self {
        Self(begin())
    }
}

/// A change of modes stops a program in the background.
fn is_in_foreground() -> bool {
    tcgetpgrp(stderr()).is_ok_and(|group| group == getpgrp())
}

fn begin() -> Option<Termios> {
    if !is_in_foreground() {
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
        if let Some(before) = &self.0
            && is_in_foreground()
        {
            let _ = tcsetattr(stderr(), OptionalActions::Now, before);
        }
    }
}
