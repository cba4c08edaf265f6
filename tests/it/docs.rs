//! What the documentation says, held against the program and the repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::place::Place;

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page, with its text.
fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = Vec::new();
    for folder in [
        root().to_owned(),
        root().join("docs"),
        root().join("docs/from"),
    ] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "md") {
                let text = fs::read_to_string(&path).unwrap();
                pages.push((path, text));
            }
        }
    }
    pages
}

/// The targets of a page's links; what stands in code blocks is no link.
fn links(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose
        .flat_map(|prose| prose.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')').map(|(link, _)| link))
        .collect()
}

/// A heading as the end of a link names it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().replace(' ', "-")
}

#[test]
fn every_link_leads_to_a_page_and_a_heading_that_are_there() {
    let pages = pages();
    let mut found = 0;
    for (path, text) in &pages {
        for link in links(text) {
            if link.contains("://") {
                continue;
            }
            found += 1;
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap().join(file)
            };
            assert!(target.exists(), "{}: no {link}", path.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                let is_there = text
                    .lines()
                    .any(|line| line.starts_with('#') && anchor(line) == heading);
                assert!(is_there, "{}: no heading for {link}", path.display());
            }
        }
    }
    assert!(found > 10, "only {found} links were found");
}

/// The commands of awsp in the second column of a page's tables, with `CMD` for a command.
fn commands(text: &str) -> Vec<String> {
    let rows = text.lines().filter(|line| line.starts_with("| "));
    rows.flat_map(|row| {
        row.rsplit_once(" | ")
            .unwrap()
            .1
            .split('`')
            .skip(1)
            .step_by(2)
    })
    .filter(|code| code.starts_with("awsp ") || code.contains("(awsp "))
    // A bar is written so in a table.
    .map(|code| code.replace("\\|", "|").replace("CMD", "true"))
    .collect()
}

#[test]
fn every_command_of_a_migration_page_is_one_that_awsp_takes() {
    let mut tried = 0;
    for (path, text) in pages() {
        if !path.parent().unwrap().ends_with("from") {
            continue;
        }
        for command in commands(&text) {
            // Each in a home of its own: some of them log out or write profiles.
            let place = Place::new();
            place.log_in();
            let config = fs::read_to_string(place.path(".aws/config")).unwrap();
            place.config(&format!("{config}\n[profile role-profile]\nsource_profile = dev\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n"));
            let script = command.replace("awsp", "awsp 3>/dev/null");
            let mut shell = place.program("bash");
            shell
                .env("AWSP_SHELL", "bash")
                .env("AWS_PROFILE", "dev")
                .env("BROWSER", "true");
            let done = place.done(shell.args(["-c", &script]));
            // The others want a terminal, or a profile before this one.
            let wants_more = [
                "awsp configure",
                "awsp -",
                "awsp console dev",
                "awsp console dev --service s3",
            ]
            .contains(&command.as_str());
            assert!(
                done.status == 0 || wants_more,
                "{}: {command}: {done:?}",
                path.display()
            );
            assert!(
                !done.stderr.contains("unexpected argument")
                    && !done.stderr.contains("unrecognized"),
                "{command}: {done:?}"
            );
            tried += 1;
        }
    }
    assert!(tried > 50, "only {tried} commands were found");
}
