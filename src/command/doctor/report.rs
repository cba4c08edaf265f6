//! What was found, for a person to read.

use std::collections::HashMap;

use super::finding::{Finding, Severity};
use crate::system::text::width::{command, wrap};
use crate::system::text::{clean, count};
use crate::terminal::ui::{Style, Ui};

/// So many findings of one sort are shown; the others are counted.
const SHOWN: usize = 3;
/// Lines after a sentence's first begin so far to the right.
const INDENT: usize = 2;

/// Where it is printed.
pub struct Page {
    pub columns: usize,
    pub colour: bool,
    pub ui: Ui,
}

/// `1 wrong, 2 warnings, 1 note`, without the zeros.
pub fn counts(findings: &[Finding]) -> String {
    let of = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let wrong = Some(of(Severity::Wrong))
        .filter(|&n| n > 0)
        .map(|n| format!("{n} wrong"));
    let others = [(Severity::Warning, "warning"), (Severity::Note, "note")];
    let others = others
        .into_iter()
        .filter_map(|(severity, word)| Some(count(Some(of(severity)).filter(|&n| n > 0)?, word)));
    wrong
        .into_iter()
        .chain(others)
        .collect::<Vec<_>>()
        .join(", ")
}

impl Page {
    /// A sentence in its lines.
    pub fn line(&self, line: &str) -> String {
        format!("{}\n", wrap(line, self.columns, INDENT))
    }

    /// The findings: what, where, and below it the fix.
    pub fn findings(&self, findings: &[Finding]) -> String {
        let mut total: HashMap<(&str, Severity), usize> = HashMap::new();
        for finding in findings {
            *total.entry((finding.id, finding.severity)).or_default() += 1;
        }
        let mut seen: HashMap<(&str, Severity), usize> = HashMap::new();
        let mut out = String::new();
        for finding in findings {
            let sort = (finding.id, finding.severity);
            let number = seen.entry(sort).or_default();
            *number += 1;
            // One more is as long as the line that would tell of it.
            let all = total[&sort];
            if all <= SHOWN + 1 || *number <= SHOWN {
                out.push_str(&self.finding(finding));
            } else if *number == all {
                let more = all - SHOWN;
                out.push_str(&self.line(&format!(
                    "  and {more} more of this sort: awsp doctor --json"
                )));
            }
        }
        out
    }

    fn finding(&self, finding: &Finding) -> String {
        let style = match finding.severity {
            Severity::Note => Style::Dim,
            Severity::Warning => Style::Yellow,
            Severity::Wrong => Style::Red,
        };
        let what = clean(&finding.what);
        let place = finding
            .place
            .as_deref()
            .map(clean)
            .filter(|place| !what.contains(place.as_str()));
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        let severity = self.paint(style, finding.severity.as_str());
        let mut out = self.line(&format!("{severity}: {what}{place}"));
        if let Some(fix) = &finding.fix {
            let label = format!("  {}", self.paint(Style::Cyan, "fix:"));
            out.push_str(&command(
                &label,
                &clean(&self.ui.command(fix)),
                self.columns,
            ));
            out.push('\n');
        }
        out
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{}{text}{}", style.start(), Style::END)
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::env::Env;

    #[test]
    fn many_of_a_sort_are_counted() {
        let text = |findings: &[Finding], columns| {
            let page = Page {
                columns,
                colour: false,
                ui: Ui::new(&Env::default()),
            };
            page.findings(findings)
        };
        let note =
            |number: usize| Finding::note("n", format!("what {number}")).at(format!("f:{number}"));
        let some: Vec<Finding> = (1..=4).map(note).collect();
        assert_eq!(text(&some, 80).lines().count(), 4);
        let many: Vec<Finding> = (1..=9)
            .map(note)
            .chain([Finding::wrong("w", "bad \x1b[2J").fix("do it")])
            .collect();
        assert_eq!(
            text(&many, 80),
            "note: what 1 (f:1)\nnote: what 2 (f:2)\nnote: what 3 (f:3)\n  and 6 more of this \
             sort: awsp doctor --json\nwrong: bad \u{fffd}[2J\n  fix: do it\n"
        );
        assert_eq!(
            text(&many[9..], 12),
            "wrong: bad\n  \u{fffd}[2J\n  fix: do it\n"
        );
        assert_eq!(
            text(&many[9..], 10),
            "wrong: bad\n  \u{fffd}[2J\n  fix:\n    do it\n"
        );
        assert_eq!(counts(&many), "1 wrong, 9 notes");
    }
}
