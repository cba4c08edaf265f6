//! The Identity Center of a script.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn it_prints_its_address_writes_the_files_and_ends_when_its_stdin_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let mut center = Command::new(env!("CARGO_BIN_EXE_center"))
        .args(["--auto-approve", "--home"])
        .arg(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    let mut stdout = BufReader::new(center.stdout.take().unwrap());
    stdout.read_line(&mut url).unwrap();
    let address = url.trim_end().strip_prefix("http://").unwrap();
    TcpStream::connect(address).unwrap();
    assert!(home.path().join(".aws/config").exists());
    drop(center.stdin.take());
    assert!(center.wait().unwrap().success());
}
