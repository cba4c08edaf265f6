//! Rows in columns that fit the terminal.
//!
//! The text of all cells is one string, because a table may have a hundred thousand of them.

use std::cell::OnceCell;
use std::ops::Range;

use memchr::memmem;

use super::ui::Style;
use crate::system::error::Result;
use crate::system::text::width::{cut, width};
use crate::system::text::{clean, short};

/// Blanks between two columns.
pub const GAP: usize = 2;
/// How much is written at once (bytes).
const BLOCK: usize = 1 << 15;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    heading: &'static str,
    /// Columns with a lower rank are more useful. The first column is never dropped.
    rank: u8,
    /// It may be cut to this width to keep a less useful column.
    least: usize,
}

impl Column {
    pub const fn new(heading: &'static str, rank: u8, least: usize) -> Self {
        Self {
            heading,
            rank,
            least,
        }
    }
}

/// Collects rows, to be written when the widest cells are known.
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    text: String,
    cells: Vec<Cell>,
    /// The widest cell of each column.
    widest: Vec<usize>,
    /// The same, but only for cells that say more than the first cell of their row. Computed only
    /// if there is little room.
    widest_new: OnceCell<Vec<usize>>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    /// The end of its text.
    end: usize,
    wide: usize,
    style: Option<Style>,
    /// It can be left out if the first cell of the row contains its text.
    is_beside: bool,
}

/// A cell: its number, the position of its text in [`Table::text`], and its colour.
#[derive(Clone, Debug)]
pub struct Shown {
    pub number: usize,
    pub range: Range<usize>,
    pub style: Option<Style>,
}

impl Table {
    pub fn new(columns: &[Column]) -> Self {
        Self {
            columns: columns.to_vec(),
            text: String::new(),
            cells: Vec::new(),
            widest: vec![0; columns.len()],
            widest_new: OnceCell::new(),
        }
    }

    pub const fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Changes the heading of the first column.
    pub fn heading(&mut self, heading: &'static str) {
        self.columns[0].heading = heading;
    }

    /// Adds the next cell, from left to right.
    pub fn cell(&mut self, text: &str) {
        self.styled(None, text);
    }

    /// Adds the next cell. It is not shown if there is little room and the first cell of the row
    /// contains it: `acme-dev.Admin` needs no account `acme-dev` and no role `Admin`.
    pub fn beside(&mut self, text: &str) {
        self.add(None, text, true);
    }

    /// Adds the next cell, in a colour.
    pub fn styled(&mut self, style: Option<Style>, text: &str) {
        self.add(style, text, false);
    }

    fn add(&mut self, style: Option<Style>, text: &str, is_beside: bool) {
        let start = self.text.len();
        let text = short(text);
        let wide = if is_plain(text) {
            self.text.push_str(text);
            text.len()
        } else {
            self.text.push_str(&clean(text));
            width(&self.text[start..])
        };
        let column = self.cells.len() % self.columns.len();
        self.widest[column] = self.widest[column].max(wide);
        let end = self.text.len();
        self.cells.push(Cell {
            end,
            wide,
            style,
            is_beside,
        });
    }

    /// The start of a cell's text.
    fn start(&self, cell: usize) -> usize {
        cell.checked_sub(1)
            .map_or(0, |before| self.cells[before].end)
    }

    /// True for a cell whose text is contained in the first cell of its row.
    pub fn is_held(&self, cell: usize) -> bool {
        let first = cell - cell % self.columns.len();
        let text = |cell| &self.text.as_bytes()[self.start(cell)..self.cells[cell].end];
        self.cells[cell].is_beside && memmem::find(text(first), text(cell)).is_some()
    }

    fn widest_new(&self) -> &[usize] {
        self.widest_new.get_or_init(|| {
            let mut widest = vec![0; self.columns.len()];
            for (number, cell) in self.cells.iter().enumerate() {
                let column = &mut widest[number % self.columns.len()];
                if cell.wide > *column && !self.is_held(number) {
                    *column = cell.wide;
                }
            }
            widest
        })
    }

