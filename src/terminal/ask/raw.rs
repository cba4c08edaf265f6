//! Switches the terminal to sending single keys, and back: at the end, at a panic, and at a signal
//! that ends the program.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustix::stdio::stdin;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

use super::key::{Decoder, Key};

/// The modes of the terminal before the first question.
static BEFORE: OnceLock<Termios> = OnceLock::new();
/// True if the window was resized, or the program was stopped and continued.
static CHANGED: AtomicBool = AtomicBool::new(false);

/// Keys that were typed before the next question.
static AHEAD: Mutex<Decoder> = Mutex::new(Decoder::new());

/// Bracketed paste on and off, so that a line break in a paste is not Enter.
const START: &str = "\x1b[?2004h";
const END: &str = "\x1b[?2004l\x1b[?7h\x1b[?25h";
/// Erases everything that was drawn, from the line of the cursor on.
pub const ERASE: &str = "\r\x1b[J";

/// After this time a lone Esc is a key (tenths of a second).
const ESCAPE: u8 = 1;
/// Signals that end the program.
const DEADLY: [libc::c_int; 4] = [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM];
const TELLING: [libc::c_int; 2] = [libc::SIGWINCH, libc::SIGCONT];

/// A terminal that sends single keys. Its modes are restored when this is dropped.
pub struct Raw {
    decoder: Decoder,
    handlers: Vec<(libc::c_int, libc::sigaction)>,
    /// How many reads in a row returned nothing at once, as with a terminal that is gone.
    empty: u32,
}

/// An event.
pub enum Event {
    Key(Key),
    /// The screen must be drawn again.
    Changed,
}

impl Raw {
    /// # Errors
    /// stdin is no terminal.
    pub fn start() -> io::Result<Self> {
        let before = tcgetattr(stdin())?;
        if BEFORE.set(before).is_ok() {
            let others = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restore();
                others(panic);
            }));
        }
        let ahead = std::mem::take(&mut *AHEAD.lock().unwrap_or_else(PoisonError::into_inner));
        let mut raw = Self {
            decoder: ahead,
            handlers: Vec::new(),
            empty: 0,
        };
        for signal in DEADLY {
            raw.handle(signal, end as *const () as libc::sighandler_t);
        }
        for signal in TELLING {
            raw.handle(signal, note as *const () as libc::sighandler_t);
        }
        enter()?;
        Ok(raw)
    }

    /// The next key, once there is one.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn next(&mut self) -> io::Result<Event> {
        let mut is_all = false;
        loop {
            if CHANGED.swap(false, Ordering::Relaxed) {
                // The modes may have changed while the program was stopped.
                enter()?;
                return Ok(Event::Changed);
            }
            if let Some(key) = self.decoder.next(is_all) {
                return Ok(Event::Key(key));
            }
            let mut bytes = [0; 1024];
            let started = Instant::now();
            match rustix::io::read(stdin(), &mut bytes) {
                Ok(0) => {
                    is_all = true;
                    self.empty = if started.elapsed() < Duration::from_millis(20) {
                        self.empty + 1
                    } else {
                        0
                    };
                    if self.empty > 20 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Ok(read) => {
                    (is_all, self.empty) = (false, 0);
                    self.decoder.feed(&bytes[..read]);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Another key that has arrived already, so that fast typing is drawn only once.
    pub fn waiting(&mut self) -> Option<Key> {
        self.decoder.next(false)
    }

    /// Stops the program like Ctrl-Z. If that signal is ignored nothing happens: the shell's
    /// function waits for the program, and fish could not go on.
    pub fn stop(&self) {
        if is_ignored(libc::SIGTSTP) {
            return;
        }
        write(ERASE);
        restore();
        #[expect(unsafe_code, reason = "the standard library cannot send a signal")]
        // SAFETY: it goes to this process group, and has no memory to do with.
        unsafe {
            libc::kill(0, libc::SIGTSTP);
        }
        CHANGED.store(true, Ordering::Relaxed);
    }

    fn handle(&mut self, signal: libc::c_int, handler: libc::sighandler_t) {
        if is_ignored(signal) {
            return;
        }
        #[expect(
            unsafe_code,
            reason = "the standard library has no functions for signals"
        )]
        // SAFETY: both structures are whole, and the handlers below only do what a handler may.
        // No SA_RESTART: a read is to come back.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler;
            libc::sigemptyset(&raw mut action.sa_mask);
            let mut before: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signal, &raw const action, &raw mut before) == 0 {
                self.handlers.push((signal, before));
            }
        }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        restore();
        *AHEAD.lock().unwrap_or_else(PoisonError::into_inner) = std::mem::take(&mut self.decoder);
        for (signal, before) in &self.handlers {
            #[expect(
                unsafe_code,
                reason = "the standard library has no functions for signals"
            )]
            // SAFETY: it is what the system gave for this signal before.
            unsafe {
                libc::sigaction(*signal, before, std::ptr::null_mut());
            }
        }
    }
}

/// Writes to the terminal in one call.
pub fn write(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn enter() -> io::Result<()> {
    let mut modes = tcgetattr(stdin())?;
    modes.local_modes -=
        LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
    modes.input_modes -=
        InputModes::ICRNL | InputModes::INLCR | InputModes::IGNCR | InputModes::IXON;
    // A read returns after a while with nothing, because `poll` does not work on every terminal.
    modes.special_codes[SpecialCodeIndex::VMIN] = 0;
    modes.special_codes[SpecialCodeIndex::VTIME] = ESCAPE;
    // Keeps keys that were typed early.
    tcsetattr(stdin(), OptionalActions::Drain, &modes)?;
    write(START);
    Ok(())
}

/// Restores the terminal. May be called in a signal handler.
fn restore() {
    if let Some(before) = BEFORE.get() {
        let _ = tcsetattr(stdin(), OptionalActions::Now, before);
        let _ = rustix::io::write(rustix::stdio::stderr(), END.as_bytes());
    }
}

extern "C" fn end(signal: libc::c_int) {
    let _ = rustix::io::write(rustix::stdio::stderr(), ERASE.as_bytes());
    restore();
    #[expect(
        unsafe_code,
        reason = "the standard library has no functions for signals"
    )]
    // SAFETY: both may be called in a handler; the program ends as it would have without one.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

extern "C" fn note(_: libc::c_int) {
    CHANGED.store(true, Ordering::Relaxed);
}

fn is_ignored(signal: libc::c_int) -> bool {
    #[expect(
        unsafe_code,
        reason = "the standard library has no functions for signals"
    )]
    // SAFETY: nothing is set, and the structure is whole.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &raw mut now) == 0
            && now.sa_sigaction == libc::SIG_IGN
    }
}
