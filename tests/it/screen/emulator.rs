//! A program at a terminal emulator, which knows what a person would see.

use std::num::NonZero;
use std::process::Command;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use crate::pty::Terminal;

/// How long something may take on a busy machine. Nothing waits this long unless it fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines that have scrolled away and are kept.
const SCROLLBACK: usize = 1000;

pub struct Screen {
    terminal: Terminal,
    emulator: vt100::Parser,
    has_ended: bool,
}

impl Screen {
    pub fn of(command: Command, rows: u16, columns: u16) -> Self {
        Self {
            terminal: Terminal::sized(command, rows, columns),
            emulator: vt100::Parser::new(size(rows), size(columns), SCROLLBACK),
            has_ended: false,
        }
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub fn ended(mut self) -> Self {
        self.wait("its end", |screen| screen.has_ended);
        self
    }

    /// Waits until this text is on the screen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) {
        self.wait(text, |screen| screen.now().contains(text));
    }

    /// Waits until a line of the screen, counted from 0, is this.
    #[track_caller]
    pub fn line_is(&mut self, line: usize, text: &str) {
        let wanted = format!("line {line}: {text:?}");
        self.wait(&wanted, |screen| {
            screen.now().lines().nth(line).unwrap_or_default() == text
        });
    }

    #[track_caller]
    pub fn wait(&mut self, what: &str, until: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !until(self) {
            match self.terminal.received(Duration::from_millis(50)) {
                Ok(bytes) => self.emulator.process(&bytes),
                Err(RecvTimeoutError::Disconnected) if !self.has_ended => self.has_ended = true,
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("ended without {what}:\n{}", self.now());
                }
                Err(RecvTimeoutError::Timeout) => {
                    assert!(Instant::now() < end, "no {what}:\n{}", self.now());
                }
            }
        }
    }

    pub fn keys(&mut self, keys: &str) {
        self.terminal.keys(keys);
    }

    pub fn resize(&mut self, rows: u16, columns: u16) {
        self.emulator
            .screen_mut()
            .set_size(size(rows), size(columns));
        self.terminal.resize(rows, columns);
    }

    pub const fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// What is in sight.
    pub fn now(&self) -> String {
        trimmed(&self.emulator.screen().contents())
    }

    /// The cursor's row and column.
    pub fn cursor(&self) -> (u16, u16) {
        self.emulator.screen().cursor_position()
    }

    pub fn cell(&self, row: u16, column: u16) -> &vt100::Cell {
        self.emulator.screen().cell(row, column).unwrap()
    }

    pub fn is_cursor_hidden(&self) -> bool {
        self.emulator.screen().hide_cursor()
    }

    /// All rows, those that have scrolled away too.
    fn rows(&self) -> Vec<(String, bool)> {
        let mut screen = self.emulator.screen().clone();
        let (height, columns) = screen.size();
        let (height, columns) = (height.get(), columns.get());
        screen.set_scrollback(usize::MAX);
        let above = screen.scrollback();
        let mut rows = Vec::new();
        let mut at = above;
        loop {
            screen.set_scrollback(at);
            let take = if at == 0 {
                height
            } else {
                height.min(u16::try_from(at).unwrap())
            };
            let texts: Vec<String> = screen.rows(0, columns).take(usize::from(take)).collect();
            for (row, text) in (0..take).zip(texts) {
                rows.push((text.trim_end().to_owned(), screen.row_wrapped(row)));
            }
            if at == 0 {
                return rows;
            }
            at -= usize::from(take);
        }
    }

    /// All that was printed.
    pub fn text(&self) -> String {
        let rows = self.rows();
        trimmed(
            &rows
                .iter()
                .fold(String::new(), |out, (row, _)| out + row + "\n"),
        )
    }

    /// The numbers of the rows that the terminal had to break, from 0.
    pub fn broken(&self) -> Vec<usize> {
        let rows = self.rows().into_iter().enumerate();
        rows.filter_map(|(number, (_, broken))| broken.then_some(number))
            .collect()
    }
}

fn size(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

/// Without blanks at the ends of lines and empty lines at the end.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let end = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(0, |last| last + 1);
    lines[..end]
        .iter()
        .fold(String::new(), |out, line| out + line + "\n")
}
