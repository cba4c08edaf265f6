//! `awsp status`: every session, from disk.

use clap::Args;
use serde_json::{Value, json};

use super::{Context, Run};
use crate::aws::account_names::AccountNames;
use crate::aws::session::State;
use crate::aws::session_file::SessionFile;
use crate::aws::{profile, time, token_cache};
use crate::guard;
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
        let now = clock.now;
        let files = context.files()?;
        let sessions = profile::all_sessions(&files);
        let rows = sessions.iter().map(|used| {
            let times = token_cache::times(env, &used.session);
            (&used.session, times, used.profiles)
        });
        let current = env.current_profile();
        if self.json {
            let sessions: Vec<Value> = rows
                .map(|(session, times, profiles)| {
                    json!({
                        "name": session.name,
                        "start_url": session.start_url,
                        "region": session.region,
                        "state": times.state(now).as_str(),
                        "expires_at": (times.expires_at > 0).then(|| time::format(times.expires_at)),
                        "renewable": times.is_renewable(now),
                        "profiles": profiles,
                    })
                })
                .collect();
            let shape = json!({"version": 1, "current": current, "sessions": sessions});
            return context.ui.data(&json_line(&shape));
        }
        if let Some(name) = current {
            match profile::resolve(&files, name) {
                Ok(mut found) => {
                    AccountNames::new(env).complete(&mut found);
                    let watch = SessionFile::of(env, &found);
                    let colour = guard::colour(&context.settings().rules, &found);
                    let paint = context.ui.painter_data(env, colour);
                    let times = watch.map(|watch| watch.times);
                    let line = describe::line(&found, times, clock, paint);
                    context.ui.text(env, &line)?;
                }
                Err(error) => context.ui.warn(&error.to_string()),
            }
        } else {
            context.ui.data("no profile is active\n")?;
        }
        let mut table = Table::new(&COLUMNS);
        for (session, times, profiles) in rows {
            let mut state = describe::words(times, clock);
            if times.state(now) == State::Valid && times.is_renewable(now) {
                state.push_str(", renews by itself");
            }
            let style = Some(Style::Yellow).filter(|_| times.state(now) == State::Ended);
            table.cell(session.label());
            table.styled(style, &state);
            table.cell(&number(profiles));
            table.cell(&session.region);
            // A legacy session is called by it.
            let has_name = session.name.is_some();
            table.cell(if has_name { &session.start_url } else { "" });
        }
        context.ui.table(env, &table)
    }
}

const COLUMNS: [Column; 5] = [
    Column::new("SESSION", 0, 24),
    Column::new("STATE", 1, 12),
    Column::new("PROFILES", 2, 8),
    Column::new("REGION", 3, 14),
    Column::new("START URL", 4, 24),
];
