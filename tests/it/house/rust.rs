//! Enough of Rust's grammar to find paths, functions and tests in a text, in macros too.

use std::ops::RangeInclusive;

mod tests;

/// A word, `::`, or one other character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    /// From 1.
    pub line: usize,
}

/// A path to one thing: `use a::{b, c::*}` is two, `a::b` and `a::c::*`.
#[derive(Debug, PartialEq, Eq)]
pub struct Path {
    pub line: usize,
    pub segments: Vec<String>,
    /// The modules of this file that it stands in.
    pub inside: Vec<String>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub line: usize,
    pub name: String,
    /// Lines between the braces.
    pub lines: usize,
}

/// The text without comments, strings and characters: there are spaces in their place, and lines
/// stay lines.
pub fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&char) = chars.get(at) {
        let end = end_of_text(&chars, at).unwrap_or(at).min(chars.len());
        code.extend(
            chars[at..end]
                .iter()
                .map(|&char| if char == '\n' { '\n' } else { ' ' }),
        );
        if end == at {
            code.push(char);
        }
        at = end.max(at + 1);
    }
    code
}

/// Where the comment, string or character that begins here ends, if one does.
fn end_of_text(chars: &[char], at: usize) -> Option<usize> {
    let find = |from: usize, what: &[char]| {
        let rest = chars.get(from..)?;
        rest.windows(what.len())
            .position(|window| window == what)
            .map(|found| from + found + what.len())
    };
    let to_end = Some(chars.len());
    match chars[at..] {
        ['/', '/', ..] => find(at, &['\n']).map(|end| end - 1).or(to_end),
        ['/', '*', ..] => {
            let mut end = at + 2;
            let mut open = 1;
            while open > 0 {
                match chars.get(end..end + 2)? {
                    ['*', '/'] => (open, end) = (open - 1, end + 2),
                    ['/', '*'] => (open, end) = (open + 1, end + 2),
                    _ => end += 1,
                }
            }
            Some(end)
        }
        ['"', ..] => {
            let mut end = at + 1;
            while *chars.get(end)? != '"' {
                end += if chars[end] == '\\' { 2 } else { 1 };
            }
            Some(end + 1)
        }
        // A raw string, or a raw name: `r#"…"#`, `r#type`.
        ['r', '"' | '#', ..] => {
            let hashes = chars[at + 1..]
                .iter()
                .take_while(|&&char| char == '#')
                .count();
            let close: Vec<char> = std::iter::once('"')
                .chain(std::iter::repeat_n('#', hashes))
                .collect();
            (chars.get(at + 1 + hashes) == Some(&'"'))
                .then(|| find(at + 2 + hashes, &close).or(to_end))?
        }
        // Neither is a lifetime.
        ['\'', '\\', ..] => find(at + 3, &['\'']),
        ['\'', _, '\'', ..] => Some(at + 3),
        _ => None,
    }
}

pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let is_word = |char: char| char == '_' || char.is_alphanumeric();
    let mut tokens = Vec::new();
    for (line, mut rest) in (1..).zip(code.lines()) {
        while let Some(char) = rest.chars().next() {
            let length = if is_word(char) {
                rest.find(|char| !is_word(char)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                char.len_utf8()
            };
            let (text, after) = rest.split_at(length);
            if !char.is_whitespace() {
                tokens.push(Token { text, line });
            }
            rest = after;
        }
    }
    tokens
}

/// Every path of two or more names, and what a `use` takes by one.
pub fn paths(tokens: &[Token<'_>]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut modules: Vec<(usize, String)> = Vec::new();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(token) = tokens.get(at) {
        match token.text {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                modules.retain(|(opened, _)| *opened < depth);
            }
            "mod" if is(tokens, at + 2, "{") => {
                modules.push((depth, tokens[at + 1].text.to_owned()));
            }
            _ => {}
        }
        if !begins_path(tokens, at) {
            at += 1;
            continue;
        }
        let inside: Vec<String> = modules.iter().map(|(_, name)| name.clone()).collect();
        let mut leaves = Vec::new();
        at = leaves_of(tokens, at, &[], &mut leaves);
        found.extend(leaves.into_iter().map(|(line, segments)| Path {
            line,
            segments,
            inside: inside.clone(),
        }));
    }
    found
}

