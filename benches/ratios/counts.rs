//! Instructions, counted by valgrind: the same on a busy machine, so one run is enough.
//!
//! Two runs differ by less than a thousandth, because the standard library seeds each hash map at
//! random.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, str};

use crate::home::{self, Home};
use crate::program::{self, Channel};

/// How many profiles the counts and their targets are for.
pub const PROFILES: usize = 15_000;

/// A command whose instructions are counted.
struct Count {
    words: &'static [&'static str],
    /// The first column of its row.
    shown: &'static str,
    /// What the program must do. Otherwise the count is of something else.
    does: Does,
    /// Millions of instructions to reach; `None` if the count is good enough today.
    target: Option<f64>,
}

enum Does {
    /// Prints this many lines.
    Print(usize),
    /// Sends something to the shell, and prints nothing.
    Send,
}

/// Profiles are named `p00001` to `p15000`; the environment selects the last.
const COUNTS: [Count; 8] = [
    Count {
        words: &["use", "p15000"],
        shown: "use NAME",
        does: Does::Send,
        target: Some(5.0),
    },
    Count {
        words: &["__complete", "zsh", "2", "--", "awsp", "use", "p0001"],
        shown: "__complete, ten match",
        does: Does::Print(10),
        target: Some(8.0),
    },
    Count {
        words: &["__complete", "zsh", "2", "--", "awsp", "use", "zzz"],
        shown: "__complete, none match",
        does: Does::Print(0),
        target: Some(8.0),
    },
    Count {
        words: &["__complete", "zsh", "2", "--", "awsp", "use", ""],
        shown: "__complete, all match",
        does: Does::Print(PROFILES),
        target: Some(90.0),
    },
    Count {
        words: &["list", "--names"],
        shown: "list --names",
        does: Does::Print(PROFILES),
        target: Some(18.0),
    },
    Count {
        words: &["list"],
        shown: "list",
        // A heading stands above them.
        does: Does::Print(PROFILES + 1),
        target: Some(140.0),
    },
    Count {
        words: &["status"],
        shown: "status",
        does: Does::Print(3),
        target: Some(60.0),
    },
    Count {
        words: &["__prompt"],
        shown: "__prompt",
        does: Does::Send,
        target: None,
    },
];

/// Prints a table of counts for each program, or one line if valgrind is not installed.
pub fn print(home: &Home, binaries: &[(String, PathBuf)], channel: &Channel) {
    let Some(valgrind) = home::program("valgrind") else {
        println!("No instruction counts: valgrind is not installed.\n");
        return;
    };
    for (binary, path) in binaries {
        println!("Millions of instructions, {PROFILES} profiles, {binary}");
        println!("{:24} {:>8} {:>8} {:>8}", "", "count", "target", "ratio");
        for count in &COUNTS {
            match count.run(&valgrind, path, home, channel) {
                Ok(millions) => println!("{}", count.row(millions)),
                Err(trouble) => println!("{:24} {trouble}", count.shown),
            }
        }
        println!();
    }
}

impl Count {
    /// The row to print. A target that is not reached yet is marked with `<`.
    fn row(&self, millions: f64) -> String {
        let Self { shown, target, .. } = self;
        let Some(target) = target else {
            return format!("{shown:24} {millions:>8.1} {:>8} {:>8}", "-", "-");
        };
        let mark = if millions > *target { " <" } else { "" };
        format!(
            "{shown:24} {millions:>8.1} {target:>8.1} {:>8.2}{mark}",
            millions / target
        )
    }

    /// Millions of instructions. A first run checks that the program does what it should.
    fn run(
        &self,
        valgrind: &Path,
        program: &Path,
        home: &Home,
        channel: &Channel,
    ) -> io::Result<f64> {
        let mut command = Command::new(program);
        program::environment(&mut command, home);
        let output = command.args(self.words).stdin(Stdio::null()).output()?;
        let sent = channel.drain();
        let lines = String::from_utf8_lossy(&output.stdout).lines().count();
        let is_meant = match self.does {
            Does::Print(expected) => lines == expected,
            Does::Send => lines == 0 && sent > 0,
        };
        if !output.status.success() || !is_meant {
            return Err(io::Error::other(format!(
                "{}, {lines} lines, {sent} bytes for the shell",
                output.status
            )));
        }
        let counted = tempfile::NamedTempFile::new()?;
        let mut out = std::ffi::OsString::from("--callgrind-out-file=");
        out.push(counted.path());
        let mut command = Command::new(valgrind);
        program::environment(&mut command, home);
        command
            .args(["--tool=callgrind", "--log-file=/dev/null"])
            .arg(out)
            .arg(program)
            .args(self.words);
        let status = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        channel.drain();
        if !status.success() {
            return Err(io::Error::other(format!("valgrind: {status}")));
        }
        millions(&fs::read(counted.path())?).ok_or_else(|| io::Error::other("valgrind: no total"))
    }
}

/// The total in a file of callgrind, on its line "totals: <number>".
fn millions(text: &[u8]) -> Option<f64> {
    let line = text
        .split(|byte| *byte == b'\n')
        .rev()
        .find_map(|line| line.strip_prefix(b"totals: "))?;
    let total: u32 = str::from_utf8(line).ok()?.trim().parse().ok()?;
    Some(f64::from(total) / 1e6)
}
