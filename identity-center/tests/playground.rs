//! The playground leaves nothing behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A playground that runs this in bash, with an awsp that does nothing.
fn play(folder: &Path, arguments: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let program = folder.join("awsp");
    fs::write(&program, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_playground"));
    command
        .args(["--shell", "bash", "--program"])
        .arg(&program)
        .args(arguments)
        .env("TMPDIR", folder);
    let mut playground = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(playground.stdout.take().unwrap());
    (playground, stdout)
}

fn line(stdout: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[track_caller]
fn soon(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_home_is_gone_when_the_shell_ends_and_the_status_is_the_shells() {
    let folder = tempfile::tempdir().unwrap();
    let (mut playground, mut stdout) = play(
        folder.path(),
        &["-c", "test -f ~/.aws/config; echo $? $HOME; exit 7"],
    );
    let told = line(&mut stdout);
    let home = told.strip_prefix("0 ").unwrap_or_else(|| panic!("{told}"));
    assert!(Path::new(home).starts_with(folder.path()), "{home}");
    assert_eq!(playground.wait().unwrap().code(), Some(7));
    assert!(!Path::new(home).exists());
}

#[test]
fn the_home_and_the_shell_are_gone_whatever_signal_ends_the_playground() {
    for signal in [
        Signal::KILL,
        Signal::TERM,
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (mut playground, mut stdout) = play(
            folder.path(),
            &[
                "-c",
                "echo $HOME; cd; while sleep 0.1; do echo >>../beats; done",
            ],
        );
        let home = PathBuf::from(line(&mut stdout));
        assert!(home.join(".aws/config").exists());
        let beats = || fs::metadata(folder.path().join("beats")).map_or(0, |file| file.len());
        soon("the shell does not begin", || beats() > 0);
        kill_process(Pid::from_child(&playground), signal).unwrap();
        playground.wait().unwrap();
        soon(
            &format!("{signal:?}: {} is still there", home.display()),
            || !home.exists(),
        );
        soon(&format!("{signal:?}: the shell goes on"), || {
            let before = beats();
            sleep(Duration::from_millis(400));
            beats() == before
        });
    }
}

#[test]
fn serve_prints_what_another_shell_needs_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut playground, mut stdout) = play(folder.path(), &["--serve"]);
    let home = line(&mut stdout);
    let home = Path::new(
        home.strip_prefix("export HOME='")
            .unwrap()
            .strip_suffix('\'')
            .unwrap(),
    );
    assert!(home.join(".aws/config").exists());
    let endpoint = line(&mut stdout);
    let address = endpoint
        .strip_prefix("export AWS_ENDPOINT_URL_SSO=http://")
        .unwrap_or_else(|| panic!("{endpoint}"));
    std::net::TcpStream::connect(address).unwrap();
    playground.kill().unwrap();
    playground.wait().unwrap();
    soon("the home is still there", || !home.exists());
}
