//! The house: which room uses which, and what only one of them does. CONTRIBUTING.md has the
//! picture.

mod rules;
mod rust;

use std::fs;
use std::path::Path;

use rules::{Exception, Problem, Rule, Source, missing, problems, told};

/// The exceptions to the rules, each with its reason.
const EXCEPTIONS: &[Exception] = &[
    // The one place for files.
    (Rule::Files, "src/system/files", "names "),
    // A lock is a file.
    (Rule::Files, "src/system/lock.rs", "names std::"),
    (Rule::Files, "src/system/lock.rs", "names fs4::"),
    // A terminal is opened by its path.
    (Rule::Files, "src/system/tty.rs", "names std::"),
    // Packages get the pages, in folders that all users can read.
    (Rule::Files, "src/command/man.rs", "names std::fs"),
];

#[test]
fn the_house_keeps_its_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["src", "tests", "benches", "identity-center"] {
        read(root, &root.join(folder), &mut sources);
    }
    assert!(sources.len() > 100, "{} files", sources.len());
    let found = problems(&sources, EXCEPTIONS);
    let found: Vec<&Problem> = found.iter().collect();
    assert!(found.is_empty(), "\n{}", told(&found));
    let missing = missing(&sources);
    assert!(missing.is_empty(), "rooms without a folder: {missing:?}");
}

