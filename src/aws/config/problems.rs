//! The problems in a file: lines that awsp ignores, and lines that awsp reads but some of AWS's
//! clients do not (aws-contract 1.2).

use std::borrow::Cow;
use std::collections::HashMap;
use std::mem;

use super::choice::{Beside, Choice};
use super::grammar::{BOM, Lines, Property, Span, What, sub_property};
use super::headers::{Header, SectionKind};
use super::python::{block_lines, is_blank, lower, trim};
use super::{File, Place, Problem, Which};

mod blanks;
pub(super) mod names;

/// In the order of the lines.
pub(super) fn of(file: &File) -> Vec<Problem> {
    let mut finder = Finder {
        file,
        problems: Vec::new(),
        headers: HashMap::new(),
        choices: HashMap::new(),
        defaults: HashMap::new(),
        section: None,
        above: None,
        returns: false,
    };
    if file.text.starts_with(BOM) {
        finder.add(
            1,
            "byte-order-mark",
            "the file begins with a byte order mark: the AWS CLI and the Rust SDK cannot read it",
        );
    }
    for line in Lines::new(&file.text, file.which) {
        if file.not_utf8 == Some(line.number) {
            finder.add(
                line.number,
                "not-utf8",
                "not UTF-8 from here on: the AWS CLI and the Rust SDK cannot read the file",
            );
        }
        finder.line(line.number, &line.span, line.what);
    }
    finder.problems
}

/// The property above, as far as its continuations need it.
struct Above {
    key: String,
    /// An empty value begins a block of `key = value` lines.
    block: bool,
    /// A comment in its place is a value for the AWS CLI.
    block_of_cli: bool,
}

/// The section that is being read.
struct Current {
    /// The first line of each of its keys, with the AWS CLI's spelling.
    keys: HashMap<String, u32>,
    is_default: bool,
    /// Below a header that is a setting of this section for the AWS CLI.
    lost: bool,
}

struct Finder<'a> {
    file: &'a File,
    problems: Vec<Problem>,
    /// The first line of each spelling of a header.
    headers: HashMap<&'a str, u32>,
    /// For each name the section that is used, and its line.
    choices: HashMap<(SectionKind, Cow<'a, str>), (Choice<'a>, u32)>,
    /// The keys of `[DEFAULT]`, which the AWS CLI may find twice.
    defaults: HashMap<String, u32>,
    section: Option<Current>,
    above: Option<Above>,
    /// True once a carriage return alone was seen.
    returns: bool,
}

impl<'a> Finder<'a> {
    fn add(&mut self, line: u32, id: &'static str, text: impl Into<String>) {
        self.problems.push(Problem {
            place: Place {
                which: self.file.which,
                line,
            },
            id,
            text: text.into(),
        });
    }

    fn line(&mut self, number: u32, span: &Span, what: What<'a>) {
        let text = &self.file.text[span.clone()];
        if text.ends_with('\r') && !mem::replace(&mut self.returns, true) {
            self.add(
                number,
                "carriage-return",
                "a carriage return alone: it ends the line for the AWS CLI and boto3, not for the \
                 other SDKs",
            );
        }
        if let Some(text) = blanks::of(&self.file.text, span, &what) {
            self.add(number, "odd-blank", text);
        }
        match what {
            What::Blank | What::Lost => {}
            What::Comment => {
                if self.above.is_some() && text.starts_with(is_blank) {
                    self.add(
                        number,
                        "indented-comment",
                        "an indented comment: the Rust SDK takes it for a part of the value above",
                    );
                }
            }
            What::Header(header) => {
                self.header(number, trim(text.trim_start_matches(BOM)), &header);
            }
            What::Property(property) => self.property(number, &property),
            What::Continuation => self.continuation(number, trim(text)),
            What::NoDelimiter => self.no_delimiter(number, trim(text)),
            What::NoKey => {
                self.above = None;
                self.add(
                    number,
                    "no-key",
                    "no key before the `=`: the line is ignored here, and every `aws` command \
                     fails, as with the Rust SDK",
                );
            }
        }
    }

    fn header(&mut self, number: u32, written: &str, header: &Header<'a>) {
        self.above = None;
        if !header.closed {
            self.open(number, written);
            return;
        }
        self.begin(header.inner == "DEFAULT");
        for (id, text) in names::of(written, header, self.file.which) {
            self.add(number, id, text);
        }
        if let Some(&first) = self.headers.get(header.inner) {
            // The AWS CLI reads every `[DEFAULT]`.
            if header.inner != "DEFAULT" {
                self.add(number, "section-twice", second(first));
            }
        } else {
            self.headers.insert(header.inner, number);
        }
        if !matches!(header.kind, SectionKind::Other | SectionKind::Defaults) {
            self.choose(number, header);
        }
    }

    /// Begins another section.
    fn begin(&mut self, is_default: bool) {
        if let Some(above) = self.section.take()
            && above.is_default
        {
            self.defaults = above.keys;
        }
        let keys = if is_default {
            mem::take(&mut self.defaults)
        } else {
            HashMap::new()
        };
        self.section = Some(Current {
            keys,
            is_default,
            lost: false,
        });
    }

