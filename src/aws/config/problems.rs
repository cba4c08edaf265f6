//! What is wrong in a file: what this program leaves out, and what it reads but some of AWS's
//! clients do not (aws-contract 1.2).

use std::borrow::Cow;
use std::collections::HashMap;

use super::grammar::{BOM, Lines, Property, Span, What, sub_property, trim};
use super::headers::{Header, SectionKind};
use super::{File, Place, Problem, Which};

/// Sections without a prefix that the AWS CLI itself puts into the config file.
const OF_THE_CLI: [&str; 2] = ["plugins", "preview"];

/// In the order of the lines.
pub(super) fn of(file: &File) -> Vec<Problem> {
    let mut finder = Finder {
        file,
        problems: Vec::new(),
        headers: HashMap::new(),
        defaults: [None; 2],
        section: None,
        above: None,
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
}

struct Finder<'a> {
    file: &'a File,
    problems: Vec<Problem>,
    /// The first line of each section.
    headers: HashMap<(SectionKind, Cow<'a, str>), u32>,
    /// The first line of `[default]` and of `[profile default]` in the config file.
    defaults: [Option<u32>; 2],
    /// The first line of each key of the section being read.
    section: Option<HashMap<String, u32>>,
    above: Option<Above>,
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
        match what {
            What::Blank | What::Lost => {}
            What::Comment => {
                if self.above.is_some() && text.starts_with([' ', '\t']) {
                    self.add(
                        number,
                        "indented-comment",
                        "an indented comment: the Rust SDK takes it for a part of the value above",
                    );
                }
            }
            What::Header(header) => self.header(number, trim(text.trim_start_matches(BOM)), header),
            What::Property(property) => self.property(number, &property),
            What::Continuation => self.continuation(number, trim(text)),
            What::NoDelimiter => {
                self.above = None;
                self.add(
                    number,
                    "no-equals-sign",
                    "no `=` in this line: it is ignored here, and fails the file for the AWS CLI \
                     and the Rust SDK",
                );
            }
            What::NoKey => {
                self.above = None;
                self.add(
                    number,
                    "no-key",
                    "no key before the `=`: the line is ignored here, and fails the file for the \
                     AWS CLI and the Rust SDK",
                );
            }
        }
    }

    fn header(&mut self, number: u32, written: &str, header: Header<'a>) {
        self.above = None;
        self.section = Some(HashMap::new());
        if !header.closed {
            self.add(
                number,
                "open-section-name",
                "no `]` at the end of the section's name: its settings are ignored",
            );
            return;
        }
        if header.kind == SectionKind::Other {
            if let Some(text) = self.ignored(&header) {
                self.add(number, "ignored-section", text);
            }
        } else {
            if written.starts_with("[ ") || written.starts_with("[\t") {
                self.add(
                    number,
                    "section-name",
                    "a blank after `[`: the AWS CLI and the JavaScript SDK do not see this section",
                );
            }
            if let Some(text) = unreadable(written, &header, self.file.which) {
                self.add(number, "section-name", text);
            }
        }
        if header.is_default() && self.file.which == Which::Config {
            self.default(number, header.prefixed);
            return;
        }
        match self.headers.get(&(header.kind, header.name.clone())) {
            Some(&first) => self.add(number, "section-twice", second(first)),
            None => drop(self.headers.insert((header.kind, header.name), number)),
        }
    }

    /// Why a section that belongs to nobody is ignored.
    fn ignored(&self, header: &Header<'_>) -> Option<String> {
        let name = header.name.as_ref();
        Some(match self.file.which {
            _ if name.is_empty() => "a section without a name is ignored".to_owned(),
            Which::Config if OF_THE_CLI.contains(&name) => return None,
            _ if name == "DEFAULT" => {
                "the AWS CLI merges `[DEFAULT]` into every section; it is ignored here".to_owned()
            }
            Which::Credentials => {
                format!("`[{name}]` is ignored: in this file a profile's section is just `[NAME]`")
            }
            Which::Config if !name.contains([' ', '\t']) => {
                format!(
                    "`[{name}]` is ignored: in this file a profile's section is `[profile NAME]`"
                )
            }
            Which::Config => format!("`[{name}]` is ignored: no AWS client reads such a section"),
        })
    }

    /// `[default]` beside `[profile default]`, and twice the same of them.
    fn default(&mut self, number: u32, prefixed: bool) {
        if self.defaults[usize::from(!prefixed)].is_some() {
            self.add(
                number,
                "two-defaults",
                "both `[default]` and `[profile default]`: only `[profile default]` counts, for \
                 the AWS CLI the last",
            );
        }
        match self.defaults[usize::from(prefixed)] {
            Some(first) => self.add(number, "section-twice", second(first)),
            None => self.defaults[usize::from(prefixed)] = Some(number),
        }
    }

    fn property(&mut self, number: u32, property: &Property) {
        let text = &self.file.text;
        let key = text[property.key.clone()].to_ascii_lowercase();
        self.above = Some(Above {
            key: key.clone(),
            block: property.value.is_empty(),
        });
        let Some(keys) = &mut self.section else {
            self.add(
                number,
                "before-any-section",
                format!("`{key}` stands before any section and is ignored"),
            );
            return;
        };
        let first = *keys.entry(key.clone()).or_insert(number);
        if first != number {
            let text = format!(
                "`{key}` is in line {first} too: the last counts here, and the AWS CLI cannot \
                 read the file"
            );
            self.add(number, "key-twice", text);
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

    fn continuation(&mut self, number: u32, text: &str) {
        let Some(above) = &self.above else { return };
        let key = &above.key;
        match (above.block, sub_property(text)) {
            (true, Some(_)) => {}
            (true, None) => {
                self.add(
                    number,
                    "no-equals-sign",
                    format!("no `key = value` in the block of `{key}`: the line is ignored"),
                );
            }
            (false, Some(_)) => {
                self.add(
                    number,
                    "indented-key",
                    format!(
                        "an indented line: it is a part of the value of `{key}`, not a setting"
                    ),
                );
            }
            (false, None) => {}
        }
    }
}

fn second(first: u32) -> String {
    format!("the section of line {first} again: merged here, and the AWS CLI cannot read the file")
}

/// What some clients cannot read in a section's name.
fn unreadable(written: &str, header: &Header<'_>, which: Which) -> Option<String> {
    let name = header.name.as_ref();
    let (before, after) = written.rsplit_once(']')?;
    let inner = before.trim_start_matches('[');
    let quoted = which == Which::Config && inner.contains(['\'', '"', '\\']);
    if which == Which::Config && inner.contains(name) && !quoted && name.contains([' ', '\t']) {
        return Some(format!("the AWS CLI reads `{name}` only in quotes"));
    }
    if !name.chars().all(is_plain) {
        return Some(format!(
            "only some AWS clients can read the name `{name}`: use letters, digits and `_-/.%@:+`"
        ));
    }
    if quoted {
        return Some(format!(
            "quotes around `{name}`: the Rust and Go SDKs do not know it"
        ));
    }
    if header.prefixed
        && !inner.starts_with([' ', '\t'])
        && inner
            .split_once([' ', '\t'])
            .is_some_and(|(_, rest)| rest.len() != name.len())
    {
        return Some(format!(
            "more than one blank around `{name}`: the JavaScript SDK does not see it"
        ));
    }
    let after = trim(after);
    if !after.is_empty() && !after.starts_with(['#', ';']) {
        return Some("text after `]`: the Rust SDK cannot read the file".to_owned());
    }
    None
}

/// True for a character that every client accepts in the name of a profile or a session
/// (aws-contract 1.2).
pub const fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '%' | '@' | ':' | '+')
}
