//! A person's yes.

use super::ui::Ui;
use crate::system::env::Env;
use crate::system::tty;

/// Asks, and is told no by everything but a yes. `from_terminal`: stdin is not the person's, since a
/// command waits for the answer.
pub fn is_given(ui: Ui, env: &Env, question: &str, from_terminal: bool) -> bool {
    let mut env = env.clone();
    env.stdin_is_terminal |= from_terminal && tty::take_as_stdin().is_ok();
    let answer = ui.ask(&env, &format!("{question} [y/N]")).ok();
    answer.is_some_and(|answer| matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
