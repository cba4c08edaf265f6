//! Section headers: their content, and their positions, found without reading the lines between
//! them.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memchr3, memmem, memrchr, memrchr2};

use super::Which;
use super::grammar::{BOM, Lines, What};
use super::python::{is_blank, line_end, trim};
use crate::system::text::words;

/// The kind of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    Profile,
    SsoSession,
    Services,
    /// `[DEFAULT]` of the credentials file: its settings apply to all sections of the file.
    Defaults,
    /// Anything else, including a broken header: its settings belong to no profile.
    Other,
}

impl SectionKind {
    /// The word before the name in the config file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::SsoSession => "sso-session",
            Self::Services => "services",
            Self::Defaults => "DEFAULT",
            Self::Other => "",
        }
    }
}

/// A section's first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    pub kind: SectionKind,
    /// Without quotes; for [`SectionKind::Other`] everything between the brackets.
    pub name: Cow<'a, str>,
    /// The text between the brackets: for the AWS CLI, two spellings of a name are two sections.
    pub inner: &'a str,
    /// `[profile default]` rather than `[default]`.
    pub prefixed: bool,
    /// False if `]` or everything before it is missing: for the AWS CLI this is not a header.
    pub closed: bool,
    /// False if the AWS CLI does not find the section by its name.
    pub seen: bool,
}

impl Header<'_> {
    pub fn is_default(&self) -> bool {
        self.kind == SectionKind::Profile && self.name == "default"
    }
}

/// The positions of the `[` of all section headers, in file order.
///
/// A `[` in the first column is always a header. An indented one may instead continue the value
/// above. From the first indented one on, which hardly any file has, all lines are read.
#[derive(Debug)]
pub(super) struct Headers<'a> {
    text: &'a str,
    which: Which,
    at: usize,
    /// The last header that was returned.
    last: Option<usize>,
    slow: Option<Lines<'a>>,
    /// Only these, if they were found faster than all.
    few: Option<std::vec::IntoIter<usize>>,
}

/// So many other lines may hold the text that a header is looked for by.
const FEW: usize = 64;

impl<'a> Headers<'a> {
    pub(super) const fn new(text: &'a str, which: Which) -> Self {
        Self {
            text,
            which,
            at: 0,
            last: None,
            slow: None,
            few: None,
        }
    }

    /// Those below the header that is there.
    pub(super) fn after(text: &'a str, which: Which, at: usize) -> Self {
        Self {
            at: at + 1,
            last: Some(at),
            ..Self::new(text, which)
        }
    }

    /// Those that can have this kind and a name that begins like this, and perhaps others.
    pub(super) fn beginning(text: &'a str, which: Which, kind: SectionKind, name: &str) -> Self {
        let is_plain = || memchr3(b'\'', b'"', b'\\', text.as_bytes()).is_none();
        let held = match kind {
            SectionKind::Profile if name.is_empty() => None,
            // Quotes may be anywhere in a name.
            SectionKind::Profile if which == Which::Config && !is_plain() => None,
            SectionKind::Profile => Some(name),
            kind => Some(kind.word()),
        };
        Self {
            few: held
                .and_then(|held| holding(text, held))
                .map(Vec::into_iter),
            ..Self::new(text, which)
        }
    }

    /// An estimate of their number.
    pub(super) fn most(&self) -> usize {
        match &self.few {
            Some(few) => few.len(),
            None => memchr_iter(b'[', self.text.as_bytes()).count(),
        }
    }

    /// Goes on there: no header stands between.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.at = self.at.max(at);
    }
}

/// The headers whose line holds this text; `None` if finding them takes as long as looking at all.
fn holding(text: &str, held: &str) -> Option<Vec<usize>> {
    let bytes = text.as_bytes();
    let finder = memmem::Finder::new(held);
    let (mut found, mut others, mut from) = (Vec::new(), 0, 0);
    while let Some(at) = finder.find(bytes.get(from..).unwrap_or_default()) {
        let at = from + at;
        let mut start = memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |at| at + 1);
        if start == 0 && text.starts_with(BOM) {
            start = BOM.len();
        }
        match text[start..].trim_start_matches(is_blank) {
            line if !line.starts_with('[') => others += 1,
            // An indented one may continue a value.
            line if line.len() < text.len() - start => return None,
            _ => found.push(start),
        }
        if others > FEW {
            return None;
        }
        from = memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
    }
    Some(found)
}

impl Iterator for Headers<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if let Some(few) = &mut self.few {
            return few.next();
        }
        let bytes = self.text.as_bytes();
        while self.slow.is_none() {
            let at = self.at + memchr(b'[', &bytes[self.at..])?;
            self.at = at + 1;
            if at == 0 || matches!(bytes[at - 1], b'\n' | b'\r') {
                self.last = Some(at);
                return Some(at);
            }
            let before = self.text[..at].trim_end_matches(|char| is_blank(char) && !is_break(char));
            if before == BOM && at == BOM.len() {
                self.last = Some(at);
                return Some(at);
            }
            if before.is_empty() || before.ends_with(is_break) || before == BOM {
                self.slow = Some(Lines::from(
                    self.text,
                    self.which,
                    self.last.unwrap_or(0),
                    1,
                ));
            }
        }
        let last = self.last;
        let (text, lines) = (self.text, self.slow.as_mut()?);
        lines
            .filter(|line| matches!(line.what, What::Header(_)))
            .filter_map(|line| Some(line.span.start + text[line.span].find('[')?))
            .find(|&at| last.is_none_or(|last| at > last))
    }
}

