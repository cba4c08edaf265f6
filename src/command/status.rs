//! `awsp status`: every session, from disk.

use std::collections::HashMap;

use clap::Args;
use serde_json::{Value, json};

use super::{Context, Run, table};
use crate::aws::config::Files;
use crate::aws::session::State;
use crate::aws::session_file::SessionFile;
use crate::aws::{profile, time, token_cache};
use crate::system::error::Result;
use crate::system::text::clean;
use crate::terminal::describe;
use crate::terminal::describe::Clock;

/// Show every session and the current profile, from disk
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
        let files = Files::load(env)?;
        let profiles = profile::resolve_all(&files);
        let mut used: HashMap<String, usize> = HashMap::new();
        for session in profiles
            .iter()
            .filter_map(|(_, found)| found.as_ref().ok()?.session())
        {
            *used.entry(session.cache_key().to_owned()).or_default() += 1;
        }
        let sessions: Vec<_> = profile::all_sessions(&files, &profiles)
            .into_iter()
            .map(|(session, _)| session)
            .collect();
        let rows = sessions.iter().map(|session| {
            let times = token_cache::times(env, session);
            (
                session,
                times,
                used.get(session.cache_key()).copied().unwrap_or(0),
            )
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
            return context.ui.data(&format!(
                "{}\n",
                json!({"version": 1, "current": current, "sessions": sessions})
            ));
        }
        if let Some(name) = current {
            match profile::resolve(&files, name) {
                Ok(found) => {
                    let watch = SessionFile::of(env, &found);
                    context.ui.data(&format!(
                        "{}\n",
                        describe::line(&found, watch.map(|watch| watch.times), clock)
                    ))?;
                }
                Err(error) => context.ui.warn(&error.to_string()),
            }
        } else {
            context.ui.data("no profile is active\n")?;
        }
        let lines = rows.map(|(session, times, profiles)| {
            let state = match times.state(now) {
                State::Valid if times.is_renewable(now) => "valid, renews by itself".to_owned(),
                State::Valid => format!("valid {}", clock.lasting(times.expires_at)),
                State::Renewable => "renews by itself".to_owned(),
                State::Ended => "ended".to_owned(),
            };
            vec![
                clean(session.label()),
                state,
                format!(
                    "{profiles} {}",
                    if profiles == 1 { "profile" } else { "profiles" }
                ),
                clean(&session.region),
                clean(&session.start_url),
            ]
        });
        context.ui.data(&table(&lines.collect::<Vec<_>>()))
    }
}
