//! Finds the redirect of a page, one step only.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::Net;
use super::fault::Fault;

/// The time limit for the answer (seconds).
const LIMIT: u64 = 10;

impl Net {
    /// The `Location` in the answer to a HEAD request, or to GET if HEAD is not allowed.
    pub fn redirect(&self, url: &str) -> Result<Option<String>, Fault> {
        self.run(async {
            for method in ["HEAD", "GET"] {
                let mut request = HttpRequest::empty();
                request
                    .set_method(method)
                    .map_err(|error| Fault::Client(error.to_string()))?;
                request
                    .set_uri(url)
                    .map_err(|error| Fault::Client(error.to_string()))?;
                let answer = self.http.send(request, Duration::from_secs(LIMIT)).await;
                let answer = answer.map_err(|cause| Fault::Unreachable(vec![cause]))?;
                if !matches!(answer.status().as_u16(), 405 | 501) {
                    return Ok(answer.headers().get("location").map(str::to_owned));
                }
            }
            Ok(None)
        })?
    }
}
