//! The output of `awsp init`: the options as variables, what a shell starts with, and a function
//! for each command that logs in first. The rest follows when somebody uses AWS in this shell: now,
//! or when the shell asks for it.

use super::Shell;
use crate::settings::commands::{AUTO_LOGIN, is_command};
use crate::system::env::Env;
use crate::system::text::quote;

/// The script of the start, the rest, and the completion, each unchanged.
const BASH: [&str; 3] = [
    include_str!("../../shell/start.bash"),
    include_str!("../../shell/awsp.bash"),
    include_str!("../../completions/awsp.bash"),
];
const ZSH: [&str; 3] = [
    include_str!("../../shell/start.zsh"),
    include_str!("../../shell/awsp.zsh"),
    include_str!("../../completions/_awsp"),
];
const FISH: [&str; 3] = [
    include_str!("../../shell/start.fish"),
    include_str!("../../shell/awsp.fish"),
    include_str!("../../completions/awsp.fish"),
];
/// Where a completion registers itself. Here the start does that.
const ALONE: &str = "# A file of its own";

/// The variables that say that the rest is needed now: an identity, or what awsp has left for a
/// shell below.
const IN_USE: [&str; 12] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ACCOUNT_ID",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWSP_STAY",
    "AWSP_PROMPT",
];

/// True if a shell with this environment needs the rest at its first prompt.
pub fn is_in_use(env: &Env) -> bool {
    IN_USE.iter().any(|name| env.var(name).is_some())
}

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
    /// The rest at once.
    pub whole: bool,
}

impl Options<'_> {
    /// Those of the names that can be wrapped.
    fn usable<'n>(&self, names: &'n [String]) -> Vec<&'n str> {
        let names = names.iter().map(String::as_str);
        names
            .filter(|name| is_command(name) && *name != self.command)
            .collect()
    }

    /// The names and values of the variables. All of them each time, because a shell that loads the
    /// script twice must use the second ones.
    fn variables(&self) -> [(&str, String); 5] {
        let flag = |is: bool| if is { "1" } else { "" }.to_owned();
        [
            ("__awsp_cmd", self.command.to_owned()),
            ("__awsp_no_prompt", flag(!self.prompt)),
            ("__awsp_asks", flag(self.asks)),
            ("__awsp_names", self.usable(self.auto_login).join(" ")),
            ("__awsp_whole", flag(self.whole)),
        ]
    }
}

/// The text that the shell loads.
pub fn text(shell: Shell, options: &Options<'_>) -> String {
    let start = match shell {
        Shell::Bash => bash_start(options),
        Shell::Zsh => zsh_start(options),
        Shell::Fish => fish_start(options),
    };
    if options.whole {
        start + &rest(shell, options.auto_login)
    } else {
        start
    }
}

/// The text that the shell loads when somebody uses AWS in it.
pub fn rest(shell: Shell, auto_login: &[String]) -> String {
    let [_, script, completion] = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
    };
    let (completion, _) = completion.split_once(ALONE).unwrap_or((completion, ""));
    match shell {
        // Not the name of the start's variable: the start may load the rest.
        Shell::Bash => without_aliases(
            "__awsp_aliased",
            &format!("{}{script}{completion}", definitions(auto_login)),
        ),
        Shell::Zsh => emulated(&format!("{script}{completion}")),
        Shell::Fish => format!("{script}{completion}"),
    }
}

/// `__awsp_define NAME`, which wraps a command that comes onto the path later.
fn definitions(auto_login: &[String]) -> String {
    let names = auto_login.iter().map(String::as_str);
    let cases = names
        .filter(|name| is_command(name))
        .fold(String::new(), |all, name| {
            all + name + ") " + &wrapper(name) + " ;;\n"
        });
    format!(
        "\
__awsp_define() {{
    case $1 in
        {cases}
        *) ;;
    esac
}}
"
    )
}

fn bash_start(options: &Options<'_>) -> String {
    let [script, ..] = BASH;
    let (variables, name) = (assignments(options), options.command);
    let usable = options.usable(options.there).into_iter();
    let wrapped: String = usable.map(there).collect();
    let start = format!(
        "\
{variables}
{script}
builtin unalias {name} 2>/dev/null || builtin true
function {name} {{
    if builtin declare -F __awsp >/dev/null; then __awsp \"$@\"; else command awsp \"$@\"; fi
}}
if [[ $- == *i* && -z ${{POSIXLY_CORRECT-}} ]]; then
    {{
        {wrapped}
        :
    }} >/dev/null 2>&1
fi
"
    );
    without_aliases("__awsp_aliases", &start)
}

