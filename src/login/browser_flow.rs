//! Authorization code with PKCE: the browser asks, and brings the answer to 127.0.0.1 (aws-contract
//! 4.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use super::{Asking, Refusal};
use crate::aws::token_cache::Registration;
use crate::net::loopback;
use crate::net::loopback::Answer;
use crate::net::oidc::{Grant, Oidc};
use crate::system::error::{Error, Kind};
use crate::system::text::percent::encode;

/// How long the browser has (seconds).
const LIMIT: u64 = 600;

/// Sends the user's browser to the portal and takes the token for what it brings back.
pub async fn login(
    asking: &Asking<'_>,
    oidc: &Oidc,
    registration: &Registration,
    listener: TcpListener,
) -> Result<Grant, Refusal> {
    let port = listener
        .local_addr()
        .map_err(|error| asking.failed(Kind::Failed).cause(error))?
        .port();
    let redirect = format!("http://127.0.0.1:{port}/oauth/callback");
    let (verifier, state) = (random_text(asking, 48)?, random_text(asking, 24)?);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let url = format!(
        "{}/authorize?response_type=code&client_id={}&redirect_uri={}&state={state}&\
         code_challenge_method=S256&scopes={}&code_challenge={challenge}",
        oidc.base,
        encode(&registration.client_id),
        encode(&redirect),
        encode(&registration.scopes.as_deref().unwrap_or_default().join(" ")),
    );
    asking.show(&url, None);
    let answer = asking
        .wait(
            "waiting for the browser",
            LIMIT,
            loopback::wait(listener, &state),
        )
        .await;
    let code = match answer {
        Some(Ok(Answer::Code(code))) => code,
        Some(Ok(Answer::Refused(code))) => {
            return Err(asking
                .failed(Kind::LoginFailed)
                .cause(format!("the portal answered `{code}`"))
                .into());
        }
        Some(Err(error)) => return Err(asking.failed(Kind::Failed).cause(error).into()),
        None => {
            return Err(asking
                .failed(Kind::LoginFailed)
                .cause("nobody answered in ten minutes")
                .into());
        }
    };
    Ok(oidc
        .token_by_code(registration, &code, &verifier, &redirect)
        .await?)
}

/// A port of 127.0.0.1 that nobody else can take between choosing and listening.
pub async fn listen() -> std::io::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", 0)).await
}

/// Random bytes as text of the unreserved characters.
fn random_text(asking: &Asking<'_>, bytes: usize) -> Result<String, Error> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| asking.failed(Kind::Failed).cause(error))?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_value_is_encoded_whole() {
        assert_eq!(
            encode("http://127.0.0.1:8/oauth/callback a~b"),
            "http%3A%2F%2F127.0.0.1%3A8%2Foauth%2Fcallback%20a~b"
        );
    }
}
