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
use crate::system::text::{clean, json};
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
struct Row<'a> {
    name: &'a str,
    /// `None` for a profile that is wrong.
    kind: Option<&'static str>,
    account_id: Option<&'a str>,
    account_name: Option<&'a str>,
    role: Option<&'a str>,
    region: Option<&'a str>,
    session: Option<&'a str>,
    state: Option<&'static str>,
    /// The colour that a rule sets; looked up if colours are shown.
    #[serde(skip)]
    colour: Option<Colour>,
}

impl Run for List {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        if self.names {
            let names = files.profile_names();
            // A name is data for a program here, so it is printed unchanged, unless it contains a
            // line break.
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
        if self.json {
            return context.ui.data(&listing(context, &files));
        }
        let table = table(context, &files);
        if context.env.stderr_is_terminal && table.is_empty() {
            context.ui.say(&clean(&format!(
                "awsp: no profiles in {}",
                files.config.shown
            )));
            context.ui.hint("awsp configure");
        }
        context.ui.table(&context.env, &table)
    }
}

fn listing(context: &Context, files: &Files) -> String {
    let mut out = r#"{"version":1,"profiles":["#.to_owned();
    let begin = out.len();
    each_row(context, files, |row| {
        if out.len() > begin {
            out.push(',');
        }
        out.push_str(&json(row));
    });
    out.push_str("]}\n");
    out
}

/// The columns, and how useful each is if not all of them fit. People type names, so names are cut
/// last.
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

fn table(context: &Context, files: &Files) -> Table {
    let current = context.env.current_profile();
    let mut table = Table::new(&COLUMNS);
    if current.is_some() {
        table.heading("  PROFILE");
    }
    let mut name = String::new();
    each_row(context, files, |row| {
        let is_current = Some(row.name) == current;
        name.clear();
        if current.is_some() {
            name.push_str(if is_current { "* " } else { "  " });
        }
        name.push_str(row.name);
        let style = row.colour.map(Style::from);
        table.styled(style.or(is_current.then_some(Style::Bold)), &name);
        table.beside(row.account());
        table.cell(match (row.account_id, row.account_name) {
            (Some(id), Some(_)) => id,
            _ => "",
        });
        table.beside(row.role.unwrap_or_default());
        table.cell(row.region.unwrap_or_default());
        table.cell(row.kind.unwrap_or("broken"));
        table.cell(row.session.unwrap_or_default());
        let ended = Some(Style::Yellow).filter(|_| row.state == Some(State::Ended.as_str()));
        table.styled(ended, row.state.unwrap_or_default());
    });
    table
}

/// Calls `each` for every profile, in the order of the files.
fn each_row(context: &Context, files: &Files, mut each: impl FnMut(&Row<'_>)) {
    let mut states = HashMap::new();
    let names = AccountNames::new(&context.env);
    let has_colour = context.ui.has_colour(context.env.stdout_is_terminal);
    profile::resolve_each(files, |section, found| {
        let Ok(mut found) = found else {
            each(&Row::broken(&section.name));
            return;
        };
        names.complete(&mut found);
        let state = state(context, &found, &mut states);
        let colour = has_colour
            .then(|| guard::colour(&context.settings().rules, &found))
            .flatten();
        each(&Row {
            name: &found.name,
            kind: Some(found.kind.as_str()),
            account_id: found.account_id(),
            account_name: found.account_name.as_deref(),
            role: found.role(),
            region: found.region.as_deref(),
            session: found.session().map(SsoSession::label),
            state: state.map(State::as_str),
            colour,
        });
    });
}

impl<'a> Row<'a> {
    const fn broken(name: &'a str) -> Self {
        Self {
            name,
            kind: None,
            account_id: None,
            account_name: None,
            role: None,
            region: None,
            session: None,
            state: None,
            colour: None,
        }
    }

    /// The account's label beside the profile's name.
    fn account(&self) -> &str {
        account::label(Some(self.name), self.account_id, self.account_name).unwrap_or_default()
    }
}

/// The state of the profile's session, looked up once per session.
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