fn is(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.text == text)
}

fn is_name(tokens: &[Token<'_>], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        token
            .text
            .starts_with(|char: char| char == '_' || char.is_alphabetic())
    })
}

/// Words that may stand before `::std`, and belong to no path.
const KEYWORDS: [&str; 12] = [
    "as", "break", "dyn", "else", "for", "impl", "in", "match", "mut", "return", "use", "where",
];

fn begins_path(tokens: &[Token<'_>], at: usize) -> bool {
    let before = |back: usize| {
        at.checked_sub(back)
            .and_then(|at| tokens.get(at))
            .map_or("", |token| token.text)
    };
    // `::std::fs` begins a path, what follows `>::` or a name does not.
    let is_name = |at: usize| is_name(tokens, at) && !KEYWORDS.contains(&tokens[at].text);
    let ends_type = before(2) == ">" && before(3) != "-";
    let goes_on = before(1) == "::" && (ends_type || at >= 2 && is_name(at - 2));
    is_name(at)
        && !goes_on
        && (is(tokens, at + 1, "::")
            || before(1) == "use"
            || (before(1), before(2)) == ("::", "use"))
}

/// Adds the paths of the tree that begins here; returns where it ends.
fn leaves_of(
    tokens: &[Token<'_>],
    mut at: usize,
    before: &[String],
    leaves: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    let mut segments = before.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    loop {
        if is(tokens, at, "{") {
            at += 1;
            while at < tokens.len() && !is(tokens, at, "}") {
                at = leaves_of(tokens, at, &segments, leaves);
                // `as name`
                while at < tokens.len() && !is(tokens, at, ",") && !is(tokens, at, "}") {
                    at += 1;
                }
                at += usize::from(is(tokens, at, ","));
            }
            return at + 1;
        }
        segments.extend(tokens.get(at).map(|token| token.text.to_owned()));
        at += 1;
        let goes_on = is_name(tokens, at + 1) || is(tokens, at + 1, "{") || is(tokens, at + 1, "*");
        if !(is(tokens, at, "::") && goes_on) {
            leaves.push((line, segments));
            return at;
        }
        at += 1;
    }
}

/// Where what is opened by the token here is closed.
fn close(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len().saturating_sub(1)
}

/// The brace that opens the body of the item here, or the semicolon that it has instead.
fn body(tokens: &[Token<'_>], mut at: usize) -> Option<usize> {
    loop {
        match tokens.get(at)?.text {
            "{" | ";" => return Some(at),
            "(" | "[" => at = close(tokens, at) + 1,
            _ => at += 1,
        }
    }
}

pub fn functions(tokens: &[Token<'_>]) -> Vec<Function> {
    let begins = (0..tokens.len()).filter(|&at| is(tokens, at, "fn") && is_name(tokens, at + 1));
    let function = |at: usize| {
        let open = body(tokens, at).filter(|&open| is(tokens, open, "{"))?;
        let lines = (tokens[close(tokens, open)].line - tokens[open].line).saturating_sub(1);
        Some(Function {
            line: tokens[at].line,
            name: tokens[at + 1].text.to_owned(),
            lines,
        })
    };
    begins.filter_map(function).collect()
}

/// The lines of what is there for tests only.
pub fn tests(tokens: &[Token<'_>]) -> Vec<RangeInclusive<usize>> {
    let attribute = ["#", "[", "cfg", "(", "test", ")", "]"];
    let is_attribute = |at: &usize| {
        attribute
            .iter()
            .zip(*at..)
            .all(|(text, at)| is(tokens, at, text))
    };
    let item = |at: usize| {
        let open = body(tokens, at + attribute.len())?;
        let end = if is(tokens, open, "{") {
            close(tokens, open)
        } else {
            open
        };
        Some(tokens[at].line..=tokens[end].line)
    };
    (0..tokens.len())
        .filter(is_attribute)
        .filter_map(item)
        .collect()
}
