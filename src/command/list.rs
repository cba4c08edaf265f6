//! `awsp list`: the profiles.

use std::collections::HashMap;

use clap::Args;
use serde::Serialize;

use super::{Context, Run};
use crate::aws::account;
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::profile;
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::session::State;
use crate::aws::session_file::SessionFile;
use crate::guard;
use crate::settings::rules::Colour;
use crate::system::error::Result;
use crate::system::text::{clean, json_line};
use crate::terminal::table::{Column, Table};
use crate::terminal::ui::Style;

/// List profiles with account, role, region and session state
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/list.txt")
)]
pub struct List {
    /// Print JSON
    #[arg(long, conflicts_with = "names")]
    pub json: bool,
    /// Print only the names, one per line
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
    /// What a rule of the settings gives it; looked up where colours are shown.
    #[serde(skip)]
    pub colour: Option<Colour>,
}

#[derive(Serialize)]
struct Listing {
    version: u32,
    profiles: Vec<Row>,
}

impl Run for List {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        if self.names {
            let names = files.profile_names();
            // A name is data for a program here: it is printed as it is, unless it could be taken
            // for two.
            let names = names.iter().filter(|name| !name.contains('\n'));
            return context.ui.data(&names.fold(String::new(), |mut out, name| {
                if context.env.stdout_is_terminal {
                    out.push_str(&clean(name));
                } else {
                    out.push_str(name);
                }
                out.push('\n');
                out
            }));
        }
        let rows = rows(context, &files);
        if self.json {
            let shape = Listing {
                version: 1,
                profiles: rows,
            };
            return context.ui.data(&json_line(&shape));
        }
        if context.env.stderr_is_terminal && rows.is_empty() {
            context.ui.say(&clean(&format!(
                "awsp: no profiles in {}",
                files.config.shown
            )));
            context.ui.hint("awsp configure");
        }
        let table = table(&rows, context.env.current_profile());
        context.ui.table(&context.env, &table)
    }
}

/// What there is of a profile, and how useful each column is where not all of them fit. Names are
/// what a person types: they are cut last.
const COLUMNS: [Column; 8] = [
    Column::new("PROFILE", 0, 64),
    Column::new("ACCOUNT", 2, 12),
    Column::new("ID", 5, 12),
    Column::new("ROLE", 3, 12),
    Column::new("REGION", 4, 14),
    Column::new("KIND", 7, 17),
    Column::new("SESSION", 6, 12),
    Column::new("STATE", 1, 9),
];

fn table(rows: &[Row], current: Option<&str>) -> Table {
    let mut table = Table::new(&COLUMNS);
    if current.is_some() {
        table.heading("  PROFILE");
    }
    let mut name = String::new();
    for row in rows {
        let is_current = Some(row.name.as_str()) == current;
        name.clear();
        if current.is_some() {
            name.push_str(if is_current { "* " } else { "  " });
        }
        name.push_str(&row.name);
        let style = row.colour.map(Style::from);
        table.styled(style.or(is_current.then_some(Style::Bold)), &name);
        table.beside(row.account());
        table.cell(match (&row.account_id, &row.account_name) {
            (Some(id), Some(_)) => id,
            _ => "",
        });
        table.beside(row.role.as_deref().unwrap_or_default());
        table.cell(row.region.as_deref().unwrap_or_default());
        table.cell(row.kind());
        table.cell(row.session.as_deref().unwrap_or_default());
        let ended = Some(Style::Yellow).filter(|_| row.state == Some(State::Ended.as_str()));
        table.styled(ended, row.state.unwrap_or_default());
    }
    table
}

/// Every profile, in the order of the files.
pub fn rows(context: &Context, files: &Files) -> Vec<Row> {
    let mut states = HashMap::new();
    let mut profiles = profile::resolve_all(files);
    AccountNames::new(&context.env).complete_all(&mut profiles);
    profiles
        .into_iter()
        .map(|(name, found)| row(context, name, found, &mut states))
        .collect()
}

impl Row {
    /// What to call the account beside the profile's name.
    fn account(&self) -> &str {
        let (id, name) = (self.account_id.as_deref(), self.account_name.as_deref());
        account::label(Some(&self.name), id, name).unwrap_or_default()
    }

    pub fn kind(&self) -> &'static str {
        self.kind.unwrap_or("broken")
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
            colour: None,
        };
    };
    let state = state(context, &found, states);
    let colour = context
        .ui
        .has_colour(context.env.stdout_is_terminal)
        .then(|| guard::colour(&context.settings().rules, &found))
        .flatten();
    Row {
        colour,
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
pub fn state(
    context: &Context,
    found: &Profile,
    states: &mut HashMap<String, State>,
) -> Option<State> {
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
