//! The clock of AWS, from the `Date` header of an answer.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::Net;
use super::oidc::Oidc;
use crate::aws::connection::Connection;
use crate::aws::endpoint::host;

/// The time limit for the answer (seconds).
const LIMIT: u64 = 3;

/// How far the clock of the sso-oidc service is ahead of the local one (seconds), or why that is
/// not known. It makes one request, which needs no session. Ctrl-C ends the program as usual.
pub fn ahead(connection: &Connection, region: &str, now: impl Fn() -> i64) -> Result<i64, String> {
    let net = Net::new(connection).map_err(|error| error.to_string())?;
    net.runtime.block_on(async {
        let base = Oidc::base(&net, region)
            .await
            .map_err(|_| format!("no address is known for region `{region}`"))?;
        let mut request = HttpRequest::empty();
        request
            .set_method("HEAD")
            .map_err(|error| error.to_string())?;
        request
            .set_uri(format!("{base}/"))
            .map_err(|error| error.to_string())?;
        let answer = net.http.send(request, Duration::from_secs(LIMIT)).await;
        let now = now();
        let answer = answer.map_err(|cause| format!("cannot reach {}: {cause}", host(&base)))?;
        let date = answer
            .headers()
            .get("date")
            .and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        Ok(date
            .ok_or_else(|| format!("{} does not send the time", host(&base)))?
            .secs()
            - now)
    })
}