/// The header with its `[` at this position.
pub(super) fn header_at(text: &str, which: Which, at: usize) -> Header<'_> {
    header(trim(&text[at..line_end(text, at)]), which)
}

const fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r')
}

/// False if the header, given from after its `[`, cannot have that kind and a name that begins
/// like this. It must be fast: a lookup calls it 10,000 times.
pub(super) fn may_begin(header: &[u8], which: Which, kind: SectionKind, beginning: &str) -> bool {
    let written = match which {
        Which::Credentials => header,
        Which::Config => match header.strip_prefix(kind.word().as_bytes()) {
            Some([b' ', rest @ ..]) => rest,
            Some([after, ..]) => return is_special(*after),
            // `[default]`, and blanks before the word.
            _ => {
                let is_letter = header.first().is_some_and(u8::is_ascii_alphabetic);
                return !is_letter || "default".starts_with(beginning);
            }
        },
    };
    let mut both = beginning.bytes().zip(written);
    match both.find(|(name, written)| name != *written) {
        Some((_, &written)) => is_special(written),
        None => true,
    }
}

/// Reads a header from its `[` on, without blanks at its end. As in Python's `configparser` it
/// ends at the last `]`.
pub(super) fn header(line: &str, which: Which) -> Header<'_> {
    let line = &line[1..];
    let Some(end) = memrchr(b']', line.as_bytes()) else {
        return Header {
            closed: false,
            ..other(line)
        };
    };
    let inner = &line[..end];
    if inner.is_empty() {
        return Header {
            closed: false,
            ..other(line)
        };
    }
    match which {
        Which::Config => in_config(inner),
        Which::Credentials => in_credentials(inner),
    }
}

const fn other(inner: &str) -> Header<'_> {
    Header {
        kind: SectionKind::Other,
        name: Cow::Borrowed(inner),
        inner,
        prefixed: false,
        closed: true,
        seen: false,
    }
}

fn in_config(inner: &str) -> Header<'_> {
    if let Some(name) = inner.strip_prefix("profile ")
        && !name.is_empty()
        && !name.bytes().any(is_special)
    {
        return Header {
            kind: SectionKind::Profile,
            name: Cow::Borrowed(name),
            prefixed: true,
            seen: true,
            ..other(inner)
        };
    }
    let trimmed = inner.trim_matches(is_space);
    if trimmed == "default" {
        return Header {
            kind: SectionKind::Profile,
            name: Cow::Borrowed(trimmed),
            seen: trimmed == inner,
            ..other(inner)
        };
    }
    let known = [
        SectionKind::Profile,
        SectionKind::SsoSession,
        SectionKind::Services,
    ];
    let Some((word, rest)) = trimmed.split_once(is_space) else {
        return other(inner);
    };
    let Some(kind) = known.into_iter().find(|kind| kind.word() == word) else {
        return other(inner);
    };
    let rest = rest.trim_start_matches(is_space);
    let (name, is_word) = match unquote(rest) {
        Some(name) => (name, true),
        // A comment with a `]`, which the AWS CLI takes for a part of the name.
        None if rest.contains(']') => return other(inner),
        None => (Cow::Borrowed(rest), false),
    };
    if name.is_empty() {
        return other(inner);
    }
    Header {
        kind,
        name,
        prefixed: true,
        seen: is_word && inner.starts_with(word),
        ..other(inner)
    }
}

/// Names in the credentials file have neither prefix nor quotes.
fn in_credentials(inner: &str) -> Header<'_> {
    if inner == "DEFAULT" {
        return Header {
            kind: SectionKind::Defaults,
            ..other(inner)
        };
    }
    let name = inner.trim_matches(is_space);
    let word = name.split(is_space).next().unwrap_or_default();
    let has_prefix = matches!(word, "profile" | "sso-session" | "services") && word != name;
    if name.is_empty() || name == "DEFAULT" || has_prefix {
        return other(inner);
    }
    Header {
        kind: SectionKind::Profile,
        name: Cow::Borrowed(name),
        seen: name == inner,
        ..other(inner)
    }
}

/// The name according to Python's `shlex.split`, which the AWS CLI uses; `None` if that is not one
/// word (`foo bar`, `"foo`, `bob's`).
fn unquote(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(is_special) {
        return Some(Cow::Borrowed(text));
    }
    let mut words = words::split(text)?;
    let name = words.pop()?;
    words.is_empty().then_some(Cow::Owned(name))
}

/// A blank for `shlex`.
const fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r' | '\n')
}

/// True for a character that has a special meaning in a name.
pub(super) const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'\\' | b' ' | b'\t' | b'\r')
}
