//! Work in a thread, with a limit on how long its result is waited for.

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Work in its own thread. If it never finishes, it ends with the process.
#[derive(Debug)]
pub struct Later<T> {
    answer: Receiver<T>,
    until: Instant,
}

impl<T: Send + 'static> Later<T> {
    pub fn start(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, answer) = channel();
        // If the thread cannot start, the sender is dropped, and there is no result.
        let _ = thread::Builder::new().spawn(move || sender.send(work()));
        Self {
            answer,
            until: Instant::now() + limit,
        }
    }

    /// The result, if it arrived in time.
    pub fn wait(self) -> Option<T> {
        self.answer
            .recv_timeout(self.until.saturating_duration_since(Instant::now()))
            .ok()
    }
}
