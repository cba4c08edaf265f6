//! `awsp show`: the settings a tool would really use, and where each comes from.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{Context, Run};
use crate::aws::config::{Files, Setting};
use crate::aws::identity::REGION;
use crate::aws::profile::circle::{self, circle};
use crate::aws::profile::{self, Profile};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{json_line, password};
use crate::terminal::facts::Fact;

/// Show a profile's settings and where each comes from
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/show.txt")
)]
pub struct Show {
    /// The profile; by default the current one
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A setting, its source, and what it hides.
struct Row {
    key: String,
    value: String,
    source: String,
    hides: Option<String>,
}

impl Run for Show {
    fn run(&self, context: &Context) -> Result<()> {
        let env = &context.env;
        let files = context.files()?;
        let name = self
            .profile
            .as_deref()
            .or_else(|| env.current_profile())
            .unwrap_or("default");
        let found = profile::resolve(&files, name);
        let Some(section) = files.profile(name) else {
            return Err(found.err().unwrap_or_else(|| {
                Error::new(Kind::NotFound, format!("no profile named `{name}`"))
            }));
        };
        let mut rows = Vec::new();
        for setting in &section.settings {
            rows.extend(settings(&files, setting));
        }
        if let Some(session) = section
            .get("sso_session")
            .and_then(|name| files.sso_session(name))
        {
            for setting in session
                .settings
                .iter()
                .filter(|setting| section.setting(&setting.key).is_none())
            {
                rows.extend(settings(&files, setting));
            }
        }
        // The shell's variables override only the shell's own profile: a tool that names a profile
        // uses that.
        let is_current = self.profile.is_none() || env.current_profile() == Some(name);
        if is_current {
            shadow(context, &mut rows);
        }
        let kind = found.as_ref().map_or("broken", |found| found.kind.as_str());
        if self.json {
            let shape: Map<String, Value> = rows
                .into_iter()
                .map(|row| (row.key, json!({"value": row.value, "source": row.source})))
                .collect();
            let shape = json!({"version": 1, "profile": name, "kind": kind, "settings": shape});
            context.ui.data(&json_line(&shape))?;
        } else {
            let mut facts = vec![Fact::new("profile", name, ""), Fact::new("kind", kind, "")];
            facts.extend(rows.iter().map(|row| {
                let hides = row
                    .hides
                    .as_ref()
                    .map_or_else(String::new, |hidden| format!(" (hides {hidden})"));
                Fact::new(&row.key, &row.value, &format!("{}{hides}", row.source))
            }));
            context.ui.facts(env, &facts)?;
        }
        no_circle(&files, &found?)
    }
}

/// Warns if the profile's `credential_process` requests the profile itself.
fn no_circle(files: &Files, found: &Profile) -> Result<()> {
    let find = |name: &str| profile::resolve(files, name).ok();
    match circle(found, &found.name, &find) {
        Some(names) => Err(circle::error(files, found, &names)),
        None => Ok(()),
    }
}

/// The setting's row, or one for each line of its block.
fn settings(files: &Files, setting: &Setting) -> Vec<Row> {
    let row = |key: String, value: &str| Row {
        value: shown(&key, value),
        key,
        source: files.shown(setting.place),
        hides: None,
    };
    if setting.nested.is_empty() {
        return vec![row(setting.key.to_string(), &setting.value)];
    }
    setting
        .nested
        .iter()
        .map(|(key, value)| row(format!("{}.{key}", setting.key), value))
        .collect()
}

/// A secret is only shown as set, an access key by its end as in the AWS CLI, an address without
/// its password.
fn shown(key: &str, value: &str) -> String {
    match key {
        "aws_secret_access_key" | "aws_session_token" | "aws_security_token" => "(set)".to_owned(),
        "aws_access_key_id" => format!(
            "****{}",
            value
                .chars()
                .skip(value.chars().count().saturating_sub(4))
                .collect::<String>()
        ),
        _ => password::hidden(value).into_owned(),
    }
}

/// Replaces settings with the variables that override them.
fn shadow(context: &Context, rows: &mut Vec<Row>) {
    let mut put = |key: &str, variable: &str| {
        let Some(value) = context.env.raw(variable) else {
            return;
        };
        let row = Row {
            key: key.to_owned(),
            value: shown(key, &value.to_string_lossy()),
            source: variable.to_owned(),
            hides: None,
        };
        match rows.iter_mut().find(|row| row.key == key) {
            Some(old) => {
                // Two that say the same are not in each other's way.
                let hidden = format!("{} of {}", old.value, old.source);
                *old = Row {
                    hides: if old.value == row.value {
                        old.hides.take()
                    } else {
                        Some(hidden)
                    },
                    ..row
                };
            }
            None => {
                rows.push(Row {
                    hides: (key == "aws_access_key_id")
                        .then(|| "the profile's own credentials".to_owned()),
                    ..row
                });
            }
        }
    };
    // The last one decides: the AWS CLI reads AWS_REGION first.
    for variable in REGION.iter().rev() {
        put("region", variable);
    }
    put("output", "AWS_DEFAULT_OUTPUT");
    put("ca_bundle", "AWS_CA_BUNDLE");
    for (key, variable) in [
        ("aws_access_key_id", "AWS_ACCESS_KEY_ID"),
        ("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        ("aws_session_token", "AWS_SESSION_TOKEN"),
    ] {
        if context.env.var(variable).is_some() {
            put(key, variable);
        }
    }
}