/// A made-up house with these files added has these problems and no others.
#[track_caller]
fn tells(files: &[(&str, &str)], expected: &[&str]) {
    let mut sources: Vec<Source> = rules::ROOMS
        .iter()
        .map(|room| Source {
            path: format!("src/{room}/mod.rs"),
            text: "//! Owns things.\n".to_owned(),
        })
        .collect();
    assert_eq!(missing(&sources).len(), 0);
    sources.extend(files.iter().map(|&(path, text)| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }));
    let found = problems(&sources, &[]);
    assert_eq!(
        told(&found.iter().collect::<Vec<_>>())
            .lines()
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn an_arrow_to_a_later_room_is_found_in_every_form() {
    tells(
        &[
            (
                "src/main.rs",
                "mod command;\nuse command::x;\nfn main() { crate::system::x(); self::net::y() }",
            ),
            (
                "src/shell/init.rs",
                "use crate::{aws::{self, profile}, system};\n\
                 use super::init::x;\n\
                 // crate::command::x",
            ),
            ("src/command/list.rs", "use crate::{shell, guard::x};"),
        ],
        &[],
    );
    let cases = [
        "use crate::sync::x;",
        "use crate::{system, sync::{self, x}};",
        "use crate::{system, sync};",
        "use crate::sync as later;",
        "pub(in crate::aws) use crate::sync::*;",
        "fn f() { println!(\"{}\", crate::sync::x()) }",
        "use super::super::sync::x;",
        "use super::super::{sync::x, system};",
        "use self::super::super::sync::x;",
        "mod tests { use super::super::super::sync::x; }",
        "type T = Vec<crate::sync::X>;",
        "macro_rules! m { () => { $crate::sync::x() } }",
        "/* a comment */ use /* \" */ crate /* \" */ :: sync :: x;",
        "const A: (char, &str) = ('\"', r#\"\\\"#); use crate::sync::x; const B: char = '\"';",
    ];
    for case in cases {
        let text = format!("use crate::system;\n{case}\nuse super::y;");
        let sources = [Source {
            path: "src/aws/profile.rs".to_owned(),
            text,
        }];
        let found = problems(&sources, &[]);
        let is_it = |problem: &Problem| {
            problem.line == 2 && problem.what.starts_with("`aws` uses `sync`: ")
        };
        assert!(
            !found.is_empty() && found.iter().all(is_it),
            "{case}: {found:?}"
        );
    }
}

#[test]
fn a_banned_room_is_found_though_it_comes_before() {
    tells(
        &[
            (
                "src/guard/x.rs",
                "use crate::terminal::ui;\nuse crate::{aws, net};",
            ),
            ("src/net/x.rs", "use crate::settings;\nuse crate::aws;"),
            (
                "src/shell/x.rs",
                "use crate::credentials::x;\nuse crate::terminal::ui;",
            ),
            ("src/sync/x.rs", "fn f() { crate::login::up() }"),
        ],
        &[
            "src/guard/x.rs:1: Order: `guard` uses `terminal`: crate::terminal::ui",
            "src/guard/x.rs:2: Order: `guard` uses `net`: crate::net",
            "src/net/x.rs:1: Order: `net` uses `settings`: crate::settings",
            "src/shell/x.rs:1: Order: `shell` uses `credentials`: crate::credentials::x",
            "src/sync/x.rs:1: Order: `sync` uses `login`: crate::login::up",
        ],
    );
}

#[test]
fn what_stands_in_no_room_is_found() {
    tells(
        &[
            (
                "src/aws/x.rs",
                "use crate::*;\n\
                 use super::super::Y;\n\
                 use crate::{self as all};\n\
                 #[path = \"y.rs\"]\n\
                 mod y;",
            ),
            ("src/ui.rs", "use crate::aws;"),
            ("src/util/mod.rs", "//! Things."),
        ],
        &[
            "src/aws/x.rs:1: Order: `aws` uses what is in no room: crate::*",
            "src/aws/x.rs:2: Order: `aws` uses what is in no room: super::super::Y",
            "src/aws/x.rs:3: Order: `aws` uses what is in no room: crate::self",
            "src/aws/x.rs:4: Order: a module has its file elsewhere",
            "src/ui.rs:1: Order: stands in no room",
            "src/util/mod.rs:1: Order: stands in no room",
        ],
    );
}

#[test]
fn files_and_the_network_are_named_where_they_may_be() {
    tells(
        &[
            (
                "src/aws/x.rs",
                "use std::{fs, io};\n\
                 fn f() { tempfile::tempdir() }\n\
                 #[cfg(test)]\n\
                 mod tests { use std::fs; }",
            ),
            ("src/aws/tests.rs", "use std::fs;"),
            ("src/aws/config/tests/places.rs", "use std::fs;"),
            (
                "src/login/x.rs",
                "use tokio;\nfn f(x: aws_sdk_sso::Client) {}\n// aws_sdk_sso",
            ),
            (
                "src/net/x.rs",
                "use aws_sdk_sso::Client;\nuse crate::system::files;\nuse crate::system::clock;",
            ),
        ],
        &[
            "src/aws/x.rs:1: Files: names std::fs",
            "src/aws/x.rs:2: Files: names tempfile::tempdir",
            "src/login/x.rs:1: Network: names tokio",
            "src/login/x.rs:2: Network: names aws_sdk_sso",
            "src/net/x.rs:2: Files: names crate::system::files",
        ],
    );
}

#[test]
fn long_files_long_functions_and_wide_lines_are_found() {
    let body = |lines: usize| format!("fn f() {{\n{}}}\n", "    x();\n".repeat(lines));
    let wide = |width: usize| format!("    {}\n", "x".repeat(width - 4));
    let text = body(60) + &body(61) + &wide(100) + &wide(101);
    let shown = format!("tests/x.rs:127: Width: 101 columns: {}", "x".repeat(97));
    tells(
        &[
            ("src/aws/long.rs", &"\n".repeat(400)),
            ("src/aws/longer.rs", &"\n".repeat(401)),
            ("tests/x.rs", &text),
        ],
        &[
            "src/aws/longer.rs:1: Length: the file has 401 lines",
            "tests/x.rs:63: Length: `f` has 61 lines",
            &shown,
        ],
    );
}

#[test]
fn a_room_that_does_not_say_what_it_owns_is_found() {
    let sources = [
        ("src/aws/mod.rs", "mod x;"),
        ("src/net/mod.rs", "//! "),
        ("src/aws/config/mod.rs", "mod y;"),
    ]
    .map(|(path, text)| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    });
    let found = problems(&sources, &[]);
    let found: Vec<&str> = found.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(found, ["src/aws/mod.rs", "src/net/mod.rs"]);
    assert_eq!(missing(&sources).len(), rules::ROOMS.len() - 2);
}

#[test]
fn an_exception_allows_what_it_names_and_must_be_needed() {
    let text = "use std::fs;\nuse crate::sync;".to_owned();
    let sources = [Source {
        path: "src/aws/store.rs".to_owned(),
        text,
    }];
    let allowed =
        |exceptions: &[Exception]| told(&problems(&sources, exceptions).iter().collect::<Vec<_>>());
    assert_eq!(
        allowed(&[(Rule::Files, "src/aws/store", "std::fs")]),
        "src/aws/store.rs:2: Order: `aws` uses `sync`: crate::sync\n"
    );
    assert_eq!(
        allowed(&[
            (Rule::Files, "src/aws/", "std::fs"),
            (Rule::Order, "src/aws/", "`sync`"),
            (Rule::Files, "src/net/", "std::fs")
        ]),
        "src/net/:0: Files: an exception is not needed: std::fs\n"
    );
}

/// Every Rust file below a folder.
fn read(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            sources.push(Source {
                path: path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
                text,
            });
        }
    }
}
