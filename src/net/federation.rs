//! The sign-in to the web console with a role's credentials (aws-contract 8).

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::{Value, json};

use super::Net;
use crate::aws::role_cache::Credentials;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::percent::encode;

/// Seconds that the sign-in has to answer.
const LIMIT: u64 = 15;

/// Where the console of a region is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// The sign-in's address, without a path.
    pub signin: String,
    /// The page to come to.
    pub destination: String,
}

impl Console {
    /// The console of the region's partition, at the front page or at a service's.
    ///
    /// # Errors
    /// A partition whose console is not on the public network.
    pub fn of(region: &str, service: Option<&str>) -> Result<Self> {
        let (signin, domain) = match region {
            // Its credentials must not go to the sign-in of another.
            _ if ["us-iso", "eu-iso"]
                .iter()
                .any(|partition| region.starts_with(partition)) =>
            {
                return Err(Error::new(
                    Kind::Usage,
                    format!("the console of `{region}` is not known"),
                )
                .cause("AWS does not publish the sign-in of its isolated partitions"));
            }
            _ if region.starts_with("us-gov-") => (
                "signin.amazonaws-us-gov.com".to_owned(),
                "console.amazonaws-us-gov.com",
            ),
            _ if region.starts_with("cn-") => {
                ("signin.amazonaws.cn".to_owned(), "console.amazonaws.cn")
            }
            _ if region.starts_with("eusc-") => (
                format!("{region}.signin.amazonaws-eusc.eu"),
                "console.amazonaws-eusc.eu",
            ),
            _ => ("signin.aws.amazon.com".to_owned(), "console.aws.amazon.com"),
        };
        let service = service.unwrap_or("console");
        Ok(Self {
            signin: format!("https://{signin}"),
            destination: format!("https://{domain}/{service}/home?region={}", encode(region)),
        })
    }

    /// The page that signs in: whoever has it, is in. Good for 15 minutes. When the console's
    /// session is over, it points to `issuer`.
    pub fn page(&self, token: &str, issuer: &str) -> String {
        let (issuer, destination, token) =
            (encode(issuer), encode(&self.destination), encode(token));
        format!(
            "{}/federation?Action=login&Issuer={issuer}&Destination={destination}&\
             SigninToken={token}",
            self.signin
        )
    }
}

/// What the sign-in answered.
pub enum Answer {
    Token(String),
    /// It does not take the credentials. It does not say why.
    Refused,
}

impl Net {
    /// A sign-in token for these credentials, which must have a session token.
    ///
    /// # Errors
    /// The sign-in cannot be reached or answers nonsense; Ctrl-C.
    pub fn signin_token(&self, console: &Console, keys: &Credentials) -> Result<Answer> {
        let session = json!({"sessionId": keys.access_key_id, "sessionKey": keys.secret_access_key, "sessionToken": keys.session_token});
        let url = format!(
            "{}/federation?Action=getSigninToken&Session={}",
            console.signin,
            encode(&session.to_string())
        );
        // The address holds the keys: it never stands in an error.
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
            let body = ByteStream::new(answer.into_body()).collect().await;
            let body = body
                .map_err(|_| failed("the sign-in's answer broke off".to_owned()))?
                .into_bytes();
            let token = serde_json::from_slice::<Value>(&body)
                .ok()
                .and_then(|value| Some(value.get("SigninToken")?.as_str()?.to_owned()));
            token.map(Answer::Token).ok_or_else(|| {
                failed("the sign-in answered with something else than a token".to_owned())
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_has_its_own_console() {
        for (region, signin, destination) in [
            (
                "eu-west-1",
                "https://signin.aws.amazon.com",
                "https://console.aws.amazon.com/s3/home?region=eu-west-1",
            ),
            (
                "us-gov-west-1",
                "https://signin.amazonaws-us-gov.com",
                "https://console.amazonaws-us-gov.com/s3/home?region=us-gov-west-1",
            ),
            (
                "cn-north-1",
                "https://signin.amazonaws.cn",
                "https://console.amazonaws.cn/s3/home?region=cn-north-1",
            ),
            (
                "eusc-de-east-1",
                "https://eusc-de-east-1.signin.amazonaws-eusc.eu",
                "https://console.amazonaws-eusc.eu/s3/home?region=eusc-de-east-1",
            ),
        ] {
            let console = Console::of(region, Some("s3")).unwrap();
            assert_eq!(
                (console.signin.as_str(), console.destination.as_str()),
                (signin, destination)
            );
        }
        let console = Console::of("eu-west-1", None).unwrap();
        assert_eq!(
            console.page("a+b", "https://d-1.awsapps.com/start"),
            "https://signin.aws.amazon.com/\
             federation?Action=login&Issuer=https%3A%2F%2Fd-1.awsapps.com%2Fstart&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fconsole%2Fhome%3Fregion%3Deu-west-1&SigninToken=a%2Bb"
        );
        assert!(
            Console::of("us-iso-east-1", None).is_err()
                && Console::of("eu-isoe-west-1", None).is_err()
        );
    }
}
