//! Links that a terminal opens when they are clicked (OSC 8).

use crate::system::env::Env;

/// Terminals that support links, by a part of `TERM`.
const BY_TERM: [&str; 6] = [
    "kitty",
    "alacritty",
    "foot",
    "ghostty",
    "wezterm",
    "contour",
];
/// The same, by `TERM_PROGRAM`.
const BY_PROGRAM: [&str; 7] = [
    "iTerm.app",
    "WezTerm",
    "vscode",
    "ghostty",
    "Hyper",
    "rio",
    "Tabby",
];

/// True for a terminal that is known to support links. Others would show a part of the code, or
/// nothing.
pub fn is_known(env: &Env) -> bool {
    let term = env.var("TERM").unwrap_or_default();
    let number = |name: &str| {
        let digits = |text: &str| {
            text.split('.')
                .next()
                .and_then(|part| part.parse::<u32>().ok())
        };
        env.var(name).and_then(digits)
    };
    if matches!(term, "" | "dumb") {
        return false;
    }
    // In tmux the variables of the outer terminal exist too, but tmux decides.
    if env.var("TMUX").is_some() {
        let version = env.var("TERM_PROGRAM_VERSION").unwrap_or_default();
        let mut parts = version.split(|c: char| !c.is_ascii_digit());
        let mut part = || parts.next().and_then(|part| part.parse::<u32>().ok());
        return (part(), part()) >= (Some(3), Some(4));
    }
    BY_TERM.iter().any(|name| term.contains(name))
        || env
            .var("TERM_PROGRAM")
            .is_some_and(|name| BY_PROGRAM.contains(&name))
        || number("VTE_VERSION").is_some_and(|version| version >= 5000)
        || env.var("KONSOLE_VERSION").is_some()
        || env.var("WT_SESSION").is_some()
}

/// The text as a link to an address. An address with other characters than printable ASCII is not
/// linked.
pub fn of(url: &str, text: &str) -> String {
    if url.bytes().all(|byte| byte.is_ascii_graphic()) {
        format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_for_terminals_that_know_them() {
        let xterm = ("TERM", "xterm-256color");
        for (vars, known) in [
            (&[("TERM", "xterm-kitty")][..], true),
            (&[("TERM", "dumb"), ("VTE_VERSION", "7003")], false),
            (&[xterm], false),
            (&[xterm, ("VTE_VERSION", "7003")], true),
            (&[xterm, ("VTE_VERSION", "4205")], false),
            (&[xterm, ("TERM_PROGRAM", "vscode")], true),
            (&[xterm, ("TERM_PROGRAM", "Apple_Terminal")], false),
            (
                &[xterm, ("TMUX", "x"), ("TERM_PROGRAM_VERSION", "3.4")],
                true,
            ),
            (
                &[
                    xterm,
                    ("TMUX", "x"),
                    ("TERM_PROGRAM_VERSION", "3.3a"),
                    ("VTE_VERSION", "7003"),
                ],
                false,
            ),
        ] {
            assert_eq!(is_known(&Env::of(vars)), known, "{vars:?}");
        }
    }

    #[test]
    fn an_address_cannot_end_its_link() {
        assert_eq!(
            of("https://x/", "x"),
            "\x1b]8;;https://x/\x1b\\x\x1b]8;;\x1b\\"
        );
        assert_eq!(of("https://x/\x1b\\", "x"), "x");
        assert_eq!(of("https://x/\u{9c}", "x"), "x");
    }
}
