//! `awsp status`: every session, without the network.

use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use super::answering::Instead;
use super::{Context, Run, answering};
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::identity;
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::session::{State, Times};
use crate::aws::session_file::SessionFile;
use crate::aws::{profile, time, token_cache};
use crate::guard;
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::text::{json_line, number};
use crate::terminal::describe;
use crate::terminal::describe::Clock;
use crate::terminal::table::{Column, Table};
use crate::terminal::ui::Style;

/// Show every session and the current profile
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/status.txt")
)]
pub struct Status {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Run for Status {
    fn run(&self, context: &Context) -> Result<()> {
        let env = &context.env;
        let clock = Clock::of(env, context.settings());
        let files = context.files()?;
        let rows = rows(env, &files);
        let answer = Answer::of(context, &files);
        if let Some(problem) = &answer.problem {
            context.ui.warn(problem);
        }
        if self.json {
            let sessions: Vec<Value> = rows.iter().map(|row| row.json(clock.now)).collect();
            let shape = json!({
                "version": 1,
                "current": env.current_profile(),
                "identity": answer.json(),
                "bearer_tokens": identity::bearer_services(env),
                "problem": answer.problem,
                "sessions": sessions,
            });
            return context.ui.data(&json_line(&shape));
        }
        answer.print(context, clock)?;
        let mut table = Table::new(&COLUMNS);
        for row in &rows {
            row.add_to(&mut table, clock);
        }
        context.ui.table(env, &table)
    }
}

/// A session, and how many profiles use it.
struct Row {
    session: Arc<SsoSession>,
    times: Times,
    profiles: usize,
}

/// Every session of the config file.
fn rows(env: &Env, files: &Files) -> Vec<Row> {
    let sessions = profile::all_sessions(files).into_iter();
    let rows = sessions.map(|used| Row {
        times: token_cache::times(env, &used.session),
        profiles: used.profiles,
        session: used.session,
    });
    rows.collect()
}

impl Row {
    fn json(&self, now: i64) -> Value {
        let Self {
            session,
            times,
            profiles,
        } = self;
        json!({
            "name": session.name,
            "start_url": session.start_url,
            "region": session.region,
            "state": times.state(now).as_str(),
            "expires_at": (times.expires_at > 0).then(|| time::format(times.expires_at)),
            "renewable": times.is_renewable(now),
            "profiles": profiles,
        })
    }

    fn add_to(&self, table: &mut Table, clock: Clock) {
        let (session, times) = (&self.session, self.times);
        let mut state = describe::words(times, clock);
        if times.state(clock.now) == State::Valid && times.is_renewable(clock.now) {
            state.push_str(", renews by itself");
        }
        let style = Some(Style::Yellow).filter(|_| times.state(clock.now) == State::Ended);
        table.cell(session.label());
        table.styled(style, &state);
        table.cell(&number(self.profiles));
        table.cell(&session.region);
        // The label of a legacy session is its start URL.
        let has_name = session.name.is_some();
        table.cell(if has_name { &session.start_url } else { "" });
    }
}

/// Who answers in this shell.
struct Answer<'a> {
    instead: Option<Instead<'a>>,
    /// The one that is named, else `default`.
    profile: Option<Profile>,
    /// What is wrong with the one that is named.
    problem: Option<String>,
}

impl<'a> Answer<'a> {
    fn of(context: &'a Context, files: &Files) -> Self {
        let env = &context.env;
        let mut answer = Self {
            instead: Instead::of(env, Some(files)),
            profile: None,
            problem: None,
        };
        match env.current_profile() {
            // Tools fail for a name that no file knows, whatever else they are given.
            Some(name) => match context.resolve(files, name) {
                Ok(found) => answer.profile = Some(found),
                Err(error) => answer.problem = Some(error.to_string()),
            },
            None => {
                answer.profile = answering::default(files);
                if let Some(found) = &mut answer.profile {
                    AccountNames::new(env).complete(found);
                }
            }
        }
        answer
    }

    fn json(&self) -> Value {
        let (kind, name, subject) = match (&self.instead, &self.profile) {
            (Some(instead), _) => (instead.kind(), instead.profile(), instead.subject()),
            (None, Some(found)) => ("profile", Some(found.name.as_str()), found.into()),
            (None, None) => return Value::Null,
        };
        json!({
            "kind": kind,
            "profile": name,
            "account_id": subject.account_id,
            "account_name": subject.account_name,
            "role": subject.role,
        })
    }

    fn print(&self, context: &Context, clock: Clock) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let rules = &context.settings().rules;
        if let Some(instead) = &self.instead {
            let paint = ui.painter_data(env, Some(instead.colour(rules)));
            ui.text(env, &instead.line(paint))?;
        } else if let Some(found) = &self.profile {
            if env.current_profile().is_none() {
                ui.data("no profile is active: tools use `default`\n")?;
            }
            let paint = ui.painter_data(env, guard::colour(rules, found));
            let times = SessionFile::of(env, found).map(|watch| watch.times);
            ui.text(env, &describe::line(found, times, clock, paint))?;
        } else if self.problem.is_none() {
            ui.data("no profile is active\n")?;
        }
        match answering::tokens(env) {
            Some(line) => ui.text(env, &line),
            None => Ok(()),
        }
    }
}

const COLUMNS: [Column; 5] = [
    Column::new("SESSION", 0, 24),
    Column::new("STATE", 1, 24),
    Column::new("PROFILES", 2, 8),
    Column::new("REGION", 3, 14),
    Column::new("START URL", 4, 24),
];
