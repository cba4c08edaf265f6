//! What `awsp init` prints: the shell's own script and completion, as they stand in the repository, between the
//! options and the command's name.

use super::Shell;

const BASH: [&str; 2] = [include_str!("../../shell/awsp.bash"), include_str!("../../completions/awsp.bash")];
const ZSH: [&str; 2] = [include_str!("../../shell/awsp.zsh"), include_str!("../../completions/_awsp")];
const FISH: [&str; 2] = [include_str!("../../shell/awsp.fish"), include_str!("../../completions/awsp.fish")];

/// What to leave out, and what to call the command.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    pub prompt: bool,
    pub auto_login: bool,
    /// Letters, digits, `_` and `-`.
    pub command: &'a str,
}

/// The text that the shell loads.
pub fn text(shell: Shell, options: &Options<'_>) -> String {
    let _ = options;
    let [script, completion] = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
    };
    format!("{script}\n{completion}")
}
