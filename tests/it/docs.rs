//! What the documentation says, held against the program and the repository.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
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

/// The code spans and the lines of code blocks of a page.
fn code(text: &str) -> Vec<String> {
    let mut code = Vec::new();
    for (number, part) in text.split("```").enumerate() {
        if number % 2 == 0 {
            // A code span does not go over the end of its paragraph or cell.
            let paragraphs = part.split("\n\n").flat_map(|part| part.split("\n|"));
            let spans = paragraphs.flat_map(|part| part.split('`').skip(1).step_by(2));
            code.extend(spans.map(|span| span.replace('\n', " ")));
        } else {
            code.extend(part.lines().skip(1).map(str::to_owned));
        }
    }
    code
}

/// The commands of awsp on a page, ready to run: comments are gone, and something is in the place
/// of words in capitals.
fn commands(text: &str) -> BTreeSet<String> {
    let examples = [
        (r"\|", "|"),
        ("CMD …", "true"),
        ("CMD", "true"),
        ("COMMAND", "use"),
        ("[PROFILE]", "dev"),
        ("PROFILE", "dev"),
        ("[REGION]", "eu-central-1"),
        ("NAME", "dev"),
        ("FOLDER", "man"),
        ("bash|zsh|fish", "bash"),
    ];
    let is_awsps = |code: &String| code.starts_with("awsp ") || code.contains("(awsp ");
    let commands = code(text).into_iter().filter(is_awsps).map(|code| {
        let code = code.split(" # ").next().unwrap().trim().to_owned();
        let fill = |code: String, (word, example): &(&str, &str)| code.replace(word, example);
        examples.iter().fold(code, fill)
    });
    // `awsp init …` and `awsp -` have no end, or need a profile before this one.
    commands
        .filter(|command| !command.contains('…') && command != "awsp -")
        .collect()
}

/// A home where the commands of the pages make sense.
fn home() -> Place {
    let place = Place::new();
    place.log_in();
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!(
        "{config}\n\
         [profile role-profile]\n\
         source_profile = dev\n\
         role_arn = arn:aws:iam::444455556666:role/Deploy\n\
         [profile old-account]\n\
         aws_access_key_id = AKIAX\n\
         aws_secret_access_key = s\n"
    ));
    fs::create_dir_all(place.path("bin")).unwrap();
    for name in ["terraform", "claude", "aws"] {
        let program = place.path("bin").join(name);
        fs::write(&program, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    place
}

#[test]
fn every_command_of_the_pages_is_one_that_awsp_takes() {
    let commands: BTreeSet<String> = pages()
        .iter()
        .filter(|(path, _)| !path.ends_with("CONTRIBUTING.md"))
        .flat_map(|(_, text)| commands(text))
        .collect();
    assert!(commands.len() > 70, "only {} were found", commands.len());
    let mut wrong = Vec::new();
    for command in commands {
        // Each has a home of its own: some of them log out or write profiles.
        let place = home();
        let command_line = command.replace("awsp ", "awsp 3>/dev/null ");
        let script = format!("PATH=~/bin:$PATH; {command_line}");
        let is_for_zsh = command.contains("init zsh");
        let mut shell = place.program(if is_for_zsh { "zsh" } else { "bash" });
        shell
            .env("AWSP_SHELL", "bash")
            .env("AWS_PROFILE", "dev")
            .env("BROWSER", "true");
        let done = place.done(shell.args(["-c", &script]));
        // `awsp exec` in a sentence leaves out what it runs; here nobody can log in or confirm.
        let is_name_only = [
            "required arguments were not provided",
            "is missing, and there is no terminal",
        ];
        let is_right = match done.status {
            0 | 4 => true,
            _ => is_name_only.iter().any(|words| done.stderr.contains(words)),
        };
        if !is_right {
            wrong.push(format!("{command}: {done:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_line_for_a_start_up_file_is_safe_from_an_alias() {
    let files = [
        "awsp.plugin.zsh",
        "awsp.plugin.bash",
        "conf.d/awsp.fish",
        "packaging/homebrew/awsp.rb",
    ];
    let files = files.map(|name| {
        (
            root().join(name),
            fs::read_to_string(root().join(name)).unwrap(),
        )
    });
    let mut found = 0;
    for (path, text) in pages().into_iter().chain(files) {
        for line in text.lines().filter(|line| {
            line.contains("$(awsp init ")
                || line.contains("command awsp init ")
                || (line.contains("awsp init fish") && line.contains("source"))
        }) {
            found += 1;
            assert!(
                line.contains("command awsp init "),
                "{}: {line}",
                path.display()
            );
        }
    }
    assert!(found > 10, "only {found} lines were found");
}

#[test]
fn every_file_that_a_page_names_is_there() {
    let mut found = 0;
    for (path, text) in pages() {
        for code in code(&text) {
            let first = code.split(['/', ' ']).next().unwrap();
            let is_path = code.contains('/') && !code.contains([' ', '*', '…', '$', '~']);
            if !is_path || !["src", "tests", "shell", "docs", "packaging"].contains(&first) {
                continue;
            }
            found += 1;
            assert!(root().join(&code).exists(), "{}: {code}", path.display());
        }
    }
    assert!(found > 20, "only {found} files were found");
}

#[test]
fn the_page_about_data_names_everything_in_the_state_folder() {
    let place = home();
    let state = place.path(".local/state/awsp");
    place.switch(&["dev"], &[]);
    for words in [
        &["sync", "--dry-run"][..],
        &["exec", "--only", "dev", "--", "true"],
        &["export", "dev", "--format", "process"],
    ] {
        assert_eq!(place.run(words).status, 0, "{words:?}");
    }
    // A renewal that AWS refuses leaves a mark.
    place.make_renewable();
    place.center.with(identity_center::State::revoke);
    assert_eq!(place.run(&["login", "--session", "acme"]).status, 4);
    let page = fs::read_to_string(root().join("docs/data.md")).unwrap();
    let mut names: Vec<String> = fs::read_dir(state)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in &names {
        let cell = format!("| `~/.local/state/awsp/{name}` |");
        assert!(page.contains(&cell), "{name}");
    }
    for name in ["exec", "locks", "prompt", "recent", "refused"] {
        assert!(names.iter().any(|found| found == name), "{name}: {names:?}");
    }
}
