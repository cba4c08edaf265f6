//! A question with a line of text for an answer: its state, the effect of each key, and its text.
//! Pure.

use std::fmt::Write as _;

use super::Check;
use super::key::Key;
use super::line::{Effect, Line};
use super::picker::Step;
use super::view::{OPEN, close};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::clean;
use crate::system::text::width::{cut, width};
use crate::terminal::ui::Style;

/// Columns that an answer needs at least, with the blank before it.
pub const ROOM: usize = 8;

pub struct Prompt<'a> {
    question: &'a str,
    /// The answer if only Enter is pressed.
    default: Option<&'a str>,
    check: Check,
    colour: bool,
    /// Of the question.
    pub style: Style,
    line: Line,
    wrong: Option<String>,
}

impl<'a> Prompt<'a> {
    pub fn new(question: &'a str, default: Option<&'a str>, check: Check, colour: bool) -> Self {
        Self {
            question,
            default,
            check,
            colour,
            style: Style::Bold,
            line: Line::default(),
            wrong: None,
        }
    }

    pub fn key(&mut self, key: &Key) -> Step {
        match key {
            Key::Enter | Key::Ctrl('j') => {
                let answer = self.answer(self.line.text());
                self.wrong = (self.check)(&answer);
                if self.wrong.is_none() {
                    return Step::Typed(answer);
                }
            }
            Key::Escape | Key::Ctrl('c' | 'g') => return Step::GivenUp,
            Key::Ctrl('d') if self.line.text().is_empty() => return Step::GivenUp,
            Key::Ctrl('z') => return Step::Stop,
            key => {
                if self.line.key(key) == Effect::Changed {
                    self.wrong = None;
                }
            }
        }
        Step::Draw
    }

    /// The question, the typed text or the default, and below it the mistake.
    pub fn frame(&self, columns: usize) -> String {
        let columns = columns.saturating_sub(1);
        let mut used = 0;
        let mut out = String::from(OPEN);
        // A question that leaves no room for the answer is not shown.
        if width(self.question) + ROOM <= columns {
            self.styled(self.style, self.question, &mut out);
            out.push(' ');
            used = width(self.question) + 1;
        }
        let (shown, at) = self.line.view(columns.saturating_sub(used));
        match self.default {
            Some(default) if self.line.text().is_empty() => {
                let default = clean(&format!("({default})"));
                self.styled(
                    Style::Dim,
                    &cut(&default, columns.saturating_sub(used)),
                    &mut out,
                );
            }
            _ => out.push_str(shown),
        }
        out.push_str("\x1b[K");
        if let Some(wrong) = &self.wrong {
            out.push('\n');
            self.styled(Style::Red, &cut(&clean(wrong), columns), &mut out);
            out.push_str("\x1b[K");
        }
        close(&mut out, usize::from(self.wrong.is_some()), used + at);
        out
    }

    /// The question for a terminal that edits lines itself.
    pub fn plain(&self) -> String {
        let default = self
            .default
            .map_or_else(String::new, |default| format!("({default}) "));
        format!("{} {default}", self.question)
    }

    /// The answer that was typed at such a terminal.
    ///
    /// # Errors
    /// The answer is not valid.
    pub fn take(&self, typed: &str) -> Result<String> {
        let answer = self.answer(typed);
        match (self.check)(&answer) {
            None => Ok(answer),
            Some(why) => Err(Error::new(Kind::Usage, format!("cannot use `{answer}`")).cause(why)),
        }
    }

    fn answer(&self, typed: &str) -> String {
        match (typed.trim(), self.default) {
            ("", Some(default)) => default.to_owned(),
            (typed, _) => typed.to_owned(),
        }
    }

    fn styled(&self, style: Style, text: &str, out: &mut String) {
        let _ = if self.colour {
            write!(out, "{}{text}{}", style.start(), Style::END)
        } else {
            write!(out, "{text}")
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(default: Option<&'static str>) -> Prompt<'static> {
        let check: Check =
            |text| (!text.starts_with("eu-")).then(|| "as in `eu-west-1`".to_owned());
        Prompt::new("region:", default, check, false)
    }

    #[test]
    fn enter_alone_means_the_default() {
        assert_eq!(
            prompt(Some("eu-west-1")).key(&Key::Enter),
            Step::Typed("eu-west-1".to_owned())
        );
        assert_eq!(prompt(Some("eu-west-1")).take("\n").unwrap(), "eu-west-1");
        assert_eq!(prompt(None).take(" eu-north-1\n").unwrap(), "eu-north-1");
        assert!(prompt(None).take("\n").is_err());
    }

    #[test]
    fn an_answer_that_is_wrong_is_asked_for_again() {
        let mut prompt = prompt(None);
        prompt.key(&Key::Paste("ireland".to_owned()));
        assert_eq!(prompt.key(&Key::Enter), Step::Draw);
        assert!(prompt.frame(40).contains("as in `eu-west-1`"));
        prompt.key(&Key::Ctrl('w'));
        assert!(!prompt.frame(40).contains("as in"));
        prompt.key(&Key::Paste("eu-x".to_owned()));
        assert_eq!(prompt.key(&Key::Enter), Step::Typed("eu-x".to_owned()));
        assert_eq!(prompt.key(&Key::Escape), Step::GivenUp);
    }
}
