//! Shows the changes before they are written.

use crate::aws::config::edit::{Change, SectionId};
use crate::aws::config::{Files, SectionKind};
use crate::system::text::{clean, count, password};
use crate::terminal::ui::{Style, Ui};

/// Up to this many sections are shown in full.
const SHOWN: usize = 4;

/// The kind of a line of the diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Same,
    New,
    Old,
}

/// Prints the changes as a diff; more than a few sections are counted. False when there are none.
pub(super) fn show(ui: Ui, files: &Files, changes: &[Change]) -> bool {
    let sections = diff(files, changes);
    if sections.is_empty() {
        return false;
    }
    ui.say(&clean(&format!(
        "awsp: this will be written to {}:",
        files.config.shown
    )));
    for (mark, line) in sections.iter().take(SHOWN).flat_map(|(_, lines)| lines) {
        let (style, sign) = match mark {
            Mark::Same => (Style::Dim, ' '),
            Mark::New => (Style::Green, '+'),
            Mark::Old => (Style::Red, '-'),
        };
        ui.paste(&ui.paint(style, &clean(&format!("{sign}{}", password::hidden(line)))));
    }
    let more: Vec<&str> = sections
        .iter()
        .skip(SHOWN)
        .map(|(id, _)| id.name.as_str())
        .collect();
    if !more.is_empty() {
        let names = more.join(", ");
        ui.say(&clean(&format!(
            "and {}: {names}",
            count(more.len(), "more section")
        )));
    }
    true
}

/// The sections that change, in words: the session, and how many profiles.
pub(super) fn words(files: &Files, changes: &[Change], session: &str) -> String {
    let sections = diff(files, changes);
    let profiles = sections
        .iter()
        .filter(|(id, _)| id.kind != SectionKind::SsoSession)
        .count();
    let session = (profiles < sections.len()).then(|| format!("session `{session}`"));
    let profiles = (profiles > 0).then(|| count(profiles, "profile"));
    let both: Vec<String> = session.into_iter().chain(profiles).collect();
    both.join(" and ")
}

/// The sections that change, with their lines.
fn diff<'c>(files: &Files, changes: &'c [Change]) -> Vec<(&'c SectionId, Vec<(Mark, String)>)> {
    let mut sections: Vec<(&SectionId, Vec<&Change>)> = Vec::new();
    for change in changes {
        let id = change.section();
        match sections.iter_mut().find(|(known, _)| *known == id) {
            Some((_, changes)) => changes.push(change),
            None => sections.push((id, vec![change])),
        }
    }
    let diffs = sections.into_iter().filter_map(|(id, changes)| {
        let (there, word) = match id.kind {
            SectionKind::SsoSession => (files.sso_session(&id.name), "sso-session "),
            _ => (files.profile(&id.name), "profile "),
        };
        let old = |key: &str| there.as_ref().and_then(|section| section.get(key));
        let mut lines = Vec::new();
        for change in changes {
            let (key, new) = match change {
                Change::Set { key, value, .. } => (key, Some(value.as_str())),
                Change::Unset { key, .. } => (key, None),
                Change::Remove { .. } => continue,
            };
            let old = old(key);
            if old != new {
                let line = |mark, value: Option<&str>| Some((mark, format!("{key} = {}", value?)));
                lines.extend(line(Mark::Old, old));
                lines.extend(line(Mark::New, new));
            }
        }
        let mark = if there.is_some() {
            Mark::Same
        } else {
            Mark::New
        };
        let is_new = mark == Mark::New || !lines.is_empty();
        lines.insert(0, (mark, format!("[{word}{}]", id.name)));
        is_new.then_some((id, lines))
    });
    diffs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_shown() {
        let files = Files::of(
            "[profile dev]\nregion = eu-west-1\noutput = json\n[profile same]\n\
             region = eu-west-1\n",
            "",
        );
        let set = |section: &SectionId, key: &str, value: &str| Change::Set {
            section: section.clone(),
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let [dev, same, new] = ["dev", "same", "new"].map(SectionId::profile);
        let changes = [
            set(&dev, "region", "eu-north-1"),
            Change::Unset {
                section: dev.clone(),
                key: "output".to_owned(),
            },
            set(&same, "region", "eu-west-1"),
            set(&new, "region", "eu-west-1"),
        ];
        let diff = diff(&files, &changes);
        let line = |mark, text: &str| (mark, text.to_owned());
        assert_eq!(words(&files, &changes, "s"), "2 profiles");
        assert_eq!(
            diff,
            [
                (
                    &dev,
                    vec![
                        line(Mark::Same, "[profile dev]"),
                        line(Mark::Old, "region = eu-west-1"),
                        line(Mark::New, "region = eu-north-1"),
                        line(Mark::Old, "output = json"),
                    ]
                ),
                (
                    &new,
                    vec![
                        line(Mark::New, "[profile new]"),
                        line(Mark::New, "region = eu-west-1"),
                    ]
                ),
            ]
        );
    }
}