    /// Writes the heading and the rows, in this many columns or at full length.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn write(
        &self,
        within: Option<usize>,
        colour: bool,
        mut write: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let layout = self.fit(within.unwrap_or(usize::MAX));
        let mut line = Line {
            out: String::new(),
            colour,
            blanks: 0,
        };
        if self.columns.len() > 1 {
            for (column, &wide) in self.columns.iter().zip(&layout.widths) {
                let heading = column.heading;
                line.cell(heading, heading.len(), wide, Some(Style::Dim));
            }
            line.end();
        }
        let mut start = 0;
        for (number, row) in self.cells.chunks(self.columns.len()).enumerate() {
            let first = number * self.columns.len();
            for ((number, cell), &wide) in (first..).zip(row).zip(&layout.widths) {
                let is_left_out = layout.is_short && wide > 0 && self.is_held(number);
                let shown = if is_left_out { 0 } else { cell.wide };
                line.cell(&self.text[start..cell.end], shown, wide, cell.style);
                start = cell.end;
            }
            line.end();
            if line.out.len() > BLOCK {
                write(&line.out)?;
                line.out.clear();
            }
        }
        write(&line.out)
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.cells.len() / self.columns.len()
    }

    /// The text of all cells, one after the other.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Shown> + Clone {
        let first = row * self.columns.len();
        (first..first + self.columns.len()).map(|cell| Shown {
            number: cell,
            range: self.start(cell)..self.cells[cell].end,
            style: self.cells[cell].style,
        })
    }

    /// The width of each column. No column is kept if a more useful one is dropped.
    pub fn fit(&self, within: usize) -> Layout {
        let full = self.widest.iter().zip(&self.columns);
        let full: usize = full
            .filter(|(wide, _)| **wide > 0)
            .map(|(&wide, column)| wide.max(column.heading.len()) + GAP)
            .sum();
        let is_short = full > within.saturating_add(GAP);
        let widest = if is_short {
            self.widest_new()
        } else {
            &self.widest
        };
        Layout {
            widths: self.widths(widest, within),
            is_short,
        }
    }

    fn widths(&self, widest: &[usize], within: usize) -> Vec<usize> {
        let full = |column: usize| widest[column].max(self.columns[column].heading.len());
        let mut order: Vec<usize> = (0..self.columns.len())
            .filter(|&column| widest[column] > 0)
            .collect();
        order.sort_by_key(|&column| self.columns[column].rank);
        let mut widths = vec![0; self.columns.len()];
        let mut used = 0;
        for &column in &order {
            let least = full(column).min(self.columns[column].least);
            if used == 0 {
                widths[column] = least.min(within);
                used = widths[column];
            } else if used + GAP + least <= within {
                widths[column] = least;
                used += GAP + least;
            } else {
                break;
            }
        }
        // The remaining width goes to the most useful columns.
        for &column in &order {
            if widths[column] > 0 {
                let more = (full(column) - widths[column]).min(within - used);
                widths[column] += more;
                used += more;
            }
        }
        widths
    }
}

/// The widths of the columns.
#[derive(Debug)]
pub struct Layout {
    /// 0 for a column that is dropped or empty.
    pub widths: Vec<usize>,
    /// True if cells that the first cell contains are left out.
    pub is_short: bool,
}

/// A line that is being written.
struct Line {
    out: String,
    colour: bool,
    /// Blanks to write before the next cell, if there is one.
    blanks: usize,
}

impl Line {
    fn cell(&mut self, text: &str, wide: usize, column: usize, style: Option<Style>) {
        if column == 0 {
            return;
        }
        if wide == 0 {
            self.blanks += column + GAP;
            return;
        }
        self.out.extend(std::iter::repeat_n(' ', self.blanks));
        let style = style.filter(|_| self.colour);
        if let Some(style) = style {
            self.out.push_str(style.start());
        }
        let shown = if wide > column {
            let shown = cut(text, column);
            self.out.push_str(&shown);
            width(&shown)
        } else {
            self.out.push_str(text);
            wide
        };
        if style.is_some() {
            self.out.push_str(Style::END);
        }
        self.blanks = column - shown + GAP;
    }

    fn end(&mut self) {
        self.out.push('\n');
        self.blanks = 0;
    }
}

/// True for a text that a terminal shows unchanged, with one column per byte.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .fold(true, |plain, byte| plain & (0x20..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests;
