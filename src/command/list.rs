//! `awsp list`: the profiles.

use std::collections::HashMap;
use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::{Context, Run, table};
use crate::aws::config::Files;
use crate::aws::profile;
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::session::State;
use crate::aws::session_file::SessionFile;
use crate::system::error::Result;
use crate::system::text::clean;

/// List profiles with account, role, region and session state
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/list.txt")
)]
pub struct List {
    /// Print JSON
    #[arg(long, conflicts_with = "names")]
    pub json: bool,
    /// Print the names alone, one a line
    #[arg(long)]
    pub names: bool,
}

/// A profile in the list.
#[derive(Serialize)]
pub struct Row {
    pub name: String,
    kind: Option<&'static str>,
    account_id: Option<String>,
    account_name: Option<String>,
    pub role: Option<String>,
    region: Option<String>,
    session: Option<String>,
    pub state: Option<&'static str>,
}

#[derive(Serialize)]
struct Listing {
    version: u32,
    profiles: Vec<Row>,
}

impl Run for List {
    fn run(&self, context: &Context) -> Result<()> {
        let files = Files::load(&context.env)?;
        if self.names {
            let names = files.profile_names();
            // A name is data for a program here: it is printed as it is, unless it could be taken
            // for two.
            let names = names.iter().filter(|name| !name.contains('\n'));
            return context.ui.data(&names.fold(String::new(), |mut out, name| {
                let _ = writeln!(
                    out,
                    "{}",
                    if context.env.stdout_is_terminal {
                        clean(name)
                    } else {
                        name.clone()
                    }
                );
                out
            }));
        }
        let rows = rows(context, &files);
        if self.json {
            let text = serde_json::to_string(&Listing {
                version: 1,
                profiles: rows,
            })
            .unwrap_or_default();
            return context.ui.data(&format!("{text}\n"));
        }
        let current = context.env.current_profile();
        let lines: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let mark = if Some(row.name.as_str()) == current {
                    "*"
                } else {
                    " "
                };
                row.cells(mark)
            })
            .collect();
        if context.env.stderr_is_terminal && lines.is_empty() {
            context
                .ui
                .say(&format!("awsp: no profiles in {}", files.config.shown));
            context.ui.hint("awsp configure");
        }
        context.ui.data(&table(&lines))
    }
}

/// Every profile, in the order of the files.
pub fn rows(context: &Context, files: &Files) -> Vec<Row> {
    let mut states = HashMap::new();
    profile::resolve_all(files)
        .into_iter()
        .map(|(name, found)| row(context, name, found, &mut states))
        .collect()
}

impl Row {
    /// Number and name of the account, as far as they are known.
    pub fn account(&self) -> String {
        clean(&match (&self.account_id, &self.account_name) {
            (Some(id), Some(name)) => format!("{id} {name}"),
            (id, name) => id.as_ref().or(name.as_ref()).cloned().unwrap_or_default(),
        })
    }

    pub fn kind(&self) -> &'static str {
        self.kind.unwrap_or("broken")
    }

    fn cells(&self, mark: &str) -> Vec<String> {
        let text = |value: &Option<String>| clean(value.as_deref().unwrap_or_default());
        vec![
            format!("{mark} {}", clean(&self.name)),
            self.account(),
            text(&self.role),
            text(&self.region),
            self.kind().to_owned(),
            [
                text(&self.session),
                self.state.unwrap_or_default().to_owned(),
            ]
            .join(" ")
            .trim()
            .to_owned(),
        ]
    }
}

fn row(
    context: &Context,
    name: String,
    found: Result<Profile>,
    states: &mut HashMap<String, State>,
) -> Row {
    let Ok(found) = found else {
        return Row {
            name,
            kind: None,
            account_id: None,
            account_name: None,
            role: None,
            region: None,
            session: None,
            state: None,
        };
    };
    let state = state(context, &found, states);
    Row {
        kind: Some(found.kind.as_str()),
        session: found.session().map(|session| session.label().to_owned()),
        account_id: found.account_id().map(str::to_owned),
        role: found.role().map(str::to_owned),
        account_name: found.account_name,
        region: found.region,
        state: state.map(State::as_str),
        name,
    }
}

/// The state of the profile's session, looked up once for each.
fn state(context: &Context, found: &Profile, states: &mut HashMap<String, State>) -> Option<State> {
    let key = found
        .session()
        .map(SsoSession::cache_key)
        .or_else(|| found.login_session())?;
    if let Some(state) = states.get(key) {
        return Some(*state);
    }
    let state = SessionFile::of(&context.env, found)?
        .times
        .state(context.env.now());
    states.insert(key.to_owned(), state);
    Some(state)
}
