//! Reads a shell's start-up files, line by line. It sees the text, not what runs. Pure, except for
//! reading.

use std::path::{Path, PathBuf};

use crate::shell::Shell;
use crate::system::env::Env;
use crate::system::files;

/// A start-up file that is longer than this (bytes) is not read.
const MOST: u64 = 1 << 20;

/// One file, in the order in which the shell reads them.
#[derive(Clone, Debug)]
pub struct StartUp {
    pub path: PathBuf,
    /// The path with `~`.
    pub shown: String,
    pub text: String,
}

/// A line that loads the integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load<'a> {
    /// From 1.
    pub line: u32,
    pub text: &'a str,
    /// The shell that it names.
    pub shell: Option<Shell>,
}

/// The file for the line.
pub fn main_file(env: &Env, shell: Shell) -> PathBuf {
    match shell {
        Shell::Bash => home(env).join(".bashrc"),
        Shell::Zsh => zsh_folder(env).join(".zshrc"),
        Shell::Fish => fish_folder(env).join("config.fish"),
    }
}

/// The file that `awsp init --install` writes to; `None` without a home.
pub fn install_file(env: &Env, shell: Shell) -> Option<PathBuf> {
    env.home()?;
    Some(match shell {
        Shell::Bash => bash_file(home(env), cfg!(target_os = "macos")),
        Shell::Zsh => main_file(env, shell),
        Shell::Fish => fish_folder(env).join("conf.d/awsp.fish"),
    })
}

/// The terminals of macOS start login shells, which read the first of three files and not
/// `.bashrc`, unless that file does.
fn bash_file(home: &Path, is_macos: bool) -> PathBuf {
    let bashrc = home.join(".bashrc");
    if !is_macos {
        return bashrc;
    }
    let paths = [".bash_profile", ".bash_login", ".profile"].map(|name| home.join(name));
    match paths.iter().find(|path| path.exists()) {
        Some(file)
            if files::read(file, MOST)
                .is_ok_and(|bytes| bytes.is_some_and(|bytes| names_bashrc(&bytes))) =>
        {
            bashrc
        }
        Some(file) => file.clone(),
        None => paths[0].clone(),
    }
}

fn names_bashrc(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| !line.starts_with('#') && line.contains(".bashrc"))
}

/// The start-up files of the shell that exist.
pub fn read(env: &Env, shell: Shell) -> Vec<StartUp> {
    let below =
        |folder: &Path, names: &[&str]| names.iter().map(|name| folder.join(name)).collect();
    let paths: Vec<PathBuf> = match shell {
        Shell::Bash => below(
            home(env),
            &[".bash_profile", ".bash_login", ".profile", ".bashrc"],
        ),
        Shell::Zsh => below(
            &zsh_folder(env),
            &[".zshenv", ".zprofile", ".zshrc", ".zlogin"],
        ),
        Shell::Fish => {
            let folder = fish_folder(env);
            let parts = files::list(&folder.join("conf.d"), "fish");
            let mut parts: Vec<PathBuf> = parts.into_iter().map(|(path, _)| path).collect();
            parts.push(folder.join("config.fish"));
            parts.push(folder.join("functions/awsp.fish"));
            parts
        }
    };
    let mut files: Vec<StartUp> = Vec::new();
    let mut seen = Vec::new();
    for path in paths {
        // The shell reads a file with two names twice, but to its owner it is one file.
        let real = files::canonical(&path);
        if !seen.contains(&real)
            && let Ok(Some(text)) = files::text(&path, MOST)
        {
            files.push(StartUp {
                shown: env.tilde(&path),
                path,
                text,
            });
            seen.push(real);
        }
    }
    files
}

fn home(env: &Env) -> &Path {
    env.base()
}

fn zsh_folder(env: &Env) -> PathBuf {
    env.var("ZDOTDIR")
        .map_or_else(|| home(env).to_owned(), PathBuf::from)
}

fn fish_folder(env: &Env) -> PathBuf {
    let base = env
        .var("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    base.unwrap_or_else(|| home(env).join(".config"))
        .join("fish")
}

impl StartUp {
    /// The lines with their numbers, without comments.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (1..)
            .zip(self.text.lines().map(str::trim))
            .filter(|(_, line)| !line.starts_with('#'))
    }

    /// The lines that load awsp's integration.
    pub fn loads(&self) -> Vec<Load<'_>> {
        self.lines()
            .filter_map(|(line, text)| {
                Some(Load {
                    line,
                    text,
                    shell: Shell::named(load(text)?),
                })
            })
            .collect()
    }

    /// The first line that makes `awsp` an alias, an abbreviation or a function.
    pub fn alias(&self) -> Option<(u32, &'static str)> {
        self.lines()
            .find_map(|(line, text)| Some((line, alias(text)?)))
    }

    /// The line that sets a variable permanently.
    pub fn setter(&self, name: &str) -> Option<u32> {
        self.lines()
            .find(|(_, text)| sets(text, name))
            .map(|(line, _)| line)
    }
}

