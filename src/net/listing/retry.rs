//! A request that failed: whether to send it again, and when.

use std::collections::VecDeque;

use aws_sdk_sso::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::net::fault::Fault;
use crate::net::pace::{Pace, backoff};

/// Throttled requests in a row, without an answer between them, after which we give up.
const MOST_THROTTLED: u32 = 10;

/// How a request failed.
#[derive(Debug)]
pub struct Failure {
    pub fault: Fault,
    /// Seconds that the service asks us to wait.
    pub retry_after: Option<f64>,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            retry_after: None,
        }
    }
}

impl Failure {
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let header = error
            .raw_response()
            .and_then(|response| response.headers().get("retry-after"));
        Self {
            retry_after: header.and_then(|text| text.trim().parse().ok()),
            fault: Fault::of(error),
        }
    }

    fn is_throttling(&self) -> bool {
        self.fault.is("TooManyRequestsException")
            || matches!(
                self.fault,
                Fault::Service { status: 429, .. } | Fault::Nonsense { status: 429 }
            )
    }
}

/// What was tried for one request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attempts {
    /// Failures other than throttling.
    pub failed: u32,
    /// When the last attempt was sent.
    pub sent: f64,
}

/// When to send the request again; `None` to give up. Throttling makes all requests slower. Any
/// other failure that may pass only delays this one, since it says nothing about the rate: one
/// dropped connection must not slow down a whole run. `chance` is a number from 0 to 1.
pub fn retry_at(
    failure: &Failure,
    attempts: &mut Attempts,
    most: u32,
    pace: &mut Pace,
    now: f64,
    chance: f64,
) -> Option<f64> {
    if failure.is_throttling() {
        pace.refused(attempts.sent, now, failure.retry_after, chance);
        return (pace.in_a_row() < MOST_THROTTLED).then_some(now);
    }
    attempts.failed += 1;
    if !failure.fault.is_passing() || attempts.failed >= most {
        return None;
    }
    Some(match failure.retry_after {
        Some(asked) => {
            pace.pause(now, asked, chance);
            now
        }
        None => now + backoff(attempts.failed - 1, chance),
    })
}

/// What waits to be sent: in order, except for failed requests, which are sent first once their
/// delay is over.
#[derive(Debug)]
pub struct Queue<T> {
    ready: VecDeque<T>,
    delayed: Vec<(f64, T)>,
}

impl<T> FromIterator<T> for Queue<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self {
            ready: items.into_iter().collect(),
            delayed: Vec::new(),
        }
    }
}

impl<T> Queue<T> {
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.delayed.is_empty()
    }

    /// Not to be sent before that time.
    pub fn add(&mut self, at: f64, item: T) {
        self.delayed.push((at, item));
    }

    pub fn take(&mut self, now: f64) -> Option<T> {
        match self.delayed.iter().position(|(at, _)| *at <= now) {
            Some(due) => Some(self.delayed.swap_remove(due).1),
            None => self.ready.pop_front(),
        }
    }

    /// When [`Self::take`] has something; `None` when nothing waits.
    pub fn next(&self) -> Option<f64> {
        if self.ready.is_empty() {
            self.delayed.iter().map(|(at, _)| *at).reduce(f64::min)
        } else {
            Some(0.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long the list of so many accounts takes with a service that answers after 50 ms and
    /// fails every tenth request, from the first on, in one of these ways.
    fn listing(accounts: u32, failures: Vec<Failure>) -> f64 {
        const LATENCY: f64 = 0.05;
        let mut pace = Pace::default();
        let mut waiting: Queue<Attempts> = (0..accounts).map(|_| Attempts::default()).collect();
        let mut failures = VecDeque::from(failures);
        let mut flight: VecDeque<(Attempts, Option<Failure>)> = VecDeque::new();
        let (mut now, mut sent) = (0.0, 0);
        while !(waiting.is_empty() && flight.is_empty()) {
            now += 0.001;
            while flight
                .front()
                .is_some_and(|(attempts, _)| attempts.sent + LATENCY <= now)
            {
                match flight.pop_front() {
                    Some((mut attempts, Some(failure))) => {
                        let at = retry_at(&failure, &mut attempts, 3, &mut pace, now, 0.5);
                        waiting.add(at.expect("it is worth another attempt"), attempts);
                    }
                    _ => pace.answered(now),
                }
            }
            while flight.len() < 40
                && pace.next() <= now
                && let Some(mut attempts) = waiting.take(now)
            {
                pace.sent(now);
                attempts.sent = now;
                let failure = (sent % 10 == 0).then(|| failures.pop_front()).flatten();
                flight.push_back((attempts, failure));
                sent += 1;
            }
        }
        now
    }

    fn service(status: u16, retry_after: Option<f64>) -> Failure {
        let code = match status {
            429 => "TooManyRequestsException",
            _ => "ServiceUnavailableException",
        };
        Failure {
            fault: Fault::Service {
                code: code.to_owned(),
                status,
                message: None,
            },
            retry_after,
        }
    }

    #[test]
    fn only_throttling_makes_a_listing_slower() {
        let undisturbed = listing(400, vec![]);
        let dropped = || Failure::from(Fault::Unreachable(vec!["connection reset".to_owned()]));
        for failures in [
            vec![dropped()],
            (0..10).map(|_| dropped()).collect(),
            vec![service(503, None)],
            (0..10).map(|_| service(502, None)).collect(),
        ] {
            let text = format!("{failures:?}");
            let took = listing(400, failures);
            assert!(
                took < 1.2 * undisturbed,
                "{took} s, not {undisturbed} s: {text}"
            );
        }
        let took = listing(400, vec![service(503, Some(1.0))]);
        assert!((1.0..1.2).contains(&(took - undisturbed)), "{took} s");
        let took = listing(400, vec![service(429, None)]);
        assert!(
            took > 3.0 * undisturbed,
            "{took} s, not more than {undisturbed} s"
        );
    }

    #[test]
    fn what_does_not_pass_is_not_sent_again() {
        let mut pace = Pace::default();
        let mut retry = |failure: &Failure, attempts: &mut Attempts| {
            retry_at(failure, attempts, 3, &mut pace, 1.0, 0.0)
        };
        let mut attempts = Attempts::default();
        let unavailable = service(503, None);
        assert_eq!(retry(&unavailable, &mut attempts), Some(1.25));
        assert_eq!(retry(&unavailable, &mut attempts), Some(1.5));
        assert_eq!(retry(&unavailable, &mut attempts), None);
        let refused = service(400, None);
        assert_eq!(retry(&refused, &mut Attempts::default()), None);
    }
}
