//! Names as long as a file, or AWS, can hold: what is shown is cut, what cannot be sent is refused.

use std::fmt::Write as _;
use std::fs;

use identity_center::{Account, Options};

use crate::place::Place;
use crate::promises::{open_with, type_line};
use crate::shells;

const LENGTHS: [usize; 2] = [40_000, 65_536];
const KEYS: &str = "aws_access_key_id = A\naws_secret_access_key = s\n";

fn long(letter: char, length: usize) -> String {
    std::iter::repeat_n(letter, length).collect()
}

/// Profiles whose name, account, role, region and session are this long.
fn place() -> Place {
    let place = Place::new();
    let mut config = fs::read_to_string(place.path(".aws/config")).unwrap();
    for length in LENGTHS {
        let name = |letter| long(letter, length);
        let _ = write!(
            config,
            "[profile {}]\n{KEYS}[profile acct{length}]\nsso_session = acme\n\
             sso_account_id = 111122223333\n\
             sso_account_name = {}\nsso_role_name = {}\nregion = {}\n\
             [profile place{length}]\n{KEYS}region = {}\n\
             [sso-session {}]\nsso_start_url = https://d-1.awsapps.com/start\n\
             sso_region = eu-west-1\n",
            name('p'),
            name('a'),
            name('R'),
            name('r'),
            name('r'),
            name('s')
        );
    }
    place.config(&config);
    place.log_in();
    place
}

#[test]
fn tables_and_messages_are_cut_and_data_is_whole() {
    let place = place();
    let name = long('p', 65_536);
    for arguments in [
        &["list"][..],
        &["status"],
        &["show", "acct65536"],
        &["show", &name],
        &["doctor"],
        &["exec", &name, "--", "true"],
        &["export", &name, "--format", "process"],
        &["whoami", "place65536"],
        &["login", "acct65536"],
        &["use", &name],
        &["console", &name],
        &["use", &long('q', 65_536)],
    ] {
        let done = place.run(arguments);
        assert!(
            (0..=6).contains(&done.status),
            "{arguments:?} {}",
            done.status
        );
        for text in [&done.stdout, &done.stderr] {
            let longest = text.lines().map(str::len).max().unwrap_or(0);
            assert!(longest < 8000, "{}: a line of {longest}", arguments[0]);
        }
    }
    for arguments in [["list", "--json"], ["list", "--names"]] {
        assert!(
            place.run(&arguments).stdout.contains(&name),
            "{arguments:?}"
        );
    }
}

#[test]
fn what_cannot_be_sent_fails_the_switch() {
    let place = place();
    for length in LENGTHS {
        let (done, changes) = place.switch(&["use", &long('p', length)], &[]);
        assert_eq!(
            (done.status, done.stderr.as_str(), changes.as_str()),
            (
                2,
                "awsp: cannot change this shell\n\
                 cause: the value for AWS_PROFILE is longer than 4,096 bytes\n",
                ""
            )
        );
        // A region of this length never comes into an environment.
        let profile = format!("place{length}");
        for arguments in [
            &["exec", &profile, "--", "true"][..],
            &["export", &profile, "--format", "env"],
        ] {
            let done = place.run(arguments);
            assert_eq!((done.status, done.stdout.as_str()), (2, ""));
            assert_eq!(
                done.stderr,
                format!(
                    "awsp: cannot give out the settings of `{profile}`\n\
                     cause: the value for AWS_REGION is longer than 4,096 bytes\n"
                )
            );
        }
    }
}

#[test]
fn shells_live_on_with_any_name() {
    for shell in shells::all() {
        let place = place();
        for length in LENGTHS {
            fs::write(place.path(&format!("name{length}")), long('p', length)).unwrap();
        }
        let mut terminal = open_with(&place, &shell, &[], "", "");
        for length in LENGTHS {
            let (printed, prompt) = type_line(&mut terminal, &format!("awsp acct{length}"));
            assert!(printed.len() < 16_000, "{shell}: {}", printed.len());
            assert!(prompt.ends_with("aaaa…) "), "{shell}: {prompt}");
            assert!(prompt.chars().count() < 200, "{shell}: {prompt}");
            // It was set outside awsp.
            let set = format!(
                "{}(cat ~/name{length}){}",
                shell.pick("export AWS_PROFILE=\"$", "set -gx AWS_PROFILE "),
                shell.pick("\"", "")
            );
            let (_, prompt) = type_line(&mut terminal, &set);
            assert!(prompt.chars().count() < 200, "{shell}: {prompt}");
            let (_, prompt) = type_line(&mut terminal, "awsp static");
            assert_eq!(prompt, "(static) ", "{shell}");
            let (_, prompt) = type_line(&mut terminal, "awsp off");
            assert!(!prompt.contains("static"), "{shell}: {prompt}");
            let unset = shell.pick("unset AWS_PROFILE", "set -e AWS_PROFILE");
            assert_eq!(type_line(&mut terminal, unset).1, "", "{shell}");
        }
        terminal.keys("awsp stat\t\t");
        terminal.keys("\u{15}");
        terminal.keys("awsp plac\te65536 --nothing\n");
        assert_eq!(type_line(&mut terminal, "true").1, "", "{shell}");
    }
}

#[test]
fn an_account_of_aws_with_such_a_name_makes_profiles_that_work() {
    let place = Place::with(Options {
        accounts: vec![Account {
            id: "111122223333".to_owned(),
            name: long('a', 65_536),
            email: String::new(),
            roles: vec!["Admin".to_owned()],
        }],
        ..Options::default()
    });
    place.log_in();
    assert_eq!(
        place
            .run(&["sync", "--session", "acme", "--region", "eu-west-1"])
            .status,
        0
    );
    let listed = place.run(&["list", "--names"]).stdout;
    let name = listed
        .lines()
        .find(|name| name.starts_with("aaaa"))
        .unwrap();
    assert!(name.len() < 100, "{}", name.len());
    let (done, changes) = place.switch(&["use", name], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let text = changes
        .lines()
        .find(|line| line.starts_with("__awsp_text="))
        .unwrap();
    assert!(text.chars().count() < 200, "{text}");
}
