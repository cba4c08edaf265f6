//! Questions at a terminal: a line of text, one of a list, some of a list that can be filtered by
//! typing.

use inquire::ui::RenderConfig;
use inquire::validator::Validation;
use inquire::{InquireError, MultiSelect, Select, Text};

use super::ui::Ui;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::text::clean;

/// Rows that a list shows at once.
const ROWS: usize = 12;

/// What is wrong with an answer, if anything.
pub type Check = fn(&str) -> Option<String>;

/// Asks whoever is there.
#[derive(Clone, Copy, Debug)]
pub struct Questions<'a> {
    env: &'a Env,
    ui: Ui,
}

impl<'a> Questions<'a> {
    pub const fn new(env: &'a Env, ui: Ui) -> Self {
        Self { env, ui }
    }

    /// True where a person can answer.
    pub fn can_ask(self) -> bool {
        Presence::of(self.env).can_answer()
    }

    /// What the flag gave, else what is typed; `default` is what Enter alone means.
    ///
    /// # Errors
    /// The flag's value is wrong; it is missing and nobody is there; Ctrl-C.
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
                Some(why) => Err(Error::new(
                    Kind::Usage,
                    format!("cannot use `{given}` for `{flag}`"),
                )
                .cause(why)),
            };
        }
        if !self.can_ask() {
            return Err(missing(flag));
        }
        let prompt = Text::new(question)
            .with_render_config(self.looks())
            .with_validator(move |answer: &str| {
                Ok(check(answer.trim())
                    .map_or(Validation::Valid, |why| Validation::Invalid(why.into())))
            });
        let prompt = match default {
            Some(default) => prompt.with_default(default),
            None => prompt,
        };
        prompt
            .prompt()
            .map(|answer| answer.trim().to_owned())
            .map_err(given_up)
    }

    /// As [`Self::text`], where nothing is an answer too, and the one where nobody is there.
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

    /// The place of the one that is chosen.
    ///
    /// # Errors
    /// Nobody is there; Ctrl-C.
    pub fn one(self, flag: &str, question: &str, rows: &[String]) -> Result<usize> {
        if !self.can_ask() {
            return Err(missing(flag));
        }
        let prompt = Select::new(question, cleaned(rows))
            .with_page_size(ROWS)
            .with_render_config(self.looks());
        prompt
            .raw_prompt()
            .map(|chosen| chosen.index)
            .map_err(given_up)
    }

    /// The places of those that are chosen, one at least.
    ///
    /// # Errors
    /// Nobody is there; Ctrl-C.
    pub fn some(self, flag: &str, question: &str, rows: &[String]) -> Result<Vec<usize>> {
        if !self.can_ask() {
            return Err(missing(flag));
        }
        let formatter = |chosen: &[inquire::list_option::ListOption<&String>]| match chosen {
            [one] => one.value.clone(),
            many => format!("{} chosen", crate::system::text::number(many.len())),
        };
        let prompt = MultiSelect::new(question, cleaned(rows))
            .with_page_size(ROWS)
            .with_formatter(&formatter)
            .with_help_message("type to filter, space to choose, → all, ← none, Enter to go on")
            .with_validator(|chosen: &[inquire::list_option::ListOption<&String>]| {
                Ok(if chosen.is_empty() {
                    Validation::Invalid("choose one at least, with space".into())
                } else {
                    Validation::Valid
                })
            })
            .with_render_config(self.looks());
        prompt
            .raw_prompt()
            .map(|chosen| chosen.iter().map(|option| option.index).collect())
            .map_err(given_up)
    }

    fn looks(self) -> RenderConfig<'static> {
        if self.ui.has_colour(true) {
            RenderConfig::default_colored()
        } else {
            RenderConfig::empty()
        }
    }
}

/// The error of a question that has no answer and nobody to ask.
pub fn missing(flag: &str) -> Error {
    Error::new(
        Kind::Usage,
        format!("`{flag}` is missing, and there is no terminal to ask at"),
    )
    .hint("awsp configure --help")
}

/// What comes from the network is not let at the terminal as it is.
fn cleaned(rows: &[String]) -> Vec<String> {
    rows.iter().map(|row| clean(row)).collect()
}

fn given_up(error: InquireError) -> Error {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            Error::new(Kind::Interrupted, "interrupted: nothing was changed")
        }
        other => Error::new(Kind::Failed, "cannot ask at this terminal").cause(other),
    }
}
