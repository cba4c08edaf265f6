//! `awsp __man DIR`: the manual pages, for packages.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::cli::Cli;
use super::{Context, Run};
use crate::settings::reference::ENTRIES;
use crate::system::error::{Error, Kind, Result};

/// The footer of every page.
const SOURCE: &str = concat!("awsp ", env!("CARGO_PKG_VERSION"));

/// The variables of `awsp(1)`; those of AWS are the AWS CLI's.
const VARIABLES: [(&str, &str); 9] = [
    (
        "AWSP_NO_LOGIN",
        "If it is 1, awsp never asks and opens no browser; it ends with status 4.",
    ),
    (
        "AWSP_LOGIN_FLOW",
        "How to log in: browser or device. It overrides the settings.",
    ),
    (
        "AWSP_AGENT",
        "1 or 0: treat the caller as a coding agent, or not, whatever other variables say.",
    ),
    (
        "AWSP_PROMPT",
        "Set by the shell integration: the plain text for the prompt.",
    ),
    ("BROWSER", "The program that opens pages."),
    (
        "CI",
        "If it is set, as in most CI systems, awsp never asks and opens no browser.",
    ),
    ("NO_COLOR", "If it is set, awsp prints no colours."),
    (
        "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE",
        "Other files in place of those in ~/.aws, as in the AWS CLI.",
    ),
    (
        "AWS_CA_BUNDLE, HTTPS_PROXY, NO_PROXY",
        "For a proxy, as in the AWS CLI.",
    ),
];

/// The files of `awsp(1)`.
const FILES: [(&str, &str); 4] = [
    (
        "~/.aws/config, ~/.aws/credentials",
        "Profiles, sessions and keys. Only awsp configure and awsp sync write to the first; awsp \
         never writes to the second.",
    ),
    (
        "~/.aws/sso/cache, ~/.aws/cli/cache",
        "Tokens and the credentials of roles, shared with the AWS CLI and the SDKs.",
    ),
    (
        "~/.config/awsp/config.toml",
        "The settings of awsp: awsp-config(5).",
    ),
    (
        "~/.local/state/awsp",
        "Locks, recent profiles and other state without secrets.",
    ),
];

/// The example of `awsp-config(5)`.
const EXAMPLE: &str = "  \
  [prompt]
  format = \"{profile} {account}\"

  [[rule]]
  profiles = [\"*prod*\"]
  except = [\"*nonprod*\"]
  colour = \"red\"
  confirm = true
  stay = \"30m\"
  agents = \"read-only\"

  [login]
  flow = \"device\"

  [sync]
  name = \"{account_name}.{role}\"
  aliases = { AdministratorAccess = \"admin\" }
";

/// Write the manual pages into a folder
#[derive(Args, Clone, Debug)]
pub struct WriteMan {
    pub folder: PathBuf,
}

impl Run for WriteMan {
    fn run(&self, context: &Context) -> Result<()> {
        let failed = |path: &Path, error: std::io::Error| {
            let message = format!("cannot write {}", context.env.tilde(path));
            Error::new(Kind::Failed, message).cause(error)
        };
        fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, error))?;
        for (name, page) in pages() {
            let path = self.folder.join(name);
            fs::write(&path, page).map_err(|error| failed(&path, error))?;
        }
        Ok(())
    }
}

/// Every page with the name of its file.
fn pages() -> Vec<(String, String)> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = vec![("awsp.1".to_owned(), page(&command))];
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let name = format!("awsp-{}", sub.get_name());
        pages.push((format!("{name}.1"), page(&sub.clone().display_name(name))));
    }
    pages.push(("awsp-config.5".to_owned(), settings()));
    pages
}

