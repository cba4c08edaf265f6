//! A list to choose from, with a line to filter it: its state, and the effect of each key. Pure.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::Check;
use super::key::Key;
use super::line::{Effect, Line};
use super::matching::{Query, Score};
use crate::system::text::number;
use crate::terminal::table::{Shown, Table};
use crate::terminal::ui::Style;

/// A list of rows, the likeliest first.
pub struct Picker<'a> {
    pub(super) question: &'a str,
    /// What the rows are, for the message that none matches.
    pub(super) what: &'a str,
    pub(super) table: Table,
    /// How many cells are searched, from the left.
    searched: usize,
    /// The text of the table in small letters.
    lower: String,
    pub(super) line: Line,
    pub(super) query: Query,
    /// The rows that match the typed text, in the order on the screen.
    pub(super) found: Vec<usize>,
    /// The index among them of the selected row.
    pub(super) selected: usize,
    /// The marked rows, if several can be chosen.
    pub(super) marked: Option<BTreeSet<usize>>,
    /// The colour of a row's name, requested only for visible rows.
    colours: Option<&'a dyn Fn(usize) -> Option<Style>>,
    /// Checks whether the typed text can be an answer.
    free: Option<Check>,
    /// What is missing before Enter works.
    pub(super) wants: Option<String>,
}

/// The result of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Draw,
    /// These rows.
    Chosen(Vec<usize>),
    /// The typed text, which is not a row.
    Typed(String),
    GivenUp,
    /// Ctrl-Z.
    Stop,
}

impl<'a> Picker<'a> {
    /// The first `searched` cells of each row are searched.
    pub fn new(question: &'a str, what: &'a str, searched: usize, table: Table) -> Self {
        let mut picker = Self {
            question,
            what,
            lower: String::new(),
            table,
            searched,
            line: Line::default(),
            query: Query::of(""),
            found: Vec::new(),
            selected: 0,
            marked: None,
            colours: None,
            free: None,
            wants: None,
        };
        picker.refresh();
        picker
    }

    /// Lets several rows be chosen.
    #[must_use]
    pub fn several(mut self) -> Self {
        self.marked = Some(BTreeSet::new());
        self
    }

    /// Gives the names these colours.
    #[must_use]
    pub fn colours(mut self, of: &'a dyn Fn(usize) -> Option<Style>) -> Self {
        self.colours = Some(of);
        self
    }

    /// The text that is in the line at the start.
    #[must_use]
    pub fn typed(mut self, text: &str) -> Self {
        self.line = Line::of(text);
        self.search();
        self
    }

    /// Accepts the typed text as an answer if no row matches and the text is valid.
    #[must_use]
    pub const fn free(mut self, check: Check) -> Self {
        self.free = Some(check);
        self
    }

    /// Replaces the rows.
    pub fn rows(&mut self, table: Table) {
        self.table = table;
        self.refresh();
    }

    fn refresh(&mut self) {
        self.lower = self.table.text().to_ascii_lowercase();
        self.search();
    }

    /// Handles a key; a page has this many rows.
    pub fn key(&mut self, key: &Key, page: usize) -> Step {
        self.wants = None;
        match key {
            Key::Escape | Key::Ctrl('c' | 'g') => return Step::GivenUp,
            Key::Ctrl('d') if self.line.text().is_empty() => return Step::GivenUp,
            Key::Ctrl('z') => return Step::Stop,
            Key::Enter => return self.enter(),
            Key::Up | Key::Ctrl('p') => self.go(-1),
            Key::Down | Key::Ctrl('n' | 'j') => self.go(1),
            Key::PageUp => self.go(-page.cast_signed()),
            Key::PageDown => self.go(page.cast_signed()),
            Key::BackTab => self.go(-1),
            Key::Tab | Key::Char(' ') if self.marked.is_some() => {
                self.mark();
                self.go(isize::from(*key == Key::Tab));
            }
            Key::Tab => self.go(1),
            Key::Alt('a') => self.mark_all(true),
            Key::Alt('n') => self.mark_all(false),
            _ => match self.line.key(key) {
                Effect::Changed => {
                    self.selected = 0;
                    self.search();
                }
                // It cuts the text on the right of the cursor, and moves up if there is none.
                Effect::None if *key == Key::Ctrl('k') => self.go(-1),
                Effect::None | Effect::Moved => {}
            },
        }
        Step::Draw
    }

