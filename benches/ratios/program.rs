//! Programs, run in turns.

use std::fs::{self, File};
use std::io::{self, PipeReader, Read as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};

use crate::home::Home;

/// A pipe at descriptor 3 of this process, and so of every program it starts: the shell's function
/// captures what the program says there.
pub struct Channel {
    reader: PipeReader,
    _writer: OwnedFd,
}

impl Channel {
    pub fn open() -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        // Each end gets the lowest free number from the one given on, and 3 itself is likely the
        // reader.
        let reader = PipeReader::from(fcntl_dupfd_cloexec(&{ reader }, 10)?);
        let writer = fcntl_dupfd_cloexec(&writer, 3)?;
        if writer.as_raw_fd() != 3 {
            return Err(io::Error::other("descriptor 3 is taken: cargo bench 3>&-"));
        }
        fcntl_setfd(&writer, FdFlags::empty())?;
        fcntl_setfl(&reader, OFlags::NONBLOCK)?;
        Ok(Self {
            reader,
            _writer: writer,
        })
    }

    /// Empties the pipe; returns how many bytes were in it.
    pub fn drain(&self) -> usize {
        let mut bytes = [0; 4096];
        let mut drained = 0;
        while let Ok(read @ 1..) = (&self.reader).read(&mut bytes) {
            drained += read;
        }
        drained
    }
}

/// One row to be: a program and its arguments.
pub struct Case {
    pub name: String,
    pub binary: String,
    command: Command,
    /// Why it cannot be measured.
    pub trouble: Option<String>,
}

impl Case {
    /// A program as the shell's function would run it.
    pub fn new(
        name: &str,
        binary: &str,
        program: impl AsRef<Path>,
        words: &[&str],
        home: &Home,
    ) -> Self {
        let mut command = Command::new(program.as_ref());
        environment(command.args(words), home);
        Self {
            name: name.to_owned(),
            binary: binary.to_owned(),
            command,
            trouble: None,
        }
    }

    /// A row for a program that is not there.
    pub fn missing(name: &str) -> Self {
        let trouble = Some("not installed".to_owned());
        Self {
            name: name.to_owned(),
            binary: String::new(),
            command: Command::new(name),
            trouble,
        }
    }
}

/// An environment that has the home and little else, as the shell's function would have it.
pub fn environment(command: &mut Command, home: &Home) {
    command
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("TERM", "dumb");
    command
        .env("AWSP_SHELL", "bash")
        .env("AWS_PROFILE", home.last());
}

/// What came of a case.
pub struct Row {
    pub case: Case,
    /// `None` when the program failed.
    pub median: Option<Duration>,
    /// Minor page faults: on Linux, and unlike the time much the same on every machine.
    pub faults: Option<u64>,
}

/// Runs every case once a round.
pub fn measure(mut cases: Vec<Case>, rounds: usize, channel: &Channel) -> io::Result<Vec<Row>> {
    let null = File::options().read(true).write(true).open("/dev/null")?;
    for case in cases.iter_mut().filter(|case| case.trouble.is_none()) {
        let told = case.command.stdin(Stdio::null()).output()?;
        channel.drain();
        if !told.status.success() {
            let line: String = String::from_utf8_lossy(&told.stderr)
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(60)
                .collect();
            case.trouble = Some(format!("{}: {line}", told.status));
        }
    }
    let mut times = vec![Vec::with_capacity(rounds); cases.len()];
    let mut faults = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for (index, case) in cases
            .iter_mut()
            .enumerate()
            .filter(|(_, case)| case.trouble.is_none())
        {
            let command = case
                .command
                .stdin(null.try_clone()?)
                .stdout(null.try_clone()?)
                .stderr(null.try_clone()?);
            let faults_before = children_faults();
            let start = Instant::now();
            command.status()?;
            times[index].push(start.elapsed());
            faults[index].extend(
                children_faults()
                    .zip(faults_before)
                    .map(|(after, before)| after - before),
            );
            channel.drain();
        }
    }
    let measured = times.into_iter().zip(faults);
    let row = |(case, (times, faults))| Row {
        case,
        median: median(times),
        faults: median(faults),
    };
    Ok(cases.into_iter().zip(measured).map(row).collect())
}

pub fn median<T: Copy + Ord>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// Minor page faults of all programs that have ended, from Linux's /proc (proc(5): field 11 of
/// stat).
fn children_faults() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    stat.rsplit(") ").next()?.split(' ').nth(8)?.parse().ok()
}
