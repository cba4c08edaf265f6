//! `awsp exec --server`: credentials on 127.0.0.1 for as long as a command runs.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use identity_center::Options;

use crate::interop::interpreter_path;
use crate::place::{AWSP, Place};
use crate::promises::open_with;
use crate::pty::Terminal;
use crate::rust_sdk::{Sdk, sso};
use crate::shells::{self, Kind};

/// A command that is served until this is dropped, and its environment.
struct Served {
    child: Child,
    variables: Vec<(String, String)>,
}

impl Served {
    fn start(place: &Place, profile: &str) -> Self {
        let script = "env >~/served.new; mv ~/served.new ~/served; cat";
        let child = place
            .awsp(&["exec", "--server", profile, "--", "sh", "-c", script])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for(|| place.path("served").exists());
        let text = fs::read_to_string(place.path("served")).unwrap();
        let variables = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            child,
            variables: variables.collect(),
        }
    }

    fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(other, _)| other == name);
        &found.unwrap_or_else(|| panic!("no {name}")).1
    }

    fn host(&self) -> &str {
        let url = self.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        url.strip_prefix("http://")
            .unwrap()
            .strip_suffix("/credentials")
            .unwrap()
    }

    /// Status and body of the reply to a request with these headers.
    fn ask(&self, request: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        let mut text = format!("{request} HTTP/1.1\r\n");
        for (name, value) in headers {
            text = format!("{text}{name}: {value}\r\n");
        }
        stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let status = reply[9..12].parse().unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (status, head.to_owned(), body.to_owned())
    }

    /// What a client of this run gets.
    fn credentials(&self) -> (u16, serde_json::Value) {
        let token = self.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        let headers = [("Host", self.host()), ("Authorization", token)];
        let (status, _, body) = self.ask("GET /credentials", &headers);
        (status, serde_json::from_str(&body).unwrap())
    }

    /// A program in the environment of the command.
    fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.variables.clone());
        command
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[track_caller]
fn wait_for(what: impl Fn() -> bool) {
    let begin = Instant::now();
    while !what() {
        assert!(begin.elapsed() < Duration::from_secs(30), "it never came");
        std::thread::sleep(Duration::from_millis(10));
    }
}

const BOTO3: &str = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";

