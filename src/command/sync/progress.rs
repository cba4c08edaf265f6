//! The progress of a listing.

use std::time::{Duration, Instant};

use crate::system::text::number;
use crate::terminal::quiet::Quiet;

/// The line that shows how far a listing is.
pub struct Progress {
    of: usize,
    done: usize,
    /// The accounts listed in this run, and its start.
    new: usize,
    start: Instant,
    shown: Option<Instant>,
    /// Typed text would break the line, so the echo is off.
    _quiet: Quiet,
}

impl Progress {
    pub fn new(of: usize, done: usize) -> Self {
        Self {
            of,
            done,
            new: 0,
            start: Instant::now(),
            shown: None,
            _quiet: Quiet::start(),
        }
    }

    pub const fn step(&mut self) {
        self.done += 1;
        self.new += 1;
    }

    /// True if it is time to show the line again.
    pub fn is_due(&mut self) -> bool {
        let due = self
            .shown
            .is_none_or(|shown| shown.elapsed() > Duration::from_millis(100));
        if due {
            self.shown = Some(Instant::now());
        }
        due
    }

    pub fn text(&self) -> String {
        let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        let rate = count(self.new) / self.start.elapsed().as_secs_f64().max(0.001);
        let left = Duration::try_from_secs_f64(count(self.of - self.done) / rate)
            .ok()
            .filter(|_| self.new > 0);
        let left = left.map_or_else(String::new, |left| {
            format!(", {}:{:02} left", left.as_secs() / 60, left.as_secs() % 60)
        });
        format!(
            "roles of {} of {} accounts, {rate:.0} per second{left}, Ctrl-C to stop",
            number(self.done),
            number(self.of)
        )
    }
}
