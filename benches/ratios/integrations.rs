//! What the integration costs in each shell, beside those of other tools: a prompt's hooks while
//! nothing changes, and the line of the start-up file.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::home::{Home, program};
use crate::program::median;
use crate::shells::{self, Shell};

/// How often each shell is started with each line.
const LOADS: u32 = 40;

/// The tools, and the word that prints what a shell loads.
const TOOLS: [(&str, &str); 4] = [
    ("awsp", "init"),
    ("zoxide", "init"),
    ("direnv", "hook"),
    ("starship", "init"),
];

/// Prints a table for each shell that is installed.
pub fn print(home: &Home, awsp: &Path) -> io::Result<()> {
    println!(
        "\nBeside other tools: the hooks of a prompt while nothing changes, and the line that"
    );
    println!("loads the tool, in microseconds. `of zoxide` is the ratio of the loads.");
    println!(
        "{:12} {:10} {:>8} {:>8} {:>10}",
        "", "", "hook", "load", "of zoxide"
    );
    for shell in shells::all() {
        let Some(version) = shell.version()? else {
            continue;
        };
        let mut rows = Vec::new();
        let mut lines = Vec::new();
        for (tool, word) in TOOLS {
            if let Some(line) = line(&shell, tool, word) {
                rows.push((tool, shell.hook(home, awsp, &line)?));
                lines.push(line);
            }
        }
        let loads = loads(&shell, home, awsp, &lines)?;
        let zoxide = rows.iter().position(|(tool, _)| *tool == "zoxide");
        for (at, (tool, hook)) in rows.iter().enumerate() {
            let hook = hook.map_or_else(|| "-".to_owned(), |hook| format!("{hook:.0}"));
            let ratio = zoxide.map_or_else(
                || "-".to_owned(),
                |zoxide| format!("{:.2}", loads[at] / loads[zoxide]),
            );
            let name = if at == 0 { version.as_str() } else { "" };
            println!(
                "{name:12} {tool:10} {hook:>8} {:>8.0} {ratio:>10}",
                loads[at]
            );
        }
    }
    Ok(())
}

/// The line of a start-up file, for a tool that is installed. The shells have a short `PATH`, which
/// may hold another version of it.
fn line(shell: &Shell, tool: &str, word: &str) -> Option<String> {
    let path = if tool == "awsp" {
        tool.to_owned()
    } else {
        program(tool)?.display().to_string()
    };
    Some(if shell.name == "fish" {
        format!("command {path} {word} fish | source")
    } else {
        format!("eval \"$(command {path} {word} {})\"", shell.name)
    })
}

/// The medians of what each line adds to the start of the shell (microseconds), all lines in each
/// round.
fn loads(shell: &Shell, home: &Home, awsp: &Path, lines: &[String]) -> io::Result<Vec<f64>> {
    let lines: Vec<&str> = std::iter::once(":")
        .chain(lines.iter().map(String::as_str))
        .collect();
    let mut times = vec![Vec::new(); lines.len()];
    for _ in 0..LOADS {
        for (line, times) in lines.iter().zip(&mut times) {
            let mut command = shell.command(home, awsp)?;
            command.args(["-i", "-c", line]);
            let start = Instant::now();
            quiet(&mut command).status()?;
            times.push(start.elapsed());
        }
    }
    let medians: Vec<f64> = times
        .into_iter()
        .map(|times| median(times).unwrap_or_default().as_secs_f64() * 1e6)
        .collect();
    Ok(medians[1..].iter().map(|time| time - medians[0]).collect())
}

fn quiet(command: &mut Command) -> &mut Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}
