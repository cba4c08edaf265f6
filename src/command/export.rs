//! `awsp export`: credentials for tools that cannot read profiles.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::guarded::Entry;
use super::{Context, Run};
use crate::aws::role_cache::Credentials;
use crate::aws::time;
use crate::aws::variables::FILES;
use crate::credentials::Provider;
use crate::credentials::given::{Given, Taker, Way};
use crate::guard::Door;
use crate::shell::channel::Channel;
use crate::shell::{Shell, confirmed};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{json_line, quote};

/// Print a profile's credentials
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/export.txt")
)]
pub struct Export {
    /// The profile; by default the current one
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// The format; by default the one for this shell
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Do not ask, even if a rule in the settings says to
    #[arg(long, short)]
    pub yes: bool,
}

/// The reader of the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For bash, zsh and sh, to `eval`
    Env,
    /// For fish, to `source`
    Fish,
    /// For PowerShell, to `Invoke-Expression`
    Powershell,
    /// One JSON object
    Json,
    /// A `.env` file
    Dotenv,
    /// The output of a `credential_process`
    Process,
    /// The response of STS AssumeRole
    Sts,
}

/// Always unset in a script: older credentials, and profiles, which the JavaScript SDK prefers.
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
        let files = context.files()?;
        let name = context.profile(self.profile.as_deref(), &files)?;
        let found = context.resolve(&files, name)?;
        let format = self.format.unwrap_or_else(|| of_shell(env));
        let door = if format == Format::Process {
            Door::Process
        } else {
            Door::Export
        };
        let entry = Entry {
            yes: self.yes,
            ..Entry::new(door, &found)
        };
        let pass = entry.pass(context)?;
        let provider = Provider::new(env, ui, &files, context.settings());
        let keys = if pass.terms.read_only {
            provider.credentials(&provider.twin(&found)?)?
        } else {
            provider.credentials(&found)?
        };
        if env.stdout_is_terminal {
            ui.warn("these are secrets, and they are on your screen now");
        }
        let taker = Taker {
            env,
            files: &files,
            profile: &found,
            only: false,
        };
        let text = match format {
            Format::Process => process(&keys),
            Format::Sts => sts(&keys),
            Format::Json => json(&keys, name, found.region.as_deref()),
            Format::Dotenv => dotenv(&taker.given(Way::Keys(&keys))?)?,
            Format::Env | Format::Fish | Format::Powershell => {
                let given = taker.given(Way::Keys(&keys))?;
                let memory = (pass.asked && Channel::is_there(env))
                    .then(|| confirmed::with(env, &found.name));
                script(env, &given, format, memory.as_deref())
            }
        };
        ui.data(&text)
    }
}

/// The format for the shell that runs this, according to its function.
fn of_shell(env: &Env) -> Format {
    match env.var("AWSP_SHELL").and_then(Shell::named) {
        Some(Shell::Fish) => Format::Fish,
        _ => Format::Env,
    }
}

/// `memory`: the confirmed profiles, for a shell that runs this in a substitution and would not
/// remember them.
fn script(env: &Env, given: &Given, format: Format, memory: Option<&str>) -> String {
    let mut out = String::new();
    let names = STALE
        .iter()
        .copied()
        .chain(given.unset.iter().map(String::as_str));
    let mut seen = Vec::new();
    for name in names {
        let is_given = given.set.iter().any(|(other, _)| other == name);
        let is_stale = STALE.contains(&name) || env.raw(name).is_some();
        if is_given || !is_stale || seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let _ = match format {
            Format::Fish => writeln!(out, "set -e {name}"),
            Format::Powershell => {
                writeln!(out, "Remove-Item Env:{name} -ErrorAction SilentlyContinue")
            }
            _ => writeln!(out, "unset {name}"),
        };
    }
    for (name, value) in &given.set {
        let _ = match format {
            Format::Fish => writeln!(out, "set -gx {name} {}", quote::fish(value)),
            Format::Powershell => writeln!(out, "$Env:{name} = {}", quote::powershell(value)),
            _ => writeln!(out, "export {name}={}", quote::posix(value)),
        };
    }
    if let Some(names) = memory {
        let _ = match format {
            Format::Fish => writeln!(out, "set -g __awsp_confirmed {}", quote::fish(names)),
            Format::Powershell => Ok(()),
            _ => writeln!(out, "__awsp_confirmed={}", quote::posix(names)),
        };
    }
    // In fish `set -e` fails for what is not set, and `set -gx` leaves that status as it is.
    if format == Format::Fish {
        out.push_str("true\n");
    }
    out
}

fn dotenv(given: &Given) -> Result<String> {
    let mut out = String::new();
    for (name, value) in &given.set {
        // Useful only on this machine, in a shell with awsp.
        if name.starts_with("AWSP_") || FILES.contains(&name.as_str()) {
            continue;
        }
        let value = quote::dotenv(value).ok_or_else(|| {
            Error::new(
                Kind::Failed,
                format!("{name} has a value that a .env file cannot hold"),
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
    json_line(&shape)
}

/// The output of a `credential_process` (aws-contract 2.4).
fn process(keys: &Credentials) -> String {
    let mut shape = json!({"Version": 1});
    put(&mut shape, keys);
    if let Some(account) = &keys.account_id {
        shape["AccountId"] = account.as_str().into();
    }
    json_line(&shape)
}

/// The response of AssumeRole, which some agents need (aws-contract 11.16).
fn sts(keys: &Credentials) -> String {
    let mut inner = json!({});
    put(&mut inner, keys);
    json_line(&json!({ "Credentials": inner }))
}

fn put(shape: &mut Value, keys: &Credentials) {
    shape["AccessKeyId"] = keys.access_key_id.as_str().into();
    shape["SecretAccessKey"] = keys.secret_access_key.as_str().into();
    if let Some(token) = &keys.session_token {
        shape["SessionToken"] = token.as_str().into();
    }
    if let Some(end) = keys.expiration {
        shape["Expiration"] = time::format(end).into();
    }
}
