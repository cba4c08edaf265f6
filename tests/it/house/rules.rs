//! The rules of the house, as functions of the files' texts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::rust::{self, Token};

/// The rooms of `src/`, in order: each may use those before it. `main.rs` comes after the last.
pub const ROOMS: [&str; 11] = [
    "system",
    "aws",
    "settings",
    "terminal",
    "net",
    "login",
    "credentials",
    "guard",
    "sync",
    "shell",
    "command",
];

/// Rooms that a room does not use although they come before it.
const BANNED: [(&str, &[&str]); 4] = [
    ("net", &["settings", "terminal"]),
    ("guard", &["terminal", "net", "login", "credentials"]),
    ("sync", &["net", "login", "credentials"]),
    ("shell", &["net", "login", "credentials"]),
];

/// What only `net` names.
const NETWORK: [&str; 3] = ["tokio", "aws_sdk_", "aws_smithy_"];

/// What opens, makes or changes files.
const FILES: [&str; 6] = [
    "std::fs",
    "std::os::unix::fs",
    "rustix::fs",
    "tempfile",
    "fs4",
    "tokio::fs",
];

const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;
const WIDEST_LINE: usize = 100;

/// A file of the house.
pub struct Source {
    /// From the package's folder, such as `src/aws/mod.rs`.
    pub path: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A room uses rooms before it, and none that is banned.
    Order,
    /// Only `net` names an HTTP client or a runtime.
    Network,
    /// Files are opened in the places that are listed.
    Files,
    /// The first line of a room says what the room owns.
    Introduction,
    /// No long file, no long function.
    Length,
    /// No wide line.
    Width,
}

/// What is allowed although a rule forbids it: the rule, how the file's path begins, and a part of
/// the problem's text. An exception that nothing needs is a problem too.
pub type Exception = (Rule, &'static str, &'static str);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub path: String,
    pub line: usize,
    pub rule: Rule,
    pub what: String,
}

impl Problem {
    fn is_allowed(&self, (rule, path, what): &Exception) -> bool {
        self.rule == *rule && self.path.starts_with(path) && self.what.contains(what)
    }
}

/// Every breach of a rule that no exception allows, and every exception that allows none.
pub fn problems(sources: &[Source], exceptions: &[Exception]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = sources.iter().flat_map(Source::problems).collect();
    let unused = exceptions
        .iter()
        .filter(|exception| !problems.iter().any(|problem| problem.is_allowed(exception)));
    let unused: Vec<Problem> = unused
        .map(|(rule, path, what)| Problem {
            rule: *rule,
            path: (*path).to_owned(),
            line: 0,
            what: format!("an exception is not needed: {what}"),
        })
        .collect();
    problems.retain(|problem| {
        !exceptions
            .iter()
            .any(|exception| problem.is_allowed(exception))
    });
    problems.extend(unused);
    problems.sort();
    problems.dedup();
    problems
}

/// One a line.
pub fn told(problems: &[&Problem]) -> String {
    problems.iter().fold(
        String::new(),
        |mut told,
         Problem {
             rule,
             path,
             line,
             what,
         }| {
            let _ = writeln!(told, "{path}:{line}: {rule:?}: {what}");
            told
        },
    )
}

impl Source {
    fn problems(&self) -> Vec<Problem> {
        let code = rust::code(&self.text);
        let tokens = rust::tokens(&code);
        let mut found = Vec::new();
        let mut add = |rule, line, what: String| {
            found.push(Problem {
                rule,
                path: self.path.clone(),
                line,
                what,
            });
        };
        self.long(&tokens, &mut add);
        for (line, text) in (1..)
            .zip(self.text.lines())
            .filter(|(_, text)| text.chars().count() > WIDEST_LINE)
        {
            add(
                Rule::Width,
                line,
                format!("{} columns: {}", text.chars().count(), text.trim_start()),
            );
        }
        if self.path.starts_with("src/") {
            self.order(&tokens, &mut add);
            self.outside(&tokens, &mut add);
            self.introduction(&mut add);
        }
        found
    }

