//! The channel from the program to the shell that ran it: lines on file descriptor 3, which the
//! shell's function captures and applies. The shell evaluates nothing.
//!
//! `NAME=VALUE` sets, `-NAME` unsets, `~` restores the values from before the first change, and
//! `^NAME` takes the current value of a variable for that. The text after `!` is printed when all
//! of that is done, so that no change is reported that the shell could not make. Names that begin
//! with `__awsp_` are variables of the integration; all others are environment variables.

use std::io::{PipeWriter, Write as _};
use std::os::fd::{FromRawFd as _, OwnedFd};

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::getpgrp;

use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::terminal::foreground::shell;
use crate::terminal::ui::Ui;

const DESCRIPTOR: i32 = 3;

/// The longest value that is sent (bytes). Shells grow slow or end over the lengths that a file can
/// hold.
const LONGEST: usize = 4096;

/// Changes for the calling shell. They are sent together at the end: a run that fails changes
/// nothing.
#[derive(Debug)]
pub struct Channel {
    file: PipeWriter,
    lines: String,
    /// The first value that cannot be sent, and why.
    refused: Option<(String, &'static str)>,
    /// What this program itself says when all is sent.
    said: Option<(Ui, String)>,
}

/// Behaves as a program must that a shell's function runs and waits for.
///
/// Descriptor 3 is kept from every program that awsp starts: a browser that inherited the pipe
/// would keep the shell waiting for its end. And Ctrl-Z does nothing where the shell itself waits:
/// it would do so for good, with the terminal in its hands. In a job of its own, as in a pipeline,
/// the program stops with the others.
pub fn settle(env: &Env) {
    let is_job = shell(env).is_some_and(|pid| pid != getpgrp().as_raw_nonzero().get());
    // fish waits in the terminal's name for whatever it runs.
    let is_job = is_job && env.var("AWSP_SHELL") != Some("fish");
    // `exec`, which becomes somebody else, is run without the channel.
    if Channel::is_there(env) && !is_job {
        #[expect(unsafe_code, reason = "the standard library sets no signals")]
        // SAFETY: no handler is set, and no thread runs yet.
        unsafe {
            libc::signal(libc::SIGTSTP, libc::SIG_IGN);
        }
    }
}

impl Channel {
    /// True when the integration's function runs the program.
    pub fn is_there(env: &Env) -> bool {
        let channel = Self::open(env);
        // The number stays open for the command that sends on it.
        channel
            .map(|channel| std::mem::forget(channel.file))
            .is_some()
    }

    /// The channel, when the integration's function runs the program: it says so in `AWSP_SHELL`.
    /// Descriptor 3 alone proves nothing, since make and others use it.
    pub fn open(env: &Env) -> Option<Self> {
        env.var("AWSP_SHELL")?;
        #[expect(
            unsafe_code,
            reason = "a descriptor that is inherited can only be named by its number"
        )]
        // SAFETY: the function that sets AWSP_SHELL opens descriptor 3 for this program alone, and
        // nothing else here touches it. If it is not open, the next call says so, and it is not
        // used.
        let file = PipeWriter::from(unsafe { OwnedFd::from_raw_fd(DESCRIPTOR) });
        if fcntl_setfd(&file, FdFlags::CLOEXEC).is_err() {
            std::mem::forget(file);
            return None;
        }
        Some(Self {
            file,
            lines: String::new(),
            refused: None,
            said: None,
        })
    }

    /// Sets a variable. A value that cannot be sent fails the whole: half of a switch is none.
    pub fn set(&mut self, name: &str, value: &str) {
        if let Some(why) = unfit(value) {
            self.refused.get_or_insert_with(|| (name.to_owned(), why));
            return;
        }
        self.lines.push_str(name);
        self.lines.push('=');
        self.lines.push_str(value);
        self.lines.push('\n');
    }

    pub fn unset(&mut self, name: &str) {
        self.lines.push('-');
        self.lines.push_str(name);
        self.lines.push('\n');
    }

    /// Unsets a variable that awsp never sets: what it holds now is the user's, whatever it was
    /// before the first change, and comes back with [`Self::restore`].
    pub fn clear(&mut self, name: &str) {
        self.lines.push('^');
        self.lines.push_str(name);
        self.lines.push('\n');
        // For the function of an older awsp.
        self.unset(name);
    }

    /// Puts every variable back to what it was before the first change.
    pub fn restore(&mut self) {
        self.lines.push_str("~\n");
    }

    /// Has the shell forget what its variables were before the first change.
    pub fn forget(&mut self) {
        self.unset("__awsp_saved");
    }

    /// A sentence for the person at the shell, which prints it when the changes are made.
    pub fn say(&mut self, env: &Env, ui: Ui, line: &str) {
        // A part of a pipeline, `(…)` or `$(…)`: the change goes with it.
        let is_below = env.var("AWSP_SUBSHELL").is_some_and(|depth| depth != "0");
        let line = &if is_below {
            format!("{line}; in this subshell only")
        } else {
            line.to_owned()
        };
        // The function of an older awsp prints nothing.
        if env.raw("AWSP_CMD").is_none() {
            self.said = Some((ui, line.to_owned()));
            return;
        }
        for line in ui.wrapped(line).lines() {
            self.lines.push('!');
            self.lines.push_str(line);
            self.lines.push('\n');
        }
    }

    /// Sends the changes.
    ///
    /// # Errors
    /// A value that cannot be sent; a shell that does not listen any more.
    pub fn send(mut self) -> Result<()> {
        if let Some((name, why)) = self.refused {
            let cause = format!("the value for {name} {why}");
            return Err(Error::new(Kind::Usage, "cannot change this shell").cause(cause));
        }
        let sent = self.file.write_all(self.lines.as_bytes());
        sent.map_err(|error| Error::new(Kind::Failed, "cannot reach the shell").cause(error))?;
        if let Some((ui, line)) = self.said {
            ui.say(&line);
        }
        Ok(())
    }
}

/// Why a value cannot be sent, if it cannot.
pub fn unfit(value: &str) -> Option<&'static str> {
    if value.contains(['\n', '\r', '\0']) {
        Some("holds a line break")
    } else if value.len() > LONGEST {
        Some("is longer than 4,096 bytes")
    } else {
        None
    }
}
