//! Questions at a terminal: a line of text, yes or no, one of a list, some of a list.

mod key;
mod line;
mod matching;
mod picker;
mod prompt;
mod raw;
mod view;

use std::io::{self, BufRead as _};

pub use self::picker::Picker;
use self::picker::Step;
use self::prompt::{Prompt, ROOM};
use self::raw::{Event, Raw, write};
use self::view::View;
use super::table::{Column, Table};
use super::ui::{Style, Ui};
use super::{foreground, size};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::text::clean;
use crate::system::text::width::width;

/// Returns the mistake in an answer, if there is one.
pub type Check = fn(&str) -> Option<String>;

/// The rows of a list among several questions.
const FEW: usize = 10;

/// Asks the person at the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Questions<'a> {
    env: &'a Env,
    ui: Ui,
}

/// The result of a list.
enum Answer {
    Rows(Vec<usize>),
    Typed(String),
}

impl<'a> Questions<'a> {
    pub const fn new(env: &'a Env, ui: Ui) -> Self {
        Self { env, ui }
    }

    /// True if a person can answer.
    pub fn can_ask(self) -> bool {
        Presence::of(self.env).can_answer()
    }

    /// True if a person can choose from a list, which needs a terminal that can move the cursor.
    pub fn can_list(self) -> bool {
        self.can_ask() && self.can_draw()
    }

    /// The error for a question that needs a flag here.
    pub fn missing(self, flag: &str) -> Error {
        let why = Presence::of(self.env).why_not();
        Error::new(Kind::Usage, format!("`{flag}` is missing, and {why}"))
            .hint("awsp configure --help")
    }

    /// The value of the flag, else the typed text; Enter alone means `default`.
    ///
    /// # Errors
    /// The flag's value is wrong; it is missing and nobody can answer; Esc or Ctrl-C.
    pub fn text(
        self,
        flag: &str,
        given: Option<&str>,
        question: &str,
        default: Option<&str>,
        check: Check,
    ) -> Result<String> {
        if let Some(given) = given {
            return match check(given) {
                None => Ok(given.to_owned()),
                Some(why) => {
                    let message = format!("cannot use `{given}` for `{flag}`");
                    Err(Error::new(Kind::Usage, message).cause(why))
                }
            };
        }
        if !self.can_ask() {
            return Err(self.missing(flag));
        }
        self.line(question, Style::Bold, default, check)
    }

