//! A program at the other end of a pseudo-terminal.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, open};
use rustix::process::{ioctl_tiocsctty, setsid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// How long something may take on a busy machine. Nothing waits this long unless it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A child whose terminal is ours.
pub struct Terminal {
    child: Child,
    master: File,
    received: Receiver<Vec<u8>>,
    seen: String,
    program: String,
    markers: u32,
}

impl Terminal {
    /// Starts the command at a terminal of 30 lines and 120 columns. Its environment is what the
    /// caller gave it.
    pub fn spawn(command: Command) -> Self {
        Self::sized(command, 30, 120)
    }

    /// The same, at a terminal of this size.
    pub fn sized(mut command: Command, rows: u16, columns: u16) -> Self {
        let master: OwnedFd =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        resize(&master, rows, columns);
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = open(
            name.as_c_str(),
            OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
            Mode::empty(),
        )
        .unwrap();
        command
            .stdin(slave.try_clone().unwrap())
            .stdout(slave.try_clone().unwrap())
            .stderr(Stdio::from(slave));
        #[expect(
            unsafe_code,
            reason = "there is no other way to give a child a terminal"
        )]
        // SAFETY: only async-signal-safe system calls run between fork and exec.
        unsafe {
            command.pre_exec(|| {
                setsid()?;
                // Whoever runs the tests in the background of a script has them ignore Ctrl-C, and
                // children inherit that.
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                libc::signal(libc::SIGQUIT, libc::SIG_DFL);
                ioctl_tiocsctty(rustix::stdio::stdin())?;
                Ok(())
            });
        }
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {command:?}: {e}"));
        // The command holds the other end open: without this, the end of the child is not an end of
        // file.
        drop(command);
        let master = File::from(master);
        let mut reader = master.try_clone().unwrap();
        let (sender, received) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // At the end of the child, Linux reports an input/output error.
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 || sender.send(bytes[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            master,
            received,
            seen: String::new(),
            program,
            markers: 0,
        }
    }

    /// Gives the terminal another size.
    pub fn resize(&self, rows: u16, columns: u16) {
        resize(&self.master, rows, columns);
    }

    /// What comes within this time; nothing when the child has ended.
    pub fn received(&self, within: Duration) -> Result<Vec<u8>, RecvTimeoutError> {
        self.received.recv_timeout(within)
    }

    /// What was started at the terminal.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// The process at the terminal.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The modes of the terminal: what a program has to put back.
    pub fn modes(&self) -> String {
        format!("{:?}", rustix::termios::tcgetattr(&self.master).unwrap())
    }

    /// Types these keys, control characters included.
    pub fn keys(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    /// Types a line. Its end is a newline and no carriage return: a program that the line starts
    /// may read what was typed ahead while the shell had the terminal raw. One write: a newline
    /// that came late, while a command runs, would be echoed into its output.
    pub fn line(&mut self, line: &str) {
        self.keys(&format!("{line}\n"));
    }

    /// Types a line, and returns all that was on the screen before and after it, once its command
    /// has ended.
    #[track_caller]
    pub fn run(&mut self, line: &str) -> String {
        self.markers += 1;
        // Typed with quotes inside, printed without: the echo of the keys is not the marker.
        let number = self.markers;
        self.line(&format!("{line}\necho ma''rker-{number}-"));
        self.expect(&format!("marker-{number}-\r\n"))
    }

    /// Waits for this text, and returns what came before it. What was seen once is not seen again.
    #[track_caller]
    pub fn expect(&mut self, needle: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.seen.find(needle) {
                let before = self.seen[..at].to_owned();
                self.seen.drain(..at + needle.len());
                return before;
            }
            match self
                .received
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout) => panic!(
                    "{}: in {PATIENCE:?}, no {needle:?} in {:?}",
                    self.program, self.seen
                ),
                Err(RecvTimeoutError::Disconnected) => panic!(
                    "{}: ended without {needle:?}: {:?}",
                    self.program, self.seen
                ),
            }
        }
    }

    /// Waits for the end of the child, and returns all that was not yet looked at.
    #[track_caller]
    pub fn end(mut self) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            match self
                .received
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{}: in {PATIENCE:?}, no end: {:?}", self.program, self.seen)
                }
                Err(RecvTimeoutError::Disconnected) => return std::mem::take(&mut self.seen),
            }
        }
    }
}

fn resize(master: impl std::os::fd::AsFd, rows: u16, columns: u16) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(master, size).unwrap();
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
