//! Faults on order.

use std::time::Duration;

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
