//! Characters that only Python takes for blanks.

use super::super::grammar::{Span, What};
use super::super::python::{is_blank, trim};

/// The problem with such a character, if the line has one where it matters.
pub(super) fn of(file: &str, line: &Span, what: &What<'_>) -> Option<String> {
    let text = &file[line.clone()];
    if !text.contains(is_odd) {
        return None;
    }
    let body = trim(text);
    let start = body.as_ptr() as usize - text.as_ptr() as usize;
    let property = match what {
        What::Property(property) => Some(property),
        _ => None,
    };
    let around = [
        &text[..start],
        property.map_or("", |property| &file[property.key.end..property.value.start]),
        &text[start + body.len()..],
    ];
    let char = around
        .iter()
        .find_map(|blanks| blanks.chars().find(|&char| is_odd(char)))?;
    let name = match char {
        '\u{a0}' => "a non-breaking space",
        '\u{3000}' => "an ideographic space",
        '\u{2028}' => "a line separator",
        '\u{b}' => "a vertical tab",
        '\u{c}' => "a form feed",
        _ => "an unusual blank",
    };
    let place = property.map_or_else(
        || "in this line".to_owned(),
        |property| format!("beside `{}`", &file[property.key.clone()]),
    );
    Some(format!(
        "{name} {place} (U+{:04X}): the AWS CLI, boto3 and awsp take it for a blank, the other \
         SDKs \
         for text",
        u32::from(char)
    ))
}

const fn is_odd(char: char) -> bool {
    is_blank(char) && !matches!(char, ' ' | '\t' | '\r' | '\n')
}