fn page(command: &clap::Command) -> String {
    let is_root = command.has_subcommands();
    let help = command.get_after_help().map(ToString::to_string);
    let help = Help::of(help.as_deref().unwrap_or_default());
    let usage = command.clone().render_usage().to_string();
    let man = Man::new(command.clone().subcommand_help_heading("COMMANDS")).source(SOURCE);
    let (mut plainly, mut roff) = (Roff::new(), Roff::new());
    plain(&mut plainly);
    section(&mut roff, "SYNOPSIS", &[&usage["Usage: ".len()..]]);
    section(&mut roff, "DESCRIPTION", &help.description);
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = man
        .render_title(&mut out)
        .and_then(|()| plainly.to_writer(&mut out))
        .and_then(|()| man.render_name_section(&mut out))
        .and_then(|()| roff.to_writer(&mut out))
        .and_then(|()| man.render_options_section(&mut out));
    let mut roff = Roff::new();
    section(&mut roff, "EXAMPLES", &help.examples);
    section(&mut roff, "EXIT STATUS", &help.status);
    if is_root {
        let _ = man.render_subcommands_section(&mut out);
        named(&mut roff, "ENVIRONMENT", &VARIABLES);
        named(&mut roff, "FILES", &FILES);
        section(&mut roff, "SEE ALSO", &["awsp-config(5)"]);
    } else {
        section(&mut roff, "SEE ALSO", &["awsp(1), awsp-config(5)"]);
    }
    let _ = roff.to_writer(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The paragraphs of a command's help text, by the section of the page that they belong to.
#[derive(Default)]
struct Help<'a> {
    description: Vec<&'a str>,
    examples: Vec<&'a str>,
    status: Vec<&'a str>,
}

impl<'a> Help<'a> {
    fn of(text: &'a str) -> Self {
        let mut help = Self::default();
        for paragraph in text.split("\n\n") {
            if let Some(text) = paragraph.strip_prefix("Exit status:") {
                help.status
                    .push(text.trim_start_matches(' ').trim_start_matches('\n'));
            } else if let Some(text) = paragraph.strip_prefix("Examples:\n") {
                help.examples.push(text);
            } else if paragraph.contains(":\n  ") {
                help.examples.push(paragraph);
            } else {
                help.description.push(paragraph);
            }
        }
        help
    }
}

/// From here on no word is broken, because many are names, and no line is stretched.
fn plain(roff: &mut Roff) {
    roff.control("nh", []).control("ad", ["l"]);
}

/// Adds a section of these paragraphs, if there are any. Indented lines are kept as they are.
fn section(roff: &mut Roff, title: &str, paragraphs: &[&str]) {
    for (number, paragraph) in paragraphs.iter().enumerate() {
        match number {
            0 => roff.control("SH", [title]),
            _ => roff.control("PP", []),
        };
        let is_code = paragraph.starts_with("  ");
        let mut is_kept = false;
        for line in paragraph.trim_end().lines() {
            if line.starts_with("  ") != is_kept {
                roff.control(if is_kept { "fi" } else { "nf" }, []);
                is_kept = !is_kept;
            }
            let line = if is_code {
                line.strip_prefix("  ").unwrap_or(line)
            } else {
                line
            };
            roff.text([roman(line)]);
        }
        if is_kept {
            roff.control("fi", []);
        }
    }
}

/// Adds a section of names, each with its text.
fn named(roff: &mut Roff, title: &str, entries: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (name, text) in entries {
        roff.control("TP", [])
            .text([bold(*name)])
            .text([roman(*text)]);
    }
}

/// `awsp-config(5)`.
fn settings() -> String {
    let mut roff = Roff::new();
    roff.control("TH", ["awsp-config", "5", "", SOURCE]);
    plain(&mut roff);
    roff.control("SH", ["NAME"])
        .text([roman("awsp-config - the settings of awsp")])
        .control("SH", ["DESCRIPTION"])
        .text([
            roman("The settings are in "),
            bold("$XDG_CONFIG_HOME/awsp/config.toml"),
            roman(", or "),
            bold("~/.config/awsp/config.toml"),
            roman(
                " if XDG_CONFIG_HOME is not set. Both the file and every setting in it are \
                 optional. It is a TOML file: ",
            ),
            bold("login.flow"),
            roman(" is the key "),
            bold("flow"),
            roman(" in the table "),
            bold("[login]"),
            roman(", and each "),
            bold("[[rule]]"),
            roman(
                " is one rule; the first rule that sets a value decides it. A mistake affects only \
                 the setting it is in. ",
            ),
            bold("awsp settings"),
            roman(" prints the settings in use, where each comes from, and mistakes."),
        ])
        .control("SH", ["SETTINGS"]);
    for entry in ENTRIES {
        roff.control("TP", [])
            .text([bold(entry.key), roman(format!(" ({})", entry.shape))])
            .text([roman(entry.text)]);
    }
    section(&mut roff, "EXAMPLE", &[EXAMPLE]);
    section(&mut roff, "SEE ALSO", &["awsp(1)"]);
    roff.render()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_is_a_page_for_each_command_and_for_the_settings() {
        let pages = pages();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["awsp.1", "awsp-login.1", "awsp-exec.1", "awsp-config.5"] {
            assert!(names.contains(&name), "{names:?}");
        }
        assert!(!names.iter().any(|name| name.contains("__")), "{names:?}");
        for (name, page) in &pages {
            assert!(page.contains(".TH"), "{name}");
            let titles: Vec<&str> = page.lines().filter(|it| it.starts_with(".SH")).collect();
            let known: BTreeSet<&&str> = titles.iter().collect();
            assert_eq!(known.len(), titles.len(), "{name}: {titles:?}");
            assert_eq!(titles.last(), Some(&".SH \"SEE ALSO\""), "{name}");
        }
    }

    #[test]
    fn lines_that_are_not_filled_fit_a_terminal_of_80_columns() {
        for (name, page) in pages() {
            let kept = page.split("\n.nf\n").skip(1);
            for line in kept.flat_map(|part| part.split("\n.fi").next().unwrap().lines()) {
                let text = line.replace("\\-", "-").replace("\\*(Aq", "'");
                assert!(text.chars().count() <= 73, "{name}: {text}");
            }
        }
    }

    #[test]
    fn the_example_of_the_settings_has_no_mistake() {
        let text = EXAMPLE.replace("\n  ", "\n");
        let (_, problems, rows) = crate::settings::Settings::parse(&text);
        assert!(problems.is_empty(), "{problems:?}");
        assert!(rows.len() > 5, "{rows:?}");
    }
}
