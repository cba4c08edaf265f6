//! Credentials that a program prints: `credential_process`.

use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;

use super::Provider;
use crate::aws::profile::circle::{self, circle};
use crate::aws::profile::{Kind as ProfileKind, Profile, resolve};
use crate::aws::role_cache::Credentials;
use crate::aws::time;
use crate::system::error::Result;
use crate::system::process::{self, Limits};
use crate::system::text::words;

/// The limits for such a program. It may wait for a person to log in, and prints a few hundred
/// bytes.
const LIMITS: Limits = Limits {
    time: Duration::from_mins(10),
    bytes: 1 << 20,
};

/// The profiles for which processes run above this one, each on two lines: where its config file
/// is, and its name. Other programs may stand between them.
const ASKED: &str = "AWSP_ASKED";

impl Provider<'_> {
    /// Stops a `credential_process` that requests the profile it runs for. This comes before any
    /// lock, because the inner process would wait for the outer one.
    ///
    /// # Errors
    /// The chain is a loop.
    pub(super) fn is_no_circle(&self, profile: &Profile) -> Result<()> {
        if !matches!(profile.end().kind, ProfileKind::Process { .. }) {
            return Ok(());
        }
        let ambient = self.env.current_profile().unwrap_or("default");
        let find = |name: &str| resolve(self.files, name).ok();
        let found = circle(profile, ambient, &find).or_else(|| self.goes_on(profile));
        match found {
            Some(names) => Err(circle::error(self.files, profile, &names)),
            None => Ok(()),
        }
    }

    /// The loop, if this profile's process already runs above this one.
    fn goes_on(&self, profile: &Profile) -> Option<Vec<String>> {
        let mut names = self.above();
        if !names.contains(&profile.end().name) {
            return None;
        }
        names.extend(profile.chain().map(|link| link.name.clone()));
        Some(circle::closed(names))
    }

    /// The profiles of this config file for which processes run above.
    fn above(&self) -> Vec<String> {
        let ours = self.config_path();
        let asked = self.env.var(ASKED).unwrap_or_default();
        let lines: Vec<&str> = asked.split('\n').collect();
        let pairs = lines.chunks_exact(2).filter(|pair| pair[0] == ours);
        pairs.map(|pair| pair[1].to_owned()).collect()
    }

    /// The value of the variable for the process.
    fn asked(&self, name: &str) -> String {
        let above = self.env.var(ASKED).unwrap_or_default();
        format!("{above}{}\n{name}\n", self.config_path())
    }

    /// The text on one line.
    fn config_path(&self) -> String {
        let path = self.files.config.path.to_string_lossy();
        path.replace('\n', " ")
    }

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
        let words = words::split(line)
            .filter(|words| !words.is_empty())
            .ok_or_else(|| self.none(&profile.name, "its credential_process is empty"))?;
        let output = process::run(
            process::command(&words[0])
                .args(&words[1..])
                .env(ASKED, self.asked(&profile.name))
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
            // serde's message could contain a part of a key.
            Err(_) => Err(self.none(
                &profile.name,
                &format!("{} did not print credentials", words[0]),
            )),
        }
    }
}
