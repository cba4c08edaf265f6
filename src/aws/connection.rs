//! The settings of the connection to AWS: endpoints, certificates, proxies, and the number of
//! attempts, from the environment and a profile, in one value.

use std::path::PathBuf;

use super::config::{Files, Section};
use super::endpoint::Endpoints;
use crate::system::env::Env;
use crate::system::files;
use crate::system::log::Log;
use crate::system::text::hash::sha1_hex;

/// The default number of attempts, including the first.
const ATTEMPTS: u32 = 3;

/// The connection to AWS. No `Debug`, because a proxy's address may contain a password.
#[derive(Clone)]
pub struct Connection {
    pub endpoints: Endpoints,
    /// A file of certificates to trust instead of the system's.
    pub ca_bundle: Option<CaBundle>,
    pub proxies: Proxies,
    pub attempts: u32,
    /// Reports with `--verbose` which address is asked.
    pub log: Log,
}

/// A file of PEM certificates.
#[derive(Clone)]
pub struct CaBundle {
    pub path: PathBuf,
    /// The path for the screen.
    pub shown: String,
}

/// The proxies of the environment.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http` addresses.
    pub http: Option<String>,
    /// For `https` addresses.
    pub https: Option<String>,
    /// The hosts that are reached without a proxy.
    pub none: Option<String>,
}

impl Connection {
    /// From the environment first, then from the profile in use, if any.
    pub fn of(env: &Env, files: &Files, profile: Option<&Section>) -> Self {
        let bundle = env
            .var("AWS_CA_BUNDLE")
            .or_else(|| profile?.get("ca_bundle"))
            .or_else(|| env.var("REQUESTS_CA_BUNDLE"));
        let attempts = env
            .var("AWS_MAX_ATTEMPTS")
            .or_else(|| profile?.get("max_attempts"));
        Self {
            endpoints: Endpoints::of(env, files, profile),
            ca_bundle: bundle.map(|path| CaBundle::of(env, path)),
            proxies: Proxies::of(env),
            attempts: attempts
                .and_then(|text| text.parse().ok())
                .filter(|&attempts| attempts > 0)
                .unwrap_or(ATTEMPTS),
            log: Log::of(env),
        }
    }

    /// Equal for two connections that reach the same servers in the same way.
    pub fn fingerprint(&self) -> String {
        let bundle = self.ca_bundle.as_ref().map(|bundle| &bundle.path);
        let Proxies { http, https, none } = &self.proxies;
        sha1_hex(&format!(
            "{:?} {bundle:?} {http:?} {https:?} {none:?}",
            self.endpoints
        ))
    }
}

impl CaBundle {
    /// The file's content.
    ///
    /// # Errors
    /// The reason why it cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        let content = files::read(&self.path, files::LARGE).map_err(|error| files::why(&error))?;
        content.ok_or_else(|| "there is no such file".to_owned())
    }

    fn of(env: &Env, path: &str) -> Self {
        let path = match path.strip_prefix("~/").zip(env.home()) {
            Some((rest, home)) => home.join(rest),
            None => path.into(),
        };
        Self {
            shown: env.tilde(&path),
            path,
        }
    }
}

impl Proxies {
    fn of(env: &Env) -> Self {
        let first = |upper: &str, lower: &str| {
            let found = env.var(upper).or_else(|| env.var(lower));
            found.map(str::to_owned)
        };
        let all = first("ALL_PROXY", "all_proxy");
        // A web server gives its CGI programs the header `Proxy` of a request as HTTP_PROXY.
        let http = if env.raw("REQUEST_METHOD").is_some() {
            None
        } else {
            first("HTTP_PROXY", "http_proxy")
        };
        Self {
            http: http.or_else(|| all.clone()),
            https: first("HTTPS_PROXY", "https_proxy").or(all),
            none: first("NO_PROXY", "no_proxy"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(vars: &[(&str, &str)], profile: &str) -> Connection {
        let files = Files::of(profile, "");
        Connection::of(&Env::of(vars), &files, files.profile("p").as_ref())
    }

    #[test]
    fn the_environment_goes_before_the_profile() {
        let profile = "[profile p]\nca_bundle = ~/own.pem\n";
        let bundle = |vars: &[(&str, &str)]| of(vars, profile).ca_bundle.unwrap().shown;
        let home = ("HOME", "/home/a");
        assert_eq!(bundle(&[home]), "~/own.pem");
        assert_eq!(bundle(&[home, ("AWS_CA_BUNDLE", "/ca.pem")]), "/ca.pem");
        assert_eq!(
            bundle(&[home, ("REQUESTS_CA_BUNDLE", "/ca.pem")]),
            "~/own.pem"
        );
        assert_eq!(
            of(
                &[("REQUESTS_CA_BUNDLE", "/r.pem")],
                "[profile p]\nregion = r\n"
            )
            .ca_bundle
            .unwrap()
            .path,
            PathBuf::from("/r.pem")
        );
    }

    #[test]
    fn each_kind_of_address_has_its_own_proxy() {
        let proxies = |vars: &[(&str, &str)]| of(vars, "").proxies;
        let text = |text: &str| Some(text.to_owned());
        let both = proxies(&[
            ("HTTP_PROXY", "http://a:1"),
            ("https_proxy", "http://b:2"),
            ("no_proxy", "10.0.0.0/8"),
        ]);
        let expected = Proxies {
            http: text("http://a:1"),
            https: text("http://b:2"),
            none: text("10.0.0.0/8"),
        };
        assert!(both == expected);
        let all = proxies(&[("ALL_PROXY", "http://a:1"), ("HTTPS_PROXY", "http://b:2")]);
        assert_eq!(
            (all.http, all.https),
            (text("http://a:1"), text("http://b:2"))
        );
        let cgi = proxies(&[("HTTP_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")]);
        assert_eq!(cgi.http, None, "a request could set it");
    }

    #[test]
    fn attempts_are_at_least_one() {
        for (text, attempts) in [("1", 1), ("5", 5), ("0", 3), ("many", 3)] {
            assert_eq!(of(&[("AWS_MAX_ATTEMPTS", text)], "").attempts, attempts);
            let profile = format!("[profile p]\nmax_attempts = {text}\n");
            assert_eq!(of(&[], &profile).attempts, attempts);
            assert_eq!(of(&[("AWS_MAX_ATTEMPTS", "2")], &profile).attempts, 2);
        }
    }

    #[test]
    fn a_fingerprint_tells_connections_apart() {
        let one = of(&[("AWS_ENDPOINT_URL", "http://a")], "").fingerprint();
        assert_eq!(
            one,
            of(&[("AWS_ENDPOINT_URL", "http://a"), ("TERM", "x")], "").fingerprint()
        );
        for other in [
            ("AWS_ENDPOINT_URL", "http://b"),
            ("HTTPS_PROXY", "http://a"),
        ] {
            assert_ne!(one, of(&[other], "").fingerprint());
        }
    }
}