/// The word for the shell after `awsp init` in a line; empty if it names none.
pub fn load(line: &str) -> Option<&str> {
    let is_break = |c: char| c.is_whitespace() || "\"'`$();|&<>".contains(c);
    let mut words = line
        .split(is_break)
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        if word.rsplit('/').next() == Some("awsp") && words.peek() == Some(&"init") {
            return Some(
                words
                    .skip(1)
                    .find(|word| !word.starts_with('-'))
                    .unwrap_or_default(),
            );
        }
    }
    None
}

fn alias(line: &str) -> Option<&'static str> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let mut rest = words.filter(|word| !word.starts_with('-'));
    let is_name = |word: &str| word.split(['=', '(', '{', ';']).next() == Some("awsp");
    match first {
        "alias" => rest
            .any(|word| is_name(word) && !word.starts_with("awsp("))
            .then_some("an alias"),
        "abbr" => rest
            .find(|word| *word != "add")
            .is_some_and(is_name)
            .then_some("an abbreviation"),
        "function" => rest.next().is_some_and(is_name).then_some("a function"),
        _ if first == "awsp()" || first.starts_with("awsp(){") => Some("a function"),
        "awsp" if rest.next().is_some_and(|word| word.starts_with("()")) => Some("a function"),
        _ => None,
    }
}

/// True for `export NAME=…`, `NAME=…` alone, and fish's `set -gx NAME …`.
fn sets(line: &str, name: &str) -> bool {
    let mut words = line.split_whitespace();
    match words.next() {
        Some("export" | "typeset" | "declare") => words.any(|word| {
            word.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        }),
        Some("set") => {
            let flags: Vec<&str> = words
                .clone()
                .take_while(|word| word.starts_with('-'))
                .collect();
            let exports = flags
                .iter()
                .any(|flag| *flag == "--export" || (!flag.starts_with("--") && flag.contains('x')));
            exports && words.nth(flags.len()) == Some(name)
        }
        Some(word) => {
            word.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('='))
                && words.next().is_none()
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_file_that_macos_reads_gets_the_line() {
        let home = tempfile::tempdir().unwrap();
        let name = |is_macos| {
            let path = bash_file(home.path(), is_macos);
            path.file_name().unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(
            (name(false), name(true)),
            (".bashrc".into(), ".bash_profile".into())
        );
        let profile = home.path().join(".profile");
        fs::write(&profile, "# . ~/.bashrc\n").unwrap();
        assert_eq!(name(true), ".profile");
        fs::write(&profile, "[ -f ~/.bashrc ] && . ~/.bashrc\n").unwrap();
        assert_eq!(name(true), ".bashrc");
    }

    #[test]
    fn a_line_that_loads_is_known_in_all_its_forms() {
        for line in [
            "eval \"$(awsp init bash)\"",
            "command -v awsp >/dev/null && eval \"$(awsp init bash --no-prompt)\"",
            "source <(/opt/bin/awsp init --no-prompt bash)",
            "awsp init bash | source",
        ] {
            assert_eq!(load(line), Some("bash"), "{line}");
        }
        assert_eq!(load("eval `awsp init`"), Some(""));
        for line in [
            "echo awsp",
            "eval \"$(zoxide init bash)\"",
            "eval \"$(myawsp init bash)\"",
            "awsp list",
        ] {
            assert_eq!(load(line), None, "{line}");
        }
    }

    #[test]
    fn another_meaning_of_the_name_is_seen() {
        for (line, what) in [
            ("alias awsp='source _awsp'", "an alias"),
            ("alias awsp \"source _awsp\"", "an alias"),
            ("alias -g awsp=x", "an alias"),
            ("abbr --add awsp x", "an abbreviation"),
            ("function awsp", "a function"),
            ("function awsp() {", "a function"),
            ("awsp() {", "a function"),
            ("awsp () {", "a function"),
        ] {
            assert_eq!(alias(line), Some(what), "{line}");
        }
        for line in [
            "alias awspx=y",
            "alias a=awsp",
            "awsp dev",
            "function awsps",
            "abbr -a a awsp",
        ] {
            assert_eq!(alias(line), None, "{line}");
        }
    }

    #[test]
    fn a_variable_is_found_where_it_is_set_for_good() {
        for line in [
            "export AWS_PROFILE=a",
            "AWS_PROFILE=a",
            "set -gx AWS_PROFILE a",
            "set --export AWS_PROFILE a",
            "declare -x AWS_PROFILE=a",
        ] {
            assert!(sets(line, "AWS_PROFILE"), "{line}");
        }
        for line in [
            "AWS_PROFILE=a aws s3 ls",
            "export AWS_PROFILE_X=a",
            "set -e AWS_PROFILE",
            "echo AWS_PROFILE=a",
            "unset AWS_PROFILE",
        ] {
            assert!(!sets(line, "AWS_PROFILE"), "{line}");
        }
    }
}
