//! Opens a page in the user's browser, and never waits for it to close.

use std::collections::VecDeque;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::aws::profile::Profile;
use crate::settings::templates::CONSOLE_FIELDS;
use crate::system::env::Env;
use crate::system::process;
use crate::system::text::percent::encode;
use crate::system::text::template;
use crate::system::text::template::Part;

/// An opener that still runs after this time counts as a browser. One that finds no browser has
/// usually ended by then.
const WATCHED: Duration = Duration::from_millis(700);

/// A page that is being opened.
#[derive(Debug)]
pub struct Opening {
    /// The programs to try next.
    rest: VecDeque<Command>,
    tried: Vec<String>,
    progress: Progress,
    /// The message if the current program has opened it.
    is_told: bool,
}

#[derive(Debug)]
enum Progress {
    /// The current program, with the time of its start; it has not ended.
    Watching(String, Child, Instant),
    Opened,
    Failed,
    /// True if that was reported.
    Told,
}

/// What happened to the page.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// Opened by this program.
    Opened(String),
    /// Not opened, for this reason.
    Failed(String),
}

impl Opening {
    /// Starts a browser on the page: the settings' command, else one of `$BROWSER` (separated by
    /// colons, `%s` for the page), else the system's.
    pub fn start(env: &Env, settings: Option<&[String]>, url: &str) -> Self {
        let commands = candidates(env, settings, url);
        if !is_page(url) {
            Self::none("the page's address is not https")
        } else if commands.is_empty() {
            Self::none(match env.var("BROWSER") {
                Some(_) => "BROWSER names no program",
                None => "there is no display",
            })
        } else {
            Self::of(commands)
        }
    }

    fn none(why: &str) -> Self {
        Self {
            rest: VecDeque::new(),
            tried: vec![why.to_owned()],
            progress: Progress::Failed,
            is_told: false,
        }
    }

    fn of(commands: Vec<Command>) -> Self {
        let mut opening = Self {
            rest: commands.into(),
            tried: Vec::new(),
            progress: Progress::Failed,
            is_told: false,
        };
        opening.next();
        opening
    }

    /// Starts the first of the remaining programs that can be started.
    fn next(&mut self) {
        while let Some(mut command) = self.rest.pop_front() {
            let name = command.get_program().to_string_lossy().into_owned();
            // Its own process group, so that Ctrl-C here does not close the browser. Its
            // descriptors lead to /dev/null: a browser that inherited the shell's pipe would block
            // the prompt.
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .process_group(0);
            match process::spawn(&mut command) {
                Ok(child) => {
                    self.progress = Progress::Watching(name, child, Instant::now());
                    self.is_told = false;
                    return;
                }
                Err(error) => self.tried.push(format!("{name}: {error}")),
            }
        }
        self.progress = Progress::Failed;
    }

    /// Returns whether a browser was opened, once that is known. To be called regularly: when one
    /// opener fails, this starts the next.
    pub fn news(&mut self) -> Option<News> {
        if let Progress::Watching(name, child, since) = &mut self.progress {
            match child.try_wait() {
                Ok(Some(status)) if !status.success() => {
                    self.tried.push(format!("{name} {}", told(status)));
                    self.next();
                }
                waited => {
                    let has_ended = matches!(waited, Ok(Some(_)));
                    let is_open = has_ended || since.elapsed() >= WATCHED;
                    let by = Path::new(name).file_name().unwrap_or(name.as_ref());
                    let by = by.to_string_lossy().into_owned();
                    if has_ended {
                        self.progress = Progress::Opened;
                    }
                    if is_open && !self.is_told {
                        self.is_told = true;
                        return Some(News::Opened(by));
                    }
                }
            }
        }
        if !matches!(self.progress, Progress::Failed) {
            return None;
        }
        self.progress = Progress::Told;
        Some(News::Failed(if self.tried.is_empty() {
            "no browser was found".to_owned()
        } else {
            self.tried.join("; ")
        }))
    }

