//! `awsp settings`: awsp's own settings.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{Context, Run, table};
use crate::settings::File;
use crate::settings::flow::Flow;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::clean;

/// Show awsp's own settings, each with where it comes from
#[derive(Args, Clone, Debug)]
#[command(
    name = "settings",
    after_help = include_str!("help/settings.txt")
)]
pub struct ShowSettings {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Run for ShowSettings {
    fn run(&self, context: &Context) -> Result<()> {
        let Context { env, ui, .. } = context;
        let file = File::read(env);
        let path = env.tilde(&file.path);
        // Before the table, so that the table stays in sight; the last word is the status.
        for problem in file.told(env) {
            ui.warn(&problem);
        }
        let rows = file.rows.iter().map(|row| {
            // The one setting that a variable goes before.
            let variable = Flow::of_env(env)
                .filter(|_| row.key == "login.flow")
                .map(|flow| json!(flow));
            match (variable, row.line) {
                (Some(flow), _) => (&row.key, flow, Flow::VARIABLE.to_owned()),
                (None, Some(line)) => (&row.key, row.value.clone(), format!("{path}:{line}")),
                (None, None) => (&row.key, row.value.clone(), "default".to_owned()),
            }
        });
        if self.json {
            let shape: Map<String, Value> = rows
                .map(|(key, value, source)| {
                    (key.clone(), json!({"value": value, "source": source}))
                })
                .collect();
            ui.data(&format!("{}\n", json!({"version": 1, "settings": shape})))?;
        } else {
            let lines: Vec<Vec<String>> = rows
                .map(|(key, value, source)| {
                    let shown = if value.is_null() {
                        "(none)".to_owned()
                    } else {
                        value.to_string()
                    };
                    vec![key.clone(), clean(&shown), clean(&source)]
                })
                .collect();
            ui.data(&table(&lines))?;
            if !file.exists {
                ui.hint(&format!("write your own to {path}"));
            }
        }
        match file.problems.len() {
            0 => Ok(()),
            1 => Err(Error::new(Kind::Usage, format!("1 problem in {path}"))),
            many => Err(Error::new(
                Kind::Usage,
                format!("{many} problems in {path}"),
            )),
        }
    }
}
