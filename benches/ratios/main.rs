//! `cargo bench`: how long awsp takes, compared with `/bin/true` at the same time on the same
//! machine.
//!
//! Every row of a group is run once per round, so that a busy moment affects them all; the figures
//! are medians. It measures the program of `cargo build --release`, and with
//! `AWSP_BENCH_STATIC=FILE` a statically linked one too:
//!
//! ```text
//! cargo rustc --release --bin awsp --target-dir target/static -- \
//!     -C target-feature=+crt-static -C relocation-model=static
//! AWSP_BENCH_STATIC=target/static/release/awsp cargo bench
//! ```
//!
//! With `counts` it only counts instructions, which takes seconds; with `shells` it only measures
//! hooks and start-up lines beside those of other tools. `--profile dev` reuses what `cargo test`
//! has built. `AWSP_BENCH_PROGRAM=FILE` measures that program and builds none:
//!
//! ```text
//! cargo bench --profile dev -- counts
//! AWSP_BENCH_PROGRAM=/elsewhere/target/release/awsp cargo bench --profile dev -- counts
//! ```
//!
//! Nothing here passes or fails.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these rules are for awsp, and this is a tool for its developers"
)]

mod counts;
mod home;
mod integrations;
mod peers;
mod program;
mod shells;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io, thread};

use home::Home;
use program::{Case, Channel, Row};

/// Numbers of profiles in the config file, and of rounds.
const SIZES: [(usize, usize); 3] = [(10, 300), (1_000, 200), (15_000, 60)];

fn main() -> io::Result<()> {
    // First of all: descriptor 3 must be free.
    let channel = Channel::open()?;
    let binaries = binaries()?;
    // cargo adds `--bench`.
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    match words.as_slice() {
        [] => {}
        [only] if only == "counts" => {
            counts::print(&Home::with(counts::PROFILES)?, &binaries, &channel);
            return Ok(());
        }
        [only] if only == "shells" => {
            println!("{}", load());
            return integrations::print(&Home::with(SIZES[0].0)?, &binaries[0].1);
        }
        _ => return Err(io::Error::other("usage: cargo bench [-- counts|shells]")),
    }
    let homes = SIZES.map(|(profiles, _)| Home::with(profiles));
    let homes: Vec<Home> = homes.into_iter().collect::<io::Result<_>>()?;

    println!("\nMedians. Ratios are to /bin/true in the same rounds. NAME is the last profile.");
    println!("{}\n", load());
    start(&homes[0], &binaries, &channel)?;
    for (home, (_, rounds)) in homes.iter().zip(SIZES) {
        commands(home, rounds, &binaries, &channel)?;
    }
    counts::print(&homes[2], &binaries, &channel);
    for home in &homes[..2] {
        let (profiles, rounds) = (home.profiles, peers::ROUNDS);
        table(
            &format!("Other programs, {profiles} profiles, {rounds} rounds"),
            &program::measure(peers::cases(home, &binaries), rounds, &channel)?,
        );
    }
    hooks(&[&homes[0], &homes[2]], &binaries[0].1)?;
    integrations::print(&homes[0], &binaries[0].1)?;
    println!("\n{}", load());
    Ok(())
}

/// The start of the program alone.
fn start(home: &Home, binaries: &[(String, PathBuf)], channel: &Channel) -> io::Result<()> {
    let mut cases = vec![Case::new("/bin/true", "", "/bin/true", &[], home)];
    cases.extend(
        binaries
            .iter()
            .map(|(binary, path)| Case::new("awsp --version", binary, path, &["--version"], home)),
    );
    table("Start, 500 rounds", &program::measure(cases, 500, channel)?);
    Ok(())
}

/// Commands that read the config file.
fn commands(
    home: &Home,
    rounds: usize,
    binaries: &[(String, PathBuf)],
    channel: &Channel,
) -> io::Result<()> {
    let mut cases = vec![Case::new("/bin/true", "", "/bin/true", &[], home)];
    let name = home.last();
    let rows: [(&str, &[&str]); 5] = [
        ("awsp use NAME", &["use", &name]),
        ("awsp __prompt", &["__prompt"]),
        (
            "awsp export (credential_process)",
            &["export", &name, "--format", "process"],
        ),
        ("awsp list --names", &["list", "--names"]),
        (
            "awsp __complete (TAB)",
            &["__complete", "zsh", "1", "--", "awsp", "p"],
        ),
    ];
    for (binary, path) in binaries {
        cases.extend(rows.map(|(name, words)| Case::new(name, binary, path, words, home)));
    }
    table(
        &format!("{} profiles, {rounds} rounds", home.profiles),
        &program::measure(cases, rounds, channel)?,
    );
    Ok(())
}

