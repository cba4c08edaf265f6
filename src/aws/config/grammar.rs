//! The grammar of both files, with the byte positions of everything in them, so that a file can be
//! changed without touching the rest.
//!
//! AWS's clients disagree on nearly every odd line (aws-contract 1.2). This reads what any of them
//! reads, and gives up a line or a section at most, never the file:
//! - A line is blank, a comment, a section header, a property, or the continuation of one. As in
//!   Python's `configparser`, which the AWS CLI uses, a line continues a property when it is
//!   indented deeper than it; so a section that is indented as a whole still reads.
//! - A line ends where Python ends it: at `\n`, at `\r\n`, and at a `\r` alone. A blank is what its
//!   `str.isspace` says, the non-breaking space among others.
//! - An indented comment is a comment (only the Rust SDK takes it for text).
//! - A comment after a value is not part of it. All SDKs say so; the AWS CLI alone keeps ` # prod`
//!   in the value, which is never what the author meant: an account id or URL with it works nowhere
//!   else. It is reported as a problem, since the CLI does stumble.
//! - `=` and `:` both end a key; the first one counts.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

use super::Which;
use super::headers::{Header, header};
use super::python::{block_lines, line_end, lines, lower, trim, trim_end, trim_start};

/// Byte offsets into the file's text.
pub type Span = Range<usize>;

pub(super) const BOM: &str = "\u{feff}";

/// `key = value` on its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// As written.
    pub key: Span,
    /// Without blanks and comments.
    pub value: Span,
    /// The comment after the value, from its `#` or `;`.
    pub comment: Option<Span>,
    /// `=` or `:`.
    pub delimiter: u8,
    /// The number of blanks before the key.
    pub indent: usize,
}

/// The kind of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What<'a> {
    Blank,
    Comment,
    Header(Header<'a>),
    Property(Property),
    /// A continuation of the property above.
    Continuation,
    NoDelimiter,
    NoKey,
    /// A continuation of a line above that is none of the others.
    Lost,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// From 1.
    pub number: u32,
    /// With its line break.
    pub span: Span,
    pub what: What<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Open {
    Nothing,
    /// A property with this many blanks before it.
    Property(usize),
    /// The same for a line without meaning.
    Lost(usize),
}

/// Every line of a text; the spans together are the text.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    which: Which,
    at: usize,
    number: u32,
    open: Open,
}

impl<'a> Lines<'a> {
    pub const fn new(text: &'a str, which: Which) -> Self {
        Self::from(text, which, 0, 1)
    }

    /// The lines from a section header on, given its position.
    pub const fn from(text: &'a str, which: Which, at: usize, number: u32) -> Self {
        Self {
            text,
            which,
            at,
            number,
            open: Open::Nothing,
        }
    }

    fn what(&mut self, start: usize, end: usize) -> What<'a> {
        let start = if start == 0 && self.text.starts_with(BOM) {
            BOM.len()
        } else {
            start
        };
        let line = &self.text[start..end];
        let body = trim(line);
        if body.is_empty() {
            return What::Blank;
        }
        let before = body.as_ptr() as usize - line.as_ptr() as usize;
        // Python counts characters.
        let indent = line[..before].chars().count();
        let first = body.as_bytes()[0];
        if first == b'#' || first == b';' {
            return What::Comment;
        }
        match self.open {
            Open::Property(than) if indent > than => return What::Continuation,
            Open::Lost(than) if indent > than => return What::Lost,
            _ => {}
        }
        if first == b'[' {
            let header = header(body, self.which);
            // A line that the AWS CLI takes for a setting is continued like one.
            self.open = if !header.closed && body.contains(['=', ':']) {
                Open::Property(indent)
            } else {
                Open::Nothing
            };
            return What::Header(header);
        }
        let start = start + before;
        let comment = inline_comment(body);
        let meant = &body[..comment.unwrap_or(body.len())];
        let delimiter = memchr2(b'=', b':', meant.as_bytes());
        self.open = Open::Lost(indent);
        match delimiter {
            None => What::NoDelimiter,
            Some(0) => What::NoKey,
            Some(delimiter) => {
                self.open = Open::Property(indent);
                let after = &meant[delimiter + 1..];
                let value = start + delimiter + 1 + (after.len() - trim_start(after).len());
                What::Property(Property {
                    key: start..start + trim_end(&meant[..delimiter]).len(),
                    value: value..value + trim(after).len(),
                    comment: comment.map(|at| start + at..start + body.len()),
                    delimiter: body.as_bytes()[delimiter],
                    indent,
                })
            }
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        let end = line_end(self.text, start);
        let number = self.number;
        self.at = end;
        self.number = number.saturating_add(1);
        Some(Line {
            number,
            span: start..end,
            what: self.what(start, end),
        })
    }
}

/// One property of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From 1.
    pub line: u32,
    /// From the start of its line to the end of its last continuation.
    pub span: Span,
    pub property: Property,
    /// The end of its first line, line break included.
    pub first: usize,
}

