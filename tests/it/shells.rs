//! The shells that every promise is kept in: bash, zsh, fish, and the bash named by
//! `AWSP_TEST_BASH`.

use std::env::var_os;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Bash,
    Zsh,
    Fish,
}

/// One shell of this machine.
#[derive(Clone)]
pub struct Shell {
    pub kind: Kind,
    pub program: PathBuf,
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program.display())
    }
}

/// Every shell. One that is missing fails the test that starts it: nothing is skipped in silence.
pub fn all() -> Vec<Shell> {
    let mut all = bashes();
    all.push(Shell {
        kind: Kind::Zsh,
        program: "zsh".into(),
    });
    all.push(Shell {
        kind: Kind::Fish,
        program: "fish".into(),
    });
    all
}

/// Every bash.
pub fn bashes() -> Vec<Shell> {
    let mut bashes = vec![Shell {
        kind: Kind::Bash,
        program: "bash".into(),
    }];
    bashes.extend(var_os("AWSP_TEST_BASH").map(|program| Shell {
        kind: Kind::Bash,
        program: program.into(),
    }));
    bashes
}

impl Shell {
    /// The files of the repository that this shell reads: the integration and the completion.
    pub fn files(&self) -> [PathBuf; 2] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (script, completion) = match self.kind {
            Kind::Bash => ("shell/awsp.bash", "completions/awsp.bash"),
            Kind::Zsh => ("shell/awsp.zsh", "completions/_awsp"),
            Kind::Fish => ("shell/awsp.fish", "completions/awsp.fish"),
        };
        [root.join(script), root.join(completion)]
    }

    /// What `awsp init` prints: the options, then both files.
    pub fn init(&self, options: &[(&str, &str)]) -> String {
        let mut text = String::new();
        for (name, value) in options {
            let line = match self.kind {
                Kind::Fish => format!("set -g {name} {value}\n"),
                Kind::Bash | Kind::Zsh => format!("{name}={value}\n"),
            };
            text.push_str(&line);
        }
        for file in self.files() {
            text +=
                &fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        }
        text
    }

    /// Arguments for a shell that reads none of the user's files.
    pub fn clean(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Bash => &["--norc", "--noprofile"],
            Kind::Zsh => &["-f"],
            // Not --no-config: without universal variables fish is another shell.
            Kind::Fish => &[],
        }
    }

    /// The text that fits this shell: the first for bash and zsh, the second for fish.
    pub fn pick<'a>(&self, posix: &'a str, fish: &'a str) -> &'a str {
        match self.kind {
            Kind::Bash | Kind::Zsh => posix,
            Kind::Fish => fish,
        }
    }
}
