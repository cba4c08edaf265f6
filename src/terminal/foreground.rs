//! Whose terminal it is at the moment. What is drawn again and again must not be drawn into the
//! lines of another job.

use std::thread;
use std::time::Duration;

use rustix::process::{Pid, getpgrp};
use rustix::stdio::stderr;
use rustix::termios::{tcgetpgrp, tcsetpgrp};

use crate::system::env::Env;

/// The shell whose function runs this program, if one does.
pub fn shell(env: &Env) -> Option<i32> {
    env.var("AWSP_PID").and_then(|pid| pid.parse().ok())
}

/// True where this job has the terminal, or the shell itself waits for this program: a pipeline of
/// zsh leaves the terminal to its first parts.
pub fn is_ours(shell: Option<i32>) -> bool {
    let own = getpgrp();
    shell == Some(own.as_raw_nonzero().get()) || tcgetpgrp(stderr()).is_ok_and(|group| group == own)
}

/// The terminal, for as long as a question is asked. The group that had it gets it back.
#[derive(Debug)]
pub struct Terminal {
    before: Option<Pid>,
}

/// Takes the terminal, which a question needs: to ask without it would stop the program, and the
/// shell's function, which reads what the program sends, would wait forever.
///
/// fish starts a program a moment before it gives it the terminal. A pipeline of zsh leaves the
/// terminal to its first parts, while the shell itself waits for the last one.
pub fn take(shell: Option<i32>) -> Terminal {
    let own = getpgrp();
    for _ in 0..100 {
        let Ok(group) = tcgetpgrp(stderr()) else {
            break;
        };
        if group == own {
            break;
        }
        if shell == Some(own.as_raw_nonzero().get()) && give(own).is_ok() {
            return Terminal {
                before: Some(group),
            };
        }
        thread::sleep(Duration::from_millis(10));
    }
    Terminal { before: None }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // If that group has ended, the shell keeps it.
        if let Some(group) = self.before {
            let _ = give(group);
        }
    }
}

/// Gives the terminal to a group. Without it this would stop the program too.
fn give(group: Pid) -> rustix::io::Result<()> {
    #[expect(unsafe_code, reason = "the standard library sets no signals")]
    // SAFETY: no handler is set, and the signal is as before afterwards.
    let before = unsafe { libc::signal(libc::SIGTTOU, libc::SIG_IGN) };
    let given = tcsetpgrp(stderr(), group);
    #[expect(unsafe_code, reason = "the standard library sets no signals")]
    // SAFETY: it is what `signal` has returned.
    unsafe {
        libc::signal(libc::SIGTTOU, before);
    }
    given
}
