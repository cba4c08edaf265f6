//! awsp's own settings, `awsp/config.toml` under the XDG config folder. All optional.

pub mod commands;
pub mod flow;
pub mod naming;
mod reader;
pub mod reference;
pub mod rules;
mod sections;
pub mod templates;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use self::commands::AUTO_LOGIN;
use self::reader::Reader;
pub use self::reader::{Problem, Row};
use self::rules::Rule;
pub use self::sections::{
    AutoLogin, Browser, Console, Exec, Login, Prompt, Sync, Time, TimeFormat,
};
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

/// A settings file that was read.
#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    pub exists: bool,
    pub settings: Settings,
    /// The mistakes in it. The rest of the file still applies.
    pub problems: Vec<Problem>,
    /// Every setting, with the line that sets it.
    pub rows: Vec<Row>,
}

impl File {
    /// The user's file. If it cannot be read, that is a problem, and the defaults apply.
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
    /// The settings of a text, its mistakes, and where each setting comes from.
    pub fn parse(text: &str) -> (Self, Vec<Problem>, Vec<Row>) {
        let mut settings = Self::default();
        let reader = Reader::of(text);
        let mut top = reader.top();

        settings.login.read(top.table("login"));
        settings.browser.read(top.table("browser"));
        settings.console.read(top.table("console"));
        settings.exec.read(top.table("exec"));
        settings.prompt.read(top.table("prompt"));
        settings.auto_login.read(top.table("auto_login"));
        settings.time.read(top.table("time"));

        // The built-in rule comes last: the user's own rules go before it.
        let own = top.tables("rule").unwrap_or_default();
        let built_in = top.none(&format!("rule.{}", own.len() + 1));
        settings.rules = own
            .into_iter()
            .map(|table| Rule::default().read(table))
            .collect();
        settings.rules.push(Rule::production().read(built_in));

        settings.sync.read(top.table("sync"));
        top.end();
        let (problems, rows) = reader.end();
        (settings, problems, rows)
    }

    pub fn browser_command(&self) -> Option<&[String]> {
        (!self.browser.command.is_empty()).then_some(self.browser.command.as_slice())
    }
}
