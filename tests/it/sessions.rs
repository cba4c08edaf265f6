//! Sessions as the user sees them: `status` and `logout`.

use std::fs;
use std::path::PathBuf;

use crate::place::Place;
use crate::pty::Terminal;

const START_URL: &str = "https://d-9067example.awsapps.com/start";

#[test]
fn a_session_that_ends_soon_is_shown_so_in_the_table_and_in_the_line() {
    let place = Place::new();
    place.log_in();
    place.set_token("refreshToken", serde_json::Value::Null);
    place.set_token("expiresAt", place.time_in(200).into());
    let mut command = place.awsp(&["status"]);
    let done = place.done(command.env("AWS_PROFILE", "dev"));
    assert_eq!(done.stdout.matches("ends in 3m").count(), 2, "{done:?}");
}

#[test]
fn status_shows_every_session_from_disk() {
    let place = Place::new();
    let done = place.run(&["status"]);
    assert_eq!(
        (done.status, done.stderr.as_str(), done.stdout),
        (
            0,
            "",
            format!(
                "no profile is active\n\
                 SESSION                                  STATE  PROFILES  REGION     START URL\n\
                 acme                                     ended  5         eu-west-1  {START_URL}\n\
                 {START_URL}  ended  1         eu-west-1\n"
            )
        )
    );
    place.log_in();
    let calls = place.center.calls().len();
    let done = place.done(place.awsp(&["status"]).env("AWS_PROFILE", "prod"));
    assert_eq!(
        done.stdout,
        format!(
            "prod: acme-prod, ReadOnlyAccess, eu-central-1\n\
             SESSION                                  STATE                    PROFILES  \
             REGION     START URL\n\
             acme                                     valid, renews by itself  5         \
             eu-west-1  {START_URL}\n\
             {START_URL}  ended                    1         eu-west-1\n"
        )
    );
    place.make_renewable();
    assert!(
        place
            .run(&["status"])
            .stdout
            .contains("acme                                     renews by itself")
    );
    place.set_token("refreshToken", serde_json::Value::Null);
    place.set_token("expiresAt", "2199-06-01T12:30:00Z".into());
    assert!(
        place
            .run(&["status"])
            .stdout
            .contains("acme                                     valid for 6"),
        "days"
    );
    assert_eq!(place.center.calls().len(), calls, "and nobody was asked");
}

#[test]
fn the_state_of_a_session_is_whole_beside_a_long_address() {
    let place = Place::new();
    place.log_in();
    for columns in [80, 72] {
        let mut command = place.awsp(&["status"]);
        command.env("TERM", "dumb");
        let printed = Terminal::sized(command, 24, columns).end();
        assert!(printed.contains("  valid, renews by itself  "), "{printed}");
    }
}

/// A file of another tool in the cache of tokens.
const TOOLKIT: &str = ".aws/sso/cache/aws-toolkit-vscode-client-id-us-east-1.json";

/// A home with two sessions, credentials of each, and files of other tools beside them.
fn two_sessions() -> (Place, PathBuf) {
    let place = Place::new();
    place.log_in();
    let done = place.run(&["login", "old", "--device-code", "--no-browser"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(
        done.stderr
            .starts_with(&format!("awsp: logging in to {START_URL}\n")),
        "its address once: {}",
        done.stderr
    );
    for name in ["dev", "deploy", "old"] {
        assert_eq!(
            place.run(&["export", name, "--format", "process"]).status,
            0
        );
    }
    let cache = place.path(".aws/cli/cache");
    fs::write(cache.join("session.db"), "SQLite format 3\0").unwrap();
    fs::write(cache.join("foreign.json"), "[]").unwrap();
    fs::write(place.path(TOOLKIT), "{}").unwrap();
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 5);
    (place, cache)
}

#[test]
fn logout_ends_one_session_there_and_here_and_leaves_the_others() {
    let (place, cache) = two_sessions();
    let done = place.run(&["logout", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: logging out of acme\nawsp: acme: logged out\n")
    );
    assert_eq!(place.center.count("Logout"), 1);
    assert!(!place.token_file("acme").exists() && place.token_file(START_URL).exists());
    let left: Vec<_> = fs::read_dir(&cache)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        left.len(),
        3,
        "the credentials of `dev` and `deploy` are gone: {left:?}"
    );
    assert!(
        left.contains(&"session.db".to_owned()) && left.contains(&"foreign.json".to_owned()),
        "{left:?}"
    );
    assert_eq!(
        place.run(&["export", "old", "--format", "process"]).status,
        0,
        "the other session goes on"
    );

    assert_eq!(
        place.run(&["logout", "--session", "acme"]).stderr,
        "awsp: acme: was not logged in\n"
    );
    let done = place.run(&["logout", "--all"]);
    let told = format!(
        "awsp: acme: was not logged in\n\
         awsp: logging out of {START_URL}\n\
         awsp: {START_URL}: logged out\n"
    );
    assert_eq!((done.status, done.stderr), (0, told));
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 2);
    assert!(place.path(TOOLKIT).exists());
}

#[test]
fn the_local_token_is_removed_even_if_aws_cannot_be_reached() {
    let place = Place::new();
    place.log_in();
    let done = place.done(
        place
            .awsp(&["logout", "--session", "acme"])
            .env("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1"),
    );
    assert_eq!(done.status, 0);
    assert!(
        done.stderr.starts_with(
            "awsp: logging out of acme\nawsp: warning: cannot tell AWS about the logout: "
        ),
        "{}",
        done.stderr
    );
    assert!(done.stderr.ends_with(
        "awsp: acme: removed here, but AWS could not be told; the session there ends by itself\n"
    ));
    assert!(!place.token_file("acme").exists());
}

#[test]
fn which_session_to_end_must_be_clear() {
    let place = Place::new();
    assert_eq!(
        place.run(&["logout"]).stderr,
        "awsp: acme: was not logged in\n",
        "without a profile the only session is meant, as in `awsp login`"
    );
    assert_eq!(
        place.run(&["logout", "static"]).stderr,
        "awsp: `static` has no session to end\n"
    );
    let mut config = fs::read_to_string(place.path(".aws/config")).unwrap();
    config.push_str(
        "[sso-session other]\nsso_start_url = https://d-2.awsapps.com/start\n\
         sso_region = eu-west-1\n",
    );
    place.config(&config);
    let done = place.run(&["logout"]);
    let told = "awsp: no profile is active, and there is more than one session\n\
                hint: awsp logout --session acme\n\
                hint: awsp logout --session other\n";
    assert_eq!((done.status, done.stderr.as_str()), (2, told));
    let done = place.run(&["logout", "--session", "acne"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            3,
            "awsp: no sso-session named `acne` in ~/.aws/config\n\
             hint: awsp logout --session acme\n"
        )
    );
}
