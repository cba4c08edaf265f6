//! A person's yes.

use super::ask::Questions;
use super::ui::{Style, Ui};
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::tty;

/// Asks, and is told no by everything but a yes. `from_terminal`: stdin is not the person's, since a
/// command waits for the answer.
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