    /// Watches the openers for as long as one that fails usually needs.
    fn watch(mut self) -> Result<(), String> {
        loop {
            match self.news() {
                Some(News::Opened(_)) => return Ok(()),
                Some(News::Failed(why)) => return Err(why),
                None => sleep(Duration::from_millis(20)),
            }
        }
    }
}

fn told(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        _ => "ended".to_owned(),
    }
}

/// Opens the page as [`Opening::start`] does. Returns why no browser could be opened.
pub fn open(env: &Env, settings: Option<&[String]>, url: &str) -> Result<(), String> {
    Opening::start(env, settings, url).watch()
}

/// Starts this program with these arguments.
///
/// # Errors
/// The reason why it cannot be started, or failed at once.
pub fn run(words: &[String]) -> Result<(), String> {
    let [program, arguments @ ..] = words else {
        return Opening::of(Vec::new()).watch();
    };
    let mut command = process::command(program);
    command.args(arguments);
    Opening::of(vec![command]).watch()
}

/// True for addresses that a browser may get: https, or this machine. A program can never take one
/// for an option, a file or another program.
pub fn is_page(url: &str) -> bool {
    if url.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return false;
    }
    if url
        .strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty())
    {
        return true;
    }
    let Some(rest) = url.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn candidates(env: &Env, settings: Option<&[String]>, url: &str) -> Vec<Command> {
    if let Some([program, arguments @ ..]) = settings {
        return vec![with_page(
            program,
            arguments.iter().map(String::as_str),
            url,
        )];
    }
    if let Some(list) = env.var("BROWSER") {
        let commands = list.split(':').filter_map(|text| {
            let words = shlex::split(text)?;
            let (program, arguments) = words.split_first()?;
            Some(with_page(
                program,
                arguments.iter().map(String::as_str),
                url,
            ))
        });
        return commands.collect();
    }
    if cfg!(target_os = "macos") {
        return vec![with_page("open", [], url)];
    }
    let wsl = env.var("WSL_DISTRO_NAME").is_some();
    // Without a display the openers would start a text browser, which has no terminal here.
    if !wsl && env.var("DISPLAY").or(env.var("WAYLAND_DISPLAY")).is_none() {
        return Vec::new();
    }
    let names: &[&str] = if wsl {
        &["wslview", "xdg-open"]
    } else {
        &["xdg-open", "gio open", "x-www-browser", "www-browser"]
    };
    names
        .iter()
        .map(|name| {
            with_page(
                name.split(' ').next().unwrap_or(name),
                name.split(' ').skip(1),
                url,
            )
        })
        .collect()
}

fn with_page<'a>(
    program: &str,
    arguments: impl IntoIterator<Item = &'a str>,
    url: &str,
) -> Command {
    let mut command = process::command(program);
    let mut placed = false;
    for argument in arguments {
        placed |= argument.contains("%s");
        command.arg(argument.replace("%s", url));
    }
    if !placed {
        command.arg(url);
    }
    command
}

/// The settings' own program and arguments for this profile's page, if they have any.
pub fn console_command(words: &[String], profile: &Profile, url: &str) -> Option<Vec<String>> {
    let parsed: Vec<Vec<Part>> = words
        .iter()
        .map(|word| template::parse(word, &CONSOLE_FIELDS).ok())
        .collect::<Option<_>>()?;
    let has = |parts: &[Part], name: &str| {
        parts
            .iter()
            .any(|part| matches!(part, Part::Field(field) if *field == name))
    };
    let fill = |parts: &Vec<Part>| {
        // A name inside a link must not end the link.
        let in_link = has(parts, "encoded_url");
        let name = |text: &str| {
            if in_link {
                encode(text)
            } else {
                text.to_owned()
            }
        };
        template::fill(parts, |field| match field {
            "url" => url.to_owned(),
            "encoded_url" => encode(url),
            "profile" => name(&profile.name),
            _ => name(profile.account_id().unwrap_or_default()),
        })
    };
    let mut command: Vec<String> = parsed.iter().map(fill).collect();
    if !parsed
        .iter()
        .any(|parts| has(parts, "url") || has(parts, "encoded_url"))
    {
        command.push(url.to_owned());
    }
    (!words.is_empty()).then_some(command)
}

#[cfg(test)]
mod tests;
