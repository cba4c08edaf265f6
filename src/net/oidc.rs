//! The sso-oidc service: register a client, start a device authorization, make tokens (aws-contract
//! 4.1).

use std::time::Duration;

use aws_sdk_ssooidc::Client;
use aws_sdk_ssooidc::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_ssooidc::config::{BehaviorVersion, Config, Region};
use tokio::time::{Instant, sleep};

use super::fault::Fault;
use super::{Net, Tick, ticking};
use crate::aws::profile::SsoSession;
use crate::aws::session::Renewal;
use crate::aws::time;
use crate::aws::token_cache::Registration;

/// Allows API calls to the portal with the session. The AWS CLI requests this scope if the file has
/// none.
pub const DEFAULT_SCOPE: &str = "sso:account:access";

/// What `slow_down` adds to the interval (seconds, RFC 8628 3.5).
const SLOW_DOWN: u64 = 5;

/// The result of `POST /token`. No `Debug`, because all of it is secret.
pub struct Grant {
    pub access_token: String,
    pub refresh_token: Option<String>,
    /// Seconds.
    pub expires_in: i64,
}

/// An authorization that waits for approval.
pub struct Device {
    pub code: String,
    pub user_code: String,
    pub url: String,
    pub url_with_code: String,
    /// Seconds.
    pub expires_in: u64,
    pub interval: u64,
}

/// The service in one region.
pub struct Oidc<'a> {
    net: &'a Net,
    client: Client,
    /// Scheme and host for the browser.
    pub base: String,
}

impl<'a> Oidc<'a> {
    pub fn new(net: &'a Net, region: &str) -> Result<Self, Fault> {
        let base = net.run(Self::base(net, region))??;
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(net.http.client())
            .region(Region::new(region.to_owned()))
            .endpoint_url(&base)
            .retry_config(net.retries())
            .timeout_config(Net::timeouts())
            .build();
        Ok(Self {
            net,
            client: Client::from_conf(config),
            base,
        })
    }

    /// Scheme and host of the service in a region.
    pub(super) async fn base(net: &Net, region: &str) -> Result<String, Fault> {
        let endpoints = &net.connection.endpoints;
        if let Some(url) = &endpoints.sso_oidc {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        let params = Params::builder()
            .region(region)
            .use_fips(endpoints.fips)
            .use_dual_stack(endpoints.dual_stack)
            .build();
        let params = params.map_err(|error| Fault::Client(error.to_string()))?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&params).await;
        Ok(endpoint
            .map_err(|error| Fault::Client(error.to_string()))?
            .url()
            .to_owned())
    }

    /// Registers a client for one of the two flows.
    pub fn register(
        &self,
        session: &SsoSession,
        for_browser: bool,
        issuer: &str,
    ) -> Result<Registration, Fault> {
        let mut request = self
            .client
            .register_client()
            .client_name(format!(
                "awsp-{}",
                session.name.as_deref().unwrap_or("legacy")
            ))
            .client_type("public");
        let scopes = session.scopes.clone().or_else(|| {
            session
                .name
                .as_ref()
                .map(|_| vec![DEFAULT_SCOPE.to_owned()])
        });
        for scope in scopes.iter().flatten() {
            request = request.scopes(scope);
        }
        if for_browser {
            // The registration has no port, so that every port is allowed (RFC 8252, 7.3).
            request = request
                .grant_types("authorization_code")
                .grant_types("refresh_token")
                .redirect_uris("http://127.0.0.1/oauth/callback")
                .issuer_url(issuer);
        }
        let made = self.net.run(request.send())?;
        let made = made.map_err(|error| Fault::of(&error))?;
        let (Some(client_id), Some(client_secret)) = (made.client_id, made.client_secret) else {
            return Err(Fault::Nonsense { status: 200 });
        };
        Ok(Registration {
            client_id,
            client_secret,
            expires_at: time::format(made.client_secret_expires_at),
            scopes,
            grant_types: for_browser
                .then(|| vec!["authorization_code".to_owned(), "refresh_token".to_owned()]),
        })
    }

