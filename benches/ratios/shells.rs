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
    name: &'static str,
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
    /// Measures the hook and prints its row.
    pub fn measure(&self, home: &Home, awsp: &Path) -> io::Result<()> {
        let Some(path) = &self.path else {
            println!("{:26} is not installed", self.name);
            return Ok(());
        };
        let output = Command::new(path).arg("--version").output()?;
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = version
            .split([' ', '(', '-', '\n'])
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let name = format!("{} {}", self.name, version.unwrap_or("?"));

        let timed = self.times(path, home, awsp)?;
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

    /// The median for each mark, or `None` when the integration does not work.
    fn times(
        &self,
        path: &Path,
        home: &Home,
        awsp: &Path,
    ) -> io::Result<Option<[Duration; MARKS.len()]>> {
        let (script, plain): (&str, &[&str]) = match self.name {
            "fish" => ("hook.fish", &["--no-config"]),
            "zsh" => ("hook.sh", &["-f"]),
            _ => ("hook.sh", &["--norc", "--noprofile"]),
        };
        let folders = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            awsp.parent().unwrap_or(Path::new("/")).display()
        );
        let mut child = Command::new(path)
            .args(plain)
            .arg(
                Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("benches/ratios")
                    .join(script),
            )
            .env_clear()
            .envs([
                ("HOME", home.path().as_os_str()),
                ("PATH", folders.as_ref()),
                ("TERM", "xterm".as_ref()),
            ])
            .envs([("KIND", self.name), ("NAME", &home.last())])
            .envs(
                [("HOOKS", HOOKS), ("STARTS", STARTS), ("ROUNDS", ROUNDS)]
                    .map(|(name, times)| (name, times.to_string())),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut times: [Vec<Duration>; MARKS.len()] = Default::default();
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
            let index = MARKS
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
}