#[test]
fn every_client_gets_the_profiles_credentials_and_none_is_in_the_environment() {
    let place = Place::new();
    place.log_in();
    // A `[default]` that answers, and keys: in every SDK they go before a server.
    fs::write(
        place.path(".aws/credentials"),
        "[default]\naws_access_key_id = AKIASTATICEXAMPLE\naws_secret_access_key = x\n",
    )
    .unwrap();
    let served = Served::start(&place, "dev");
    for (name, value) in &served.variables {
        assert!(
            !value.contains("ASIA") && !value.contains("secret/") && name != "AWS_PROFILE",
            "{name}"
        );
    }
    let (account, arn) = sso("111122223333", "AdministratorAccess");
    let python = |arguments: &[&str]| {
        let output = served
            .program(&interpreter_path())
            .args(arguments)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{told}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(python(&["-c", BOTO3]), arn);
    let cli = [
        "-m",
        "awscli",
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
        "--output",
        "text",
    ];
    assert_eq!(python(&cli), arn);
    let variables: Vec<(&str, &str)> = served
        .variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(Sdk::of(&variables).whoami_here(), Ok((account, arn)));
    assert_eq!(place.center.count("GetRoleCredentials"), 1);
    assert_eq!(served.variable("AWS_ACCOUNT_ID"), "111122223333");
    assert_eq!(served.variable("AWS_REGION"), "eu-west-1");
}

#[test]
fn nobody_else_gets_anything() {
    let place = Place::new();
    place.log_in();
    let served = Served::start(&place, "dev");
    let (host, token) = (
        served.host().to_owned(),
        served
            .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
            .to_owned(),
    );
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    assert_eq!(served.credentials().0, 200);
    let port = host.rsplit(':').next().unwrap();
    let (by_name, host, token) = (format!("localhost:{port}"), host.as_str(), token.as_str());
    let origin = ("Origin", "https://evil.example");
    for (request, headers) in [
        ("GET /credentials", &[("Host", host)][..]),
        (
            "GET /credentials",
            &[("Host", host), ("Authorization", "guess")],
        ),
        (
            "GET /credentials",
            &[("Host", "evil.example"), ("Authorization", token)],
        ),
        (
            "GET /credentials",
            &[("Host", &by_name), ("Authorization", token)],
        ),
        ("GET /credentials", &[("Authorization", token)]),
        (
            "GET /credentials",
            &[("Host", host), ("Authorization", token), origin],
        ),
        ("OPTIONS /credentials", &[("Host", host), origin]),
        (
            "POST /credentials",
            &[("Host", host), ("Authorization", token)],
        ),
        ("GET /", &[("Host", host), ("Authorization", token)]),
    ] {
        let (status, head, body) = served.ask(request, headers);
        assert!(
            matches!(status, 403 | 404),
            "{request} {headers:?}: {status}"
        );
        assert!(!body.contains("ASIA"), "{body}");
        assert!(!head.to_lowercase().contains("access-control-"), "{head}");
    }
    // From outside of this machine there is nothing to reach.
    let all = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let open = format!(" 00000000:{:04X} ", port.parse::<u16>().unwrap());
    assert!(!all.contains(&open), "it listens on 127.0.0.1 alone");
}

#[test]
fn a_command_of_three_hours_never_lacks_credentials() {
    // A second stands for half an hour: credentials that are fresh for two seconds.
    let options = Options {
        role_lifetime: 962,
        ..Options::default()
    };
    let place = Place::with(options);
    place.log_in();
    let served = Served::start(&place, "dev");
    let (begin, mut failures, mut asked) = (Instant::now(), 0, 0);
    let mut keys = std::collections::BTreeSet::new();
    while begin.elapsed() < Duration::from_secs(8) {
        let (status, shape) = served.credentials();
        asked += 1;
        failures += usize::from(status != 200);
        let key = shape["AccessKeyId"].as_str().unwrap_or_default().to_owned();
        keys.insert(key.clone());
        let is_known = place
            .center
            .with(|state| state.credentials.contains_key(&key));
        failures += usize::from(!is_known);
        std::thread::sleep(Duration::from_millis(20));
    }
    let renewals = place.center.count("GetRoleCredentials");
    assert_eq!(failures, 0, "of {asked}");
    assert_eq!(renewals, keys.len(), "each was asked for once");
    assert!((3..=6).contains(&renewals), "{renewals} in 8 s at 2 s each");
}

#[test]
fn what_is_in_use_is_renewed_before_anyone_asks() {
    let options = Options {
        role_lifetime: 963,
        ..Options::default()
    };
    let place = Place::with(options);
    place.log_in();
    let served = Served::start(&place, "dev");
    assert_eq!(served.credentials().0, 200);
    wait_for(|| place.center.count("GetRoleCredentials") == 2);
    // Nobody has asked since, so nobody needs more.
    std::thread::sleep(Duration::from_secs(9));
    assert_eq!(place.center.count("GetRoleCredentials"), 2);
}

#[test]
fn when_the_session_ends_the_client_is_told_what_to_do_and_a_person_once() {
    let options = Options {
        role_lifetime: 10,
        ..Options::default()
    };
    let place = Place::with(options);
    place.log_in();
    let mut command = place.awsp(&["exec", "--server", "dev", "--", "sh", "-c"]);
    // The test asks as the command would.
    command.arg("env >~/served.new; mv ~/served.new ~/served; sed /end/q; echo it ended");
    command.env("TERM", "dumb");
    let mut terminal = Terminal::spawn(command);
    wait_for(|| place.path("served").exists());
    let text = fs::read_to_string(place.path("served")).unwrap();
    let served = Served {
        child: Command::new("true").stdin(Stdio::piped()).spawn().unwrap(),
        variables: text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    };
    assert_eq!(served.credentials().0, 200);
    place.make_ended();
    std::thread::sleep(Duration::from_secs(11));
    for _ in 0..3 {
        let (status, shape) = served.credentials();
        assert_eq!((status, shape["code"].as_str()), (400, Some("LoginNeeded")));
        let message = shape["message"].as_str().unwrap();
        assert!(
            message.starts_with("awsp: the session `acme` has ended")
                && message.ends_with("; run: awsp login --session acme"),
            "{message}"
        );
    }
    assert_eq!(
        place.center.with(|state| state.logins),
        1,
        "nobody is logged in by it"
    );
    place.log_in();
    assert_eq!(
        served.credentials().0,
        200,
        "a login in another terminal is enough"
    );
    terminal.line("end");
    let seen = terminal.end();
    assert_eq!(
        seen.matches("no new credentials for `dev`").count(),
        1,
        "{seen}"
    );
    assert!(
        seen.contains("hint: awsp login --session acme    # in another terminal"),
        "{seen}"
    );
    assert!(seen.contains("it ended"), "{seen}");
}

#[test]
fn the_command_ends_as_if_awsp_were_not_there() {
    let place = Place::new();
    place.log_in();
    for (script, status) in [
        ("exit 0", 0),
        ("exit 7", 7),
        ("exit 255", 255),
        ("kill -TERM $$", 143),
        ("kill -KILL $$", 137),
        ("kill -INT $$", 130),
        ("ulimit -c 0; kill -SEGV $$", 139),
    ] {
        for options in [
            &["exec", "dev", "--"][..],
            &["exec", "--server", "dev", "--"],
        ] {
            let mut shell = place.program("sh");
            let line = format!("awsp {} sh -c '{script}'; echo $?", options.join(" "));
            let done = place.done(shell.args(["-c", &line]));
            assert_eq!(
                done.stdout,
                format!("{status}\n"),
                "{line}: {}",
                done.stderr
            );
        }
    }
    let done = place.run(&["exec", "--server", "dev", "--", "no-such"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (127, "awsp: no command `no-such`\n")
    );
    let done = place.run(&["exec", "--server", "static", "--", "true"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            2,
            "awsp: cannot serve the credentials of `static`\n\
             cause: they are a user's own keys, without a session token, and do not end\n\
             hint: awsp exec static -- CMD\n"
        )
    );
}

#[test]
fn a_signal_to_awsp_is_one_to_the_command() {
    let place = Place::new();
    place.log_in();
    for (name, number) in [("TERM", 15), ("HUP", 1), ("INT", 2), ("USR1", 10)] {
        let script = format!(
            "trap 'echo got {name}; exit 3' {name}; echo ready >~/ready; \
             while :; do sleep 0.05; done"
        );
        let _ = fs::remove_file(place.path("ready"));
        let child = place
            .awsp(&["exec", "--server", "dev", "--", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for(|| place.path("ready").exists());
        let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap());
        let signal = rustix::process::Signal::from_named_raw(number).unwrap();
        rustix::process::kill_process(pid.unwrap(), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (
                output.status.code(),
                String::from_utf8(output.stdout).unwrap()
            ),
            (Some(3), format!("got {name}\n"))
        );
    }
}

#[test]
fn at_a_terminal_ctrl_c_ctrl_z_and_fg_are_the_commands() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        let mut terminal = open_with(&place, &shell, &[], "", "");
        // Stopped by the terminal, and on again.
        terminal.line("awsp exec --server dev -- sh -c 'echo star''ted; read x; echo got $x'");
        terminal.expect("started\r\n");
        terminal.keys("\x1a");
        terminal.expect("READY> ");
        terminal.line("fg");
        // What the shell says of it: what is typed before may be the shell's.
        terminal.expect(match shell.kind {
            Kind::Bash => "awsp",
            Kind::Zsh => "continued",
            Kind::Fish => "foreground",
        });
        terminal.line("more");
        terminal.expect("got more");
        terminal.expect("READY> ");
        // Ended by the terminal.
        terminal.line("awsp exec --server dev -- sh -c 'echo star''ted; read x; echo no'");
        terminal.expect("started\r\n");
        terminal.keys("\x03");
        terminal.expect("READY> ");
        let status = terminal.run(shell.pick("echo \"=$?\"", "echo =$status"));
        assert!(status.contains("=130"), "{shell}: {status}");
        terminal.expect("READY> ");
        // A command that deals with Ctrl-C itself goes on, and so does awsp.
        terminal.line(
            "awsp exec --server dev -- sh -c 'trap \"echo c''aught\" INT; \
             echo star''ted; until [ more = \"$x\" ]; do read x; done; echo got $x'",
        );
        terminal.expect("started\r\n");
        terminal.keys("\x03");
        terminal.expect("caught");
        terminal.line("more");
        terminal.expect("got more");
        terminal.expect("READY> ");
        // It may draw on the terminal and read from it: it is in the foreground.
        let seen = terminal.run("echo typed | awsp exec --server dev -- cat | tr a-z A-Z");
        assert!(seen.contains("TYPED"), "{shell}: {seen}");
    }
}

/// Has the kernel refuse each `bind`, as when no port is free, and becomes a program.
#[cfg(target_os = "linux")]
const NO_PORT: &str = "
import ctypes, os, platform, struct, sys
bind = {'x86_64': 49, 'aarch64': 200}[platform.machine()]
# Load the number of the call; EADDRINUSE for this one, all others as they are.
refuse, allow = 0x00050000 | 98, 0x7fff0000
code = [(0x20, 0, 0, 0), (0x15, 0, 1, bind), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
filter = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *line) for line in code))
program = struct.pack('HxxxxxxP', len(code), ctypes.addressof(filter))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.c_char_p(program), 0, 0):
    sys.exit('no seccomp: ' + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[1], sys.argv[1:])";

#[cfg(target_os = "linux")]
#[test]
fn a_port_that_cannot_be_had_is_told_and_nothing_is_run() {
    let place = Place::new();
    place.log_in();
    let run = "touch ~/ran";
    let mut python = place.program(&interpreter_path());
    python.args([
        "-c", NO_PORT, AWSP, "exec", "--server", "dev", "--", "sh", "-c", run,
    ]);
    let done = place.done(&mut python);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            1,
            "awsp: cannot serve credentials on 127.0.0.1\n\
             cause: Address already in use (os error 98)\n\
             hint: awsp exec dev -- CMD    # without --server\n"
        )
    );
    assert!(!place.path("ran").exists());
}
