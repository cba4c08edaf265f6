//! Asks a person for a yes.

use super::ask::Questions;
use super::ui::{Style, Ui};
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::tty;

/// Asks; every answer except a yes means no. `from_terminal`: stdin belongs to a command that waits
/// for the answer, so the terminal itself is read.
///
/// # Errors
/// Nobody can answer; Esc or Ctrl-C.
pub fn is_given(
    ui: Ui,
    env: &Env,
    question: &str,
    style: Style,
    from_terminal: bool,
) -> Result<bool> {
    let mut env = env.clone();
    env.stdin_is_terminal |= from_terminal && tty::take_as_stdin().is_ok();
    Questions::new(&env, ui).agrees(question, style, false)
}
