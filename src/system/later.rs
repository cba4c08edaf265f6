//! Work whose answer is waited for only so long.

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Work on a thread of its own. One that does not come back ends with the process.
#[derive(Debug)]
pub struct Later<T> {
    answer: Receiver<T>,
    until: Instant,
}

impl<T: Send + 'static> Later<T> {
    pub fn start(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, answer) = channel();
        // Without a thread the sender is gone, and there is no answer.
        let _ = thread::Builder::new().spawn(move || sender.send(work()));
        Self {
            answer,
            until: Instant::now() + limit,
        }
    }

    /// What came of it, if it came in time.
    pub fn wait(self) -> Option<T> {
        self.answer
            .recv_timeout(self.until.saturating_duration_since(Instant::now()))
            .ok()
    }
}