impl Entry {
    /// The key in lower case.
    pub fn key<'a>(&self, text: &'a str) -> Cow<'a, str> {
        lower(&text[self.property.key.clone()])
    }

    /// The value with its continuation lines, and the block below an empty value.
    pub fn value<'a>(&self, text: &'a str) -> (Cow<'a, str>, Vec<(String, String)>) {
        let value = &text[self.property.value.clone()];
        if self.first == self.span.end {
            return (Cow::Borrowed(value), Vec::new());
        }
        let mut nested = Vec::new();
        let mut whole = Cow::Borrowed(value);
        for line in self.continuation(text) {
            if value.is_empty() {
                nested.extend(block_lines(line).filter_map(sub_property));
            } else {
                whole.to_mut().extend(["\n", line]);
            }
        }
        (whole, nested)
    }

    /// The continuation lines, trimmed, without blank lines and comments.
    pub fn continuation<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        lines(&text[self.first..self.span.end])
            .map(trim)
            .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
    }
}

/// `key = value` in a nested block.
pub(super) fn sub_property(line: &str) -> Option<(String, String)> {
    let line = &line[..inline_comment(line).unwrap_or(line.len())];
    let (key, value) = line.split_once('=')?;
    let key = trim(key);
    (!key.is_empty()).then(|| (lower(key).into_owned(), trim(value).to_owned()))
}

/// The parts of a file that have a meaning.
pub(super) enum Part<'a> {
    Header {
        header: Header<'a>,
        line: u32,
        span: Span,
    },
    Entry(Entry),
}

/// The headers and entries of a file, in its order.
pub(super) struct Parts<'a> {
    lines: Lines<'a>,
    /// Continuations of it may follow.
    entry: Option<Entry>,
    header: Option<Part<'a>>,
}

impl<'a> Parts<'a> {
    pub(super) const fn of(lines: Lines<'a>) -> Self {
        Self {
            lines,
            entry: None,
            header: None,
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.header.is_some() {
            return self.header.take();
        }
        for line in self.lines.by_ref() {
            match line.what {
                What::Header(header) => {
                    let header = Part::Header {
                        header,
                        line: line.number,
                        span: line.span,
                    };
                    let Some(entry) = self.entry.take() else {
                        return Some(header);
                    };
                    self.header = Some(header);
                    return Some(Part::Entry(entry));
                }
                What::Property(property) => {
                    let first = line.span.end;
                    let entry = Entry {
                        line: line.number,
                        span: line.span,
                        property,
                        first,
                    };
                    if let Some(above) = self.entry.replace(entry) {
                        return Some(Part::Entry(above));
                    }
                }
                What::Continuation => {
                    if let Some(entry) = &mut self.entry {
                        entry.span.end = line.span.end;
                    }
                }
                What::Blank | What::Comment | What::NoDelimiter | What::NoKey | What::Lost => {}
            }
        }
        self.entry.take().map(Part::Entry)
    }
}

/// One section in the file; several may have the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawSection<'a> {
    pub header: Header<'a>,
    /// From 1.
    pub line: u32,
    /// The header's line.
    pub header_span: Span,
    /// From the header to the next one, or to the end.
    pub span: Span,
    /// Which of the document's entries.
    pub entries: Range<usize>,
}

/// A parsed file. `preamble` and the sections' spans together are the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    pub text: &'a str,
    /// The text before the first header.
    pub preamble: Span,
    pub sections: Vec<RawSection<'a>>,
    entries: Vec<Entry>,
}

impl<'a> Document<'a> {
    pub fn parse(text: &'a str, which: Which) -> Self {
        let mut document = Self {
            text,
            preamble: 0..text.len(),
            sections: Vec::new(),
            entries: Vec::new(),
        };
        for part in Parts::of(Lines::new(text, which)) {
            match (part, document.sections.last_mut()) {
                (Part::Header { header, line, span }, above) => {
                    above
                        .map_or(&mut document.preamble, |above| &mut above.span)
                        .end = span.start;
                    let (whole, entries) = (
                        span.start..text.len(),
                        document.entries.len()..document.entries.len(),
                    );
                    document.sections.push(RawSection {
                        header,
                        line,
                        header_span: span,
                        span: whole,
                        entries,
                    });
                }
                (Part::Entry(entry), Some(section)) => {
                    section.entries.end += 1;
                    document.entries.push(entry);
                }
                (Part::Entry(_), None) => {}
            }
        }
        document
    }

    pub fn entries(&self, section: &RawSection<'_>) -> &[Entry] {
        &self.entries[section.entries.clone()]
    }
}

/// The start of a comment after text: a `#` or `;` with a blank before it.
pub(super) fn inline_comment(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr2(b'#', b';', &bytes[from..]) {
        let at = from + at;
        if at > 0 && matches!(bytes[at - 1], b' ' | b'\t') {
            return Some(at);
        }
        from = at + 1;
    }
    None
}
