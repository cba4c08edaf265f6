//! Start URLs: AWS's own are used as they are, a company's own domain is asked where it leads
//! (aws-contract 4.4, as the AWS CLI since 2.35.13).

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::Net;
use super::http::Http;
use crate::aws::config::Files;
use crate::aws::endpoint::Endpoints;
use crate::aws::profile::SsoSession;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};

/// Seconds that a company's domain has to answer.
const LIMIT: u64 = 10;

const AWS_SUFFIXES: [&str; 8] = [
    ".awsapps.com",
    ".awsapps.cn",
    ".app.aws",
    ".portal.amazonaws.com",
    ".portal.amazonaws.com.cn",
    ".portal.amazonaws.eu",
    ".app.amazonwebservices.com.cn",
    ".api.amazonwebservices.eu",
];
const AWS_HOSTS: [&str; 4] = [
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
];

/// Where the session's start URL leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    /// The portal's own URL.
    pub url: String,
    /// The region that its host names, else the session's.
    pub region: String,
}

/// The region that a start URL tells, by its own host or by where it leads; `None` where only the
/// user knows.
///
/// # Errors
/// As [`resolve`].
pub fn region(env: &Env, files: &Files, start_url: &str) -> Result<Option<String>> {
    if let Some(region) = https_host(start_url)
        .filter(|host| is_aws_host(host))
        .map(region_of)
    {
        return Ok(region.map(str::to_owned));
    }
    let net = Net::new(env, Endpoints::of(env, files, None), None)?;
    let session = SsoSession {
        name: None,
        start_url: start_url.to_owned(),
        region: String::new(),
        scopes: None,
    };
    let portal = net.block_on(resolve(&net.http, &session))?;
    Ok(Some(portal.region).filter(|region| !region.is_empty()))
}

/// The portal behind the session's start URL.
///
/// # Errors
/// A URL that is not https, or a domain that does not lead to an AWS portal.
pub async fn resolve(http: &Http, session: &SsoSession) -> Result<Portal> {
    let url = session.start_url.as_str();
    let wrong = |cause: String| {
        Error::new(Kind::Usage, format!("cannot use the start URL `{url}`"))
            .cause(cause)
            .hint("compare it with the address of your access portal in the browser")
    };
    let host = https_host(url)
        .ok_or_else(|| wrong("it must begin with https:// and name a host".to_owned()))?;
    if is_aws_host(host) {
        return Ok(Portal {
            url: url.to_owned(),
            region: session.region.clone(),
        });
    }
    let unreachable = |cause: String| {
        Error::new(Kind::Network, format!("cannot reach the start URL `{url}`")).cause(cause)
    };
    let target = follow(http, url).await.map_err(unreachable)?;
    let target =
        target.ok_or_else(|| wrong("it does not lead to an AWS access portal".to_owned()))?;
    match https_host(&target) {
        Some(host) if is_aws_host(host) => {
            let region = region_of(host).map_or_else(|| session.region.clone(), str::to_owned);
            Ok(Portal {
                url: target,
                region,
            })
        }
        _ => Err(wrong(format!(
            "it leads to `{target}`, which is not an AWS access portal"
        ))),
    }
}

/// The `Location` that a HEAD request is answered with; GET where HEAD is not allowed.
async fn follow(http: &Http, url: &str) -> Result<Option<String>, String> {
    for method in ["HEAD", "GET"] {
        let mut request = HttpRequest::empty();
        request
            .set_method(method)
            .map_err(|error| error.to_string())?;
        request.set_uri(url).map_err(|error| error.to_string())?;
        let answer = http.send(request, Duration::from_secs(LIMIT)).await?;
        if !matches!(answer.status().as_u16(), 405 | 501) {
            return Ok(answer.headers().get("location").map(str::to_owned));
        }
    }
    Ok(None)
}

fn https_host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then_some(host)
}

fn is_aws_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    AWS_HOSTS.contains(&host.as_str()) || AWS_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

/// The region in `X.portal.REGION.app.aws` and `X.REGION.portal.amazonaws.*`.
fn region_of(host: &str) -> Option<&str> {
    let parts: Vec<&str> = host.split('.').collect();
    match parts.as_slice() {
        [_, "portal", region, "app", "aws"] | [_, region, "portal", "amazonaws", ..] => {
            Some(region)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awss_own_hosts_are_known_and_lookalikes_are_not() {
        for host in [
            "d-1.awsapps.com",
            "ssoins-1.portal.eu-west-1.app.aws",
            "D-1.AWSAPPS.COM",
            "identitycenter.amazonaws.com",
        ] {
            assert!(is_aws_host(host), "{host}");
        }
        for host in [
            "awsapps.com.evil.example",
            "evilawsapps.com",
            "sso.acme.example",
            "x.identitycenter.amazonaws.com",
        ] {
            assert!(!is_aws_host(host), "{host}");
        }
    }

    #[test]
    fn the_host_is_what_the_browser_would_ask() {
        assert_eq!(
            https_host("https://d-1.awsapps.com/start#/"),
            Some("d-1.awsapps.com")
        );
        assert_eq!(
            https_host("https://d-1.awsapps.com@evil.example/start"),
            Some("evil.example")
        );
        assert_eq!(https_host("http://d-1.awsapps.com/start"), None);
        assert_eq!(https_host("https:///start"), None);
    }

    #[test]
    fn a_host_may_name_its_region() {
        assert_eq!(
            region_of("ssoins-1.portal.eu-west-1.app.aws"),
            Some("eu-west-1")
        );
        assert_eq!(
            region_of("ssoins-1.us-east-2.portal.amazonaws.com"),
            Some("us-east-2")
        );
        assert_eq!(region_of("d-1.awsapps.com"), None);
    }
}
