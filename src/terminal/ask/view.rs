//! Draws a list for a terminal of a given size. Pure.
//!
//! The input line comes first and keeps the cursor, so that everything drawn begins there: after a
//! change of size, erasing from the cursor on erases everything.

use std::fmt::Write as _;
use std::ops::Range;

use super::picker::Picker;
use super::raw::ERASE;
use crate::system::text::width::{cut, width};
use crate::terminal::size::Size;
use crate::terminal::table::{GAP, Layout};
use crate::terminal::ui::Style;

/// Hides the cursor and turns off line wrapping. While a window is made narrower, a frame may be
/// drawn for the old size, and each line must stay in its row.
pub const OPEN: &str = "\x1b[?25l\x1b[?7l\r";
const MATCH: &str = "\x1b[1;4m";
const HELP: &str = "space: choose · alt-a: all · alt-n: none · enter: go on";
/// The line of help is shown from this many rows on.
const ROOM: usize = 6;
/// The text before each row: a mark for the selected one.
const MARK: usize = 2;

/// A frame, and the index of its first row, which the next frame gets back.
pub struct View {
    /// The limit for the number of rows.
    pub most: usize,
    pub colour: bool,
    pub top: usize,
}

impl View {
    /// How many rows of the list the terminal has room for.
    pub fn room(&self, picker: &Picker<'_>, size: Size) -> usize {
        let others = 1 + usize::from(has_help(picker, size) || picker.wants.is_some());
        size.rows.saturating_sub(others).min(self.most)
    }

    /// The output that shows the list.
    pub fn frame(&mut self, picker: &Picker<'_>, size: Size) -> String {
        // The last column stays empty, because some terminals erase the end of a line that uses it.
        let columns = size.columns.saturating_sub(1);
        let room = self.room(picker, size);
        let mut out = String::from(OPEN);
        let cursor = self.line(picker, columns, room == 0, &mut out);
        out.push_str("\x1b[K");
        let mut below = 0;
        let mut line = |out: &mut String, text: &str| {
            let _ = write!(out, "\n{text}\x1b[K");
            below += 1;
        };
        self.scroll(picker, room);
        let layout = picker
            .table
            .fit(columns.saturating_sub(MARK + marks(picker)));
        for place in (self.top..picker.found.len()).take(room) {
            line(&mut out, &self.row(picker, place, &layout, columns));
        }
        if picker.found.is_empty() && room > 0 {
            let text = format!("  no {} matches", picker.what);
            line(&mut out, &self.styled(Style::Dim, &cut(&text, columns)));
        }
        if let Some(wants) = &picker.wants
            && room > 0
        {
            line(&mut out, &self.styled(Style::Red, &cut(wants, columns)));
        } else if has_help(picker, size) {
            line(&mut out, &self.styled(Style::Dim, &cut(HELP, columns)));
        }
        close(&mut out, below, cursor);
        out
    }