    /// A short description of the rows.
    pub(super) fn told(&self, rows: &[usize]) -> String {
        match rows {
            &[row] => {
                let name = self.table.row(row).next();
                name.map_or_else(String::new, |cell| self.table.text()[cell.range].to_owned())
            }
            rows => format!("{} chosen", number(rows.len())),
        }
    }

    /// The colour of the first cell of a row.
    pub(super) fn colour(&self, row: usize) -> Option<Style> {
        self.colours.and_then(|of| of(row))
    }

    /// The text of a cell in small letters.
    pub(super) fn lower(&self, cell: &Shown) -> &str {
        &self.lower[cell.range.clone()]
    }

    pub(super) fn is_searched(&self, column: usize) -> bool {
        column < self.searched
    }

    fn search(&mut self) {
        self.query = Query::of(self.line.text());
        if self.query.is_empty() {
            self.found = (0..self.table.rows()).collect();
        } else {
            let mut found = self.fitting(false);
            if found.is_empty() {
                found = self.fitting(true);
            }
            // The better first; of equal ones, the one that came first.
            found.sort_unstable();
            self.found = found.into_iter().map(|(_, row)| row).collect();
        }
        self.selected = self.selected.min(self.found.len().saturating_sub(1));
    }

    /// The rows that match the typed text, with their scores.
    fn fitting(&self, is_loose: bool) -> Vec<(Reverse<Score>, usize)> {
        let score = |row: usize| {
            let cells = self.table.row(row).take(self.searched);
            let cells = cells.map(|cell| self.lower(&cell));
            Some((Reverse(self.query.score(&cells, is_loose)?), row))
        };
        (0..self.table.rows()).filter_map(score).collect()
    }

