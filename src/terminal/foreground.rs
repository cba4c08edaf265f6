//! Whose terminal it is at the moment. What is drawn again and again must not be drawn into the
//! lines of another job.

use std::thread;
use std::time::Duration;

use rustix::process::getpgrp;
use rustix::stdio::stderr;
use rustix::termios::tcgetpgrp;

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

/// Waits a moment for the terminal, which a question needs. fish starts a program before it gives
/// it the terminal, and would never learn that the program was stopped for asking too early: its
/// function reads what the program sends.
pub fn wait(shell: Option<i32>) {
    for _ in 0..100 {
        if is_ours(shell) || tcgetpgrp(stderr()).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}
