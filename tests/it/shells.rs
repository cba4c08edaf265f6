//! The shells that every promise is kept in: bash, zsh, fish, and the bash named by
//! `AWSP_TEST_BASH`.

use std::env::var_os;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::AWSP;

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
    /// The files of the repository that this shell reads: the start, the rest, and the completion.
    pub fn files(&self) -> [PathBuf; 3] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = match self.kind {
            Kind::Bash => [
                "shell/start.bash",
                "shell/awsp.bash",
                "completions/awsp.bash",
            ],
            Kind::Zsh => ["shell/start.zsh", "shell/awsp.zsh", "completions/_awsp"],
            Kind::Fish => [
                "shell/start.fish",
                "shell/awsp.fish",
                "completions/awsp.fish",
            ],
        };
        files.map(|file| root.join(file))
    }

    /// What `awsp init` prints, with these options and no command wrapped.
    pub fn init(&self, options: &[&str]) -> String {
        let mut command = Command::new(AWSP);
        command.args(["init", self.name(), "--no-auto-login"]);
        let output = command.args(options).env_clear().output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `awsp init` calls it.
    pub const fn name(&self) -> &'static str {
        match self.kind {
            Kind::Bash => "bash",
            Kind::Zsh => "zsh",
            Kind::Fish => "fish",
        }
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
