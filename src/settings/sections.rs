//! The tables of the settings file, except the rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::commands::is_command;
use super::flow::Flow;
use super::naming::{self, Template};
use super::reader::Table;
use super::rules::Colour;
use super::templates;

/// `[login]`.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// `browser` or `device`; if `None`, awsp chooses.
    pub flow: Option<Flow>,
    /// Also print the page as a QR code.
    pub qr: bool,
}

/// `[browser]`.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Program and arguments; `%s` stands for the page.
    pub command: Vec<String>,
}

/// `[console]`: how `awsp console` opens its page.
#[derive(Clone, Debug, Default)]
pub struct Console {
    /// Program and arguments, with [`templates::CONSOLE_FIELDS`]; if empty, the browser's.
    pub command: Vec<String>,
}

/// `[exec]`.
#[derive(Clone, Debug)]
pub struct Exec {
    /// Patterns for read-only roles; earlier ones are preferred.
    pub read_only: Vec<String>,
}

/// `[prompt]`.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// A template with [`templates::PROMPT_FIELDS`].
    pub format: String,
    /// The colour, unless a rule sets one.
    pub colour: Option<Colour>,
}

/// `[auto_login]`.
#[derive(Clone, Debug)]
pub struct AutoLogin {
    pub enabled: bool,
    pub commands: Vec<String>,
    /// Commands in addition to `commands`.
    pub also: Vec<String>,
}

impl AutoLogin {
    /// The commands to wrap, without duplicates; empty if it is off.
    pub fn all(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for name in self
            .commands
            .iter()
            .chain(&self.also)
            .filter(|_| self.enabled)
        {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }
}

/// `[time]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Time {
    pub format: TimeFormat,
}

/// How to print when a session ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeFormat {
    /// The time left: `for 7h 58m`.
    #[default]
    Left,
    /// The local time of day: `until 17:42`.
    Clock,
}

/// `[sync]`: how `awsp sync` and `awsp configure` name and choose profiles. Patterns know `*` and
/// `?`; an empty list means all.
#[derive(Clone, Debug)]
pub struct Sync {
    /// A template with `{account_name}`, `{account_id}`, `{role}` and `{session}`.
    pub name: String,
    /// Short names for roles.
    pub aliases: BTreeMap<String, String>,
    /// For new profiles.
    pub region: Option<String>,
    pub output: Option<String>,
    /// Accounts by name or number.
    pub accounts: Vec<String>,
    pub exclude_accounts: Vec<String>,
    pub roles: Vec<String>,
    pub exclude_roles: Vec<String>,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            name: naming::DEFAULT.to_owned(),
            aliases: BTreeMap::new(),
            region: None,
            output: None,
            accounts: Vec::new(),
            exclude_accounts: Vec::new(),
            roles: Vec::new(),
            exclude_roles: Vec::new(),
        }
    }
}

impl Login {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read("flow", &mut self.flow);
        table.read("qr", &mut self.qr);
        table.end();
    }
}

impl Browser {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read("command", &mut self.command);
        table.end();
    }
}

impl Console {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read_if("command", &mut self.command, |words| {
            templates::console_problem(words)
        });
        table.end();
    }
}

impl Exec {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read("read_only", &mut self.read_only);
        table.end();
    }
}

impl Prompt {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read_if("format", &mut self.format, |format| {
            templates::prompt_problem(format)
        });
        table.spelled("color", "colour");
        table.read("colour", &mut self.colour);
        table.end();
    }
}

impl AutoLogin {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read("enabled", &mut self.enabled);
        table.read_if("commands", &mut self.commands, |names| no_command(names));
        table.read_if("also", &mut self.also, |names| no_command(names));
        table.end();
    }
}

impl Time {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read("format", &mut self.format);
        table.end();
    }
}

impl Sync {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        table.read_if("name", &mut self.name, |name| {
            Template::parse(name)
                .err()
                .map(|error| error.causes.join(": "))
        });
        table.read("aliases", &mut self.aliases);
        table.read("region", &mut self.region);
        table.read("output", &mut self.output);
        table.read("accounts", &mut self.accounts);
        table.read("exclude_accounts", &mut self.exclude_accounts);
        table.read("roles", &mut self.roles);
        table.read("exclude_roles", &mut self.exclude_roles);
        table.end();
    }
}

/// The mistake in a list of command names, if there is one.
fn no_command(names: &[String]) -> Option<String> {
    let odd = names.iter().find(|name| !is_command(name))?;
    Some(format!(
        "`{odd}` is not the name of a command: letters, digits, `.`, `_`, `+` and `-`"
    ))
}
