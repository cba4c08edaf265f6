//! `awsp` alone: choose a profile, or print the current one.

use super::list::rows;
use super::use_profile::Use;
use super::{Context, Run, table};
use crate::aws::config::Files;
use crate::aws::profile;
use crate::aws::session::State;
use crate::aws::session_file::SessionFile;
use crate::shell::channel::Channel;
use crate::shell::recent;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::text::clean;
use crate::terminal::describe;
use crate::terminal::describe::Clock;
use crate::terminal::pick::Questions;

/// At a terminal a list to choose from, the last ones first. Elsewhere the current name goes to
/// stdout, and what is known of it to stderr.
#[derive(Clone, Debug)]
pub struct Current;

impl Run for Current {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui, .. } = context;
        let can_draw = env.var("TERM").is_some_and(|term| term != "dumb");
        if can_draw
            && env.stdout_is_terminal
            && Presence::of(env).can_answer()
            && Channel::is_there(env)
        {
            return Use::new(choose(context)?).run(context);
        }
        let Some(name) = env.current_profile() else {
            ui.say("awsp: no profile is active");
            ui.hint("awsp PROFILE");
            return Ok(());
        };
        ui.data(&format!("{}\n", clean(name)))?;
        let files = Files::load(env)?;
        let found = profile::resolve(&files, name)?;
        let watch = SessionFile::of(env, &found);
        let clock = Clock::of(env, context.settings());
        ui.say(&format!(
            "awsp: {}",
            describe::line(&found, watch.map(|watch| watch.times), clock)
        ));
        Ok(())
    }
}

/// The name of the profile that is chosen from all there are.
fn choose(context: &Context) -> Result<String> {
    let Context { env, ui, .. } = context;
    let files = Files::load(env)?;
    let current = env.current_profile();
    let mut rows = rows(context, &files);
    if rows.is_empty() {
        return Err(Error::new(
            Kind::NotFound,
            format!("no profiles in {}", files.config.shown),
        )
        .hint("awsp configure"));
    }
    // Enter alone goes back to where one was before: the current one is not among the last.
    let last = recent::names(env);
    let place = |name: &str| {
        last.iter()
            .position(|other| other == name)
            .filter(|_| Some(name) != current)
            .unwrap_or(last.len())
    };
    rows.sort_by_key(|row| place(&row.name));
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let mark = if Some(row.name.as_str()) == current {
                " *"
            } else {
                ""
            };
            // As completion describes them: what a list this narrow has room for.
            let role = clean(row.role.as_deref().unwrap_or(row.kind()));
            let login = if row.state == Some(State::Ended.as_str()) {
                "login"
            } else {
                ""
            };
            vec![
                format!("{}{mark}", clean(&row.name)),
                row.account(),
                role,
                login.to_owned(),
            ]
        })
        .collect();
    let lines: Vec<String> = table(&lines).lines().map(str::to_owned).collect();
    let chosen = Questions::new(env, *ui).one("PROFILE", "profile:", &lines)?;
    Ok(rows.swap_remove(chosen).name)
}
