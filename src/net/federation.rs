//! The sign-in to the web console with a role's credentials (aws-contract 8).

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::Net;
use crate::aws::partition::Console;
use crate::aws::role_cache::Credentials;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::percent::encode;

/// The time limit for the answer (seconds).
const LIMIT: u64 = 15;

/// The answer of the sign-in.
pub enum Answer {
    Token(String),
    /// It refuses the credentials and does not say why.
    Refused,
}

impl Net {
    /// A sign-in token for these credentials, which must have a session token.
    ///
    /// # Errors
    /// The sign-in cannot be reached or sends no token; Ctrl-C.
    pub fn signin_token(&self, console: &Console, keys: &Credentials) -> Result<Answer> {
        let session = json!({
            "sessionId": keys.access_key_id,
            "sessionKey": keys.secret_access_key,
            "sessionToken": keys.session_token,
        });
        let url = format!(
            "{}/federation?Action=getSigninToken&Session={}",
            console.signin,
            encode(&session.to_string())
        );
        // The address contains the keys, so it must not be in an error.
        let failed = |cause: String| {
            Error::new(Kind::Network, "cannot sign in to the console")
                .cause(cause)
                .hint("check the network, HTTPS_PROXY and AWS_CA_BUNDLE, then try again")
        };
        self.block_on(async {
            let mut request = HttpRequest::empty();
            request
                .set_uri(url)
                .map_err(|_| failed("the sign-in's address cannot be used".to_owned()))?;
            let answer = self
                .http
                .send(request, Duration::from_secs(LIMIT))
                .await
                .map_err(failed)?;
            let status = answer.status().as_u16();
            match status {
                200 => {}
                400..=403 => return Ok(Answer::Refused),
                _ => return Err(failed(format!("the sign-in answered with status {status}"))),
            }
            let body = ByteStream::new(answer.into_body()).collect();
            let body = timeout(Duration::from_secs(LIMIT), body)
                .await
                .map_err(|_| failed("the sign-in took too long".to_owned()))?
                .map_err(|_| failed("the sign-in's answer is incomplete".to_owned()))?
                .into_bytes();
            let token = serde_json::from_slice::<Value>(&body)
                .ok()
                .and_then(|value| Some(value.get("SigninToken")?.as_str()?.to_owned()));
            token
                .map(Answer::Token)
                .ok_or_else(|| failed("the sign-in's answer contains no token".to_owned()))
        })
    }
}
