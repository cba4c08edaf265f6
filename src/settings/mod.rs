//! awsp's own settings, `awsp/config.toml` under the XDG config folder. All optional.

pub mod commands;
pub mod flow;
pub mod naming;
mod reader;
pub mod reference;
pub mod rules;
pub mod templates;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use self::commands::{AUTO_LOGIN, is_command};
use self::flow::Flow;
use self::reader::Reader;
pub use self::reader::{Problem, Row};
use self::rules::{Colour, Rule};
use crate::system::env::Env;
use crate::system::files;
use crate::system::log::Log;

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Settings {
    pub login: Login,
    pub browser: Browser,
    pub console: Console,
    pub exec: Exec,
    pub prompt: Prompt,
    pub auto_login: AutoLogin,
    pub time: Time,
    pub rules: Vec<Rule>,
    pub sync: Sync,
}

/// `[login]`.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// `browser` or `device`; none lets awsp choose.
    pub flow: Option<Flow>,
    /// Print the page as a QR code too.
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
    /// Program and arguments, with [`templates::CONSOLE_FIELDS`]; without it the browser's.
    pub command: Vec<String>,
}

/// `[exec]`.
#[derive(Clone, Debug)]
pub struct Exec {
    /// Patterns for roles that only read, the best first.
    pub read_only: Vec<String>,
}

/// `[prompt]`.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// Of [`templates::PROMPT_FIELDS`].
    pub format: String,
    /// For profiles that no rule gives one.
    pub colour: Option<Colour>,
}

/// `[auto_login]`.
#[derive(Clone, Debug)]
pub struct AutoLogin {
    pub enabled: bool,
    pub commands: Vec<String>,
    /// More of them, beside the others.
    pub also: Vec<String>,
}

impl AutoLogin {
    /// The commands to wrap, each once; none when it is off.
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

/// How to say when something ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeFormat {
    /// How much is left: `for 7h 58m`.
    #[default]
    Left,
    /// The time of day here: `until 17:42`.
    Clock,
}

/// `[sync]`: how `awsp sync` and `awsp configure` name and choose profiles. Patterns know `*` and
/// `?`; none of them means all.
#[derive(Clone, Debug)]
pub struct Sync {
    /// Of `{account_name}`, `{account_id}`, `{role}` and `{session}`.
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

impl Default for Settings {
    fn default() -> Self {
        Self {
            login: Login::default(),
            browser: Browser::default(),
            console: Console::default(),
            exec: Exec {
                read_only: ["*ReadOnly*", "*ViewOnly*"].map(str::to_owned).into(),
            },
            prompt: Prompt {
                format: templates::PROMPT_DEFAULT.to_owned(),
                colour: None,
            },
            auto_login: AutoLogin {
                enabled: true,
                commands: AUTO_LOGIN.map(str::to_owned).into(),
                also: Vec::new(),
            },
            time: Time::default(),
            rules: vec![Rule::production()],
            sync: Sync::default(),
        }
    }
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

/// A settings file that was read.
#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    pub exists: bool,
    pub settings: Settings,
    /// What is wrong in it; the rest counts all the same.
    pub problems: Vec<Problem>,
    /// Every setting, with the line that sets it.
    pub rows: Vec<Row>,
}

impl File {
    /// The user's file. One that cannot be read is a problem, and the defaults count.
    pub fn read(env: &Env) -> Self {
        let path = env.settings_dir().join("config.toml");
        let text = files::read(&path, files::SMALL)
            .map_err(|error| files::why(&error))
            .and_then(|bytes| {
                let text = bytes.map(String::from_utf8).transpose();
                text.map_err(|_| "it is not UTF-8".to_owned())
            });
        let (text, unreadable) = match text {
            Ok(text) => (text, None),
            Err(why) => (
                None,
                Some(Problem {
                    line: None,
                    text: format!("cannot be read: {why}"),
                }),
            ),
        };
        let exists = text.is_some() || unreadable.is_some();
        Log::of(env).read(exists, || env.tilde(&path));
        let (settings, mut problems, rows) = Settings::parse(text.as_deref().unwrap_or_default());
        problems.extend(unreadable);
        Self {
            path,
            exists,
            settings,
            problems,
            rows,
        }
    }

    /// Each problem in a line, with its place.
    pub fn told(&self, env: &Env) -> Vec<String> {
        let place = |line: Option<usize>| line.map_or_else(String::new, |line| format!(":{line}"));
        let told = |problem: &Problem| {
            format!(
                "{}{}: {}",
                env.tilde(&self.path),
                place(problem.line),
                problem.text
            )
        };
        self.problems.iter().map(told).collect()
    }
}

impl Settings {
    /// The settings of a text, what is wrong in it, and where each comes from.
    pub fn parse(text: &str) -> (Self, Vec<Problem>, Vec<Row>) {
        let mut settings = Self::default();
        let reader = Reader::of(text);
        let mut top = reader.top();

        let mut login = top.table("login");
        login.read("flow", &mut settings.login.flow);
        login.read("qr", &mut settings.login.qr);
        login.end();

        let mut opener = top.table("browser");
        opener.read("command", &mut settings.browser.command);
        opener.end();

        let mut console = top.table("console");
        console.read_if("command", &mut settings.console.command, |words| {
            templates::console_problem(words)
        });
        console.end();

        let mut exec = top.table("exec");
        exec.read("read_only", &mut settings.exec.read_only);
        exec.end();

        let mut prompt = top.table("prompt");
        prompt.read_if("format", &mut settings.prompt.format, |format| {
            templates::prompt_problem(format)
        });
        prompt.spelled("color", "colour");
        prompt.read("colour", &mut settings.prompt.colour);
        prompt.end();

        let mut auto_login = top.table("auto_login");
        auto_login.read("enabled", &mut settings.auto_login.enabled);
        auto_login.read_if("commands", &mut settings.auto_login.commands, |names| {
            no_command(names)
        });
        auto_login.read_if("also", &mut settings.auto_login.also, |names| {
            no_command(names)
        });
        auto_login.end();

        let mut time = top.table("time");
        time.read("format", &mut settings.time.format);
        time.end();

        // The built-in one comes last: what a rule of the user's says for a profile, goes.
        let own = top.tables("rule").unwrap_or_default();
        let built_in = top.none(&format!("rule.{}", own.len() + 1));
        settings.rules = own
            .into_iter()
            .map(|table| Rule::default().read(table))
            .collect();
        settings.rules.push(Rule::production().read(built_in));

        let (mut table, sync) = (top.table("sync"), &mut settings.sync);
        table.read_if("name", &mut sync.name, |name| {
            naming::Template::parse(name)
                .err()
                .map(|error| error.causes.join(": "))
        });
        table.read("aliases", &mut sync.aliases);
        table.read("region", &mut sync.region);
        table.read("output", &mut sync.output);
        table.read("accounts", &mut sync.accounts);
        table.read("exclude_accounts", &mut sync.exclude_accounts);
        table.read("roles", &mut sync.roles);
        table.read("exclude_roles", &mut sync.exclude_roles);
        table.end();

        top.end();
        let (problems, rows) = reader.end();
        (settings, problems, rows)
    }

    pub fn browser_command(&self) -> Option<&[String]> {
        (!self.browser.command.is_empty()).then_some(self.browser.command.as_slice())
    }
}

/// Why these are not all names of commands.
fn no_command(names: &[String]) -> Option<String> {
    let odd = names.iter().find(|name| !is_command(name))?;
    Some(format!(
        "`{odd}` is not the name of a command: letters, digits, `.`, `_`, `+` and `-`"
    ))
}
