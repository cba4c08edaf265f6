//! The commands that awsp wraps in the shells, and which names can be wrapped.

/// The commands before which an ended session is logged in: what most people run against AWS. Not
/// `copilot`, which is GitHub's as often as Amazon's.
pub const AUTO_LOGIN: [&str; 19] = [
    "aws",
    "terraform",
    "tofu",
    "terragrunt",
    "cdk",
    "sam",
    "eksctl",
    "kubectl",
    "helm",
    "k9s",
    "pulumi",
    "packer",
    "sls",
    "serverless",
    "chalice",
    "eb",
    "ecs-cli",
    "s5cmd",
    "steampipe",
];

/// Words of the shells' grammar, which cannot be wrapped: one that stood where a name is wanted
/// would spoil the whole text.
const WORDS: [&str; 25] = [
    "and", "begin", "break", "builtin", "case", "command", "continue", "coproc", "do", "done",
    "elif", "else", "end", "esac", "exec", "fi", "for", "function", "if", "in", "not", "or",
    "return", "switch", "while",
];

/// True for what can stand unquoted in all three shells as the name of a command.
pub fn is_command(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    !name.is_empty()
        && !name.starts_with('-')
        && name.chars().all(is_plain)
        && !WORDS.contains(&name)
}
