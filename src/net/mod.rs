//! The network. Only this folder names an SDK or the runtime. Its functions block; whatever answers
//! the prompt, a TAB or a switch with a good session never comes here.

pub mod clock;
pub mod fault;
pub mod federation;
pub mod http;
pub mod listing;
pub mod loopback;
pub mod oidc;
mod pace;
pub mod portal;
pub mod start_url;
pub mod sts;

use std::future::Future;
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use http::Http;
use tokio::runtime::{Builder, Runtime};

use crate::aws::endpoint::Endpoints;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};

/// How long one request may take (seconds). An answer that takes longer is not coming.
const ATTEMPT_TIMEOUT: u64 = 15;
const CONNECT_TIMEOUT: u64 = 6;

/// One HTTP client and one runtime for a run of the program.
pub struct Net {
    runtime: Runtime,
    pub(crate) http: Http,
    endpoints: Endpoints,
    attempts: u32,
}

impl Net {
    /// Ready to ask AWS, with the proxy and certificates that the environment names.
    ///
    /// # Errors
    /// A CA bundle that cannot be read, or a system without the means to wait.
    pub fn new(env: &Env, endpoints: Endpoints, ca_bundle: Option<&str>) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            Error::new(Kind::Failed, "cannot start the network client").cause(error)
        })?;
        let http = Http::new(env, ca_bundle)?;
        let attempts = env
            .var("AWS_MAX_ATTEMPTS")
            .and_then(|text| text.parse().ok())
            .filter(|&n| n > 0)
            .unwrap_or(3);
        Ok(Self {
            runtime,
            http,
            endpoints,
            attempts,
        })
    }

    /// Runs the future to its end. Ctrl-C ends the wait.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        self.runtime.block_on(async {
            tokio::select! {
                result = future => result,
                _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted: nothing was changed")),
            }
        })
    }

    fn retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(Duration::from_millis(300))
    }

    fn timeouts() -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(CONNECT_TIMEOUT))
            .operation_attempt_timeout(Duration::from_secs(ATTEMPT_TIMEOUT))
            .build()
    }
}
