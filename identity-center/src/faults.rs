//! Faults on order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// Keeps requests waiting until it is opened.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(AtomicBool, Notify)>);

impl Gate {
    pub fn open(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        self.0.1.notify_waiters();
    }

    pub(crate) async fn opened(&self) {
        loop {
            let notified = self.0.1.notified();
            if self.0.0.load(Ordering::SeqCst) {
                return;
            }
            notified.await;
        }
    }
}

/// What happens to a request instead of its answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An error of the service: status, exception and, for throttling, `Retry-After` in seconds.
    Error {
        status: u16,
        exception: String,
        retry_after: Option<u64>,
    },
    /// A body that no AWS service would send.
    Body { status: u16, body: String },
    /// The request is carried out late.
    Delay(Duration),
    /// The next fault on order, or the answer, once the gate is open.
    Hold(Gate),
    /// The request is carried out at once, and answered late.
    Late(Duration),
    /// The connection ends without an answer.
    Drop,
    /// The request is carried out, and the connection ends without the answer.
    DropAfter,
}

impl Fault {
    pub fn error(status: u16, exception: &str) -> Self {
        Self::Error {
            status,
            exception: exception.to_owned(),
            retry_after: None,
        }
    }
}
