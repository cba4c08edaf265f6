//! `cargo bench`: what awsp costs, beside what starting `/bin/true` costs at the same moment on the
//! same machine.
//!
//! Every row of a group is run once a round, so that a busy moment hits them all; the figures are
//! medians. It measures the program of `cargo build --release`, and with `AWSP_BENCH_STATIC=FILE` a
//! statically linked one beside it:
//!
//! ```text
//! cargo rustc --release --bin awsp --target-dir target/static -- -C target-feature=+crt-static -C relocation-model=static
//! AWSP_BENCH_STATIC=target/static/release/awsp cargo bench
//! ```
//!
//! With the word `counts` it counts instructions only, which takes seconds; `--profile dev` saves
//! the build of `cargo bench` where `cargo test` has been. `AWSP_BENCH_PROGRAM=FILE` measures that
//! program and builds none:
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
    reason = "the rules are the program's; this is a tool beside it"
)]

mod counts;
mod home;
mod peers;
mod program;
mod shells;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io, thread};

use home::Home;
use program::{Case, Channel, Row};

/// Sizes of the config file, in profiles, and how many rounds are worth the wait.
const SIZES: [(usize, usize); 3] = [(10, 300), (1_000, 200), (15_000, 60)];

fn main() -> io::Result<()> {
    // First of all: descriptor 3 must be free.
    let channel = Channel::open()?;
    let binaries = binaries()?;
    // cargo adds `--bench`.
    match env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => {}
        [only] if only == "counts" => {
            counts::print(&Home::with(counts::PROFILES)?, &binaries, &channel);
            return Ok(());
        }
        _ => return Err(io::Error::other("usage: cargo bench [-- counts]")),
    }
    let homes: Vec<Home> = SIZES
        .iter()
        .map(|&(profiles, _)| Home::with(profiles))
        .collect::<io::Result<_>>()?;

    println!(
        "\nMedians; ratios are to /bin/true in the same rounds. The last profile of the file is meant."
    );
    println!("{}\n", load());
    let mut cases = vec![Case::new("/bin/true", "", "/bin/true", &[], &homes[0])];
    cases.extend(binaries.iter().map(|(binary, path)| {
        Case::new("awsp --version", binary, path, &["--version"], &homes[0])
    }));
    table(
        "Start, 500 rounds",
        &program::measure(cases, 500, &channel)?,
    );
    for (home, (profiles, rounds)) in homes.iter().zip(SIZES) {
        let mut cases = vec![Case::new("/bin/true", "", "/bin/true", &[], home)];
        for (binary, path) in &binaries {
            let mut add =
                |name, words: &[&str]| cases.push(Case::new(name, binary, path, words, home));
            add("awsp use NAME", &["use", &home.last()]);
            add("awsp __prompt", &["__prompt"]);
            add(
                "awsp export (credential_process)",
                &["export", &home.last(), "--format", "process"],
            );
            add("awsp list --names", &["list", "--names"]);
            add(
                "awsp __complete (TAB)",
                &["__complete", "zsh", "1", "--", "awsp", "p"],
            );
        }
        table(
            &format!("{profiles} profiles, {rounds} rounds"),
            &program::measure(cases, rounds, &channel)?,
        );
    }

    counts::print(&homes[2], &binaries, &channel);

    for home in &homes[..2] {
        let title = format!(
            "Others, {} profiles, {} rounds",
            home.profiles,
            peers::ROUNDS
        );
        table(
            &title,
            &program::measure(peers::cases(home, &binaries), peers::ROUNDS, &channel)?,
        );
    }

    println!(
        "In a shell, with the ordinary binary. Nothing may be started by a hook: compare `hook` with `/bin/true`."
    );
    println!(
        "{:26} {:>8} {:>9} {:>10} {:>10} {:>6} {:>9}",
        "", "profiles", "hook", "no profile", "/bin/true", "ratio", "switch"
    );
    for shell in shells::all() {
        for home in [&homes[0], &homes[2]] {
            shell.measure(home, &binaries[0].1)?;
        }
    }
    println!("\n{}", load());
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

/// A program that `cargo bench` has not just replaced.
fn not_of_this_build(path: PathBuf) -> io::Result<PathBuf> {
    if fs::canonicalize(env!("CARGO_BIN_EXE_awsp"))? == path {
        return Err(io::Error::other(
            "`cargo bench` has just built AWSP_BENCH_PROGRAM, and not as users do: leave it out",
        ));
    }
    Ok(path)
}

/// Builds the program as `cargo build --release` does; what `cargo bench` has built is not what
/// users run: see `[profile.bench]` in Cargo.toml.
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

/// How busy the machine is, to judge the figures by.
fn load() -> String {
    let cpus = thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").ok().or_else(|| {
        let told = Command::new("uptime").output().ok()?;
        Some(
            String::from_utf8_lossy(&told.stdout)
                .rsplit(": ")
                .next()?
                .to_owned(),
        )
    });
    let load = load.unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    format!("Load {} on {cpus} processors.", load.join(" "))
}