    pub fn start_device(
        &self,
        registration: &Registration,
        start_url: &str,
    ) -> Result<Device, Fault> {
        let request = self.client.start_device_authorization();
        let request = request
            .client_id(&registration.client_id)
            .client_secret(&registration.client_secret)
            .start_url(start_url);
        let made = self.net.run(request.send())?;
        let made = made.map_err(|error| Fault::of(&error))?;
        let (Some(code), Some(user_code), Some(url)) =
            (made.device_code, made.user_code, made.verification_uri)
        else {
            return Err(Fault::Nonsense { status: 200 });
        };
        Ok(Device {
            code,
            user_code,
            url_with_code: made
                .verification_uri_complete
                .unwrap_or_else(|| url.clone()),
            url,
            expires_in: u64::try_from(made.expires_in).unwrap_or(0),
            // RFC 8628: five seconds if the service sends no interval.
            interval: u64::try_from(made.interval)
                .ok()
                .filter(|&seconds| seconds > 0)
                .unwrap_or(5),
        })
    }

    /// Asks for the token until it is approved; `None` if the code expires first.
    pub fn poll_device(
        &self,
        registration: &Registration,
        device: &Device,
        tick: Tick<'_>,
    ) -> Result<Option<Grant>, Fault> {
        let limit = Duration::from_secs(device.expires_in);
        let asking = self.poll(registration, device, Instant::now() + limit);
        self.net.run(ticking(limit, tick, asking))?.transpose()
    }

    async fn poll(
        &self,
        registration: &Registration,
        device: &Device,
        end: Instant,
    ) -> Result<Grant, Fault> {
        let mut interval = device.interval;
        loop {
            // The first request is sent at once, like the AWS CLI's: a client may have been
            // approved before.
            match self.token_by_device(registration, &device.code).await {
                Err(fault) if fault.is("AuthorizationPendingException") => {}
                Err(fault) if fault.is("SlowDownException") => interval += SLOW_DOWN,
                // The code stays valid on the other device, so a network that comes back is in
                // time.
                Err(fault) if fault.is_passing() && Instant::now() < end => {}
                answer => return answer,
            }
            sleep(Duration::from_secs(interval)).await;
        }
    }

    async fn token_by_device(
        &self,
        registration: &Registration,
        device_code: &str,
    ) -> Result<Grant, Fault> {
        let request = self
            .client
            .create_token()
            .grant_type("urn:ietf:params:oauth:grant-type:device_code");
        let request = request
            .client_id(&registration.client_id)
            .client_secret(&registration.client_secret);
        grant(request.device_code(device_code).send().await)
    }

    pub fn token_by_code(
        &self,
        registration: &Registration,
        code: &str,
        verifier: &str,
        redirect: &str,
    ) -> Result<Grant, Fault> {
        let request = self.client.create_token().grant_type("authorization_code");
        let request = request
            .client_id(&registration.client_id)
            .client_secret(&registration.client_secret);
        let request = request
            .code(code)
            .code_verifier(verifier)
            .redirect_uri(redirect);
        grant(self.net.run(request.send())?)
    }

    pub fn token_by_refresh(&self, renewal: &Renewal<'_>) -> Result<Grant, Fault> {
        let request = self.client.create_token().grant_type("refresh_token");
        let request = request
            .client_id(renewal.client_id)
            .client_secret(renewal.client_secret);
        grant(
            self.net
                .run(request.refresh_token(renewal.refresh_token).send())?,
        )
    }
}

type CreateToken = aws_sdk_ssooidc::operation::create_token::CreateTokenOutput;
type CreateTokenError = aws_sdk_ssooidc::operation::create_token::CreateTokenError;

fn grant(
    answer: Result<
        CreateToken,
        aws_sdk_ssooidc::error::SdkError<
            CreateTokenError,
            aws_smithy_runtime_api::client::orchestrator::HttpResponse,
        >,
    >,
) -> Result<Grant, Fault> {
    let made = answer.map_err(|error| Fault::of(&error))?;
    let token = made.access_token.filter(|token| !token.is_empty());
    // AWS always sends the lifetime of a token; without it the answer is from something else.
    let Some(access_token) = token.filter(|_| made.expires_in > 0) else {
        return Err(Fault::Nonsense { status: 200 });
    };
    Ok(Grant {
        access_token,
        refresh_token: made.refresh_token,
        expires_in: i64::from(made.expires_in),
    })
}
