//! Asks a person for a yes.

use super::ui::Ui;
use crate::system::env::Env;
use crate::system::tty;

/// Asks; every answer except a yes means no. `from_terminal`: stdin belongs to a command that waits
/// for the answer, so the terminal itself is read.
pub fn is_given(ui: Ui, env: &Env, question: &str, from_terminal: bool) -> bool {
    let mut env = env.clone();
    env.stdin_is_terminal |= from_terminal && tty::take_as_stdin().is_ok();
    let answer = ui.ask(&env, &format!("{question} [y/N]")).ok();
    answer.is_some_and(|answer| matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
