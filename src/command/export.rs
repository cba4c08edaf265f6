//! `awsp export`: role credentials for whoever cannot read profiles.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Context, Run};
use crate::aws::config::Files;
use crate::aws::role_cache::Credentials;
use crate::aws::{profile, time};
use crate::credentials::Provider;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::quote;

/// Print a profile's credentials
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/export.txt")
)]
pub struct Export {
    /// The profile; without it the current one
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// How to print them
    #[arg(long, value_enum)]
    pub format: Format,
}

/// For whom the credentials are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// bash, zsh, sh: to `eval`
    Env,
    /// fish: to `source`
    Fish,
    /// One object with awsp's names
    Json,
    /// A `.env` file
    Dotenv,
    /// What `credential_process` answers
    Process,
}

/// What makes a tool take other credentials than these: older ones, or those of a profile, which
/// the JavaScript SDK prefers.
const STALE: [&str; 5] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
];

impl Run for Export {
    fn run(&self, context: &Context) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let name = self.profile.as_deref().or_else(|| env.current_profile());
        let name = name.ok_or_else(|| {
            Error::new(Kind::Usage, "no profile is active: whose credentials?")
                .hint("awsp export PROFILE --format env")
        })?;
        let files = Files::load(env)?;
        let keys = Provider::new(env, ui, &files, context.settings())
            .credentials(&profile::resolve(&files, name)?)?;
        if env.stdout_is_terminal {
            ui.warn("these are secrets, and they are on your screen now");
        }
        if self.format == Format::Process {
            return ui.data(&process(&keys));
        }
        let region = profile::resolve(&files, name)?.region;
        let text = match self.format {
            Format::Env => script(
                &keys,
                region.as_deref(),
                |name, value| format!("export {name}={}", quote::posix(value)),
                |name| format!("unset {name}"),
            ),
            Format::Fish => script(
                &keys,
                region.as_deref(),
                |name, value| format!("set -gx {name} {}", quote::fish(value)),
                |name| format!("set -e {name}"),
            ),
            Format::Dotenv => dotenv(&keys, region.as_deref())?,
            Format::Json | Format::Process => json(&keys, name, region.as_deref()),
        };
        ui.data(&text)
    }
}

/// The credentials and the region as environment variables.
pub fn variables<'a>(
    keys: &'a Credentials,
    region: Option<&'a str>,
) -> Vec<(&'static str, String)> {
    let mut out = vec![
        ("AWS_ACCESS_KEY_ID", keys.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.clone()),
    ];
    out.extend(
        keys.session_token
            .clone()
            .map(|token| ("AWS_SESSION_TOKEN", token)),
    );
    out.extend(
        keys.expiration
            .map(|end| ("AWS_CREDENTIAL_EXPIRATION", time::format(end))),
    );
    for name in crate::aws::identity::REGION {
        out.extend(region.map(|region| (name, region.to_owned())));
    }
    out
}

fn script(
    keys: &Credentials,
    region: Option<&str>,
    set: impl Fn(&str, &str) -> String,
    unset: impl Fn(&str) -> String,
) -> String {
    let variables = variables(keys, region);
    let mut out = String::new();
    for name in STALE
        .iter()
        .filter(|stale| !variables.iter().any(|(name, _)| name == *stale))
    {
        let _ = writeln!(out, "{}", unset(name));
    }
    for (name, value) in &variables {
        let _ = writeln!(out, "{}", set(name, value));
    }
    out
}

fn dotenv(keys: &Credentials, region: Option<&str>) -> Result<String> {
    let mut out = String::new();
    for (name, value) in variables(keys, region) {
        let value = quote::dotenv(&value).ok_or_else(|| {
            Error::new(
                Kind::Failed,
                format!("{name} holds what a .env file cannot"),
            )
            .hint("awsp export --format json")
        })?;
        let _ = writeln!(out, "{name}={value}");
    }
    Ok(out)
}

fn json(keys: &Credentials, profile: &str, region: Option<&str>) -> String {
    let shape = json!({
        "version": 1,
        "profile": profile,
        "access_key_id": keys.access_key_id,
        "secret_access_key": keys.secret_access_key,
        "session_token": keys.session_token,
        "expires_at": keys.expiration.map(time::format),
        "account_id": keys.account_id,
        "region": region,
    });
    format!("{shape}\n")
}

/// What `credential_process` answers (aws-contract 2.4).
fn process(keys: &Credentials) -> String {
    let mut shape = json!({"Version": 1, "AccessKeyId": keys.access_key_id, "SecretAccessKey": keys.secret_access_key});
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            shape[name] = value.into();
        }
    };
    put("SessionToken", keys.session_token.clone());
    put("Expiration", keys.expiration.map(time::format));
    put("AccountId", keys.account_id.clone());
    format!("{shape}\n")
}