    /// The output that erases a frame.
    pub const fn erase() -> &'static str {
        ERASE
    }

    /// The question, the typed text, and the number of matching rows; returns the column of the
    /// cursor.
    fn line(&self, picker: &Picker<'_>, columns: usize, is_alone: bool, out: &mut String) -> usize {
        let mut used = 0;
        // A question that leaves no room for the answer is not shown.
        if width(picker.question) + 8 <= columns {
            out.push_str(&self.styled(Style::Bold, picker.question));
            out.push(' ');
            used = width(picker.question) + 1;
        }
        let (shown, at) = picker.line.view(columns.saturating_sub(used));
        out.push_str(shown);
        let cursor = used + at;
        used += width(shown);
        let right = if is_alone {
            // On a terminal of one line, the selected row is shown beside the typed text.
            let name = picker.found.get(picker.selected).and_then(|&row| {
                let cell = picker.table.row(row).next()?;
                Some(&picker.table.text()[cell.range])
            });
            name.map_or_else(String::new, |name| format!("> {name}"))
        } else {
            match &picker.marked {
                Some(marked) => format!("{} chosen", marked.len()),
                None => format!("{}/{}", picker.found.len(), picker.table.rows()),
            }
        };
        let left = columns.saturating_sub(used + GAP);
        if width(&right) <= left || (is_alone && left > 2) {
            let right = cut(&right, left);
            let blanks = if is_alone {
                GAP
            } else {
                columns - used - width(&right)
            };
            let _ = write!(out, "{:blanks$}{}", "", self.styled(Style::Dim, &right));
        }
        cursor
    }

    /// Keeps the selected row visible.
    const fn scroll(&mut self, picker: &Picker<'_>, room: usize) {
        if picker.selected < self.top || room == 0 {
            self.top = picker.selected;
        } else if picker.selected >= self.top + room {
            self.top = picker.selected + 1 - room;
        }
        // A terminal that has grown has room for rows above.
        let last = picker.found.len().saturating_sub(room);
        if self.top > last {
            self.top = last;
        }
    }

    fn row(&self, picker: &Picker<'_>, place: usize, layout: &Layout, columns: usize) -> String {
        let row = picker.found[place];
        let is_selected = place == picker.selected;
        let mark = if is_selected {
            self.styled(Style::Cyan, ">")
        } else {
            " ".to_owned()
        };
        let mut out = format!("{mark} ");
        if let Some(marked) = &picker.marked
            && columns > MARK + marks(picker)
        {
            out.push_str(if marked.contains(&row) {
                "[x] "
            } else {
                "[ ] "
            });
        }
        let mut blanks = 0;
        for (column, (cell, &wide)) in picker.table.row(row).zip(&layout.widths).enumerate() {
            if wide == 0 {
                continue;
            }
            let is_left_out = layout.is_short && picker.table.is_held(cell.number);
            let text = if is_left_out {
                ""
            } else {
                &picker.table.text()[cell.range.clone()]
            };
            let text = cut(text, wide);
            if !text.is_empty() {
                out.extend(std::iter::repeat_n(' ', blanks));
                blanks = 0;
                let hits = if picker.is_searched(column) {
                    picker.query.hits(picker.lower(&cell))
                } else {
                    Vec::new()
                };
                let style = match column {
                    0 => picker.colour(row),
                    _ => cell.style,
                };
                let is_whole = cell.range.len() == text.len();
                let base = base(is_selected, style);
                self.cell(&text, is_whole, &hits, &base, &mut out);
            }
            blanks += wide - width(&text) + GAP;
        }
        out
    }

    /// A cell with the matches marked.
    fn cell(
        &self,
        text: &str,
        is_whole: bool,
        hits: &[Range<usize>],
        base: &str,
        out: &mut String,
    ) {
        if !self.colour {
            out.push_str(text);
            return;
        }
        // Only the visible part of a cell that is cut.
        let whole = if is_whole {
            text
        } else {
            text.trim_end_matches('…')
        };
        out.push_str(base);
        let mut at = 0;
        for hit in hits {
            let (start, end) = (hit.start.min(whole.len()), hit.end.min(whole.len()));
            if start < end {
                let _ = write!(
                    out,
                    "{}{MATCH}{}{}{base}",
                    &text[at..start],
                    &text[start..end],
                    Style::END
                );
                at = end;
            }
        }
        out.push_str(&text[at..]);
        if !base.is_empty() {
            out.push_str(Style::END);
        }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{}{text}{}", style.start(), Style::END)
        } else {
            text.to_owned()
        }
    }
}

/// Erases what is below the frame, and puts the cursor into its first line.
pub fn close(out: &mut String, below: usize, cursor: usize) {
    out.push_str("\x1b[J");
    if below > 0 {
        let _ = write!(out, "\x1b[{below}A");
    }
    out.push('\r');
    if cursor > 0 {
        let _ = write!(out, "\x1b[{cursor}C");
    }
    out.push_str("\x1b[?7h\x1b[?25h");
}

/// The codes of a cell's own style.
fn base(is_selected: bool, style: Option<Style>) -> String {
    let bold = if is_selected { "\x1b[1m" } else { "" };
    format!("{bold}{}", style.map_or("", Style::start))
}

const fn marks(picker: &Picker<'_>) -> usize {
    if picker.marked.is_some() { 4 } else { 0 }
}

const fn has_help(picker: &Picker<'_>, size: Size) -> bool {
    picker.marked.is_some() && size.rows >= ROOM
}
