//! Finds the rate of requests for a service that only says when the rate was too high. Pure: times
//! are arguments, in seconds from any start.
//!
//! The rate grows fast until the first refusal, continues a little below the answered rate, and
//! grows slowly from there. A pause that the service asks for applies to all requests, not only to
//! the refused one.

use std::collections::VecDeque;

/// Requests per second at the start: what the service usually allows (aws-contract 4.5).
const START: f64 = 20.0;
const LEAST: f64 = 0.5;
/// What each answer adds to the rate: before the first refusal it grows by a factor of e in half a
/// second, after it by 1.2 % in a second.
const FAST: f64 = 2.0;
const SLOW: f64 = 0.012;
/// From the second refusal on the limit is known well: the longer ago it was, the more is added
/// with each second.
const SLOWEST: f64 = 0.002;
/// The part of the answered rate that is used after a refusal: after the first, and later.
const CUT: [f64; 2] = [0.92, 0.94];
/// The period in which answers are counted (seconds): shorter while the rate grows fast.
const WINDOW: f64 = 4.0;
const WINDOW_FAST: f64 = 1.0;
/// How many seconds of requests a busy machine may catch up.
const SLACK: f64 = 0.05;
/// The longest pause that a service can ask for, and the longest that we make ourselves (seconds).
const MOST_ASKED: f64 = 120.0;
const MOST_OWN: f64 = 20.0;

/// The pace of requests.
#[derive(Clone, Debug)]
pub struct Pace {
    rate: f64,
    /// The next request is not sent before this time.
    next: f64,
    /// The time when the last refusal arrived.
    refused: Option<f64>,
    /// When the last pause ends.
    resumed: f64,
    answers: VecDeque<f64>,
    /// The number of refusals in a row.
    in_a_row: u32,
    /// How often the rate was cut.
    cuts: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            rate: START,
            next: 0.0,
            refused: None,
            resumed: 0.0,
            answers: VecDeque::new(),
            in_a_row: 0,
            cuts: 0,
        }
    }
}

impl Pace {
    /// When the next request may go.
    pub const fn next(&self) -> f64 {
        self.next
    }

    /// How many refusals there were since the last answer.
    pub const fn in_a_row(&self) -> u32 {
        self.in_a_row
    }

    /// Answers a second over the last while.
    pub fn measured(&self, now: f64) -> f64 {
        let window = self.refused.map_or(WINDOW_FAST, |_| WINDOW);
        let start = self.resumed.max(now - window);
        let count = self.answers.iter().filter(|&&at| at > start).count();
        f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / (now - start).max(0.001)
    }

    pub fn sent(&mut self, now: f64) {
        self.next = self.next.max(now - SLACK) + 1.0 / self.rate;
    }

    pub fn answered(&mut self, now: f64) {
        self.in_a_row = 0;
        self.rate += match self.refused {
            None => FAST,
            Some(_) if self.cuts == 1 => SLOW,
            Some(_) => SLOWEST * (now - self.resumed).clamp(0.0, SLOW / SLOWEST),
        };
        self.answers.push_back(now);
        while self.answers.front().is_some_and(|&at| at < now - WINDOW) {
            self.answers.pop_front();
        }
    }

    /// The service throttled a request that was sent at that time. `asked` is its `Retry-After`;
    /// `chance` is a number from 0 to 1.
    pub fn refused(&mut self, sent: f64, now: f64, asked: Option<f64>, chance: f64) {
        // A request that was sent before the last refusal arrived says nothing new.
        let is_news = self.refused.is_none_or(|heard| sent > heard);
        let own = backoff(self.in_a_row, chance);
        if is_news {
            self.in_a_row += 1;
            let answered = if now - self.resumed < 0.3 {
                self.rate / 2.0
            } else {
                self.measured(now)
            };
            self.rate = (answered.min(self.rate) * CUT[usize::from(self.cuts > 0)]).max(LEAST);
            self.cuts += 1;
            self.refused = Some(now);
        }
        match asked {
            Some(asked) => self.pause(now, asked, chance),
            None if is_news => self.pause_until(now + own),
            None => {}
        }
    }

