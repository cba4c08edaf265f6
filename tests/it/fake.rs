//! A temporary home with a stand-in for `awsp` that answers as the test wants, by the protocol of
//! `shell/`, and writes down each start.

use std::env::var_os;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

const AWSP: &str = r#"#!/bin/sh
[ "$1" != init ] || exec cat "$HOME/rest.$2"
printf '%s|%s|%s\n' "$AWSP_SHELL" "$AWSP_PREVIOUS" "$*" >>"$HOME/runs"
case $1 in
    send) shift; printf '%s\n' "$@" >&3 ;;
    lines) cat "$HOME/lines" >&3 ;;
    finish) exit "$2" ;;
    copy) cat; echo talk >&2 ;;
    args) shift; printf '<%s>' "$@"; echo ;;
    wait) echo waiting; exec sleep 60 ;;
    exec) shift 3; exec "$@" ;;
    __prompt) cat "$HOME/prompt" >&3 ;;
    __complete)
        case "$*" in
            *' exec dev -- '*) printf '\tcommand 4\n'; exit ;;
            *' files '*) printf '\tfiles\n'; exit ;;
        esac
        for word; do :; done
        if [ "$2" = bash ]; then
            word=$word awk 'BEGIN { word = ENVIRON["word"] }
                substr($0, 1, length(word)) == word' "$HOME/candidates"
        else
            cat "$HOME/candidates"
        fi
        ;;
esac
"#;

/// What each shell loads when it is needed.
static RESTS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let shells = shells::all();
    let rest = |shell: &Shell| (shell.name(), shell.init(&["--rest"]));
    shells.iter().map(rest).collect()
});

/// The home, and what is in it.
pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        // As in `Place`.
        fs::create_dir_all(
            folder
                .path()
                .join(".local/share/fish/generated_completions"),
        )
        .unwrap();
        let home = Self { folder };
        home.program("awsp", AWSP);
        for (shell, text) in RESTS.iter() {
            home.write(&format!("rest.{shell}"), text);
        }
        home.write("runs", "");
        home.write("candidates", "");
        home.write("prompt", "__awsp_text=dev 111122223333\n");
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Puts a program on the PATH.
    pub fn program(&self, name: &str, text: &str) {
        let program = self.path("bin").join(name);
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// How often the program was started, and with what: `SHELL|PREVIOUS|ARGUMENTS`.
    pub fn runs(&self) -> Vec<String> {
        fs::read_to_string(self.path("runs"))
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    /// Writes a file that changed this many seconds after 1970.
    pub fn write_at(&self, name: &str, text: &str, seconds: u64) {
        self.write(name, text);
        let file = fs::File::options()
            .write(true)
            .open(self.path(name))
            .unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .unwrap();
    }

    /// The shell, in an emptied environment.
    pub fn command(&self, shell: &Shell) -> Command {
        let mut path = self.path("bin").into_os_string();
        path.push(":");
        path.push(var_os("PATH").expect("PATH"));
        let mut command = Command::new(&shell.program);
        command
            .args(shell.clean())
            .current_dir(self.path(""))
            .env_clear();
        command
            .env("PATH", path)
            .env("HOME", self.path(""))
            .env("TERM", "dumb")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    /// Runs a script, after the integration, and returns what it printed. Both end well, or the
    /// test fails.
    #[track_caller]
    pub fn script(&self, shell: &Shell, script: &str) -> String {
        let output = self.output(shell, &format!("{}\n{script}", shell.init(&[])));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && error.is_empty(),
            "{shell}: {}: {error}",
            output.status
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a script as it is.
    pub fn output(&self, shell: &Shell, script: &str) -> Output {
        self.command(shell)
            .arg("-c")
            .arg(script)
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|e| panic!("{shell}: {e}"))
    }

    /// An interactive shell with the integration loaded, its prompt `READY> `.
    #[track_caller]
    pub fn terminal(&self, shell: &Shell) -> Terminal {
        self.terminal_with(shell, &[], "", |_| {})
    }

    /// The same, with options for `init`, commands before it, and changes to the environment.
    #[track_caller]
    pub fn terminal_with(
        &self,
        shell: &Shell,
        options: &[&str],
        before: &str,
        change: impl FnOnce(&mut Command),
    ) -> Terminal {
        self.write("init", &shell.init(options));
        self.write("before", before);
        let mut command = self.command(shell);
        change(&mut command);
        let mut terminal = Terminal::spawn({
            command.arg("-i");
            command
        });
        let load = match shell.kind {
            Kind::Bash => {
                "PS1='READY> '; bind 'set enable-bracketed-paste off' 2>/dev/null; . ~/before; \
                 eval \"$(cat ~/init)\""
            }
            Kind::Zsh => {
                "PROMPT='READY> '; unsetopt prompt_cr prompt_sp; . ~/before; eval \"$(cat ~/init)\""
            }
            Kind::Fish => {
                "function fish_prompt; echo -n 'READY> '; end; source ~/before; source ~/init"
            }
        };
        terminal.run(load);
        terminal.expect("READY> ");
        terminal
    }
}
