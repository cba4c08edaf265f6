//! The web console as a role.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use crate::place::{Place, browse};

fn printed(place: &Place, arguments: &[&str]) -> String {
    let output = place.awsp(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

#[test]
fn the_page_signs_in_as_the_profiles_role() {
    let place = Place::new();
    place.log_in();
    let url = printed(&place, &["console", "dev", "--print", "--service", "s3"]);
    assert!(
        url.contains(
            "Destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome%3Fregion%3Deu-west-1&"
        ),
        "{url}"
    );
    assert!(browse(&url).contains("console of signin-111122223333"));
    let chained = printed(
        &place,
        &["console", "deploy", "--print", "--region", "us-east-1"],
    );
    assert!(
        chained.contains("region%3Dus-east-1") && browse(&chained).contains("signin-444455556666"),
        "{chained}"
    );
}

#[test]
fn credentials_that_aws_has_ended_are_asked_for_anew() {
    let place = Place::new();
    place.log_in();
    printed(&place, &["console", "dev", "--print"]);
    place.center.with(|state| state.credentials.clear());
    assert!(
        browse(&printed(&place, &["console", "dev", "--print"])).contains("signin-111122223333")
    );
}

#[test]
fn what_cannot_sign_in_is_told_and_no_key_is_shown() {
    let place = Place::new();
    let done = place.run(&["console", "static", "--print"]);
    let told = "awsp: cannot open the console as `static`\n\
                cause: its keys are a user's own, and the console takes those of a role only\n\
                hint: awsp list    # choose a profile of kind sso or role\n";
    assert_eq!(
        (done.status, done.stdout.as_str(), done.stderr.as_str()),
        (1, "", told)
    );
    place.log_in();
    let dead = place.done(
        place
            .awsp(&["console", "dev", "--print"])
            .env("AWS_ENDPOINT_URL_SIGNIN", "http://127.0.0.1:1"),
    );
    assert_eq!((dead.status, dead.stdout.as_str()), (6, ""));
    assert!(
        !dead.stderr.contains("Session") && !dead.stderr.contains("ASIA"),
        "{}",
        dead.stderr
    );
    assert_eq!(
        place
            .run(&["console", "dev", "--service", "s3/../x"])
            .status,
        2
    );
    assert_eq!(place.run(&["console", "nope"]).status, 3);
}

#[test]
fn each_account_may_have_a_browser_of_its_own() {
    let place = Place::new();
    place.log_in();
    let (browser, seen) = (place.path("browser"), place.path("seen"));
    fs::write(
        &browser,
        format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" >'{0}.new' && mv '{0}.new' '{0}'\n",
            seen.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    let command = format!(
        "[console]\n\
         command = [\"{}\", \"ext+container:name={{profile}}&url={{encoded_url}}\", \
         \"{{account}}\"]\n",
        browser.display()
    );
    fs::write(place.path(".config/awsp/config.toml"), command).unwrap();
    let done = place.run(&["console", "dev"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: the console of dev is opening in the browser\n")
    );
    let start = Instant::now();
    while !seen.exists() && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let words = fs::read_to_string(seen).unwrap();
    assert!(
        words.starts_with("ext+container:name=dev&url=http%3A%2F%2F127.0.0.1")
            && words.ends_with("\n111122223333\n"),
        "{words}"
    );
}
