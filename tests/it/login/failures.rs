//! Logins that fail, and what the message says.

use super::*;

#[test]
fn a_refused_login_says_so() {
    let place = Place::new();
    place.center.with(|state| state.deny = true);
    let done = place.run(&DEVICE);
    assert_eq!(done.status, 5);
    assert!(
        done.stderr.ends_with(
            "awsp: cannot log in to `acme`\n\
             cause: it was refused in the browser\n\
             hint: awsp login --session acme\n"
        ),
        "{}",
        done.stderr
    );
    assert!(!place.token_file("acme").exists());
}

#[test]
fn a_login_that_is_not_approved_ends_with_its_code() {
    let place = Place::with(Options {
        approve_after: None,
        device_lifetime: 1,
        ..Options::default()
    });
    let done = place.run(&DEVICE);
    assert_eq!(done.status, 5);
    assert!(
        done.stderr
            .contains("cause: the code expired before it was approved\n"),
        "{}",
        done.stderr
    );
}

#[test]
fn errors_of_the_service_are_explained() {
    let told = |fault: Fault| {
        let place = Place::new();
        place
            .center
            .fault("RegisterClient", std::iter::repeat_n(fault, 4));
        let mut command = place.awsp(&DEVICE);
        let done = place.done(command.env("AWS_MAX_ATTEMPTS", "1"));
        assert_eq!(done.status, 6, "{}", done.stderr);
        assert!(!place.token_file("acme").exists());
        done.stderr
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let first = "awsp: cannot log in to `acme`\ncause: ";
    assert_eq!(
        told(Fault::error(500, "InternalServerException")),
        format!(
            "{first}http://CENTER answered 500 InternalServerException: ordered by a test\n\
             hint: try again in a minute: AWS has a problem"
        )
    );
    assert_eq!(
        told(Fault::error(400, "InvalidRequestException")),
        format!("{first}http://CENTER answered 400 InvalidRequestException: ordered by a test")
    );
    assert_eq!(
        told(Fault::error(403, "AccessDeniedException")),
        format!("{first}http://CENTER answered 403 AccessDeniedException: ordered by a test")
    );
    assert!(
        told(Fault::error(429, "TooManyRequestsException"))
            .ends_with("hint: try again in a minute: AWS is throttling")
    );
    let nonsense = told(Fault::Body {
        status: 200,
        body: "<html>Hotel Wi-Fi</html>".to_owned(),
    });
    assert!(
        nonsense.starts_with(&format!(
            "{first}http://CENTER answered 200 with something that is not from AWS"
        )),
        "{nonsense}"
    );
    let nothing = told(Fault::Drop);
    assert!(
        nothing.starts_with(&format!("{first}cannot reach http://CENTER: ")),
        "{nothing}"
    );
}

#[test]
fn a_missing_network_is_reported() {
    let place = Place::new();
    let mut command = place.awsp(&DEVICE);
    let done = place.done(
        command
            .env("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:1")
            .env("AWS_MAX_ATTEMPTS", "1"),
    );
    assert_eq!(done.status, 6);
    assert!(
        done.stderr
            .contains("cause: cannot reach http://127.0.0.1:1: Connection refused"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_reported() {
    let place = Place::new();
    fs::write(place.path(".aws/sso"), "a file, not a folder").unwrap();
    let done = place.run(&DEVICE);
    assert_eq!(done.status, 1);
    assert!(
        done.stderr
            .contains("awsp: cannot write to ~/.aws/sso/cache\n"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_token_of_another_portal_is_not_taken_for_ours() {
    let place = Place::new();
    place.log_in();
    place.set_token("startUrl", "https://d-other.awsapps.com/start".into());
    assert_eq!(place.run(&["login", "--session", "acme"]).status, 4);
}

#[test]
fn a_start_url_must_be_https_and_lead_to_aws() {
    let place = Place::new();
    place.config(
        "[sso-session x]\nsso_start_url = http://d-1.awsapps.com/start\nsso_region = eu-west-1\n",
    );
    let done = place.run(&["login", "--session", "x", "--device-code"]);
    assert_eq!(done.status, 2, "{}", done.stderr);
    assert!(
        done.stderr
            .contains("cause: it must begin with https:// and name a host\n"),
        "{}",
        done.stderr
    );
}
