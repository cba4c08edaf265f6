//! Blanks, lines and lower case as in Python, in which the AWS CLI is written.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

/// Python's `str.isspace` for a character.
pub(super) const fn is_blank(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{1c}'..='\u{1f}')
}

/// True for a byte that is a character and no blank.
const fn is_solid(byte: u8) -> bool {
    byte > b' ' && byte < 0x80
}

pub(super) fn trim(text: &str) -> &str {
    trim_end(trim_start(text))
}

pub(super) fn trim_start(text: &str) -> &str {
    match text.as_bytes() {
        [first, ..] if is_solid(*first) => text,
        [b' ', second, ..] if is_solid(*second) => &text[1..],
        _ => text.trim_start_matches(is_blank),
    }
}

pub(super) fn trim_end(text: &str) -> &str {
    match text.as_bytes() {
        [.., last] if is_solid(*last) => text,
        [.., last, b'\n' | b' '] if is_solid(*last) => &text[..text.len() - 1],
        _ => text.trim_end_matches(is_blank),
    }
}

/// A key in lower case, like Python's `str.lower`.
pub(super) fn lower(key: &str) -> Cow<'_, str> {
    let is_small = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if key.bytes().all(is_small) {
        Cow::Borrowed(key)
    } else {
        Cow::Owned(key.to_lowercase())
    }
}

/// The end of the line that begins here, line break included.
pub(super) fn line_end(text: &str, start: usize) -> usize {
    let bytes = &text.as_bytes()[start..];
    match memchr2(b'\n', b'\r', bytes) {
        Some(at) if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') => start + at + 2,
        Some(at) => start + at + 1,
        None => text.len(),
    }
}

/// The lines of a text, line breaks included.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (line, after) = rest.split_at(line_end(rest, 0));
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

/// The number of line ends in the text.
pub(super) fn breaks(text: &[u8]) -> u32 {
    let mut count = memchr_iter(b'\n', text).count();
    if memchr(b'\r', text).is_some() {
        let alone = |&at: &usize| text.get(at + 1) != Some(&b'\n');
        count += memchr_iter(b'\r', text).filter(alone).count();
    }
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The lines that Python's `str.splitlines` makes of a line of a block, without blanks around them.
pub(super) fn block_lines(line: &str) -> impl Iterator<Item = &str> {
    let is_break = |char| {
        matches!(
            char,
            '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    line.split(is_break)
        .map(trim)
        .filter(|line| !line.is_empty())
}
