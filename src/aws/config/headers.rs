//! Section headers: what one says, and where they are, without reading what is between them.

use std::borrow::Cow;

use memchr::memchr;

use super::Which;
use super::grammar::{BOM, Lines, What, is_blank, trim, trim_start};

/// What a section is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    Profile,
    SsoSession,
    Services,
    /// Anything else, a broken header included: its settings belong to nobody.
    Other,
}

impl SectionKind {
    /// The word before the name in the config file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::SsoSession => "sso-session",
            Self::Services => "services",
            Self::Other => "",
        }
    }
}

/// A section's first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    pub kind: SectionKind,
    /// Without quotes; for [`SectionKind::Other`] all that is between the brackets.
    pub name: Cow<'a, str>,
    /// `[profile default]` rather than `[default]`.
    pub prefixed: bool,
    /// False when `]` is missing.
    pub closed: bool,
}

impl Header<'_> {
    pub fn is_default(&self) -> bool {
        self.kind == SectionKind::Profile && self.name == "default"
    }
}

/// Where the `[` of every section header is, in file order.
///
/// A `[` in the first column is a header whatever stands before it. An indented one may instead
/// continue the value above: from the first of those on, which hardly any file has, all lines are
/// read.
#[derive(Debug)]
pub(super) struct Headers<'a> {
    text: &'a str,
    which: Which,
    at: usize,
    /// The last header given out.
    last: Option<usize>,
    slow: Option<Lines<'a>>,
}

impl<'a> Headers<'a> {
    pub(super) const fn new(text: &'a str, which: Which) -> Self {
        Self {
            text,
            which,
            at: 0,
            last: None,
            slow: None,
        }
    }

    /// Those with this kind and name.
    pub(super) fn named(
        self,
        kind: SectionKind,
        name: &str,
    ) -> impl Iterator<Item = (usize, Header<'a>)> {
        let (text, which) = (self.text, self.which);
        self.filter(move |&at| may_be(&text.as_bytes()[at + 1..], which, kind, name))
            .map(move |at| (at, header_at(text, which, at)))
            .filter(move |(_, header)| header.kind == kind && header.name == name)
    }
}

impl Iterator for Headers<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        while self.slow.is_none() {
            let at = self.at + memchr(b'[', &bytes[self.at..])?;
            self.at = at + 1;
            if at == 0 || bytes[at - 1] == b'\n' || (at == BOM.len() && self.text.starts_with(BOM))
            {
                self.last = Some(at);
                return Some(at);
            }
            let before = self.text[..at].trim_end_matches([' ', '\t', '\r']);
            if before.is_empty() || before.ends_with('\n') || before == BOM {
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

/// The header whose `[` is there.
pub(super) fn header_at(text: &str, which: Which, at: usize) -> Header<'_> {
    let end = memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length);
    header(&text[at..end], which)
}

/// False when the header, given from after its `[`, cannot have that kind and name. Cheap: 10,000
/// of them are asked at a lookup.
fn may_be(header: &[u8], which: Which, kind: SectionKind, name: &str) -> bool {
    let written = match which {
        Which::Credentials => header,
        Which::Config => match header.strip_prefix(kind.word().as_bytes()) {
            Some([b' ', rest @ ..]) => rest,
            Some([after, ..]) => return is_special(*after),
            // `[default]`, and blanks before the word.
            _ => return name == "default" || !header.first().is_some_and(u8::is_ascii_alphabetic),
        },
    };
    match name
        .bytes()
        .zip(written)
        .find(|(name, written)| name != *written)
    {
        Some((_, &written)) => is_special(written),
        None => true,
    }
}

/// Reads a header from its `[` to the end of the line.
pub(super) fn header(line: &str, which: Which) -> Header<'_> {
    let line = &line[1..];
    let other = |name| Header {
        kind: SectionKind::Other,
        name: Cow::Borrowed(name),
        prefixed: false,
        closed: true,
    };
    let Some(end) = closing(line, which) else {
        return Header {
            closed: false,
            ..other(trim(line))
        };
    };
    let inner = trim(&line[..end]);
    let (word, rest) = match inner.find(is_blank) {
        Some(at) => (&inner[..at], trim_start(&inner[at..])),
        None => (inner, ""),
    };
    let kind = [
        SectionKind::Profile,
        SectionKind::SsoSession,
        SectionKind::Services,
    ]
    .into_iter()
    .find(|kind| kind.word() == word);
    match (which, kind) {
        // Names in the credentials file have neither prefix nor quotes.
        (Which::Credentials, Some(_)) if !rest.is_empty() => other(inner),
        (Which::Credentials, _) if !inner.is_empty() => Header {
            kind: SectionKind::Profile,
            ..other(inner)
        },
        (Which::Config, Some(kind)) => match unquote(rest) {
            name if name.is_empty() => other(inner),
            name => Header {
                kind,
                name,
                prefixed: true,
                closed: true,
            },
        },
        (Which::Config, None) if inner == "default" => Header {
            kind: SectionKind::Profile,
            ..other(inner)
        },
        _ => other(inner),
    }
}

/// Where the `]` is that closes the header: the first outside quotes, or with broken quotes the
/// first.
fn closing(line: &str, which: Which) -> Option<usize> {
    let first = memchr(b']', line.as_bytes())?;
    if which == Which::Credentials
        || !line.as_bytes()[..first]
            .iter()
            .any(|&byte| is_special(byte))
    {
        return Some(first);
    }
    let mut quote = None;
    let mut bytes = line.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (None, b']') => return Some(at),
            (None, b'\'' | b'"') => quote = Some(byte),
            (None | Some(b'"'), b'\\') => drop(bytes.next()),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    Some(first)
}

/// The name as Python's `shlex.split` has it, which the AWS CLI uses; what that cannot read as one
/// word (`foo bar`, `"foo`, `bob's`) stays as it is, as in the Go SDK.
fn unquote(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(is_special) {
        return Cow::Borrowed(text);
    }
    let mut name = String::with_capacity(text.len());
    match unquote_into(text, &mut name) {
        Some(()) => Cow::Owned(name),
        None => Cow::Borrowed(text),
    }
}

fn unquote_into(text: &str, name: &mut String) -> Option<()> {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\'' => loop {
                match chars.next()? {
                    '\'' => break,
                    char => name.push(char),
                }
            },
            '"' => loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => match chars.next()? {
                        char @ ('"' | '\\') => name.push(char),
                        char => name.extend(['\\', char]),
                    },
                    char => name.push(char),
                }
            },
            '\\' => name.push(chars.next()?),
            char if is_blank(char) => return None,
            char => name.push(char),
        }
    }
    Some(())
}

/// True for what stands for something else than itself in a name.
pub(super) const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'\\' | b' ' | b'\t' | b'\r')
}
