//! Programs that awsp starts, and what can be seen of others.

use std::ffi::OsStr;
use std::io;
use std::process::{Child, Command};

use super::secrets;

/// A command without what is meant for awsp alone.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_remove("AWSP_SHELL")
        .env_remove("AWSP_PREVIOUS")
        .env_remove("AWSP_SWITCHED");
    command
}

/// Starts a program as it would be without awsp: its core dumps are its own affair.
pub fn spawn(command: &mut Command) -> io::Result<Child> {
    secrets::release();
    let child = command.spawn();
    secrets::guard();
    child
}

/// True for a process that Ctrl-Z or a signal has stopped.
pub fn is_stopped(pid: u32) -> bool {
    let state = if cfg!(target_os = "linux") {
        // The name of the program, in parentheses, may hold any character.
        let text = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        text.ok()
            .and_then(|text| text.rsplit_once(") ")?.1.chars().next())
    } else {
        let output = command("ps")
            .args(["-o", "state=", "-p", &pid.to_string()])
            .output();
        let text = output.ok().map(|output| output.stdout);
        text.and_then(|text| {
            text.trim_ascii_start()
                .first()
                .map(|&byte| char::from(byte))
        })
    };
    matches!(state, Some('T'))
}

#[cfg(test)]
mod tests {
    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    #[test]
    fn a_stopped_process_is_told_from_one_that_runs() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let pid = Pid::from_child(&child);
        assert!(!is_stopped(child.id()));
        kill_process(pid, Signal::STOP).unwrap();
        while !is_stopped(child.id()) {
            std::thread::yield_now();
        }
        kill_process(pid, Signal::CONT).unwrap();
        while is_stopped(child.id()) {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_stopped(child.id()), "it is gone");
    }
}