    fn long(&self, tokens: &[Token<'_>], add: &mut impl FnMut(Rule, usize, String)) {
        let lines = self.text.lines().count();
        if lines > LONGEST_FILE {
            add(Rule::Length, 1, format!("the file has {lines} lines"));
        }
        for function in rust::functions(tokens)
            .into_iter()
            .filter(|function| function.lines > LONGEST_FUNCTION)
        {
            add(
                Rule::Length,
                function.line,
                format!("`{}` has {} lines", function.name, function.lines),
            );
        }
    }

    /// The module that the file is: `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`.
    fn module(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.strip_suffix(".rs").unwrap_or(path);
        let path = path.strip_suffix("/mod").unwrap_or(path);
        if path == "main" {
            Vec::new()
        } else {
            path.split('/').collect()
        }
    }

    fn room(&self) -> &str {
        self.module().first().copied().unwrap_or("main")
    }

    fn order(&self, tokens: &[Token<'_>], add: &mut impl FnMut(Rule, usize, String)) {
        let room = self.room();
        let place = |room: &str| ROOMS.iter().position(|known| *known == room);
        let Some(mine) =
            place(room).or_else(|| (self.path == "src/main.rs").then_some(ROOMS.len()))
        else {
            add(Rule::Order, 1, "stands in no room".to_owned());
            return;
        };
        for at in (0..tokens.len()).filter(|&at| {
            tokens[at].text == "#" && tokens.get(at + 2).is_some_and(|next| next.text == "path")
        }) {
            add(
                Rule::Order,
                tokens[at].line,
                "a module has its file elsewhere".to_owned(),
            );
        }
        let banned = BANNED
            .iter()
            .find(|(from, _)| *from == room)
            .map_or(&[][..], |(_, banned)| banned);
        for path in rust::paths(tokens) {
            let inside: Vec<&str> = self
                .module()
                .into_iter()
                .chain(path.inside.iter().map(String::as_str))
                .collect();
            let Some(used) = absolute(&inside, &path.segments) else {
                continue;
            };
            let shown = path.segments.join("::");
            match used.first().map(|used| (*used, place(used))) {
                Some((used, _)) if used == room => {}
                Some((used, Some(theirs))) if theirs > mine || banned.contains(&used) => {
                    add(
                        Rule::Order,
                        path.line,
                        format!("`{room}` uses `{used}`: {shown}"),
                    );
                }
                Some((_, Some(_))) => {}
                _ if room == "main" => {}
                _ => add(
                    Rule::Order,
                    path.line,
                    format!("`{room}` uses what is in no room: {shown}"),
                ),
            }
        }
    }

    /// What only one room names.
    fn outside(&self, tokens: &[Token<'_>], add: &mut impl FnMut(Rule, usize, String)) {
        if self.room() != "net" {
            let is_network = |token: &&Token<'_>| {
                NETWORK.iter().any(|name| {
                    token.text == *name || name.ends_with('_') && token.text.starts_with(name)
                })
            };
            for token in tokens.iter().filter(is_network) {
                add(Rule::Network, token.line, format!("names {}", token.text));
            }
        }
        let is_test = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        let tests = if is_test {
            vec![1..=usize::MAX]
        } else {
            rust::tests(tokens)
        };
        for path in rust::paths(tokens)
            .iter()
            .filter(|path| !tests.iter().any(|lines| lines.contains(&path.line)))
        {
            let shown = path.segments.join("::");
            let is_below = |of: &str| {
                shown
                    .strip_prefix(of)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            };
            if FILES.iter().any(|of| is_below(of)) {
                add(Rule::Files, path.line, format!("names {shown}"));
            }
            // The one place for files can be used to write.
            if self.room() == "net" && is_below("crate::system::files") {
                add(Rule::Files, path.line, format!("names {shown}"));
            }
        }
    }

    fn introduction(&self, add: &mut impl FnMut(Rule, usize, String)) {
        let is_room = self.path.ends_with("/mod.rs") && self.module().len() == 1;
        let first = self.text.lines().next().unwrap_or_default();
        if is_room
            && first
                .strip_prefix("//! ")
                .is_none_or(|owns| owns.trim().is_empty())
        {
            add(
                Rule::Introduction,
                1,
                "the first line does not say what the room owns".to_owned(),
            );
        }
    }
}

/// The rooms that have no folder of their own with a `mod.rs`.
pub fn missing(sources: &[Source]) -> BTreeSet<&'static str> {
    let has_one = |room: &str| {
        sources
            .iter()
            .any(|source| source.path == format!("src/{room}/mod.rs"))
    };
    ROOMS.into_iter().filter(|room| !has_one(room)).collect()
}

/// A path from the root of the crate, for one that begins in this crate.
fn absolute<'a>(module: &[&'a str], segments: &'a [String]) -> Option<Vec<&'a str>> {
    let mut absolute: Vec<&str> = match segments.first()?.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return None,
    };
    for segment in segments {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => drop(absolute.pop()),
            name => absolute.push(name),
        }
    }
    Some(absolute)
}