    /// A header without `]` or without a name, which the AWS CLI does not take for a header.
    fn open(&mut self, number: u32, written: &str) {
        let what = if written.starts_with("[]") {
            "no name between `[` and `]`"
        } else {
            "no `]` at the end of the section's name"
        };
        let (key, has_sign) = match written.find(['=', ':']) {
            Some(at) => (lower(trim(&written[..at])).into_owned(), true),
            None => (String::new(), false),
        };
        let Some(section) = self.section.as_mut().filter(|_| has_sign) else {
            let text =
                format!("{what}: its settings are ignored here, and every `aws` command fails");
            self.add(number, "open-section-name", text);
            self.begin(false);
            if let Some(section) = &mut self.section {
                section.lost = true;
            }
            return;
        };
        section.lost = true;
        let first = *section.keys.entry(key).or_insert(number);
        let text = format!(
            "{what}: its settings are ignored here, and the AWS CLI takes them for settings of the \
             section above"
        );
        self.add(number, "settings-of-above", text);
        if first != number {
            self.twice(number, first, "the same setting");
        }
    }

    /// A section with the same name as one above.
    fn choose(&mut self, number: u32, header: &Header<'a>) {
        let is_default = header.is_default() && self.file.which == Which::Config;
        let key = (header.kind, header.name.clone());
        let Some((choice, first)) = self.choices.get_mut(&key) else {
            self.choices.insert(key, (Choice::new(header), number));
            return;
        };
        let (was_prefixed, line) = (choice.is_prefixed(), *first);
        let beside = choice.beside(header);
        if beside == Beside::Replaces {
            *first = number;
        }
        if is_default && header.prefixed != was_prefixed {
            self.add(
                number,
                "two-defaults",
                "both `[default]` and `[profile default]`: only `[profile default]` counts, for \
                 the AWS CLI the last",
            );
            return;
        }
        let text = match beside {
            Beside::Joins => return,
            Beside::Replaces => format!(
                "`{}` is also in line {line}, written in another way: only this section counts, \
                 here and for the AWS CLI",
                header.name
            ),
            Beside::Nothing => format!(
                "`{}` is also in line {line}, written in another way: only that section counts, \
                 here and for the AWS CLI",
                header.name
            ),
        };
        self.add(number, "section-in-two-ways", text);
    }

    fn property(&mut self, number: u32, property: &Property) {
        let text = &self.file.text;
        let key = lower(&text[property.key.clone()]).into_owned();
        self.above = Some(Above {
            key: key.clone(),
            block: property.value.is_empty(),
            block_of_cli: property.value.is_empty() && property.comment.is_none(),
        });
        let Some(section) = &mut self.section else {
            self.before_any_section(number, &key);
            return;
        };
        let first = *section.keys.entry(key.clone()).or_insert(number);
        let lost = section.lost;
        if first != number {
            self.twice(number, first, &format!("`{key}`"));
        }
        if lost {
            return;
        }
        if property.delimiter == b':' {
            self.add(
                number,
                "colon",
                format!(
                    "`:` after `{key}`: write `=`, the Rust SDK cannot read the file and \
                     JavaScript ignores the line"
                ),
            );
        }
        if property.indent > 0 {
            self.add(
                number,
                "indented-key",
                format!("a blank before `{key}`: the Rust SDK cannot read the file"),
            );
        }
        if property.comment.is_some() {
            self.add(
                number,
                "inline-comment",
                format!(
                    "a comment after the value of `{key}`: the AWS CLI takes it for a part of the \
                     value"
                ),
            );
        }
    }

    fn before_any_section(&mut self, number: u32, key: &str) {
        self.add(
            number,
            "before-any-section",
            format!(
                "`{key}` stands before any section: it is ignored here, and every `aws` command \
                 fails"
            ),
        );
    }

    fn twice(&mut self, number: u32, first: u32, what: &str) {
        self.add(
            number,
            "key-twice",
            format!(
                "{what} is in line {first} too: the last counts here, and every `aws` command \
                 fails"
            ),
        );
    }

    fn no_delimiter(&mut self, number: u32, text: &str) {
        self.above = None;
        let key = text.find(['=', ':']).map(|at| trim(&text[..at]));
        match (key, &mut self.section) {
            (None, _) => self.add(
                number,
                "no-equals-sign",
                "no `=` in this line: it is ignored here, and every `aws` command fails, as with \
                 the Rust SDK",
            ),
            (Some(key), None) => self.before_any_section(number, key),
            (Some(key), Some(section)) => {
                let first = *section
                    .keys
                    .entry(lower(key).into_owned())
                    .or_insert(number);
                self.add(
                    number,
                    "comment-before-equals-sign",
                    format!(
                        "a comment before the `=`: the line is ignored here, and the AWS CLI takes \
                         it for a setting `{key}`"
                    ),
                );
                if first != number {
                    self.twice(number, first, &format!("`{key}`"));
                }
            }
        }
    }

    fn continuation(&mut self, number: u32, text: &str) {
        let Some(above) = &self.above else { return };
        let (key, block, block_of_cli) = (above.key.clone(), above.block, above.block_of_cli);
        if !block {
            if sub_property(text).is_some() {
                let text = format!(
                    "an indented line: it is a part of the value of `{key}`, not a setting"
                );
                self.add(number, "indented-key", text);
            }
            return;
        }
        let lost: Vec<&str> = block_lines(text)
            .filter(|line| sub_property(line).is_none())
            .collect();
        if lost.is_empty() {
            return;
        }
        let text = format!("no `key = value` in the block of `{key}`: the line is ignored here");
        if block_of_cli && lost.iter().any(|line| !line.contains('=')) {
            let text = format!("{text}, and every `aws` command fails");
            self.add(number, "no-equals-sign", text);
        } else {
            self.add(number, "block-line", text);
        }
    }
}

fn second(first: u32) -> String {
    format!("the section of line {first} again: merged here, and every `aws` command fails")
}
