//! What `awsp init` prints: the options as variables, then the shell's own script and completion as they stand in the
//! repository.

use super::Shell;

const BASH: [&str; 2] = [include_str!("../../shell/awsp.bash"), include_str!("../../completions/awsp.bash")];
const ZSH: [&str; 2] = [include_str!("../../shell/awsp.zsh"), include_str!("../../completions/_awsp")];
const FISH: [&str; 2] = [include_str!("../../shell/awsp.fish"), include_str!("../../completions/awsp.fish")];

/// What to leave out, and what to call the command.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    pub prompt: bool,
    pub auto_login: bool,
    /// Letters, digits, `_` and `-`: it stands in the text as it is.
    pub command: &'a str,
}

/// The text that the shell loads.
pub fn text(shell: Shell, options: &Options<'_>) -> String {
    let [script, completion] = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
    };
    // All of them each time: a shell that loads twice goes by the second.
    let off = |on: bool| if on { "" } else { "1" };
    let variables = [
        ("__awsp_cmd", options.command),
        ("__awsp_no_prompt", off(options.prompt)),
        ("__awsp_no_auto_login", off(options.auto_login)),
    ];
    let assign = |(name, value): (&str, &str)| match shell {
        Shell::Bash | Shell::Zsh => format!("{name}='{value}'\n"),
        Shell::Fish => format!("set -g {name} '{value}'\n"),
    };
    let prelude: String = variables.into_iter().map(assign).collect();
    format!("{prelude}{script}\n{completion}")
}
