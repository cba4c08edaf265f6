//! Reads a settings file key by key, so that a mistake affects only one setting, and remembers
//! where each value comes from.

use std::cell::RefCell;
use std::collections::HashSet;

use memchr::memchr_iter;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::de::{DeTable, DeValue, Error, ValueDeserializer};

use crate::system::text::nearest::nearest;

/// A mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1; `None` if the file could not be read at all.
    pub line: Option<usize>,
    pub text: String,
}

/// A setting in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// As in `login.flow`.
    pub key: String,
    pub value: Value,
    /// Its line in the file; `None` for a default.
    pub line: Option<usize>,
}

/// A file being read.
pub struct Reader<'a> {
    text: &'a str,
    /// The positions of the line breaks.
    breaks: Vec<usize>,
    problems: RefCell<Vec<Problem>>,
    rows: RefCell<Vec<Row>>,
}

/// One table of the file. Keys that were not read are reported by [`Table::end`].
pub struct Table<'r> {
    reader: &'r Reader<'r>,
    /// Its name with a dot after it; empty for the top of the file.
    name: String,
    /// Its position in the file.
    at: usize,
    entries: DeTable<'r>,
    /// The keys that were read.
    known: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            breaks: memchr_iter(b'\n', text.as_bytes()).collect(),
            problems: RefCell::new(Vec::new()),
            rows: RefCell::new(Vec::new()),
        }
    }

    /// The top of the file, without the parts that are not valid TOML.
    pub fn top<'r>(&'r self) -> Table<'r>
    where
        'a: 'r,
    {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let mut lines = HashSet::new();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            // Only the first error of a line is useful.
            if lines.insert(self.line(at)) {
                self.problem(at, said(&error));
            }
        }
        self.table(String::new(), 0, table.into_inner())
    }

    /// The mistakes in the order of their lines, and the settings in use.
    pub fn end(self) -> (Vec<Problem>, Vec<Row>) {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        (problems, self.rows.into_inner())
    }

    const fn table<'r>(&'r self, name: String, at: usize, entries: DeTable<'r>) -> Table<'r> {
        Table {
            reader: self,
            name,
            at,
            entries,
            known: Vec::new(),
        }
    }

    fn line(&self, at: usize) -> usize {
        1 + self.breaks.partition_point(|&end| end < at)
    }

    fn problem(&self, at: usize, text: String) {
        self.problems.borrow_mut().push(Problem {
            line: Some(self.line(at)),
            text,
        });
    }
}

