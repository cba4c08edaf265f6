//! The credentials that an `awsp exec --server` around this shell serves.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use super::Provider;
use super::endpoint::PATH;
use crate::aws::profile::is_account;
use crate::aws::role_cache::Credentials;
use crate::aws::served::Served;
use crate::aws::time;
use crate::net::local;
use crate::system::error::{Error, Kind, Result};

/// How long the server may take. It may have to ask AWS.
const PATIENCE: Duration = Duration::from_mins(1);

impl Provider<'_> {
    /// The credentials of the server.
    ///
    /// # Errors
    /// It has ended, refuses the token, or has no credentials.
    pub(super) fn served(&self, served: Served<'_>) -> Result<Credentials> {
        let failed = |kind: Kind, cause: String| {
            let name = served.profile;
            let message =
                format!("cannot get the credentials of `{name}` from `awsp exec --server`");
            Error::new(kind, message).cause(cause)
        };
        // To no other machine: the token is a secret.
        let host = served.url.strip_prefix("http://");
        let address = host.and_then(|rest| rest.strip_suffix(PATH)?.parse::<SocketAddr>().ok());
        let Some(address) = address.filter(|address| address.ip().is_loopback()) else {
            let cause = "its address is not one of awsp".to_owned();
            return Err(failed(Kind::Failed, cause));
        };
        let token = self.env.var("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        let (status, body) = local::ask(address, PATH, token.unwrap_or_default(), PATIENCE)
            .map_err(|error| failed(Kind::Failed, error.to_string()))?;
        let reply: Value = serde_json::from_str(&body).unwrap_or_default();
        if status != 200 {
            let kind = match reply["code"].as_str() {
                Some("LoginNeeded") => Kind::PersonNeeded,
                Some("CannotReachAws") => Kind::Network,
                _ => Kind::Failed,
            };
            let told = reply["message"]
                .as_str()
                .unwrap_or("it refuses the request");
            let (cause, hint) = told.split_once("; run: ").unwrap_or((told, ""));
            let error = failed(kind, cause.trim_start_matches("awsp: ").to_owned());
            return Err(if hint.is_empty() {
                error
            } else {
                error.hint(hint.to_owned())
            });
        }
        let text = |key: &str| reply[key].as_str().map(str::to_owned);
        let keys = text("AccessKeyId").zip(text("SecretAccessKey"));
        let (access_key_id, secret_access_key) =
            keys.ok_or_else(|| failed(Kind::Failed, "its reply has no credentials".to_owned()))?;
        Ok(Credentials {
            access_key_id,
            secret_access_key,
            session_token: text("Token"),
            expiration: text("Expiration").and_then(|end| time::parse(&end)),
            account_id: text("AccountId").filter(|id| is_account(id)),
        })
    }
}
