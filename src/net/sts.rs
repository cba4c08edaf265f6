//! STS: the identity of credentials, and assuming roles.

use aws_sdk_sts::Client;
use aws_sdk_sts::config::{BehaviorVersion, Config, Region};
use aws_sdk_sts::types::Credentials as StsCredentials;

use super::Net;
use super::fault::Fault;
use crate::aws::role_cache::Credentials;
use crate::system::error::Result;

/// The identity that AWS returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub account: String,
    pub arn: String,
    pub user_id: String,
}

/// The parameters of AssumeRole.
#[derive(Clone, Debug, Default)]
pub struct RoleRequest {
    pub role_arn: String,
    pub session_name: String,
    pub external_id: Option<String>,
    /// Seconds.
    pub duration: Option<i32>,
    pub mfa_serial: Option<String>,
    pub mfa_code: Option<String>,
}

/// A role and its session.
pub struct Assumed {
    pub credentials: Credentials,
    pub assumed_role_id: String,
    pub arn: String,
}

/// STS in one region.
pub struct Sts<'a> {
    net: &'a Net,
    client: Client,
}

impl<'a> Sts<'a> {
    pub fn new(net: &'a Net, region: &str, credentials: Option<&Credentials>) -> Self {
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(net.http.client())
            .region(Region::new(region.to_owned()))
            .use_fips(net.connection.endpoints.fips)
            .use_dual_stack(net.connection.endpoints.dual_stack)
            .retry_config(net.retries())
            .timeout_config(Net::timeouts());
        config.set_endpoint_url(net.connection.endpoints.sts.clone());
        if let Some(keys) = credentials {
            config = config.credentials_provider(aws_sdk_sts::config::Credentials::new(
                &keys.access_key_id,
                &keys.secret_access_key,
                keys.session_token.clone(),
                None,
                "awsp",
            ));
        }
        Self {
            net,
            client: Client::from_conf(config.build()),
        }
    }

    /// GetCallerIdentity; the outer error is Ctrl-C.
    pub fn caller(&self) -> Result<Result<Identity, Fault>> {
        self.net.block_on(async {
            let answer = self.client.get_caller_identity().send().await;
            Ok(answer
                .map_err(|error| Fault::of(&error))
                .map(|answer| Identity {
                    account: answer.account.unwrap_or_default(),
                    arn: answer.arn.unwrap_or_default(),
                    user_id: answer.user_id.unwrap_or_default(),
                }))
        })
    }

    /// AssumeRole.
    pub fn assume(&self, role: &RoleRequest) -> Result<Result<Assumed, Fault>> {
        self.net.block_on(async {
            let request = self
                .client
                .assume_role()
                .role_arn(&role.role_arn)
                .role_session_name(&role.session_name);
            let request = request
                .set_external_id(role.external_id.clone())
                .set_duration_seconds(role.duration);
            let request = request
                .set_serial_number(role.mfa_serial.clone())
                .set_token_code(role.mfa_code.clone());
            let answer = request.send().await.map_err(|error| Fault::of(&error));
            Ok(answer.and_then(|answer| assumed(answer.credentials, answer.assumed_role_user)))
        })
    }

    /// AssumeRoleWithWebIdentity.
    pub fn assume_by_token(
        &self,
        role: &RoleRequest,
        token: &str,
    ) -> Result<Result<Assumed, Fault>> {
        self.net.block_on(async {
            let request = self
                .client
                .assume_role_with_web_identity()
                .role_arn(&role.role_arn)
                .role_session_name(&role.session_name);
            let answer = request
                .set_duration_seconds(role.duration)
                .web_identity_token(token)
                .send()
                .await;
            let answer = answer.map_err(|error| Fault::of(&error));
            Ok(answer.and_then(|answer| assumed(answer.credentials, answer.assumed_role_user)))
        })
    }
}

fn assumed(
    credentials: Option<StsCredentials>,
    user: Option<aws_sdk_sts::types::AssumedRoleUser>,
) -> std::result::Result<Assumed, Fault> {
    let keys = credentials.ok_or(Fault::Nonsense { status: 200 })?;
    let (assumed_role_id, arn) =
        user.map_or_else(Default::default, |user| (user.assumed_role_id, user.arn));
    let credentials = Credentials {
        access_key_id: keys.access_key_id,
        secret_access_key: keys.secret_access_key,
        session_token: Some(keys.session_token),
        expiration: Some(keys.expiration.secs()),
        account_id: arn.split(':').nth(4).map(str::to_owned),
    };
    Ok(Assumed {
        credentials,
        assumed_role_id,
        arn,
    })
}