impl Table<'_> {
    /// Accepts another spelling of a key.
    pub fn spelled(&mut self, other: &str, key: &'static str) {
        if self.entries.contains_key(key) {
            return;
        }
        let theirs = self
            .entries
            .keys()
            .find(|known| known.get_ref() == other)
            .cloned();
        if let Some(found) = theirs
            && let Some(value) = self.entries.remove(&found)
        {
            let at = found.span();
            self.entries
                .insert(toml::Spanned::new(at, key.into()), value);
        }
    }

    /// Sets `into` to the value of a key, if the file has a valid one.
    pub fn read<T: DeserializeOwned + Serialize>(&mut self, key: &'static str, into: &mut T) {
        self.read_if(key, into, |_| None);
    }

    /// The same, if `wrong` finds nothing wrong with the value.
    pub fn read_if<T: DeserializeOwned + Serialize>(
        &mut self,
        key: &'static str,
        into: &mut T,
        wrong: impl Fn(&T) -> Option<String>,
    ) {
        self.known.push(key);
        let mut line = None;
        if let Some(found) = self.entries.remove(key) {
            let at = found.span().start;
            let value =
                T::deserialize(ValueDeserializer::from(found)).map_err(|error| said(&error));
            match value.and_then(|value| wrong(&value).map_or(Ok(value), Err)) {
                Ok(value) => {
                    *into = value;
                    line = Some(self.reader.line(at));
                }
                Err(told) => self
                    .reader
                    .problem(at, format!("`{}{key}`: {told}", self.name)),
            }
        }
        let value = serde_json::to_value(&*into).unwrap_or_default();
        self.reader.rows.borrow_mut().push(Row {
            key: format!("{}{key}", self.name),
            value,
            line,
        });
    }

    /// The table of this name; an empty one if the file has none.
    pub fn table(&mut self, key: &'static str) -> Self {
        self.known.push(key);
        let (mut start, mut entries) = (0, DeTable::new());
        if let Some(found) = self.entries.remove(key) {
            match (found.span().start, found.into_inner()) {
                (at, DeValue::Table(there)) => (start, entries) = (at, there),
                (at, _) => self.reader.problem(
                    at,
                    format!("`{key}` is a table: write [{key}] above its settings"),
                ),
            }
        }
        self.reader.table(format!("{key}."), start, entries)
    }

    /// The tables of `[[key]]` in their order; `None` if the file has none.
    pub fn tables(&mut self, key: &'static str) -> Option<Vec<Self>> {
        self.known.push(key);
        let found = self.entries.remove(key)?;
        let wrong = |at| {
            self.reader.problem(
                at,
                format!("`{key}` is a list of tables: write [[{key}]] above each"),
            );
        };
        let at = found.span().start;
        let DeValue::Array(values) = found.into_inner() else {
            wrong(at);
            return None;
        };
        let tables = values.into_iter().zip(1..).filter_map(|(value, number)| {
            match (value.span().start, value.into_inner()) {
                (at, DeValue::Table(entries)) => {
                    Some(self.reader.table(format!("{key}.{number}."), at, entries))
                }
                (at, _) => {
                    wrong(at);
                    None
                }
            }
        });
        Some(tables.collect())
    }

    /// A table that the file does not have.
    pub fn none(&self, name: &str) -> Self {
        self.reader.table(format!("{name}."), 0, DeTable::new())
    }

    /// Reports a mistake in the whole table.
    pub fn problem(&self, text: &str) {
        self.reader.problem(
            self.at,
            format!("`{}`: {text}", self.name.trim_end_matches('.')),
        );
    }

    /// Reports unknown keys, with a similar name.
    pub fn end(self) {
        for key in self.entries.keys() {
            let (name, table) = (key.get_ref(), &self.name);
            let meant = match nearest(name, self.known.iter().copied()).first() {
                Some(meant) => format!("did you mean `{table}{meant}`?"),
                None => format!("the settings here are {}", self.known.join(", ")),
            };
            self.reader.problem(
                key.span().start,
                format!("unknown setting `{table}{name}`: {meant}"),
            );
        }
    }
}

/// The mistake in one line.
fn said(error: &Error) -> String {
    plain(error.message().lines().next().unwrap_or_default())
}

/// A message of the library, reworded for people who do not know Rust.
fn plain(message: &str) -> String {
    let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
    if message == "wanted string or table" {
        return "wanted a word between quotes".to_owned();
    }
    let Some((found, wanted)) = message.split_once(", expected ") else {
        return message.to_owned();
    };
    if let Some(found) = found.strip_prefix("unknown variant ") {
        let wanted = wanted.strip_prefix("one of ").unwrap_or(wanted);
        return format!("{found} is not one of {}", wanted.replace(" or ", ", "));
    }
    let Some(found) = found.strip_prefix("invalid type: ") else {
        return message.to_owned();
    };
    let wanted = match wanted {
        "a boolean" => "true or false",
        "a string" => "text between quotes",
        "a sequence" => "a list",
        "a map" => "a table",
        other => other,
    };
    let found = match found {
        "sequence" => "a list".to_owned(),
        "map" => "a table".to_owned(),
        _ => match found.strip_prefix("string ") {
            Some(text) => text.to_owned(),
            None => quoted(found).unwrap_or_else(|| found.to_owned()),
        },
    };
    format!("wanted {wanted}, found {found}")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn mistakes_are_explained_in_plain_words() {
        for (message, told) in [
            (
                "unknown variant `no`, expected one of `deny`, `read-only`, `allow`",
                "`no` is not one of `deny`, `read-only`, `allow`",
            ),
            (
                "unknown variant `no`, expected `deny` or `allow`",
                "`no` is not one of `deny`, `allow`",
            ),
            (
                "invalid type: string \"yes\", expected a boolean",
                "wanted true or false, found \"yes\"",
            ),
            (
                "invalid type: integer `3`, expected a string",
                "wanted text between quotes, found 3",
            ),
            (
                "invalid type: map, expected a sequence",
                "wanted a list, found a table",
            ),
            ("wanted string or table", "wanted a word between quotes"),
            (
                "`1w` is not a length of time",
                "`1w` is not a length of time",
            ),
        ] {
            assert_eq!(plain(message), told);
        }
    }
}
