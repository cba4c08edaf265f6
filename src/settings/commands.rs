//! The commands that awsp wraps in the shells, and which names can be wrapped.

/// The commands that log in first if the session has ended: those that most people use with AWS.
/// Not `copilot`, which is as often GitHub's as Amazon's.
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

/// Keywords of the shells, which cannot be wrapped: one in the place of a name would make the whole
/// script invalid.
const WORDS: [&str; 25] = [
    "and", "begin", "break", "builtin", "case", "command", "continue", "coproc", "do", "done",
    "elif", "else", "end", "esac", "exec", "fi", "for", "function", "if", "in", "not", "or",
    "return", "switch", "while",
];

/// True for a command name that needs no quotes in all three shells.
pub fn is_command(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    !name.is_empty()
        && !name.starts_with('-')
        && name.chars().all(is_plain)
        && !WORDS.contains(&name)
}
