//! The address of a service if it is not AWS's own (aws-contract 5). Pure.

use super::config::{Files, Section};
use crate::system::env::Env;

/// The endpoint overrides, and the two switches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    pub sso: Option<String>,
    pub sso_oidc: Option<String>,
    pub sts: Option<String>,
    /// The console's sign-in.
    pub signin: Option<String>,
    pub fips: bool,
    pub dual_stack: bool,
}

impl Endpoints {
    /// In AWS's order: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile's `services`
    /// section, its `endpoint_url`; all off with `ignore_configured_endpoint_urls`. An empty
    /// value is none.
    pub fn of(env: &Env, files: &Files, profile: Option<&Section>) -> Self {
        let own = |key: &str| profile.and_then(|section| section.get(key));
        let on = |variable: &str, key: &str| match env.var(variable).or_else(|| own(key)) {
            Some(value) => value.eq_ignore_ascii_case("true"),
            None => false,
        };
        let switches = Self {
            fips: on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            dual_stack: on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
            ..Self::default()
        };
        if on(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "ignore_configured_endpoint_urls",
        ) {
            return switches;
        }
        let services = own("services").and_then(|name| files.services(name));
        let url = |variable: &str, service: &str| {
            let nested = || {
                let block = &services.as_ref()?.setting(service)?.nested;
                block
                    .iter()
                    .find(|(key, value)| key == "endpoint_url" && !value.is_empty())
                    .map(|(_, value)| value.as_str())
            };
            let found = env
                .var(variable)
                .or_else(|| env.var("AWS_ENDPOINT_URL"))
                .or_else(nested)
                .or_else(|| own("endpoint_url"));
            found.map(str::to_owned)
        };
        Self {
            sso: url("AWS_ENDPOINT_URL_SSO", "sso"),
            sso_oidc: url("AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"),
            sts: url("AWS_ENDPOINT_URL_STS", "sts"),
            signin: url("AWS_ENDPOINT_URL_SIGNIN", "signin"),
            ..switches
        }
    }
}

/// Host and port of a URL, for messages: the part before them may be a password.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority)
}