/// Wraps a command that is there, unless somebody else has made a function or an alias of the name.
fn there(name: &str) -> String {
    let ours = if AUTO_LOGIN.contains(&name) {
        String::new()
    } else {
        format!("builtin compgen -A builtin -A keyword -X '!{name}' || ")
    };
    format!(
        "builtin declare -F {name} || builtin alias {name} || {ours}\
         {{ {}; __awsp_wrapped+=' {name}'; }}\n",
        wrapper(name)
    )
}

/// Bash cannot take the name of a function from a variable, so each is written out. It has no
/// variables of its own: an exported one of the same name would reach the command with our value.
/// In a shell that got hold of it alone, as from a snapshot of functions, it is just the command.
fn wrapper(name: &str) -> String {
    format!(
        "function {name} {{ ! builtin declare -F __awsp_before >/dev/null || \
         __awsp_before {name} \"$@\" || return; command {name} \"$@\" || return; }}"
    )
}

/// Bash reads text command by command, so aliases that are off at the beginning replace no word of
/// the rest. The variable of this name remembers that they were on.
fn without_aliases(on: &str, text: &str) -> String {
    bare(&format!(
        "\
{on}=''
if \\builtin shopt -q expand_aliases; then {on}=1; fi
\\builtin shopt -u expand_aliases
{text}
[[ -z ${{{on}}} ]] || builtin shopt -s expand_aliases
\\builtin unset -v {on}
"
    ))
}

/// What the user's options say is asked behind the script: with `posix_builtins` the assignment of
/// `AWS_PROFILE=prod aws` would outlive a function of that name.
fn zsh_start(options: &Options<'_>) -> String {
    let [script, ..] = ZSH;
    let variables = assignments(options);
    let text = emulated(&format!(
        "\
{variables}
{script}
unalias -- \"${{__awsp_cmd}}\" 2>/dev/null || true
function \"${{__awsp_cmd}}\" {{
    if (( ${{+functions[__awsp]}} )); then __awsp \"$@\"; else command awsp \"$@\"; fi
}}
"
    ));
    let there = options.usable(options.there).join(" ");
    format!(
        "\
{text}
[[ -o prompt_percent ]] || 'builtin' 'typeset' -g __awsp_no_prompt=1
[[ ! -o posix_builtins ]] || 'builtin' 'typeset' -g __awsp_names=''
if [[ -o interactive && ! -o posix_builtins ]]; then '__awsp_wrap' '{there}' there; fi
"
    )
}

/// zsh parses the whole of an `eval` before it runs any, so the script is a word of this text, and
/// is parsed under options and without aliases of its own. Its functions keep those options.
fn emulated(text: &str) -> String {
    let text = quote::posix(&bare(text));
    format!("'builtin' 'emulate' zsh -o no_aliases -c {text}\n")
}

fn fish_start(options: &Options<'_>) -> String {
    let [script, ..] = FISH;
    let assign = |(name, value): &(&str, String)| format!("set -g {name} '{value}'\n");
    let variables: String = options.variables().iter().map(assign).collect();
    let there = options.usable(options.there).join(" ");
    format!(
        "\
{variables}
{script}
function $__awsp_cmd --description 'Switch AWS profiles, and log in'
    __awsp $argv
end
__awsp_wrap '{there}'
"
    )
}

fn assignments(options: &Options<'_>) -> String {
    let assign = |(name, value): &(&str, String)| format!("{name}='{value}'\n");
    options.variables().iter().map(assign).collect()
}

/// The text without comments and indentation, which bash and zsh read character by character each
/// time that a shell starts. No line of the scripts stands within quotes.
fn bare(text: &str) -> String {
    let lines = text.lines().map(str::trim_start);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .fold(String::new(), |out, line| out + line + "\n")
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
                    whole: false,
                },
            );
            let wanted = match shell {
                Shell::Bash => "builtin alias ecs-cli || { function ecs-cli {",
                Shell::Zsh => "'__awsp_wrap' 'aws ecs-cli' there",
                Shell::Fish => "__awsp_wrap 'aws ecs-cli'",
            };
            assert!(all.contains(wanted), "{shell:?}: {all}");
            assert!(!all.contains("$(x)") && !all.contains("a'b"), "{all}");
        }
    }
}
