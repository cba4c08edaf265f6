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
    let help = command.get_after_help().map(ToString::to_string);
    let man = Man::new(command.clone()).source(SOURCE);
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = man
        .render_title(&mut out)
        .and_then(|()| man.render_name_section(&mut out))
        .and_then(|()| man.render_synopsis_section(&mut out))
        .and_then(|()| man.render_options_section(&mut out));
    if command.get_subcommands().any(|sub| !sub.is_hide_set()) {
        let _ = man.render_subcommands_section(&mut out);
    }
    let mut page = String::from_utf8_lossy(&out).into_owned();
    // The preamble is in the first part.
    page.push_str(&sections(&help.unwrap_or_default()).render());
    page
}

/// The sections of a command's help text.
fn sections(help: &str) -> Roff {
    let mut roff = Roff::new();
    for paragraph in help.split("\n\n") {
        let (title, text) = match paragraph.split_once(':') {
            Some((title @ ("Examples" | "Exit status"), text)) => (title, text),
            _ => ("Notes", paragraph),
        };
        roff.control("SH", [title.to_uppercase().as_str()]);
        let text = text.trim_start_matches(' ').trim_matches('\n');
        // Indented text keeps its lines.
        if paragraph.contains("\n  ") {
            roff.control("nf", []);
        }
        for line in text.lines() {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        if paragraph.contains("\n  ") {
            roff.control("fi", []);
        }
    }
    roff
}

/// `awsp-config(5)`.
fn settings() -> String {
    let mut roff = Roff::new();
    roff.control("TH", ["awsp-config", "5", "", SOURCE])
        .control("SH", ["NAME"])
        .text([roman("awsp-config - the settings of awsp")])
        .control("SH", ["DESCRIPTION"])
        .text([
            roman("All of "),
            bold("$XDG_CONFIG_HOME/awsp/config.toml"),
            roman(", without that variable "),
            bold("~/.config/awsp/config.toml"),
            roman(
                ", is optional. It is a TOML file, read key by key: a mistake costs only itself. ",
            ),
            bold("awsp settings"),
            roman(" prints the settings in use, and where each comes from."),
        ])
        .control("SH", ["SETTINGS"]);
    for entry in ENTRIES {
        roff.control("TP", [])
            .text([bold(entry.key), roman(format!(" ({})", entry.shape))])
            .text([roman(entry.text)]);
    }
    roff.control("SH", ["SEE ALSO"]).text([roman("awsp(1)")]);
    roff.to_roff()
}

#[cfg(test)]
mod tests {
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
        }
    }
}
