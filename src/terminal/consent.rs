//! Asks a person for a yes.

use std::io::Write as _;

use super::ui::Ui;
use crate::system::env::Env;
use crate::system::text::clean;
use crate::system::tty;

/// Asks; every answer except a yes means no. `from_terminal`: stdin belongs to a command that waits
/// for the answer, so the terminal itself is read.
pub fn is_given(ui: Ui, env: &Env, question: &str, from_terminal: bool) -> bool {
    let question = format!("{question} [y/N]");
    let answer = if from_terminal {
        let _ = write!(std::io::stderr().lock(), "{}: ", clean(&question));
        tty::line().ok()
    } else {
        ui.ask(env, &question).ok()
    };
    answer.is_some_and(|answer| matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
