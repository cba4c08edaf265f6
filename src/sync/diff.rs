//! A plan as a diff. Pure.

use std::fmt::Write as _;

use super::plan::{Plan, Step};
use crate::system::text::width::cut;
use crate::system::text::{clean, password};

/// The kind of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Context,
    Added,
    Removed,
}

/// The lines, without colour.
pub fn lines(plan: &Plan) -> Vec<(Mark, String)> {
    let mut lines = Vec::new();
    for step in &plan.steps {
        match step {
            Step::Add { name, keys } => {
                lines.push((Mark::Added, format!("[profile {name}]")));
                lines.extend(
                    keys.iter()
                        .map(|(key, value)| (Mark::Added, format!("{key} = {value}"))),
                );
            }
            Step::Set {
                name,
                key,
                old,
                new,
            } => {
                lines.push((Mark::Context, format!("[profile {name}]")));
                lines.extend(
                    old.iter()
                        .map(|old| (Mark::Removed, format!("{key} = {old}"))),
                );
                lines.push((Mark::Added, format!("{key} = {new}")));
            }
            Step::Remove { section } => {
                lines.push((Mark::Removed, format!("[profile {}]", section.name)));
                for setting in &section.settings {
                    lines.push((
                        Mark::Removed,
                        format!("{} = {}", setting.key, setting.value)
                            .trim_end()
                            .to_owned(),
                    ));
                    lines.extend(
                        setting
                            .nested
                            .iter()
                            .map(|(key, value)| (Mark::Removed, format!("  {key} = {value}"))),
                    );
                }
            }
        }
    }
    lines
}

/// The lines as text, each with its mark in front, wrapped at `columns`.
pub fn text(plan: &Plan, columns: usize, colour: bool) -> String {
    let mut out = String::new();
    for (mark, line) in lines(plan) {
        let (sign, code) = match mark {
            Mark::Context => (' ', "0"),
            Mark::Added => ('+', "32"),
            Mark::Removed => ('-', "31"),
        };
        let line = clean(&password::hidden(&line));
        let line = cut(&line, columns.saturating_sub(1));
        if colour {
            let _ = writeln!(out, "\x1b[{code}m{sign}{line}\x1b[0m");
        } else {
            out.push(sign);
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}
