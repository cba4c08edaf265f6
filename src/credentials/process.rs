//! Credentials that a program prints: `credential_process`.

use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;

use super::Provider;
use crate::aws::profile::Profile;
use crate::aws::role_cache::Credentials;
use crate::aws::time;
use crate::system::error::Result;
use crate::system::process::{self, Limits};

/// What such a program may cost: it may have a person log in, and says a few hundred bytes.
const LIMITS: Limits = Limits {
    time: Duration::from_mins(10),
    bytes: 1 << 20,
};

impl Provider<'_> {
    pub(super) fn process(&self, profile: &Profile, line: &str) -> Result<Credentials> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            version: u32,
            access_key_id: String,
            secret_access_key: String,
            session_token: Option<String>,
            expiration: Option<String>,
            account_id: Option<String>,
        }
        let words = shlex::split(line)
            .filter(|words| !words.is_empty())
            .ok_or_else(|| {
                self.none(
                    &profile.name,
                    "its credential_process cannot be split into words",
                )
            })?;
        let output = process::run(
            process::command(&words[0])
                .args(&words[1..])
                .stderr(Stdio::inherit()),
            LIMITS,
        );
        let output = output
            .map_err(|cut| self.none(&profile.name, &format!("cannot use {}: {cut}", words[0])))?;
        if !output.status.success() {
            return Err(self.none(
                &profile.name,
                &format!("{} ended with {}", words[0], output.status),
            ));
        }
        match serde_json::from_slice::<Answer>(&output.stdout) {
            Ok(answer) if answer.version == 1 => self.living(
                &profile.name,
                Credentials {
                    access_key_id: answer.access_key_id,
                    secret_access_key: answer.secret_access_key,
                    session_token: answer.session_token,
                    expiration: answer.expiration.as_deref().and_then(time::parse),
                    account_id: answer.account_id,
                },
            ),
            Ok(answer) => Err(self.none(
                &profile.name,
                &format!(
                    "{} answered with Version {}, not 1",
                    words[0], answer.version
                ),
            )),
            // serde's own text could quote a part of a key.
            Err(_) => Err(self.none(
                &profile.name,
                &format!("{} answered with something else than credentials", words[0]),
            )),
        }
    }
}
