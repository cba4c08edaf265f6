//! Device code: the user opens a page on any device and compares a code (aws-contract 4.2, RFC
//! 8628).

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Asking, Refusal};
use crate::aws::token_cache::Registration;
use crate::net::oidc::{Device, Grant, Oidc};
use crate::system::error::Kind;

/// What `slow_down` adds to the interval (seconds, RFC 8628 3.5).
const SLOW_DOWN: u64 = 5;

/// Shows the page and the code, and asks for the token until somebody has approved.
pub async fn login(
    asking: &Asking<'_>,
    oidc: &Oidc,
    registration: &Registration,
    start_url: &str,
) -> Result<Grant, Refusal> {
    let device = oidc.start_device(registration, start_url).await?;
    asking.show(
        &device.url_with_code,
        Some((&device.url, &device.user_code)),
    );
    match asking
        .wait(
            "waiting for the approval",
            device.expires_in,
            poll(oidc, registration, &device),
        )
        .await
    {
        Some(Ok(grant)) => Ok(grant),
        Some(Err(fault)) if fault.is("AccessDeniedException") => Err(asking
            .failed(Kind::LoginFailed)
            .cause("it was refused in the browser")
            .into()),
        Some(Err(fault)) if fault.is("ExpiredTokenException") => Err(asking
            .failed(Kind::LoginFailed)
            .cause("the code expired before it was approved")
            .into()),
        Some(Err(fault)) => Err(fault.into()),
        None => Err(asking
            .failed(Kind::LoginFailed)
            .cause("the code expired before it was approved")
            .into()),
    }
}

async fn poll(
    oidc: &Oidc,
    registration: &Registration,
    device: &Device,
) -> Result<Grant, crate::net::fault::Fault> {
    let mut interval = device.interval;
    let end = Instant::now() + Duration::from_secs(device.expires_in);
    loop {
        // The first question comes at once, as the AWS CLI's does: a client may be approved
        // beforehand.
        match oidc.token_by_device(registration, &device.code).await {
            Err(fault) if fault.is("AuthorizationPendingException") => {}
            Err(fault) if fault.is("SlowDownException") => interval += SLOW_DOWN,
            // The person at the other device has not lost the code: a network that comes back is in
            // time.
            Err(fault) if fault.is_passing() && Instant::now() < end => {}
            answer => return answer,
        }
        sleep(Duration::from_secs(interval)).await;
    }
}
