//! The size of the terminal.

use std::os::fd::AsFd;

use rustix::termios::tcgetwinsize;

use crate::system::env::Env;

/// The size if neither the terminal nor the environment has one.
const USUAL: Size = Size {
    rows: 24,
    columns: 80,
};

/// Rows and columns of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub rows: usize,
    pub columns: usize,
}

/// The columns of the terminal at stdout; `None` for a pipe or a file, where nothing is cut.
pub fn of_stdout(env: &Env) -> Option<usize> {
    env.stdout_is_terminal
        .then(|| of(env, rustix::stdio::stdout()).columns)
}

/// The columns of the terminal at stderr, if known.
pub fn columns_of_stderr() -> Option<usize> {
    let told = tcgetwinsize(rustix::stdio::stderr()).ok()?;
    Some(usize::from(told.ws_col)).filter(|&columns| columns > 0)
}

/// The size of the terminal at stderr.
pub fn of_stderr(env: &Env) -> Size {
    of(env, rustix::stdio::stderr())
}

/// The size according to the terminal. `COLUMNS` and `LINES` are only used if it has none, as on a
/// serial line: once exported, they do not change with the window.
fn of(env: &Env, terminal: impl AsFd) -> Size {
    let told = tcgetwinsize(terminal).ok();
    let number = |told: Option<u16>, variable: &str, usual: usize| {
        told.map(usize::from)
            .filter(|&number| number > 0)
            .or_else(|| env.var(variable)?.parse().ok().filter(|&number| number > 0))
            .unwrap_or(usual)
    };
    Size {
        rows: number(told.map(|told| told.ws_row), "LINES", USUAL.rows),
        columns: number(told.map(|told| told.ws_col), "COLUMNS", USUAL.columns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_terminal_does_not_tell_the_variables_do() {
        let nothing = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(of(&Env::default(), &nothing), USUAL);
        let env = Env::of(&[("COLUMNS", "132"), ("LINES", "0")]);
        assert_eq!(
            of(&env, &nothing),
            Size {
                rows: 24,
                columns: 132
            }
        );
        assert_eq!(of_stdout(&env), None, "a pipe has no width");
    }
}
