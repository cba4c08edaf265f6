//! The access portal: role credentials, logout (aws-contract 4.6).

use aws_sdk_sso::Client;
use aws_sdk_sso::config::{BehaviorVersion, Config, Region};
use aws_smithy_types::retry::RetryConfig;

use super::Net;
use super::fault::Fault;
use crate::aws::role_cache::Credentials;
use crate::system::error::Result;

/// A client of the region's portal.
pub(super) fn client(net: &Net, region: &str, retries: RetryConfig) -> Client {
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(net.http.client())
        .region(Region::new(region.to_owned()))
        .use_fips(net.connection.endpoints.fips)
        .use_dual_stack(net.connection.endpoints.dual_stack)
        .retry_config(retries)
        .timeout_config(Net::timeouts());
    config.set_endpoint_url(net.connection.endpoints.sso.clone());
    Client::from_conf(config.build())
}

/// The portal of one region, used with one access token.
pub struct Portal<'a> {
    net: &'a Net,
    client: Client,
    access_token: &'a str,
}

impl<'a> Portal<'a> {
    pub fn new(net: &'a Net, region: &str, access_token: &'a str) -> Self {
        Self {
            net,
            client: client(net, region, net.retries()),
            access_token,
        }
    }

    /// Credentials of a role; the outer error is Ctrl-C.
    pub fn role_credentials(
        &self,
        account: &str,
        role: &str,
    ) -> Result<Result<Credentials, Fault>> {
        self.net.block_on(async {
            let request = self
                .client
                .get_role_credentials()
                .access_token(self.access_token);
            let answer = request.account_id(account).role_name(role).send().await;
            Ok(answer
                .map_err(|error| Fault::of(&error))
                .and_then(|answer| {
                    let made = answer
                        .role_credentials
                        .ok_or(Fault::Nonsense { status: 200 })?;
                    match (made.access_key_id, made.secret_access_key) {
                        (Some(access_key_id), Some(secret_access_key)) => Ok(Credentials {
                            access_key_id,
                            secret_access_key,
                            session_token: made.session_token,
                            // Only the portal uses milliseconds.
                            expiration: (made.expiration > 0).then_some(made.expiration / 1000),
                            account_id: Some(account.to_owned()),
                        }),
                        _ => Err(Fault::Nonsense { status: 200 }),
                    }
                }))
        })
    }

    /// Ends the session of the token, for all copies of the token.
    pub fn logout(&self) -> Result<Result<(), Fault>> {
        self.net.block_on(async {
            let answer = self
                .client
                .logout()
                .access_token(self.access_token)
                .send()
                .await;
            Ok(answer.map(|_| ()).map_err(|error| Fault::of(&error)))
        })
    }
}
