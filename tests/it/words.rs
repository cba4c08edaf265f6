//! Messages: with `--verbose`, for agents, and when the command has another name.

use crate::place::Place;
use crate::pty::Terminal;

/// Parts of Rust's syntax, which no message may contain.
const RUST: [&str; 7] = ["Some(", "None", "Ok(", "Err(", "::", " { ", "Refuse("];

#[test]
fn verbose_reports_who_is_here_and_what_was_read_decided_and_requested() {
    let place = Place::new();
    place.log_in();
    let token = place.token();
    let secrets = ["accessToken", "refreshToken"].map(|name| token[name].as_str().unwrap());
    for (arguments, lines) in [
        (
            &["exec", "-v", "dev", "--", "true"][..],
            &[
                "awsp: nobody is here: there is no terminal",
                "awsp: read ~/.aws/config",
                "awsp: read ~/.aws/credentials",
                "awsp: there is no ~/.config/awsp/config.toml",
                "awsp: by the rules, exec with `dev` is allowed",
                "awsp: read the token of the session `acme` in ~/.aws/sso/cache",
                "awsp: asking for credentials of role AdministratorAccess in account 111122223333",
                "awsp: asking GET http://CENTER/federation/credentials",
            ][..],
        ),
        (
            &["exec", "-v", "dev", "--", "true"],
            &["awsp: the cached credentials of `dev` are good"],
        ),
        (
            &["-v", "console", "--federate", "--print", "dev"],
            &["awsp: asking GET http://CENTER/federation"],
        ),
        (
            &["-v", "whoami", "dev"],
            &["awsp: asking POST http://CENTER/"],
        ),
    ] {
        let done = place.run(arguments);
        assert_eq!(done.status, 0, "{}", done.stderr);
        let told: Vec<&str> = done.stderr.lines().collect();
        for line in lines {
            assert!(told.contains(line), "{line} in {told:#?}");
        }
        for line in told {
            let odd = RUST.iter().find(|word| line.contains(*word));
            assert_eq!(odd, None, "{line}");
            let is_secret = secrets.iter().any(|secret| line.contains(secret));
            assert!(!is_secret && !line.contains("ASIA"), "{line}");
        }
    }
    let agent = place.done(
        place
            .awsp(&["-v", "exec", "prod", "--", "true"])
            .env("GEMINI_CLI", "1"),
    );
    assert!(
        agent
            .stderr
            .starts_with("awsp: an agent is here: GEMINI_CLI is set\n")
            && agent
                .stderr
                .contains("\nawsp: by the rules, exec with `prod` is refused to agents\n"),
        "{}",
        agent.stderr
    );
}

#[test]
fn a_request_that_fails_is_explained_and_never_shown() {
    let place = Place::new();
    place.log_in();
    let token = place.token()["accessToken"].as_str().unwrap().to_owned();
    let port = place.center.url().rsplit(':').next().unwrap().to_owned();
    for (endpoint, cause) in [
        (
            "ht!tp://x y".to_owned(),
            "cannot reach the access portal: the address of the endpoint cannot be used",
        ),
        (
            "http://127.0.0.1:1".to_owned(),
            "cannot reach the access portal: Connection refused (os error",
        ),
        (
            format!("https://127.0.0.1:{port}"),
            "cannot reach the access portal: received corrupt message of type invalid content type",
        ),
    ] {
        let mut command = place.awsp(&["exec", "-v", "dev", "--", "true"]);
        let done = place.done(command.env("AWS_ENDPOINT_URL_SSO", &endpoint));
        assert_eq!(done.status, 6, "{}", done.stderr);
        assert!(
            done.stderr.contains(&format!("\ncause: {cause}")),
            "{endpoint}: {}",
            done.stderr
        );
        for line in done.stderr.lines() {
            let odd = RUST.iter().find(|word| line.contains(*word));
            assert_eq!(odd, None, "{line}");
            assert!(!line.contains(&token), "{line}");
        }
    }
}

#[test]
fn the_same_is_not_said_twice() {
    let place = Place::new();
    let (done, _) = place.switch(&["-v", "dev"], &[]);
    assert_eq!(
        done.stderr
            .matches("there is no token of the session `acme`")
            .count(),
        1,
        "{}",
        done.stderr
    );
    // An agent at a terminal, where both outputs are on the screen.
    let mut command = place.awsp(&[]);
    command
        .env("CLAUDECODE", "1")
        .env("AWS_PROFILE", "dev")
        .env("TERM", "dumb");
    let seen = Terminal::spawn(command).end();
    assert!(
        seen.starts_with("awsp: dev: acme-dev, AdministratorAccess") && seen.lines().count() == 1,
        "{seen}"
    );
}

#[test]
fn an_agent_gets_one_line_with_what_a_person_can_run() {
    let place = Place::new();
    for (arguments, line) in [
        (
            &["login", "dev"][..],
            "not logged in to the session `acme`: an agent is here (CODEX_CI is set); \
             a person can run `awsp login --session acme`",
        ),
        (
            &["exec", "dev", "--", "true"],
            "not logged in to the session `acme`: an agent is here (CODEX_CI is set); \
             a person can run `awsp login --session acme`",
        ),
        (
            &["exec", "prod", "--", "true"],
            "`prod` is not for agents (CODEX_CI is set); a person can run `awsp exec prod -- CMD`",
        ),
    ] {
        let done = place.done(place.awsp(arguments).env("CODEX_CI", "1"));
        assert_eq!(
            (done.status, done.stdout.as_str(), done.stderr),
            (4, "", format!("awsp: {line}\n"))
        );
    }
    let mut command = place.awsp(&["configure", "--session", "acme"]);
    command.env("CODEX_CI", "1").env("TERM", "dumb");
    assert_eq!(
        Terminal::spawn(command).end(),
        "awsp: `--account` is missing, and an agent is here (CODEX_CI is set)\r\n\
         hint: awsp configure --help\r\n"
    );
    assert_eq!(
        place.center.calls().len(),
        0,
        "nobody was asked for a login"
    );
}

#[test]
fn hints_have_the_name_that_the_command_has_here() {
    let place = Place::new();
    for (name, shown) in [("aw", "aw"), ("a b", "awsp"), ("x;y", "awsp")] {
        let told = |arguments: &[&str]| {
            let done = place.done(place.awsp(arguments).env("AWSP_CMD", name));
            done.stderr
        };
        let lost = told(&["whoami", "prdo"]);
        assert!(lost.contains(&format!("hint: {shown} ")), "{lost}");
        assert!(lost.starts_with("awsp: no profile named"), "{lost}");
        let ended = told(&["login", "dev"]);
        assert!(
            ended.ends_with(&format!("hint: {shown} login --session acme\n")),
            "{ended}"
        );
        let doctor = place.done(place.awsp(&["doctor"]).env("AWSP_CMD", name));
        let fix = format!("fix: {shown} configure --convert\n");
        assert!(doctor.stdout.contains(&fix), "{}", doctor.stdout);
    }
    let mut agent = place.awsp(&["console", "prod"]);
    let done = place.done(agent.env("AWSP_CMD", "aw").env("AI_AGENT", "1"));
    assert!(
        done.stderr
            .ends_with("a person can run `aw console prod`\n"),
        "{}",
        done.stderr
    );
}
