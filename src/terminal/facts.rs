//! Settings with their values and where each comes from. Long values get lines of their own.

use crate::system::text::width::{cut, width, wrap};
use crate::system::text::{clean, short};

const HEADING: [&str; 3] = ["SETTING", "VALUE", "FROM"];
/// Blanks between two columns.
const GAP: usize = 2;
/// If there are fewer columns than this for the values, no columns are used.
const NARROW: usize = 24;
/// The indent of value and source in that case.
const INDENT: usize = 2;

/// A setting, its value, and the value's source.
#[derive(Debug)]
pub struct Fact {
    name: String,
    value: String,
    source: String,
}

impl Fact {
    pub fn new(name: &str, value: &str, source: &str) -> Self {
        Self {
            name: clean(short(name)),
            value: clean(short(value)),
            source: clean(short(source)),
        }
    }
}

/// The facts in this many columns; without a limit, each in one line.
pub fn text(facts: &[Fact], within: Option<usize>) -> String {
    let [names, values, sources] = HEADING.map(width);
    let widest = |least: usize, of: fn(&Fact) -> &str| {
        let wide = facts.iter().map(|fact| width(of(fact))).max();
        wide.unwrap_or(0).max(least)
    };
    let names = widest(names, |fact| &fact.name);
    let sources = widest(sources, |fact| &fact.source);
    let values = widest(values, |fact| &fact.value);
    let room = within.unwrap_or(usize::MAX);
    let left = room.saturating_sub(names + GAP + GAP + sources);
    if left < NARROW.min(values) {
        return facts.iter().flat_map(|fact| fact.stacked(room)).collect();
    }
    let columns = Columns {
        names,
        values: values.min(left),
        room,
    };
    let heading = Fact::new(HEADING[0], HEADING[1], HEADING[2]);
    std::iter::once(&heading)
        .chain(facts)
        .map(|fact| columns.row(fact))
        .collect()
}

struct Columns {
    names: usize,
    values: usize,
    /// The width of the terminal.
    room: usize,
}

impl Columns {
    /// A value that is too long continues below the column of the sources, and its source follows
    /// in its own line.
    fn row(&self, fact: &Fact) -> String {
        let at = self.names + GAP;
        let long = self.room.saturating_sub(at);
        let mut out = padded(&fact.name, at);
        let mut column = at;
        if width(&fact.value) <= self.values {
            out.push_str(&fact.value);
            column += width(&fact.value);
        } else {
            for (number, line) in wrap(&fact.value, long, 0).lines().enumerate() {
                if number > 0 {
                    out = out.trim_end().to_owned() + "\n" + &padded("", at);
                }
                let line = cut(line, long);
                out.push_str(&line);
                column = at + width(&line);
            }
        }
        if !fact.source.is_empty() {
            let source_at = at + self.values + GAP;
            if column + GAP > source_at {
                out.push('\n');
                column = 0;
            }
            out.push_str(&padded("", source_at - column));
            out.push_str(&fact.source);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out + "\n"
    }
}

impl Fact {
    /// The fact without columns.
    fn stacked(&self, room: usize) -> Vec<String> {
        let inner = room.saturating_sub(INDENT);
        let indented = |line: &str| format!("{}{}\n", padded("", INDENT), cut(line, inner));
        let first = format!("{}  {}", self.name, self.value);
        let all = format!("{first}  {}", self.source);
        if width(all.trim_end()) <= room {
            return vec![all.trim_end().to_owned() + "\n"];
        }
        let mut lines = Vec::new();
        if width(&first) <= room {
            lines.push(first.trim_end().to_owned() + "\n");
        } else {
            lines.push(cut(&self.name, room).into_owned() + "\n");
            lines.extend(wrap(&self.value, inner, 0).lines().map(indented));
        }
        let source = wrap(&self.source, inner, 0);
        lines.extend(source.lines().filter(|line| !line.is_empty()).map(indented));
        lines
    }
}

/// The text, padded with blanks to this many columns.
fn padded(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    let mut out = text.to_owned();
    out.extend(std::iter::repeat_n(' ', blanks));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Vec<Fact> {
        vec![
            Fact::new("profile", "dev", ""),
            Fact::new("region", "eu-west-1", "config:4"),
            Fact::new(
                "sso_start_url",
                "https://d-9067example.awsapps.com",
                "config:6",
            ),
            Fact::new(
                "commands",
                "[\"aws\", \"terraform\", \"kubectl\"]",
                "default",
            ),
        ]
    }

    #[test]
    fn at_a_pipe_each_fact_has_one_line() {
        assert_eq!(
            text(&facts(), None),
            "SETTING        VALUE                              FROM\n\
             profile        dev\n\
             region         eu-west-1                          config:4\n\
             sso_start_url  https://d-9067example.awsapps.com  config:6\n\
             commands       [\"aws\", \"terraform\", \"kubectl\"]    default\n"
        );
    }

    #[test]
    fn a_long_value_takes_lines_of_its_own() {
        assert_eq!(
            text(&facts(), Some(52)),
            "SETTING        VALUE                        FROM\n\
             profile        dev\n\
             region         eu-west-1                    config:4\n\
             sso_start_url  https://d-9067example.awsapps.com\n\
             \x20                                           config:6\n\
             commands       [\"aws\", \"terraform\", \"kubectl\"]\n\
             \x20                                           default\n"
        );
    }

    #[test]
    fn a_narrow_terminal_has_no_columns() {
        assert_eq!(
            text(&facts(), Some(30)),
            "profile  dev\n\
             region  eu-west-1  config:4\n\
             sso_start_url\n\
             \x20 https://d-9067…e.awsapps.com\n\
             \x20 config:6\n\
             commands\n\
             \x20 [\"aws\", \"terraform\",\n\
             \x20 \"kubectl\"]\n\
             \x20 default\n"
        );
        for room in 1..60 {
            let text = text(&facts(), Some(room));
            assert!(
                text.lines().all(|line| width(line) <= room.max(2)),
                "{room}\n{text}"
            );
        }
    }
}
