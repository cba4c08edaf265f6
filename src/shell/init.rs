//! What `awsp init` prints: the options as variables, the shell's own script and completion as they
//! stand in the repository, and between them a function for each command that is to find its
//! session usable.

use super::Shell;
use crate::settings::commands::is_command;

const BASH: [&str; 2] = [
    include_str!("../../shell/awsp.bash"),
    include_str!("../../completions/awsp.bash"),
];
const ZSH: [&str; 2] = [
    include_str!("../../shell/awsp.zsh"),
    include_str!("../../completions/_awsp"),
];
const FISH: [&str; 2] = [
    include_str!("../../shell/awsp.fish"),
    include_str!("../../completions/awsp.fish"),
];

/// What to leave out, and what to call the command.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    pub prompt: bool,
    /// The commands to wrap; one that is not [`is_command`] is left out.
    pub auto_login: &'a [String],
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
    // Both each time: a shell that loads twice goes by the second.
    let no_prompt = if options.prompt { "" } else { "1" };
    let assign = |(name, value): (&str, &str)| match shell {
        Shell::Bash | Shell::Zsh => format!("{name}='{value}'\n"),
        Shell::Fish => format!("set -g {name} '{value}'\n"),
    };
    let prelude: String = [
        ("__awsp_cmd", options.command),
        ("__awsp_no_prompt", no_prompt),
    ]
    .map(assign)
    .concat();
    let commands = options
        .auto_login
        .iter()
        .filter(|name| is_command(name) && *name != options.command);
    let wrappers: String = commands.map(|name| wrapper(shell, name)).collect();
    format!("{prelude}{script}\n{wrappers}\n{completion}")
}

/// A function that asks `__awsp_before` first, when the name is free. It has no variables of its
/// own: an exported one of the same name would reach the command with our value. In a script that
/// got hold of the function alone, as a snapshot of a shell does, it is just the command.
fn wrapper(shell: Shell, name: &str) -> String {
    // Bash cannot take the name of a function from a variable, so all three are given theirs here.
    match shell {
        Shell::Bash => format!(
            r#"if __awsp_free {name}; then
    function {name} {{
        [[ $- != *i* ]] || __awsp_before "$@" || \return
        \command {name} "$@"
    }}
fi
"#
        ),
        // In quotes no alias replaces it.
        Shell::Zsh => format!(
            r#"if __awsp_free {name}; then
    function '{name}' {{
        [[ ! -o interactive ]] || __awsp_before "$@" || 'return'
        'command' '{name}' "$@"
    }}
fi
"#
        ),
        Shell::Fish => format!(
            "if __awsp_free {name}
    function {name}
        __awsp_before $argv; or return
        command {name} $argv
    end
end
"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_become_functions() {
        let names = [
            "aws", "ecs-cli", "a'b", "$(x)", "", "-x", "a b", "awsp", "break",
        ]
        .map(str::to_owned);
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let all = text(
                shell,
                &Options {
                    prompt: true,
                    auto_login: &names,
                    command: "awsp",
                },
            );
            let wrapped: Vec<&str> = all
                .lines()
                .filter_map(|line| line.strip_prefix("if __awsp_free "))
                .collect();
            let wanted = if shell == Shell::Fish {
                ["aws", "ecs-cli"]
            } else {
                ["aws; then", "ecs-cli; then"]
            };
            assert_eq!(wrapped, wanted, "{shell:?}");
        }
    }
}
