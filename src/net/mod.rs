//! The network: SDK clients and HTTP. Only this room names an SDK or tokio. Its functions block,
//! and call back while they wait. They print nothing, write no files and know no settings. The
//! prompt, TAB and a switch with a valid session never use this room.

pub mod clock;
pub mod fault;
pub mod federation;
mod http;
pub mod interrupt;
pub mod listing;
pub mod local;
pub mod loopback;
pub mod oidc;
mod pace;
mod plain;
pub mod portal;
mod redirect;
pub mod sts;

use std::future::Future;
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use http::Http;
use interrupt::Interrupted;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::aws::connection::Connection;
use crate::system::error::{Error, Kind, Result};

/// How long one request may take (seconds). An answer that takes longer is not coming.
const ATTEMPT_TIMEOUT: u64 = 15;
const CONNECT_TIMEOUT: u64 = 6;
/// The time between two calls during a wait.
const TICK: Duration = Duration::from_millis(250);

/// One HTTP client and one runtime for a run of the program.
pub struct Net {
    runtime: Runtime,
    http: Http,
    connection: Connection,
}

/// Called several times per second during a wait, with the time that is left.
pub type Tick<'a> = &'a mut dyn FnMut(Duration);

impl Net {
    /// Sets up the client for this connection.
    ///
    /// # Errors
    /// A CA bundle or a proxy that cannot be used, or a system that cannot wait for sockets.
    pub fn new(connection: &Connection) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            Error::new(Kind::Failed, "cannot start the network client").cause(error)
        })?;
        Ok(Self {
            runtime,
            http: Http::new(connection)?,
            connection: connection.clone(),
        })
    }

    /// Runs the future to its end. Ctrl-C ends the wait.
    fn run<T>(&self, future: impl Future<Output = T>) -> Result<T, Interrupted> {
        self.runtime.block_on(interrupt::unless(future))
    }

    /// The same for a future with its own errors.
    fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        self.run(future)
            .unwrap_or_else(|Interrupted| Err(interrupted()))
    }

    fn retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(self.connection.attempts)
            .with_initial_backoff(Duration::from_millis(300))
    }

    fn timeouts() -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(CONNECT_TIMEOUT))
            .operation_attempt_timeout(Duration::from_secs(ATTEMPT_TIMEOUT))
            .build()
    }
}

/// The error of a run that Ctrl-C ended.
fn interrupted() -> Error {
    Error::new(Kind::Interrupted, "interrupted: nothing was changed")
}

/// The future's result, if it comes within `limit`.
async fn ticking<T>(limit: Duration, tick: Tick<'_>, future: impl Future<Output = T>) -> Option<T> {
    let end = Instant::now() + limit;
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(future);
    loop {
        tokio::select! {
            result = &mut future => return Some(result),
            () = sleep_until(end) => return None,
            _ = ticks.tick() => tick(end.saturating_duration_since(Instant::now())),
        }
    }
}