    /// The service asks for a pause. The rate does not change.
    pub fn pause(&mut self, now: f64, asked: f64, chance: f64) {
        self.pause_until(now + asked.clamp(0.0, MOST_ASKED) * (1.0 + 0.05 * chance));
    }

    const fn pause_until(&mut self, end: f64) {
        self.next = self.next.max(end);
        self.resumed = self.next;
    }
}

/// Seconds to wait before a request is sent again that has failed `before` times.
pub fn backoff(before: u32, chance: f64) -> f64 {
    let doubled = 0.5 * 2f64.powi(i32::try_from(before.min(10)).unwrap_or(10));
    doubled.min(MOST_OWN) * (0.5 + 0.5 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulates a service with a bucket of a quarter of a second, for this many requests; returns
    /// the seconds it took, and the refusals.
    fn run(
        limit: f64,
        latency: f64,
        most: usize,
        retry_after: Option<f64>,
        wanted: u32,
    ) -> (f64, u32) {
        let mut pace = Pace::default();
        let (mut now, mut tokens, mut done, mut refusals) = (0.0, limit / 4.0, 0, 0);
        let mut flight: VecDeque<(f64, f64, bool)> = VecDeque::new();
        let mut quiet_until = 0.0;
        while done < wanted {
            tokens = (tokens + 0.001 * limit).min((limit / 4.0_f64).max(1.0));
            now += 0.001;
            while let Some(&(sent, _, allowed)) =
                flight.front().filter(|(_, answer, _)| *answer <= now)
            {
                flight.pop_front();
                if allowed {
                    done += 1;
                    pace.answered(now);
                } else {
                    refusals += 1;
                    pace.refused(sent, now, retry_after, f64::from(refusals % 10) / 10.0);
                    quiet_until = now + retry_after.unwrap_or(0.0);
                }
            }
            while flight.len() < most && pace.next() <= now {
                assert!(now >= quiet_until, "the service's pause is kept");
                pace.sent(now);
                let allowed = tokens >= 1.0;
                tokens -= f64::from(u8::from(allowed));
                flight.push_back((now, now + latency, allowed));
            }
        }
        (now, refusals)
    }

    #[test]
    fn it_comes_near_the_services_own_limit() {
        let mut worst = Vec::new();
        for limit in [20.0, 100.0, 200.0] {
            for latency in [0.002, 0.05, 0.15] {
                for retry_after in [Some(1.0), None] {
                    let wanted = 3030;
                    let (took, refusals) = run(limit, latency, 64, retry_after, wanted);
                    let ratio = took / (f64::from(wanted) / limit);
                    let told = format!(
                        "{limit}/s, {latency} s, {retry_after:?}: {ratio:.3} times, {refusals} \
                         refusals in {took:.1} s"
                    );
                    worst.push((ratio, refusals, told));
                }
            }
        }
        assert!(
            worst
                .iter()
                .all(|(ratio, refusals, _)| *ratio < 1.25 && *refusals < 60),
            "{worst:#?}"
        );
    }

    #[test]
    fn refusals_in_a_row_make_longer_pauses() {
        let mut pace = Pace::default();
        let mut pauses = Vec::new();
        let mut now = 0.0;
        for _ in 0..8 {
            pace.refused(now, now + 0.1, None, 1.0);
            pauses.push(pace.next() - now - 0.1);
            now = pace.next();
        }
        assert!(
            pauses.windows(2).all(|pair| pair[1] >= pair[0]) && pauses[7] <= MOST_OWN + 0.001,
            "{pauses:?}"
        );
        assert_eq!(pace.in_a_row(), 8);
        pace.refused(now, now + 0.1, Some(1e9), 0.0);
        assert!(pace.next() - now < MOST_ASKED + 0.2);
    }
}