    fn go(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    fn enter(&mut self) -> Step {
        match (&self.marked, self.found.get(self.selected)) {
            (Some(marked), _) if !marked.is_empty() => {
                Step::Chosen(marked.iter().copied().collect())
            }
            (Some(_), _) => {
                self.wants = Some("choose at least one, with the space bar".to_owned());
                Step::Draw
            }
            (None, Some(&row)) => Step::Chosen(vec![row]),
            (None, None) => {
                let typed = self.line.text().trim();
                match self.free.map(|check| check(typed)) {
                    Some(None) => return Step::Typed(typed.to_owned()),
                    Some(wrong) => self.wants = wrong,
                    None => {}
                }
                Step::Draw
            }
        }
    }

    fn mark(&mut self) {
        if let (Some(marked), Some(&row)) = (&mut self.marked, self.found.get(self.selected))
            && !marked.remove(&row)
        {
            marked.insert(row);
        }
    }

    /// Marks all matching rows, or none of them.
    fn mark_all(&mut self, on: bool) {
        if let Some(marked) = &mut self.marked {
            for row in &self.found {
                if on {
                    marked.insert(*row);
                } else {
                    marked.remove(row);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::table::Column;

    fn picker(several: bool) -> Picker<'static> {
        let mut table = Table::new(&[
            Column::new("PROFILE", 0, 10),
            Column::new("ROLE", 1, 10),
            Column::new("STATE", 2, 5),
        ]);
        for (name, role) in [("prod", "Admin"), ("dev", "Admin"), ("staging", "ReadOnly")] {
            for cell in [name, role, "login"] {
                table.cell(cell);
            }
        }
        let picker = Picker::new("profile:", "profile", 2, table);
        if several { picker.several() } else { picker }
    }

    fn after(several: bool, keys: &[Key]) -> Step {
        let mut picker = picker(several);
        keys.iter().fold(Step::Draw, |_, key| picker.key(key, 2))
    }

    fn typed(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    #[test]
    fn enter_takes_the_row_that_is_selected() {
        for (keys, row) in [
            (vec![Key::Enter], 0),
            (vec![Key::Down, Key::Enter], 1),
            (vec![Key::Ctrl('j'), Key::Ctrl('n'), Key::Enter], 2),
            (vec![Key::Ctrl('n'), Key::Ctrl('p'), Key::Enter], 0),
            (vec![Key::PageDown, Key::Ctrl('k'), Key::Enter], 1),
            (
                vec![Key::Down, Key::Down, Key::Down, Key::Down, Key::Enter],
                2,
            ),
            ([typed("stg"), vec![Key::Enter]].concat(), 2),
            ([typed("admin"), vec![Key::Down, Key::Enter]].concat(), 1),
            ([typed("zz"), vec![Key::Ctrl('u'), Key::Enter]].concat(), 0),
        ] {
            assert_eq!(after(false, &keys), Step::Chosen(vec![row]), "{keys:?}");
        }
    }

    #[test]
    fn ctrl_k_cuts_while_there_is_something_to_cut_and_then_moves() {
        let mut picker = picker(false);
        for key in [Key::Char('d'), Key::Char('x'), Key::Left, Key::Ctrl('k')] {
            picker.key(&key, 2);
        }
        assert_eq!((picker.line.text(), picker.selected), ("d", 0));
        picker.key(&Key::Down, 2);
        picker.key(&Key::Ctrl('k'), 2);
        assert_eq!((picker.line.text(), picker.selected), ("d", 0));
    }

    #[test]
    fn the_state_is_not_searched() {
        let mut picker = picker(false);
        for key in typed("login") {
            picker.key(&key, 2);
        }
        assert!(picker.found.is_empty());
        assert_eq!(picker.key(&Key::Enter, 2), Step::Draw, "nothing is chosen");
    }

    #[test]
    fn it_can_be_given_up() {
        for key in [Key::Escape, Key::Ctrl('c'), Key::Ctrl('g'), Key::Ctrl('d')] {
            assert_eq!(after(false, &[key]), Step::GivenUp);
        }
        let in_the_line = [Key::Char('d'), Key::Ctrl('d'), Key::Enter];
        assert_eq!(after(false, &in_the_line), Step::Chosen(vec![1]));
    }

    #[test]
    fn where_anything_may_be_typed_it_is_checked() {
        let check: Check = |text| (text.len() < 3).then(|| "too short".to_owned());
        let mut picker = picker(false).free(check);
        picker.key(&Key::Paste("zz".to_owned()), 2);
        assert_eq!(picker.key(&Key::Enter, 2), Step::Draw);
        assert_eq!(picker.wants.as_deref(), Some("too short"));
        picker.key(&Key::Char('z'), 2);
        assert_eq!(picker.key(&Key::Enter, 2), Step::Typed("zzz".to_owned()));
    }

    #[test]
    fn several_are_marked_and_stay_so_when_the_filter_changes() {
        let space = Key::Char(' ');
        for (keys, rows) in [
            (vec![space.clone(), Key::Enter], vec![0]),
            (vec![Key::Tab, Key::Tab, Key::Enter], vec![0, 1]),
            (
                vec![
                    space.clone(),
                    space.clone(),
                    Key::Down,
                    space.clone(),
                    Key::Enter,
                ],
                vec![1],
            ),
            (vec![Key::Alt('a'), Key::Enter], vec![0, 1, 2]),
            (
                [typed("admin"), vec![Key::Alt('a'), Key::Enter]].concat(),
                vec![0, 1],
            ),
            (
                [
                    vec![space.clone()],
                    typed("stg"),
                    vec![space.clone(), Key::Enter],
                ]
                .concat(),
                vec![0, 2],
            ),
            (
                [
                    vec![Key::Alt('a')],
                    typed("dev"),
                    vec![Key::Alt('n'), Key::Enter],
                ]
                .concat(),
                vec![0, 2],
            ),
        ] {
            assert_eq!(after(true, &keys), Step::Chosen(rows), "{keys:?}");
        }
        let mut picker = picker(true);
        assert_eq!(picker.key(&Key::Enter, 2), Step::Draw);
        assert!(picker.wants.is_some(), "and it is said what Enter wants");
    }
}
