//! Lets a person choose a profile from a list if a command names none.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::Context;
use super::guarded::in_full;
use super::list::state;
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::profile::{self, Profile};
use crate::aws::session::State;
use crate::guard;
use crate::settings::rules::Colour;
use crate::shell::recent;
use crate::system::error::{Error, Kind, Result};
use crate::terminal::ask::{Picker, Questions};
use crate::terminal::table::{Column, Table};
use crate::terminal::ui::Style;

const COLUMNS: [Column; 5] = [
    Column::new("PROFILE", 0, 48),
    Column::new("ACCOUNT", 2, 12),
    Column::new("ROLE", 3, 12),
    Column::new("ID", 4, 12),
    Column::new("STATE", 1, 6),
];
/// Name, account and role are searched.
const SEARCHED: usize = 4;
/// A shorter part of a name matches too much.
const SHORTEST: usize = 2;
/// With more profiles than this, their names are shown before the rest is read.
const MANY: usize = 500;

/// The profile for a command that names none, chosen from the list if a person can choose.
///
/// # Errors
/// There are no profiles; Esc or Ctrl-C.
pub fn missing(context: &Context, files: &Files) -> Result<Option<String>> {
    if Questions::new(&context.env, context.ui).can_list() {
        profile(context, files, "").map(Some)
    } else {
        Ok(None)
    }
}

/// A profile that was meant by a part of its name.
pub struct Meant {
    pub name: String,
    /// A person has said yes to it already, where a rule wants that.
    pub confirmed: bool,
}

/// The profile that is meant by a part of its name. Where one fits it is offered, where several do
/// the list opens; none where nothing fits or nobody is here.
///
/// # Errors
/// What was offered is not meant; Esc or Ctrl-C.
pub fn by_part(context: &Context, files: &Files, part: &str) -> Result<Option<Meant>> {
    let questions = Questions::new(&context.env, context.ui);
    if !questions.can_list() || part.chars().count() < SHORTEST {
        return Ok(None);
    }
    let names = files.profile_names();
    let fit: Vec<_> = names.iter().filter(|name| contains(name, part)).collect();
    let (name, confirmed) = match fit.as_slice() {
        [] => return Ok(None),
        [name] => (name.to_string(), offer(context, files, name)?),
        _ => (profile(context, files, part)?, false),
    };
    Ok(Some(Meant { name, confirmed }))
}

/// Asks whether this one is meant. Enter alone does not bring anybody to production. The answer is
/// also the one that a rule wants; true if one does.
fn offer(context: &Context, files: &Files, name: &str) -> Result<bool> {
    let found = context.resolve(files, name)?;
    let rules = &context.settings().rules;
    let (colour, confirms) = (guard::colour(rules, &found), guard::confirms(rules, &found));
    let question = format!("awsp: switch to {}?", in_full(&found));
    let style = colour.map_or(Style::Bold, Style::from);
    let default = !confirms && colour != Some(Colour::Red);
    if Questions::new(&context.env, context.ui).agrees(&question, style, default)? {
        Ok(confirms)
    } else {
        Err(Error::new(Kind::Failed, "not switched"))
    }
}

fn contains(name: &str, part: &str) -> bool {
    name.to_ascii_lowercase()
        .contains(&part.to_ascii_lowercase())
}

/// The name of the chosen profile; `typed` is in the input line at the start.
///
/// # Errors
/// There are no profiles; Esc or Ctrl-C.
pub fn profile(context: &Context, files: &Files, typed: &str) -> Result<String> {
    let list = List::of(context, files);
    if list.names.is_empty() {
        let message = format!("no profiles in {}", files.config.shown);
        return Err(Error::new(Kind::NotFound, message).hint("awsp configure"));
    }
    let questions = Questions::new(&context.env, context.ui);
    let colour = |row| list.colour(row);
    let start = |table| {
        let picker = Picker::new("profile:", "profile", SEARCHED, table);
        picker.colours(&colour).typed(typed)
    };
    let row = if list.names.len() > MANY {
        questions.pick(start(list.names()), Some(&|| list.rows()))?
    } else {
        questions.pick(start(list.rows()), None)?
    };
    Ok(list.names[list.order[row]].to_string())
}

/// All profiles, the last used ones first.
struct List<'a> {
    context: &'a Context,
    files: &'a Files,
    names: Vec<Cow<'a, str>>,
    /// Their indexes in the order of the list.
    order: Vec<usize>,
    profiles: OnceCell<Vec<(String, Result<Profile>)>>,
}

impl<'a> List<'a> {
    fn of(context: &'a Context, files: &'a Files) -> Self {
        let names = files.profile_names();
        let current = context.env.current_profile();
        // Enter alone selects the previous profile, so the current one is not among the recent
        // ones.
        let last = recent::names(&context.env);
        let last: HashMap<&str, usize> = (0..)
            .zip(&last)
            .map(|(place, name)| (name.as_str(), place))
            .filter(|&(name, _)| Some(name) != current)
            .collect();
        let place = |at: &usize| last.get(&*names[*at]).copied().unwrap_or(usize::MAX);
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_key(place);
        Self {
            context,
            files,
            names,
            order,
            profiles: OnceCell::new(),
        }
    }

    /// The colour that a rule sets for the profile of a row, looked up only for visible rows.
    fn colour(&self, row: usize) -> Option<Style> {
        let (_, found) = self.profiles.get()?.get(self.order[row])?;
        let rules = &self.context.settings().rules;
        guard::colour(rules, found.as_ref().ok()?).map(Style::from)
    }

    fn mark(&self, name: &str) -> String {
        if Some(name) == self.context.env.current_profile() {
            format!("{name} *")
        } else {
            name.to_owned()
        }
    }

    /// The rows with only the names.
    fn names(&self) -> Table {
        let mut table = Table::new(&COLUMNS);
        for &at in &self.order {
            table.cell(&self.mark(&self.names[at]));
            for _ in 1..COLUMNS.len() {
                table.cell("");
            }
        }
        table
    }

    /// The complete rows.
    fn rows(&self) -> Table {
        let profiles = self.profiles.get_or_init(|| {
            let mut profiles = profile::resolve_all(self.files);
            AccountNames::new(&self.context.env).complete_all(&mut profiles);
            profiles
        });
        let mut states = HashMap::new();
        let mut table = Table::new(&COLUMNS);
        for &at in &self.order {
            let (name, found) = &profiles[at];
            let Ok(found) = found else {
                table.cell(&self.mark(name));
                for _ in 0..3 {
                    table.cell("");
                }
                table.styled(Some(Style::Red), "broken");
                continue;
            };
            table.cell(&self.mark(name));
            let account = found.account();
            table.beside(account.unwrap_or_default());
            table.beside(found.role().unwrap_or_else(|| found.kind.as_str()));
            let id = found.account_id().filter(|&id| Some(id) != account);
            table.cell(id.unwrap_or_default());
            let is_ended = state(self.context, found, &mut states) == Some(State::Ended);
            table.styled(Some(Style::Yellow), if is_ended { "login" } else { "" });
        }
        table
    }
}