/// The prompt's hook and a switch, in each shell.
fn hooks(homes: &[&Home], awsp: &Path) -> io::Result<()> {
    println!("In a shell, with the ordinary program. `hook` far below `/bin/true` means that");
    println!("the hook starts no process.");
    println!(
        "{:26} {:>8} {:>9} {:>10} {:>10} {:>6} {:>9}",
        "", "profiles", "hook", "no profile", "/bin/true", "ratio", "switch"
    );
    for shell in shells::all() {
        for home in homes {
            shell.measure(home, awsp)?;
        }
    }
    Ok(())
}

/// The programs to measure, by name; the ordinary one first.
fn binaries() -> io::Result<Vec<(String, PathBuf)>> {
    let ordinary = match env::var_os("AWSP_BENCH_PROGRAM") {
        // Relative to the package's folder, where a bench is run.
        Some(path) => not_of_this_build(fs::canonicalize(path)?)?,
        None => build()?,
    };
    let mut binaries = vec![("ordinary".to_owned(), ordinary)];
    if let Some(path) = env::var_os("AWSP_BENCH_STATIC") {
        binaries.push(("static".to_owned(), fs::canonicalize(path)?));
    }
    for (name, path) in &binaries {
        eprintln!(
            "{name}: {}, {} KiB",
            path.display(),
            fs::metadata(path)?.len() / 1024
        );
    }
    Ok(binaries)
}

/// Refuses the program that `cargo bench` has just built.
fn not_of_this_build(path: PathBuf) -> io::Result<PathBuf> {
    if fs::canonicalize(env!("CARGO_BIN_EXE_awsp"))? == path {
        return Err(io::Error::other(
            "AWSP_BENCH_PROGRAM is a file of `cargo bench`, which builds with other options: unset \
             it",
        ));
    }
    Ok(path)
}

/// Builds the program as `cargo build --release` does. `cargo bench` builds one that no user runs:
/// see `[profile.bench]` in Cargo.toml.
fn build() -> io::Result<PathBuf> {
    let built_by_bench = Path::new(env!("CARGO_BIN_EXE_awsp"));
    let target = built_by_bench
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("target"));
    let program = target.join("release/awsp");
    eprintln!(
        "building {} as `cargo build --release` does",
        program.display()
    );
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--release",
            "--bin",
            "awsp",
            "--target-dir",
        ])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !built.success() {
        return Err(io::Error::other("cannot build the program"));
    }
    Ok(program)
}

fn table(title: &str, rows: &[Row]) {
    println!("{title}");
    println!(
        "{:36} {:>9} {:>10} {:>7} {:>7}",
        "", "", "median", "ratio", "faults"
    );
    let unit = rows.first().and_then(|row| row.median);
    for row in rows {
        let Case {
            name,
            binary,
            trouble,
            ..
        } = &row.case;
        let Some(median) = row.median else {
            println!(
                "{name:36} {binary:>9} {}",
                trouble.as_deref().unwrap_or_default()
            );
            continue;
        };
        let ratio = unit.map_or(0.0, |unit| median.as_secs_f64() / unit.as_secs_f64());
        let faults = row
            .faults
            .map_or_else(|| "-".to_owned(), |faults| faults.to_string());
        println!(
            "{name:36} {binary:>9} {:>7.3} ms {ratio:>7.2} {faults:>7}",
            median.as_secs_f64() * 1e3
        );
    }
    println!();
}

/// How busy the machine is. On a busy one the figures mean less.
fn load() -> String {
    let cpus = thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").ok().or_else(|| {
        let uptime = Command::new("uptime").output().ok()?;
        Some(
            String::from_utf8_lossy(&uptime.stdout)
                .rsplit(": ")
                .next()?
                .to_owned(),
        )
    });
    let load = load.unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    format!("Load {} on {cpus} processors.", load.join(" "))
}
