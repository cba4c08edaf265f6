//! The output for a shell: a value, a tab and a description in each line. Pure.

use std::borrow::Cow;

use crate::shell::Shell;
use crate::system::text::width::{cut, width};

/// Blanks between a value and its description.
const GAP: usize = 2;
/// A description that is cut shorter is useless.
const LEAST: usize = 8;

/// Profiles or other values, and commands.
pub struct Offer<'a> {
    pub shell: Shell,
    /// The width of the terminal, if the shell passes it.
    pub columns: Option<usize>,
    pub groups: [Vec<(Cow<'a, str>, String)>; 2],
}

impl Offer<'_> {
    pub fn text(&self) -> String {
        let room = self.room();
        let mut out = String::new();
        // zsh shows groups; a line that begins with a tab starts a group.
        let has_groups =
            self.shell == Shell::Zsh && self.groups.iter().all(|rows| !rows.is_empty());
        for (name, rows) in ["profiles", "commands"].into_iter().zip(&self.groups) {
            if has_groups {
                out.push_str("\tgroup ");
                out.push_str(name);
                out.push('\n');
            }
            for (value, help) in rows {
                out.push_str(value);
                out.push('\t');
                // bash shows no descriptions.
                if self.shell != Shell::Bash {
                    out.push_str(&cut(help, room));
                }
                out.push('\n');
            }
        }
        out
    }

    /// The width for descriptions beside the longest value. fish cuts them itself.
    fn room(&self) -> usize {
        let Some(columns) = self.columns.filter(|_| self.shell == Shell::Zsh) else {
            return usize::MAX;
        };
        let widest = self
            .groups
            .iter()
            .flatten()
            .map(|(value, _)| width(value))
            .max();
        // zsh breaks the line of an entry that ends in the last column.
        let room = columns.saturating_sub(widest.unwrap_or(0) + GAP + 1);
        if room < LEAST { 0 } else { room }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(shell: Shell, columns: Option<usize>, commands: bool) -> String {
        let row = |value, help: &str| (Cow::Borrowed(value), help.to_owned());
        let commands = if commands {
            vec![row("doctor", "Find why")]
        } else {
            Vec::new()
        };
        let profiles = vec![row("dev", "acme-dev Administrator"), row("本番", "")];
        Offer {
            shell,
            columns,
            groups: [profiles, commands],
        }
        .text()
    }

    #[test]
    fn each_shell_gets_what_it_can_show() {
        assert_eq!(text(Shell::Bash, None, true), "dev\t\n本番\t\ndoctor\t\n");
        assert_eq!(
            text(Shell::Fish, Some(20), true),
            "dev\tacme-dev Administrator\n本番\t\ndoctor\tFind why\n"
        );
        assert_eq!(
            text(Shell::Zsh, None, true),
            "\tgroup profiles\ndev\tacme-dev Administrator\n本番\t\n\tgroup commands\n\
             doctor\tFind why\n"
        );
    }

    #[test]
    fn descriptions_are_cut_to_the_terminal() {
        assert_eq!(
            text(Shell::Zsh, Some(20), false),
            "dev\tacme-dev Adm…\n本番\t\n"
        );
        assert_eq!(text(Shell::Zsh, Some(12), false), "dev\t\n本番\t\n");
    }
}
