//! A home of its own, a local Identity Center, and the program in an emptied environment.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use identity_center::{IdentityCenter, Options, home};
use tempfile::TempDir;

/// The program under test.
pub const AWSP: &str = env!("CARGO_BIN_EXE_awsp");

/// The result of a run of the program. Both texts have `http://CENTER` for the Identity Center's
/// address.
#[derive(Debug, PartialEq, Eq)]
pub struct Done {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Where a test runs.
pub struct Place {
    pub home: TempDir,
    pub center: IdentityCenter,
}

impl Place {
    /// The sample home, with logins that are approved at once.
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let place = Self {
            home: tempfile::tempdir().unwrap(),
            center: IdentityCenter::start(options).unwrap(),
        };
        home::write(place.home.path()).unwrap();
        // Without it each new fish spends seconds on completions from all manual pages.
        fs::create_dir_all(place.path(".local/share/fish/generated_completions")).unwrap();
        place
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    /// Replaces the config file.
    pub fn config(&self, text: &str) {
        fs::write(self.path(".aws/config"), text).unwrap();
    }

    /// A program in an environment of nothing but this home, the Identity Center, and the folder of
    /// awsp on the path.
    pub fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let folder = Path::new(AWSP).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let path = std::env::join_paths(
            std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path)),
        )
        .unwrap();
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", path)
            .envs(self.center.variables());
        // A machine behind a proxy still reaches itself.
        command
            .env("NO_PROXY", "127.0.0.1")
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    /// awsp with these arguments.
    pub fn awsp(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(AWSP);
        command.args(arguments);
        command
    }

    /// Runs awsp, without a terminal.
    pub fn run(&self, arguments: &[&str]) -> Done {
        self.done(&mut self.awsp(arguments))
    }

    pub fn done(&self, command: &mut Command) -> Done {
        self.told(&command.output().unwrap())
    }

    pub fn told(&self, output: &Output) -> Done {
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(self.center.url(), "http://CENTER")
        };
        Done {
            status: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Switches as the shell's function does: the result, and the lines on descriptor 3.
    pub fn switch(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (Done, String) {
        let changes = self.path("changes");
        let mut command = self.program("sh");
        command
            .args(["-c", "exec awsp \"$@\" 3>\"$CHANGES\"", "sh"])
            .args(arguments);
        command
            .env("AWSP_SHELL", "bash")
            .env("CHANGES", &changes)
            .envs(variables.iter().copied());
        (
            self.done(&mut command),
            fs::read_to_string(&changes).unwrap(),
        )
    }

    /// Logs in to the sample's session.
    pub fn log_in(&self) {
        let done = self.run(&[
            "login",
            "--session",
            "acme",
            "--device-code",
            "--no-browser",
        ]);
        assert_eq!(done.status, 0, "{}", done.stderr);
    }

    /// The token file of a session.
    pub fn token_file(&self, session: &str) -> PathBuf {
        use sha1::Digest as _;
        let name = sha1::Sha1::digest(session)
            .iter()
            .fold(String::new(), |name, byte| name + &format!("{byte:02x}"));
        self.path(&format!(".aws/sso/cache/{name}.json"))
    }

    pub fn token(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.token_file("acme")).unwrap()).unwrap()
    }

    /// Changes a field of the session's token file; `null` takes it away.
    pub fn set_token(&self, field: &str, value: serde_json::Value) {
        let mut token = self.token();
        if value.is_null() {
            token.as_object_mut().unwrap().shift_remove(field);
        } else {
            token[field] = value;
        }
        let file = self.token_file("acme");
        // A test does in a second what takes hours, and bash 3.2 sees only whole seconds.
        let later = fs::metadata(&file).unwrap().modified().unwrap() + Duration::from_secs(2);
        fs::write(&file, token.to_string()).unwrap();
        fs::File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(later)
            .unwrap();
    }

    /// A time so many seconds from now, as the caches have it.
    pub fn time_in(&self, seconds: i64) -> String {
        let format = "import time; print(time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(";
        let program = format!("{format}time.time() + {seconds})), end='')");
        let mut command = self.program("python3");
        self.done(command.args(["-c", &program])).stdout
    }

    /// The session's access token is over; it can still be renewed.
    pub fn make_renewable(&self) {
        self.set_token("expiresAt", "2020-01-01T00:00:00Z".into());
        self.center.with(identity_center::State::expire_tokens);
    }

    /// The session is over.
    pub fn make_ended(&self) {
        self.make_renewable();
        self.set_token("refreshToken", serde_json::Value::Null);
        self.center.with(identity_center::State::revoke);
    }
}

/// Opens a page as a browser does: follows redirects on this machine, and returns the last page.
pub fn browse(url: &str) -> String {
    let mut url = url.to_owned();
    for _ in 0..5 {
        let rest = url
            .strip_prefix("http://")
            .unwrap_or_else(|| panic!("not a page of this machine: {url}"));
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).unwrap();
        match page.lines().find_map(|line| {
            line.strip_prefix("location: ")
                .or_else(|| line.strip_prefix("Location: "))
        }) {
            Some(next) => url = next.trim().to_owned(),
            None => return page,
        }
    }
    panic!("too many redirects: {url}");
}
