//! Credentials of `aws login`.

use std::process::Stdio;

use super::Provider;
use super::process::LIMITS;
use crate::aws::profile::Profile;
use crate::aws::role_cache::Credentials;
use crate::aws::{login_session, time};
use crate::system::error::{Error, Kind, Result};
use crate::system::process;
use crate::system::text::quote;

impl Provider<'_> {
    /// Credentials of `aws login`. A renewal needs a signature that only the AWS CLI and the SDKs
    /// can make.
    pub(super) fn login(&self, profile: &Profile, login: &str) -> Result<Credentials> {
        let name = profile.name.as_str();
        if let Some(keys) = login_session::credentials(self.env, login) {
            return Ok(keys);
        }
        let arguments = [
            "configure",
            "export-credentials",
            "--profile",
            name,
            "--format",
            "process",
        ];
        let output = process::run(
            process::command("aws")
                .args(arguments)
                .stderr(Stdio::null()),
            LIMITS,
        );
        let answer = output
            .ok()
            .filter(|output| output.status.success())
            .and_then(|output| serde_json::from_slice::<serde_json::Value>(&output.stdout).ok());
        let field = |name: &str| answer.as_ref()?.get(name)?.as_str().map(str::to_owned);
        match (field("AccessKeyId"), field("SecretAccessKey")) {
            (Some(access_key_id), Some(secret_access_key)) => Ok(Credentials {
                access_key_id,
                secret_access_key,
                session_token: field("SessionToken"),
                expiration: field("Expiration").as_deref().and_then(time::parse),
                account_id: profile.account_id().map(str::to_owned),
            }),
            _ => Err(Error::new(
                Kind::PersonNeeded,
                format!("the login of `{name}` has ended"),
            )
            .hint(quote::command_line(&["aws", "login", "--profile", name]))),
        }
    }
}
