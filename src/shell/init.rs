//! The output of `awsp init`: the options as variables, the shell's script and completion
//! unchanged, and between them a function for each command that logs in first.

use super::Shell;
use crate::settings::commands::is_command;
use crate::system::text::quote;

const BASH: [&str; 2] = [
    include_str!("../../shell/awsp.bash"),
    include_str!("../../completions/awsp.bash"),
];
const ZSH: [&str; 2] = [
    include_str!("../../shell/awsp.zsh"),
    include_str!("../../completions/_awsp"),
];
/// Where zsh's completion asks how it was loaded.
const AUTOLOADED: &str = "# An autoloaded file";
const FISH: [&str; 2] = [
    include_str!("../../shell/awsp.fish"),
    include_str!("../../completions/awsp.fish"),
];

/// The parts to leave out, and the name of the command.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    pub prompt: bool,
    /// True if a rule asks a person, so that `awsp exec` may have to.
    pub asks: bool,
    /// The commands to wrap when they are installed; names that are not [`is_command`] are left
    /// out.
    pub auto_login: &'a [String],
    /// Those that are installed now.
    pub there: &'a [String],
    /// Letters, digits, `_` and `-`, because it is put into the script unquoted.
    pub command: &'a str,
}

/// The text that the shell loads.
pub fn text(shell: Shell, options: &Options<'_>) -> String {
    let usable = |name: &&String| is_command(name) && *name != options.command;
    let words = |names: &[String]| {
        let names: Vec<&str> = names.iter().filter(usable).map(String::as_str).collect();
        names.join(" ")
    };
    let (names, there) = (words(options.auto_login), words(options.there));
    // All options each time, because a shell that loads the script twice must use the second ones.
    let variables = [
        ("__awsp_cmd", options.command),
        ("__awsp_no_prompt", if options.prompt { "" } else { "1" }),
        ("__awsp_asks", if options.asks { "1" } else { "" }),
        ("__awsp_names", &names),
    ];
    match shell {
        Shell::Bash => bare(&bash(
            &assignments(&variables),
            options.command,
            &names,
            &there,
        )),
        Shell::Zsh => bare(&zsh(&assignments(&variables), &there)),
        Shell::Fish => fish(&variables, &there),
    }
}

/// The text without comments and indentation, which bash and zsh read character by character each
/// time that a shell starts. No line of the scripts stands within quotes.
fn bare(text: &str) -> String {
    let lines = text.lines().map(str::trim_start);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .fold(String::new(), |out, line| out + line + "\n")
}

fn assignments(variables: &[(&str, &str)]) -> String {
    let assign = |(name, value): &(&str, &str)| format!("{name}='{value}'\n");
    variables.iter().map(assign).collect()
}

/// Bash cannot take the name of a function from a variable, so each is written out. It reads the
/// text command by command, so aliases that are off at the beginning replace no word of the rest.
///
/// The functions around the commands have no variables of their own: an exported one of the same
/// name would reach the command with our value. In a shell that got hold of them alone, as from a
/// snapshot of functions, they are just the commands.
fn bash(variables: &str, command: &str, names: &str, there: &str) -> String {
    let [script, completion] = BASH;
    let define = |name: &str| {
        format!(
            "        {name}) function {name} {{ ! builtin declare -F __awsp_before >/dev/null || \
             __awsp_before {name} \"$@\" || return; command {name} \"$@\"; }} ;;\n"
        )
    };
    let defined: String = names.split_whitespace().map(define).collect();
    format!(
        "{variables}\
         __awsp_aliases=''\n\
         if \\builtin shopt -q expand_aliases; then __awsp_aliases=1; fi\n\
         \\builtin shopt -u expand_aliases\n\
         {script}\n\
         builtin unalias {command} 2>/dev/null || builtin true\n\
         function {command} {{ if builtin declare -F __awsp >/dev/null; then __awsp \"$@\"; \
         else command awsp \"$@\"; fi; }}\n\
         __awsp_define() {{\n    case $1 in\n{defined}        *) ;;\n    esac\n}}\n\
         if [[ $- == *i* ]]; then __awsp_wrap '{there}'; fi\n\
         {completion}\n\
         [[ -z ${{__awsp_aliases}} ]] || builtin shopt -s expand_aliases\n\
         \\builtin unset -v __awsp_aliases\n"
    )
}

/// zsh parses the whole of an `eval` before it runs any, so the script is a word of this text, and
/// is parsed under options and without aliases of its own. Its functions keep those options. What
/// the user's say is asked behind it: with `posix_builtins` the assignment of `AWS_PROFILE=prod
/// aws` would outlive a function of that name.
fn zsh(variables: &str, there: &str) -> String {
    let [script, completion] = ZSH;
    // What follows is for the file that zsh loads by itself.
    let (completion, _) = completion
        .split_once(AUTOLOADED)
        .unwrap_or((completion, ""));
    let text = format!(
        "{variables}{script}\n\
         unalias -- \"${{__awsp_cmd}}\" 2>/dev/null || true\n\
         function \"${{__awsp_cmd}}\" {{\n    \
         if (( ${{+functions[__awsp]}} )); then __awsp \"$@\"; else command awsp \"$@\"; fi\n}}\n\
         {completion}\n\
         [[ ! -o interactive ]] || __awsp_compdef later\n"
    );
    format!(
        "'builtin' 'emulate' zsh -o no_aliases -c {}\n\
         [[ -o prompt_percent ]] || 'builtin' 'typeset' -g __awsp_no_prompt=1\n\
         [[ ! -o posix_builtins ]] || 'builtin' 'typeset' -g __awsp_names=''\n\
         if [[ -o interactive && ! -o posix_builtins ]]; then '__awsp_wrap' '{there}' there; fi\n",
        quote::posix(&text)
    )
}

fn fish(variables: &[(&str, &str)], there: &str) -> String {
    let [script, completion] = FISH;
    let assign = |(name, value): &(&str, &str)| format!("set -g {name} '{value}'\n");
    let variables: String = variables.iter().map(assign).collect();
    format!(
        "{variables}{script}\n\
         function $__awsp_cmd --description 'Switch AWS profiles, and log in'\n    __awsp $argv\n\
         end\n\
         __awsp_wrap '{there}'\n{completion}"
    )
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
                    asks: false,
                    prompt: true,
                    auto_login: &names,
                    there: &names,
                    command: "awsp",
                },
            );
            let wrapped: Vec<&str> = all
                .lines()
                .filter(|line| line.contains("__awsp_wrap '"))
                .collect();
            let quote = if shell == Shell::Zsh { "' '" } else { " '" };
            let wanted = format!("__awsp_wrap{quote}aws ecs-cli'");
            assert!(all.contains(&wanted), "{shell:?}: {wrapped:?}");
        }
    }
}
