//! Finds the portal behind a start URL. AWS's own URLs are used as they are; for a company's own
//! domain, awsp follows its redirect (aws-contract 4.4, as the AWS CLI since 2.35.13).

use super::service::{Network, Service, Trouble};
use crate::aws::config::Files;
use crate::aws::connection::Connection;
use crate::aws::profile::SsoSession;
use crate::aws::start_url::{https_host, is_aws_host, region_of};
use crate::net::fault::Fault;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};

/// The portal behind a session's start URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    /// The portal's own URL.
    pub url: String,
    /// The region in its host name, else the session's.
    pub region: String,
}

/// The region of a start URL, from its own host or from the host it leads to; `None` if only the
/// user knows.
///
/// # Errors
/// A URL that is not https, or a domain that does not lead to an AWS portal.
pub fn region(env: &Env, files: &Files, start_url: &str) -> Result<Option<String>> {
    let session = SsoSession {
        name: None,
        start_url: start_url.to_owned(),
        region: String::new(),
        scopes: None,
    };
    let network = Network::new(Connection::of(env, files, None));
    let portal = find(&network, &session)?;
    Ok(Some(portal.region).filter(|region| !region.is_empty()))
}

/// The portal behind the session's start URL.
///
/// # Errors
/// A URL that is not https, or a domain that does not lead to an AWS portal.
pub(super) fn find(service: &dyn Service, session: &SsoSession) -> Result<Portal> {
    let url = session.start_url.as_str();
    let wrong = |cause: String| {
        Error::new(Kind::Usage, format!("cannot use the start URL `{url}`"))
            .cause(cause)
            .hint("compare it with the address of your access portal in the browser")
    };
    let portal = |url: &str, host: &str| Portal {
        url: url.to_owned(),
        region: region_of(host).map_or_else(|| session.region.clone(), str::to_owned),
    };
    let host = https_host(url)
        .ok_or_else(|| wrong("it must begin with https:// and name a host".to_owned()))?;
    if is_aws_host(host) {
        return Ok(portal(url, host));
    }
    let target = service.redirect(url).map_err(|trouble| match trouble {
        Trouble::Fault(Fault::Unreachable(causes)) => {
            let message = format!("cannot reach the start URL `{url}`");
            let error = Error::new(Kind::Network, message);
            causes.into_iter().fold(error, Error::cause)
        }
        Trouble::Fault(fault) => fault.told(&format!("cannot use the start URL `{url}`"), url),
        Trouble::Told(error) => error,
    })?;
    let target =
        target.ok_or_else(|| wrong("it does not lead to an AWS access portal".to_owned()))?;
    match https_host(&target) {
        Some(host) if is_aws_host(host) => Ok(portal(&target, host)),
        _ => Err(wrong(format!(
            "it leads to `{target}`, which is not an AWS access portal"
        ))),
    }
}
