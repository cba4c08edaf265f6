//! Opens a page in the user's browser, and never waits for it.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use crate::aws::profile::Profile;
use crate::settings::templates::CONSOLE_FIELDS;
use crate::system::env::Env;
use crate::system::process;
use crate::system::text::percent::encode;
use crate::system::text::template;
use crate::system::text::template::Part;

/// Starts a browser on the page: the settings' command, else one of `$BROWSER` (separated by
/// colons, `%s` for the page), else the system's. Tells why not, when none could be started.
pub fn open(env: &Env, settings: Option<&[String]>, url: &str) -> Result<(), String> {
    start(candidates(env, settings, url))
}

/// Starts this program with these arguments.
///
/// # Errors
/// Why it cannot be started.
pub fn run(words: &[String]) -> Result<(), String> {
    let [program, arguments @ ..] = words else {
        return start(Vec::new());
    };
    let mut command = process::command(program);
    command.args(arguments);
    start(vec![command])
}

/// Starts the first of these that can be started.
fn start(commands: Vec<Command>) -> Result<(), String> {
    let mut tried = Vec::new();
    for mut command in commands {
        let name = command.get_program().to_string_lossy().into_owned();
        // A group of its own: Ctrl-C here must not close the browser there. No descriptor of ours
        // but the null ones: a browser that kept the shell's pipe open would hold up the
        // prompt.
        let started = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        match started {
            Ok(_) => return Ok(()),
            Err(error) => tried.push(format!("{name}: {error}")),
        }
    }
    Err(if tried.is_empty() {
        "no browser is known here".to_owned()
    } else {
        tried.join("; ")
    })
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
