//! `awsp status`: every session, without the network.

use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use super::{Context, Run};
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::profile::SsoSession;
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
        if self.json {
            let sessions: Vec<Value> = rows.iter().map(|row| row.json(clock.now)).collect();
            let current = env.current_profile();
            let shape = json!({"version": 1, "current": current, "sessions": sessions});
            return context.ui.data(&json_line(&shape));
        }
        print_current(context, &files, clock)?;
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

/// The profile in use, in one line.
fn print_current(context: &Context, files: &Files, clock: Clock) -> Result<()> {
    let Context { env, ui, .. } = context;
    let Some(name) = env.current_profile() else {
        return ui.data("no profile is active\n");
    };
    let mut found = match profile::resolve(files, name) {
        Ok(found) => found,
        Err(error) => {
            ui.warn(&error.to_string());
            return Ok(());
        }
    };
    AccountNames::new(env).complete(&mut found);
    let times = SessionFile::of(env, &found).map(|file| file.times);
    let colour = guard::colour(&context.settings().rules, &found);
    let paint = ui.painter_data(env, colour);
    ui.text(env, &describe::line(&found, times, clock, paint))
}

const COLUMNS: [Column; 5] = [
    Column::new("SESSION", 0, 24),
    Column::new("STATE", 1, 12),
    Column::new("PROFILES", 2, 8),
    Column::new("REGION", 3, 14),
    Column::new("START URL", 4, 24),
];
