//! The prompt hook, in each shell.

use std::env;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::home::{Home, program};
use crate::program::median;

/// How often a script does each thing between two marks, and how often it does all of them.
const HOOKS: u32 = 200;
const STARTS: u32 = 20;
const ROUNDS: u32 = 7;

/// The marks that the scripts print before each thing.
const MARKS: [&str; 5] = ["idle", "switch", "empty", "hook", "true"];

pub struct Shell {
    pub name: &'static str,
    path: Option<PathBuf>,
}

/// bash, zsh and fish, and the bash that `AWSP_TEST_BASH` names.
pub fn all() -> Vec<Shell> {
    let named = env::var_os("AWSP_TEST_BASH")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    let mut shells: Vec<Shell> = ["bash", "zsh", "fish"]
        .into_iter()
        .map(|name| Shell {
            name,
            path: program(name),
        })
        .collect();
    shells.extend(named.map(|path| Shell {
        name: "bash",
        path: Some(path),
    }));
    shells
}

impl Shell {
    /// Its name and version; none when it is not installed.
    pub fn version(&self) -> io::Result<Option<String>> {
        let Some(path) = &self.path else {
            return Ok(None);
        };
        let output = Command::new(path).arg("--version").output()?;
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = version
            .split([' ', '(', '-', '\n'])
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        Ok(Some(format!("{} {}", self.name, version.unwrap_or("?"))))
    }

    /// Measures the hook and a switch, and prints their row.
    pub fn measure(&self, home: &Home, awsp: &Path) -> io::Result<()> {
        let Some(name) = self.version()? else {
            println!("{:26} is not installed", self.name);
            return Ok(());
        };
        let script = if self.name == "fish" {
            "hook.fish"
        } else {
            "hook.sh"
        };
        let mut command = self.command(home, awsp)?;
        command
            .arg(path_of(script))
            .env("STARTS", STARTS.to_string())
            .envs([("KIND", self.name), ("NAME", &home.last())]);
        let timed = times(&mut command, MARKS)?;
        let Some([idle, switch, empty, hook, start]) = timed else {
            println!(
                "{name:26} {:>8} has no hook, or cannot switch",
                home.profiles
            );
            return Ok(());
        };
        let each = |whole: Duration, times: u32| whole.as_secs_f64() * 1e6 / f64::from(times);
        let bare = |whole| each(whole, HOOKS) - each(empty, HOOKS);
        let start = each(start, STARTS);
        println!(
            "{name:26} {:>8} {:>6.0} µs {:>7.0} µs {start:>7.0} µs {:>6.2} {:>6.2} ms",
            home.profiles,
            bare(hook),
            bare(idle),
            bare(hook) / start,
            each(switch, STARTS) / 1e3
        );
        Ok(())
    }

    /// The hooks of a prompt (microseconds) after this line of a start-up file, with a profile
    /// active; none when the line does not load.
    pub fn hook(&self, home: &Home, awsp: &Path, line: &str) -> io::Result<Option<f64>> {
        let script = if self.name == "fish" {
            "prompt.fish"
        } else {
            "prompt.sh"
        };
        let mut command = self.command(home, awsp)?;
        command
            .arg("-i")
            .arg(path_of(script))
            .env("LINE", line)
            .env("AWS_PROFILE", home.last());
        let timed = times(&mut command, ["empty", "hook"])?;
        Ok(timed.map(|[empty, hook]| {
            (hook.as_secs_f64() - empty.as_secs_f64()) * 1e6 / f64::from(HOOKS)
        }))
    }

    /// The shell without files of the user's, in this home, with awsp on its path.
    pub fn command(&self, home: &Home, awsp: &Path) -> io::Result<Command> {
        let plain: &[&str] = match self.name {
            "fish" => &["--no-config"],
            "zsh" => &["-f"],
            _ => &["--norc", "--noprofile"],
        };
        let path = self.path.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let folders = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            awsp.parent().unwrap_or(Path::new("/")).display()
        );
        let mut command = Command::new(path);
        command
            .args(plain)
            .env_clear()
            .envs([
                ("HOME", home.path().as_os_str()),
                ("PATH", folders.as_ref()),
                ("TERM", "xterm".as_ref()),
                ("LC_ALL", "C.UTF-8".as_ref()),
            ])
            .envs(
                [("HOOKS", HOOKS), ("ROUNDS", ROUNDS)]
                    .map(|(name, times)| (name, times.to_string())),
            );
        Ok(command)
    }
}

fn path_of(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches/ratios")
        .join(script)
}

/// The median time behind each mark that a script prints, or none when one is missing.
fn times<const N: usize>(
    command: &mut Command,
    marks: [&str; N],
) -> io::Result<Option<[Duration; N]>> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut times = [const { Vec::new() }; N];
    let mut before: Option<(usize, Instant)> = None;
    for mark in child
        .stdout
        .take()
        .map(BufReader::new)
        .into_iter()
        .flat_map(BufReader::lines)
    {
        let now = Instant::now();
        if let Some((index, start)) = before {
            times[index].push(now - start);
        }
        let index = marks
            .iter()
            .position(|name| mark.as_deref().is_ok_and(|mark| mark == *name));
        before = index.map(|index| (index, now));
    }
    child.wait()?;
    let medians = times.map(median);
    Ok(medians
        .iter()
        .all(Option::is_some)
        .then(|| medians.map(Option::unwrap_or_default)))
}
