//! `awsp exec --server`: credentials on 127.0.0.1 for as long as a command runs.

mod inside;
mod processes;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use identity_center::Options;

use crate::interop::interpreter_path;
use crate::place::{AWSP, Done, Place};
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
        Self::with(place, &[profile])
    }

    fn with(place: &Place, arguments: &[&str]) -> Self {
        let script = "env >~/served.new; mv ~/served.new ~/served; cat";
        let arguments = [
            &["exec", "--server"],
            arguments,
            &["--", "sh", "-c", script],
        ]
        .concat();
        let child = place
            .awsp(&arguments)
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
fn other_callers_get_nothing() {
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
    // It cannot be reached from other machines.
    let all = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let open = format!(" 00000000:{:04X} ", port.parse::<u16>().unwrap());
    assert!(!all.contains(&open), "it listens on 127.0.0.1 alone");
}

#[test]
fn a_command_of_three_hours_never_lacks_credentials() {
    // One second stands for half an hour: the credentials are fresh for two seconds.
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
    // Nobody has asked since, so nothing was renewed.
    std::thread::sleep(Duration::from_secs(9));
    assert_eq!(place.center.count("GetRoleCredentials"), 2);
}

#[test]
fn when_the_session_ends_the_client_and_the_person_learn_what_to_do() {
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
