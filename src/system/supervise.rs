//! Runs a command as if awsp were not there: in the same process group and with the same terminal.
//! Signals from the terminal reach the command directly; signals from other processes to awsp are
//! passed on. If the command stops, awsp stops too, so that the shell sees a stopped job; when it
//! ends, awsp ends in the same way.

use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::process::{Pid, WaitOptions, WaitStatus, kill_process, waitpid};

use super::process;

/// The command's process number, for the handlers; 0 before it runs.
static CHILD: AtomicI32 = AtomicI32::new(0);

/// Signals that would end or stop awsp, or that are meant for the command.
const HANDLED: [libc::c_int; 9] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGTSTP,
    libc::SIGWINCH,
];

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Status(u8),
    Signal(i32),
}

/// Runs the command to its end.
///
/// # Errors
/// It cannot be started.
pub fn run(command: &mut Command) -> io::Result<End> {
    // A handler and not "ignore", because the command would inherit "ignore".
    for signal in HANDLED {
        handle(signal);
    }
    let child = process::spawn(command)?;
    let number = i32::try_from(child.id()).unwrap_or_default();
    CHILD.store(number, Ordering::SeqCst);
    let pid = Pid::from_raw(number);
    loop {
        let status = match waitpid(pid, WaitOptions::UNTRACED) {
            Ok(Some((_, status))) => status,
            Ok(None) | Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        };
        match end(status) {
            Some(end) => return Ok(end),
            None => stop_too(pid, status),
        }
    }
}

fn end(status: WaitStatus) -> Option<End> {
    status
        .exit_status()
        .map(|code| End::Status(u8::try_from(code & 0xff).unwrap_or(u8::MAX)))
        .or_else(|| status.terminating_signal().map(End::Signal))
}

/// Ends in the same way as the command: a shell distinguishes Ctrl-C from a program that returns
/// 130.
pub fn follow(end: End) -> u8 {
    match end {
        End::Status(status) => status,
        End::Signal(signal) => {
            by_default(signal);
            raise(signal);
            // A signal that does not end awsp: use the status that a shell would report.
            u8::try_from(128 + signal).unwrap_or(u8::MAX)
        }
    }
}

/// Stops as the command did, and lets the command continue afterwards.
fn stop_too(pid: Option<Pid>, status: WaitStatus) {
    let Some(signal) = status.stopping_signal() else {
        return;
    };
    by_default(signal);
    raise(signal);
    if HANDLED.contains(&signal) {
        handle(signal);
    }
    // A signal that woke only awsp was meant for the command.
    if let Some(pid) = pid {
        let _ = kill_process(pid, rustix::process::Signal::CONT);
    }
}

/// Passes on a signal that another process has sent to awsp. The terminal sends its signals to the
/// whole group.
extern "C" fn hand_on(signal: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    let child = CHILD.load(Ordering::SeqCst);
    #[expect(unsafe_code, reason = "a handler is given a pointer")]
    // SAFETY: a handler that was set with SA_SIGINFO gets a valid pointer, or none.
    let sender = unsafe { info.as_ref().map_or(0, |info| info.si_pid()) };
    if child > 0 && sender != 0 && sender != child {
        #[expect(unsafe_code, reason = "the one way to send a signal from a handler")]
        // SAFETY: `kill` may be called in a handler, and touches no memory.
        unsafe {
            libc::kill(child, signal);
        }
    }
}

fn handle(signal: libc::c_int) {
    set(signal, hand_on as *const () as libc::sighandler_t);
}

fn by_default(signal: libc::c_int) {
    set(signal, libc::SIG_DFL);
}

fn set(signal: libc::c_int, handler: libc::sighandler_t) {
    #[expect(
        unsafe_code,
        reason = "the standard library has no functions for signals"
    )]
    // SAFETY: all of the action is set; the handler does nothing but what a handler may.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(signal, &raw const action, std::ptr::null_mut());
    }
}

fn raise(signal: libc::c_int) {
    #[expect(
        unsafe_code,
        reason = "the standard library has no functions for signals"
    )]
    // SAFETY: it touches no memory.
    unsafe {
        libc::raise(signal);
    }
}
