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

/// After this long an opener that is still there counts as a browser: one that finds none has mostly
/// said so by then.
const WATCHED: Duration = Duration::from_millis(700);

/// A page on its way into a browser.
#[derive(Debug)]
pub struct Opening {
    /// What is tried next.
    rest: VecDeque<Command>,
    tried: Vec<String>,
    progress: Progress,
    /// That the program of now has opened it.
    is_told: bool,
}

#[derive(Debug)]
enum Progress {
    /// This program was started then, and has not ended.
    Watching(String, Child, Instant),
    Opened,
    Failed,
    /// And that was told.
    Told,
}

/// What has become of the page.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// By this program.
    Opened(String),
    /// Why not.
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

    /// Starts the first that can be started of those that are left.
    fn next(&mut self) {
        while let Some(mut command) = self.rest.pop_front() {
            let name = command.get_program().to_string_lossy().into_owned();
            // A group of its own: Ctrl-C here must not close the browser there. No descriptor of
            // ours but the null ones: a browser that kept the shell's pipe open would hold up the
            // prompt.
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

    /// Whether a browser was opened, once that is known. To be asked now and then: when one opener
    /// fails, this starts the next.
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
            "no browser is known here".to_owned()
        } else {
            self.tried.join("; ")
        }))
    }

    /// Watches the openers as long as one that fails may take.
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

/// Opens the page as [`Opening::start`] does. Tells why not, when no browser could be opened.
pub fn open(env: &Env, settings: Option<&[String]>, url: &str) -> Result<(), String> {
    Opening::start(env, settings, url).watch()
}

/// Starts this program with these arguments.
///
/// # Errors
/// Why it cannot be started, or has failed at once.
pub fn run(words: &[String]) -> Result<(), String> {
    let [program, arguments @ ..] = words else {
        return Opening::of(Vec::new()).watch();
    };
    let mut command = process::command(program);
    command.args(arguments);
    Opening::of(vec![command]).watch()
}

/// True for what a browser is given: an address of https, or one of this machine. Nothing that a
/// program could take for an option, a file or another program.
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
    // The openers would start a browser for terminals, which has none here.
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
        // A name within a link must not end it.
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
mod tests {
    use super::*;

    fn shown(env: &Env, settings: Option<&[String]>) -> Vec<String> {
        let commands = candidates(env, settings, "https://x/?a=1&b=$(2)");
        let words = |command: &Command| {
            let arguments = command
                .get_args()
                .map(|word| word.to_string_lossy().into_owned());
            std::iter::once(command.get_program().to_string_lossy().into_owned())
                .chain(arguments)
                .collect::<Vec<_>>()
                .join("|")
        };
        commands.iter().map(words).collect()
    }

    /// What became of these programs.
    fn outcome(programs: &[&str]) -> Result<(), String> {
        let command = |text: &&str| {
            let mut command = Command::new("sh");
            command.args(["-c", text]);
            command
        };
        let mut opening = Opening::of(programs.iter().map(command).collect());
        loop {
            let news = opening.news();
            if news.is_some() {
                assert!(opening.news().is_none(), "it is told once");
            }
            match news {
                Some(News::Failed(why)) => return Err(why),
                Some(News::Opened(by)) => {
                    assert_eq!(by, "sh");
                    return Ok(());
                }
                None => {}
            }
        }
    }

    #[test]
    fn an_opener_that_fails_is_told_and_the_next_is_tried() {
        assert_eq!(outcome(&["exit 0"]), Ok(()));
        assert_eq!(outcome(&["exit 3", "exit 0"]), Ok(()));
        assert_eq!(outcome(&["sleep 1; exit 0"]), Ok(()), "it is open for now");
        assert_eq!(
            outcome(&["exit 3", "kill -9 $$"]),
            Err("sh ended with status 3; sh was ended by signal 9".to_owned())
        );
        assert_eq!(outcome(&[]), Err("no browser is known here".to_owned()));
        let why = run(&["/nonexistent/browser".to_owned()]).unwrap_err();
        assert!(why.starts_with("/nonexistent/browser: "), "{why}");
    }

    #[test]
    fn only_pages_are_opened() {
        for url in [
            "https://d-1.awsapps.com/start/#/x?a=1",
            "http://127.0.0.1:4711/a",
            "http://localhost/",
            "http://[::1]:8",
        ] {
            assert!(is_page(url), "{url}");
        }
        for url in [
            "",
            "https://",
            "-https://x",
            "http://d-1.awsapps.com/start",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://localhost:1@evil.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "HTTPS//x",
            "https://a b",
            "https://a\nb",
        ] {
            assert!(!is_page(url), "{url}");
            let why = open(&Env::of(&[("BROWSER", "true")]), None, url).unwrap_err();
            assert_eq!(why, "the page's address is not https");
        }
    }

    #[test]
    fn the_page_is_one_argument_of_the_users_own_browser() {
        let env = Env::of(&[("BROWSER", "firefox -P 'my work' %s:w3m")]);
        assert_eq!(
            shown(&env, None),
            [
                "firefox|-P|my work|https://x/?a=1&b=$(2)",
                "w3m|https://x/?a=1&b=$(2)"
            ]
        );
        let settings = ["chrome".to_owned(), "--app=%s".to_owned()];
        assert_eq!(
            shown(&env, Some(&settings)),
            ["chrome|--app=https://x/?a=1&b=$(2)"]
        );
    }
}