    /// As [`Self::text`], but the answer may be empty, and is if nobody can answer.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn optional(
        self,
        flag: &str,
        given: Option<&str>,
        question: &str,
        default: Option<&str>,
        check: Check,
    ) -> Result<Option<String>> {
        if given.is_none() && !self.can_ask() {
            return Ok(default.map(str::to_owned));
        }
        let answer = self.text(flag, given, question, default, check)?;
        Ok(Some(answer).filter(|answer| !answer.is_empty()))
    }

    /// Asks for yes or no. The answer is a line: an empty one means `default`, and any other than a
    /// yes means no.
    ///
    /// # Errors
    /// Nobody is there; Esc or Ctrl-C.
    pub fn yes(self, question: &str, default: bool) -> Result<bool> {
        self.agrees(question, Style::Bold, default)
    }

    /// The same, in a colour that means something.
    ///
    /// # Errors
    /// As [`Self::yes`].
    pub fn agrees(self, question: &str, style: Style, default: bool) -> Result<bool> {
        let choices = if default { "[Y/n]" } else { "[y/N]" };
        let question = clean(question);
        let mut asked = format!("{question} {choices}");
        if !self.can_ask() {
            let error = Error::new(Kind::PersonNeeded, format!("cannot ask: {asked}"));
            return Err(error.cause(Presence::of(self.env).why_not()));
        }
        // It is never left out for lack of room, as that of a name is.
        if self.can_draw() && width(&asked) + ROOM >= size::of_stderr(self.env).columns {
            self.ui.say(&self.ui.paint(style, &question));
            choices.clone_into(&mut asked);
        }
        let typed = self.line(&asked, style, None, |_| None)?;
        Ok(match typed.trim().to_ascii_lowercase().as_str() {
            "" => default,
            "y" | "yes" => true,
            _ => false,
        })
    }

    /// The index of the chosen row.
    ///
    /// # Errors
    /// Nobody is there; Esc or Ctrl-C.
    pub fn one(
        self,
        flag: &str,
        question: &str,
        what: &str,
        rows: &[Vec<String>],
    ) -> Result<usize> {
        self.can_choose(flag)?;
        let table = plain(rows);
        match self.list(Picker::new(question, what, usize::MAX, table), None, true)? {
            Answer::Rows(rows) => Ok(rows.first().copied().unwrap_or_default()),
            Answer::Typed(_) => Err(given_up()),
        }
    }

    /// The indexes of the chosen rows, at least one.
    ///
    /// # Errors
    /// Nobody is there; Esc or Ctrl-C.
    pub fn some(
        self,
        flag: &str,
        question: &str,
        what: &str,
        rows: &[Vec<String>],
    ) -> Result<Vec<usize>> {
        self.can_choose(flag)?;
        let picker = Picker::new(question, what, usize::MAX, plain(rows)).several();
        match self.list(picker, None, true)? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Typed(_) => Err(given_up()),
        }
    }

    /// One of the listed names, or another valid name.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn name(
        self,
        flag: &str,
        question: &str,
        what: &str,
        rows: &[Vec<String>],
        check: Check,
    ) -> Result<String> {
        if !self.can_list() {
            return self.text(flag, None, question, None, check);
        }
        let picker = Picker::new(question, what, usize::MAX, plain(rows)).free(check);
        match self.list(picker, None, true)? {
            Answer::Rows(chosen) => {
                let row = chosen.first().and_then(|&row| rows.get(row));
                Ok(row.and_then(|row| row.first()).cloned().unwrap_or_default())
            }
            Answer::Typed(name) => Ok(name),
        }
    }

    /// The chosen row, of a list that leaves nothing on the screen. `rest` returns the complete
    /// rows if the first ones are only those that were available at once.
    ///
    /// # Errors
    /// Esc or Ctrl-C.
    pub fn pick(self, picker: Picker<'_>, rest: Option<&dyn Fn() -> Table>) -> Result<usize> {
        match self.list(picker, rest, false)? {
            Answer::Rows(rows) => rows.first().copied().ok_or_else(given_up),
            Answer::Typed(_) => Err(given_up()),
        }
    }

    fn can_draw(self) -> bool {
        self.env.var("TERM").is_some_and(|term| term != "dumb")
    }

    fn can_choose(self, flag: &str) -> Result<()> {
        if !self.can_ask() {
            return Err(self.missing(flag));
        }
        if !self.can_draw() {
            let message = format!("`{flag}` is missing, and this terminal cannot show a list");
            return Err(Error::new(Kind::Usage, message).hint("awsp configure --help"));
        }
        Ok(())
    }

    fn list(
        self,
        mut picker: Picker<'_>,
        mut rest: Option<&dyn Fn() -> Table>,
        leave_answer: bool,
    ) -> Result<Answer> {
        let mut view = View {
            // Keeps the answers to the earlier questions visible.
            most: if leave_answer { FEW } else { usize::MAX },
            colour: self.ui.has_colour(true),
            top: 0,
        };
        let _terminal = foreground::take(foreground::shell(self.env));
        let mut raw = Raw::start().map_err(cannot)?;
        let answer = loop {
            let size = size::of_stderr(self.env);
            write(&view.frame(&picker, size));
            if let Some(rest) = rest.take() {
                picker.rows(rest());
                continue;
            }
            let Event::Key(key) = raw.next().map_err(cannot)? else {
                write(View::erase());
                continue;
            };
            let page = view.room(&picker, size);
            let mut step = picker.key(&key, page);
            while step == Step::Draw
                && let Some(key) = raw.waiting()
            {
                step = picker.key(&key, page);
            }
            match step {
                Step::Draw => {}
                Step::Stop => raw.stop(),
                Step::Chosen(rows) => break Ok(Answer::Rows(rows)),
                Step::Typed(text) => break Ok(Answer::Typed(text)),
                Step::GivenUp => break Err(given_up()),
            }
        };
        write(View::erase());
        drop(raw);
        if let (Ok(answer), true) = (&answer, leave_answer) {
            let answer = match answer {
                Answer::Rows(rows) => picker.told(rows),
                Answer::Typed(text) => text.clone(),
            };
            self.answered(picker.question, Style::Bold, &answer);
        }
        answer
    }

    /// The part of a question that stays on the screen.
    fn answered(self, question: &str, style: Style, answer: &str) {
        let question = self.ui.paint(style, question);
        self.ui
            .say(format!("{question} {}", clean(answer)).trim_end());
    }

    fn line(
        self,
        question: &str,
        style: Style,
        default: Option<&str>,
        check: Check,
    ) -> Result<String> {
        let mut prompt = Prompt::new(question, default, check, self.ui.has_colour(true));
        prompt.style = style;
        let _terminal = foreground::take(foreground::shell(self.env));
        if !self.can_draw() {
            return prompt.take(&cooked(&prompt.plain())?);
        }
        let mut raw = Raw::start().map_err(cannot)?;
        let answer = loop {
            write(&prompt.frame(size::of_stderr(self.env).columns));
            let Event::Key(key) = raw.next().map_err(cannot)? else {
                write(View::erase());
                continue;
            };
            match prompt.key(&key) {
                Step::Typed(answer) => break Ok(answer),
                Step::GivenUp => break Err(given_up()),
                Step::Stop => raw.stop(),
                Step::Draw | Step::Chosen(_) => {}
            }
        };
        write(View::erase());
        drop(raw);
        if let Ok(answer) = &answer {
            self.answered(question, style, answer);
        }
        answer
    }
}

/// A question that was cancelled with Esc or Ctrl-C. The message is empty, because the user knows.
fn given_up() -> Error {
    Error::new(Kind::Interrupted, "")
}

fn cannot(error: io::Error) -> Error {
    Error::new(Kind::Failed, "cannot ask at this terminal").cause(error)
}

/// Reads a line from a terminal that edits lines itself.
fn cooked(question: &str) -> Result<String> {
    write(&clean(question));
    let mut typed = String::new();
    match io::stdin().lock().read_line(&mut typed) {
        Ok(read) if read > 0 => Ok(typed),
        Ok(_) => {
            write("\n");
            Err(given_up())
        }
        Err(error) => Err(cannot(error)),
    }
}

/// Rows whose cells are all searched.
fn plain(rows: &[Vec<String>]) -> Table {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    let mut table =
        Table::new(&[COLUMN, Column::new("", 1, 12), Column::new("", 2, 12)][..columns.min(3)]);
    for row in rows {
        for column in 0..columns.min(3) {
            table.cell(row.get(column).map_or("", String::as_str));
        }
    }
    table
}

/// The first column of a list, which is never dropped.
const COLUMN: Column = Column::new("", 0, 40);
