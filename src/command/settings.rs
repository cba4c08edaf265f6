//! `awsp settings`: awsp's own settings.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{Context, Run};
use crate::settings::File;
use crate::settings::flow::Flow;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::json_line;
use crate::terminal::facts::Fact;

/// Show awsp's own settings and where each comes from
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
        // Printed before the table, so that the table stays visible.
        for problem in file.told(env) {
            ui.warn(&problem);
        }
        let rows = file.rows.iter().map(|row| {
            // The one setting that a variable overrides.
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
            ui.data(&json_line(&json!({"version": 1, "settings": shape})))?;
        } else {
            let facts: Vec<Fact> = rows
                .map(|(key, value, source)| Fact::new(key, &shown(&value), &source))
                .collect();
            ui.facts(env, &facts)?;
            if !file.exists {
                ui.say(&format!("awsp: your own settings go into {path}"));
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

/// A value as it is written in the file, with blanks where a line may break.
fn shown(value: &Value) -> String {
    let list =
        |open: char, items: Vec<String>, close: char| format!("{open}{}{close}", items.join(", "));
    match value {
        Value::Null => "(none)".to_owned(),
        Value::Array(items) => list('[', items.iter().map(shown).collect(), ']'),
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{key} = {}", shown(value));
            list('{', entries.iter().map(entry).collect(), '}')
        }
        plain => plain.to_string(),
    }
}
