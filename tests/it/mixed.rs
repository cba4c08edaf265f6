//! awsp beside clients that take no lock: no session is lost between them.

use std::env::var;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};
use std::time::Duration;

use identity_center::Fault;

use crate::place::Place;

/// How many of each kind.
const CLIENTS: usize = 20;

/// How many rounds every test takes.
const FEW: usize = 2;

/// The figures of some rounds.
#[derive(Debug, Default)]
struct Figures {
    rounds: usize,
    /// Rounds after which only a login helps.
    lost: usize,
    /// Runs of awsp that failed.
    ours: usize,
    /// What those said.
    said: Vec<String>,
    /// Clients without credentials. Those that had the refresh token refused have no second try.
    theirs: usize,
}

/// All find the session's access token over at the same moment, and its refresh token is good once.
fn round(place: &Place, figures: &mut Figures) {
    place.make_renewable();
    // A network is between the clients and the service: who asked last may be heard first.
    let late = |n: u64| Fault::Delay(Duration::from_millis(n * 970 % 2000));
    place.center.fault("CreateToken", (1..100).map(late));
    let _ = fs::remove_dir_all(place.path(".aws/cli/cache"));
    let _ = fs::remove_file(place.path("go"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mixed.py");
    let python = var("AWSP_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut clients = place
        .program(&python)
        .args([script, &CLIENTS.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(clients.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let ours: Vec<Child> = (0..CLIENTS)
        .map(|n| {
            let arguments: &[&str] = match n % 3 {
                0 => &["login", "--session", "acme"],
                1 => &["whoami", "dev"],
                _ => &["export", "prod", "--format", "process"],
            };
            let line = "while ! [ -e go ]; do sleep 0.01; done; exec awsp \"$@\"";
            let mut command = place.program("sh");
            command.args(["-c", line, "sh"]).args(arguments);
            let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    fs::write(place.path("go"), "").unwrap();
    for child in ours {
        let done = place.told(&child.wait_with_output().unwrap());
        if done.status != 0 {
            figures.ours += 1;
            figures.said.push(done.stderr);
        }
    }
    let good: usize = lines.next().unwrap().unwrap().parse().unwrap();
    clients.wait().unwrap();
    figures.theirs += CLIENTS - good;
    place.center.with(|state| state.faults.clear());
    figures.rounds += 1;
    place.make_renewable();
    if place.run(&["login", "--session", "acme"]).status != 0 {
        figures.lost += 1;
        place.log_in();
    }
}

/// `AWSP_TEST_ROUNDS=50` makes more of them, and prints the figures.
#[test]
fn no_session_is_lost_between_awsp_and_clients_that_take_no_lock() {
    let place = Place::new();
    place.log_in();
    let rounds = var("AWSP_TEST_ROUNDS").map_or(FEW, |text| text.parse().unwrap());
    let mut figures = Figures::default();
    for _ in 0..rounds {
        round(&place, &mut figures);
    }
    if rounds > FEW {
        writeln!(std::io::stderr(), "{figures:?}").unwrap();
    }
    assert_eq!((figures.lost, figures.ours), (0, 0), "{figures:?}");
    assert_eq!(place.center.with(|state| state.logins), 1);
}
