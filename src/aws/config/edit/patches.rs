//! The changes as patches of the text.

use std::borrow::Cow;

use super::super::choice::{Beside, Choice};
use super::super::grammar::{BOM, Document, Entry, RawSection, Span};
use super::super::python::{lines, trim};
use super::Plan;

/// The replacement of a part of the text.
struct Patch {
    span: Span,
    text: String,
    /// Whole lines, which must start on a new line.
    lines: bool,
}

pub(super) struct Patches<'a> {
    document: &'a Document<'a>,
    newline: &'static str,
    patches: Vec<Patch>,
}

impl<'a> Patches<'a> {
    pub(super) fn of(document: &'a Document<'a>) -> Self {
        Self {
            document,
            newline: newline(document.text),
            patches: Vec::new(),
        }
    }

    fn add(&mut self, span: Span, text: String) {
        self.patches.push(Patch {
            span,
            text,
            lines: false,
        });
    }

    pub(super) fn applied(mut self) -> String {
        self.patches
            .sort_by_key(|patch| (patch.span.start, patch.span.end));
        let old = self.document.text;
        let mut text = String::with_capacity(
            old.len()
                + self
                    .patches
                    .iter()
                    .map(|patch| patch.text.len())
                    .sum::<usize>(),
        );
        let mut at = 0;
        for patch in &self.patches {
            // Two removals may share the blanks before a header.
            text.push_str(&old[at..patch.span.start.max(at)]);
            at = patch.span.end.max(at);
            if patch.lines {
                start_line(&mut text, self.newline);
            }
            text.push_str(&patch.text);
        }
        text.push_str(&old[at..]);
        text
    }

    /// Removes the section.
    pub(super) fn remove(&mut self, at: usize) {
        let text = self.document.text;
        let section = &self.document.sections[at];
        let start = if section.span.start == 0 && text.starts_with(BOM) {
            BOM.len()
        } else {
            section.span.start
        };
        let mut end = end(text, section);
        for line in lines(&text[end..section.span.end]) {
            if !trim(line).is_empty() {
                break;
            }
            end += line.len();
        }
        self.add(start..end, String::new());
        // An indented header would now continue the value above it.
        if let Some(next) = self.document.sections.get(at + 1) {
            self.add(
                next.span.start..next.span.start + indent(text, next),
                String::new(),
            );
        }
    }

    /// Sets and unsets the keys of the sections at these positions.
    pub(super) fn keys(&mut self, places: &[usize], plan: &Plan<'_>) {
        let document = self.document;
        let counting = counting(document, places);
        let mut new = String::new();
        let Some(&last) = counting.last() else { return };
        let next = document.sections.get(last + 1);
        // An indented header below must not become a continuation of the new key.
        let blanks = next.map_or("", |next| {
            &document.text[next.span.start..next.span.start + indent(document.text, next)]
        });
        for (key, value) in &plan.keys {
            let is = |entry: &&Entry| entry.key(document.text) == *key;
            match value {
                Some(value) => {
                    let mut entries = counting
                        .iter()
                        .rev()
                        .flat_map(|&at| document.entries(&document.sections[at]).iter().rev());
                    match entries.find(is) {
                        Some(entry) => self.set(entry, key, value),
                        None => new.extend([blanks, key, " = ", value, self.newline]),
                    }
                }
                None => {
                    for entry in places
                        .iter()
                        .flat_map(|&at| document.entries(&document.sections[at]))
                        .filter(is)
                    {
                        self.add(entry.span.clone(), String::new());
                    }
                }
            }
        }
        if !new.is_empty() {
            let end = end(document.text, &document.sections[last]);
            self.patches.push(Patch {
                span: end..end,
                text: new,
                lines: true,
            });
        }
    }

    fn set(&mut self, entry: &Entry, key: &str, value: &str) {
        let text = self.document.text;
        let property = &entry.property;
        if entry.value(text) == (Cow::Borrowed(value), Vec::new()) {
            return;
        }
        let end = text[..entry.span.end].trim_end_matches(['\n', '\r']).len();
        // Characters that only Python takes for blanks must not be left in what every client
        // reads.
        let around = [
            &text[property.key.end..property.value.start],
            &text[property.value.end..entry.first],
        ];
        let is_plain = property.delimiter == b'='
            && text[property.key.clone()] == *key
            && around
                .iter()
                .all(|text| text.bytes().all(|byte| b" \t\r\n=".contains(&byte)));
        match &property.comment {
            None if is_plain => {
                let blank =
                    if property.value.is_empty() && text[..property.value.start].ends_with('=') {
                        " "
                    } else {
                        ""
                    };
                let end = if entry.first < entry.span.end {
                    end
                } else {
                    property.value.end
                };
                self.add(property.value.start..end, format!("{blank}{value}"));
            }
            // The AWS CLI reads a comment after the value as a part of it, so it moves to a line
            // above.
            comment => {
                let comment = comment
                    .clone()
                    .map(|span| format!("{}{}", &text[span], self.newline))
                    .unwrap_or_default();
                let blanks = &text[entry.span.start..property.key.start];
                self.add(
                    entry.span.start..end,
                    format!("{comment}{blanks}{key} = {value}"),
                );
            }
        }
    }
}

/// Which of the sections at these positions, all with one name, are used.
fn counting(document: &Document<'_>, places: &[usize]) -> Vec<usize> {
    let mut counting = Vec::new();
    let mut choice: Option<Choice<'_>> = None;
    for &at in places {
        let header = &document.sections[at].header;
        let beside = match &mut choice {
            Some(choice) => choice.beside(header),
            None => {
                choice = Some(Choice::new(header));
                Beside::Replaces
            }
        };
        if beside == Beside::Replaces {
            counting.clear();
        }
        if beside != Beside::Nothing {
            counting.push(at);
        }
    }
    counting
}

/// The end of the section's last line that is neither blank nor a comment in the first column.
/// (For the Rust SDK, an indented comment is a part of the value above it.)
fn end(text: &str, section: &RawSection<'_>) -> usize {
    let mut at = section.header_span.end;
    let mut end = at;
    for line in lines(&text[at..section.span.end]) {
        at += line.len();
        if !trim(line).is_empty() && !line.starts_with(['#', ';']) {
            end = at;
        }
    }
    end
}

/// Blanks before the header.
fn indent(text: &str, section: &RawSection<'_>) -> usize {
    let line = &text[section.header_span.clone()];
    line.find('[').unwrap_or(0)
}

/// Ends the last line.
pub(super) fn start_line(text: &mut String, newline: &str) {
    if !is_start(text) && !text.ends_with(['\n', '\r']) {
        text.push_str(newline);
    }
}

pub(super) fn is_start(text: &str) -> bool {
    text.is_empty() || text == BOM
}

/// The file's own line break.
pub(super) fn newline(text: &str) -> &'static str {
    let first = lines(text).next().unwrap_or_default();
    if first.ends_with("\r\n") {
        "\r\n"
    } else if first.ends_with('\r') {
        "\r"
    } else {
        "\n"
    }
}

/// False if the file's last section follows the one above without a blank line, like those that
/// the AWS CLI adds.
pub(super) fn is_spaced(document: &Document<'_>) -> bool {
    let [.., above, _] = document.sections.as_slice() else {
        return true;
    };
    let between = &document.text[end(document.text, above)..above.span.end];
    lines(between).any(|line| trim(line).is_empty())
}
