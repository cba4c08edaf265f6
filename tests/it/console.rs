//! The web console as a role.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::interop::python;
use crate::place::{Place, browse};
use crate::pty::Terminal;

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
fn the_portals_link_needs_no_credentials_and_holds_no_secret() {
    let place = Place::new();
    let link = |arguments: &[&str]| printed(&place, &[&["console", "--print"], arguments].concat());
    assert_eq!(
        link(&["dev", "--service", "s3", "--region", "eu-north-1"]),
        "https://d-9067example.awsapps.com/start/#/console?account_id=111122223333\
         &role_name=AdministratorAccess\
         &destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome%3Fregion%3Deu-north-1"
    );
    // For a profile without a region, the session's partition decides, with its console's region.
    assert!(link(&["two words"]).ends_with("region%3Dus-east-1"));
    assert!(
        place.center.calls().is_empty(),
        "nobody was asked, or logged in"
    );
    let done = place.run(&["console", "dev", "--region", "us-gov-west-1", "--print"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            2,
            "awsp: `dev` is in the partition aws, and us-gov-west-1 is not\n\
             hint: awsp console --help\n"
        )
    );
}

#[test]
fn credentials_go_to_the_sign_in_of_their_own_partition() {
    let place = Place::new();
    let portal = |region: &str, more: &str| {
        place.config(&format!(
            "[profile x]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n{more}\
             [sso-session s]\nsso_start_url = https://start.example\nsso_region = {region}\n"
        ));
        printed(&place, &["console", "x", "--print"])
    };
    // Profiles that sync writes have no region.
    for (region, host) in [
        (
            "us-gov-east-1",
            "console.amazonaws-us-gov.com%2Fconsole%2Fhome%3Fregion%3Dus-gov-west-1",
        ),
        (
            "cn-north-1",
            "console.amazonaws.cn%2Fconsole%2Fhome%3Fregion%3Dcn-northwest-1",
        ),
        (
            "eusc-de-east-1",
            "console.amazonaws-eusc.eu%2Fconsole%2Fhome%3Fregion%3Deusc-de-east-1",
        ),
        (
            "us-isob-east-1",
            "console.sc2shome.sgov.gov%2Fconsole%2Fhome%3Fregion%3Dus-isob-east-1",
        ),
    ] {
        let link = portal(region, "");
        assert!(
            link.ends_with(&format!("destination=https%3A%2F%2F{host}")),
            "{link}"
        );
        // A region of another partition is not that of this console.
        let link = portal(region, "region = eu-west-1\n");
        assert!(
            link.ends_with(&format!("destination=https%3A%2F%2F{host}")),
            "{link}"
        );
    }
}

/// What botocore knows of partitions and regions, a line each.
const PARTITIONS: &str = "
import json, os, botocore
path = os.path.join(os.path.dirname(botocore.__file__), 'data', 'partitions.json')
for partition in json.load(open(path))['partitions']:
    first = partition['outputs']['implicitGlobalRegion']
    for region in partition['regions']:
        if not region.endswith('-global'):
            print(partition['id'], first, region)";

#[test]
fn partitions_and_regions_are_those_of_botocore() {
    let place = Place::new();
    let known = python(&place, PARTITIONS).stdout;
    assert!(known.lines().count() > 40, "{known}");
    let completed = place
        .run(&["__complete", "zsh", "2", "--", "awsp", "region", ""])
        .stdout;
    let domains = [
        ("aws", "aws.amazon.com"),
        ("aws-cn", "amazonaws.cn"),
        ("aws-us-gov", "amazonaws-us-gov.com"),
        ("aws-eusc", "amazonaws-eusc.eu"),
        ("aws-iso", "c2shome.ic.gov"),
        ("aws-iso-b", "sc2shome.sgov.gov"),
        ("aws-iso-e", "csphome.adc-e.uk"),
        ("aws-iso-f", "csphome.hci.ic.gov"),
    ];
    for line in known.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [partition, first, region] = words.as_slice() else {
            panic!("{line}");
        };
        let (_, domain) = domains
            .iter()
            .find(|(known, _)| known == partition)
            .unwrap_or_else(|| panic!("no partition {partition}"));
        place.config(&format!(
            "[profile x]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n\
             [sso-session s]\nsso_start_url = https://start.example\nsso_region = {region}\n"
        ));
        let link = printed(&place, &["console", "x", "--print"]);
        assert!(
            link.ends_with(&format!(
                "destination=https%3A%2F%2Fconsole.{domain}%2Fconsole%2Fhome%3Fregion%3D{first}"
            )),
            "{line}: {link}"
        );
        assert!(completed.contains(region), "{region} is not completed");
    }
}

#[test]
fn the_page_signs_in_as_the_profiles_role() {
    let place = Place::new();
    place.log_in();
    let url = printed(
        &place,
        &["console", "dev", "--federate", "--print", "--service", "s3"],
    );
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
fn credentials_that_aws_has_ended_are_requested_again() {
    let place = Place::new();
    place.log_in();
    printed(&place, &["console", "dev", "--federate", "--print"]);
    place.center.with(|state| state.credentials.clear());
    assert!(
        browse(&printed(
            &place,
            &["console", "dev", "--federate", "--print"]
        ))
        .contains("signin-111122223333")
    );
}

#[test]
fn what_cannot_sign_in_is_reported_and_no_key_is_shown() {
    let place = Place::new();
    let done = place.run(&["console", "static", "--print"]);
    let told = "awsp: cannot open the console as `static`\n\
                cause: its keys belong to a user, and the console accepts only those of a role\n\
                hint: awsp list    # choose a profile of kind sso or role\n";
    assert_eq!(
        (done.status, done.stdout.as_str(), done.stderr.as_str()),
        (1, "", told)
    );
    place.log_in();
    let dead = place.done(
        place
            .awsp(&["console", "dev", "--federate", "--print"])
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

/// A browser that writes its arguments into a file, and that file.
fn browser(place: &Place) -> (PathBuf, PathBuf) {
    let (browser, seen) = (place.path("browser"), place.path("seen"));
    let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" >'SEEN.new' && mv 'SEEN.new' 'SEEN'\n";
    fs::write(
        &browser,
        script.replace("SEEN", &seen.display().to_string()),
    )
    .unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    (browser, seen)
}

#[track_caller]
fn given(seen: &Path) -> String {
    let start = Instant::now();
    while !seen.exists() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "no browser was started"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    fs::read_to_string(seen).unwrap()
}

#[test]
fn each_account_may_have_a_browser_of_its_own_and_no_argument_of_it_is_the_secret() {
    let place = Place::new();
    place.log_in();
    let (browser, seen) = browser(&place);
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    let command = format!(
        "[console]\n\
         command = [\"{}\", \"ext+container:name={{profile}}&url={{encoded_url}}\", \
         \"{{account}}\"]\n",
        browser.display()
    );
    fs::write(place.path(".config/awsp/config.toml"), command).unwrap();
    let mut command = place.awsp(&["console", "dev"]);
    // This browser is used whatever machine the test runs on.
    command
        .env("AWSP_LOGIN_FLOW", "browser")
        .env("TERM", "dumb");
    let terminal = Terminal::spawn(command);
    let words = given(&seen);
    let url = words.lines().next().unwrap();
    let (name, url) = url.split_once("&url=").unwrap();
    assert_eq!(
        (name, words.lines().nth(1)),
        ("ext+container:name=dev", Some("111122223333"))
    );
    let url = url.replace("%3A", ":").replace("%2F", "/");
    assert!(!words.contains("signin-111122223333"), "{words}");
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let (base, _) = url.rsplit_once('/').unwrap();
    assert!(browse(&format!("{base}/guess")).starts_with("HTTP/1.1 404 "));
    assert!(browse(&url).contains("console of signin-111122223333"));
    assert_eq!(
        terminal.end(),
        "awsp: the console of dev is opening in the browser\r\n"
    );
}

/// What is printed at a terminal.
fn at_terminal(place: &Place, browser: &str, variables: &[(&str, &str)]) -> String {
    let mut command = place.awsp(&["console", "dev"]);
    command.env("TERM", "dumb").env("BROWSER", browser);
    Terminal::spawn({
        command.envs(variables.iter().copied());
        command
    })
    .end()
}

const LINK: &str = "https://d-9067example.awsapps.com/start/#/console?account_id=111122223333";

#[test]
fn the_portals_link_is_opened_at_once_and_printed_where_no_browser_is() {
    let place = Place::new();
    let (browser, seen) = browser(&place);
    let browser = browser.to_str().unwrap();
    let local = ("AWSP_LOGIN_FLOW", "browser");
    let opening = "awsp: the console of dev is opening in the browser\r\n";
    assert_eq!(at_terminal(&place, browser, &[local]), opening);
    assert!(given(&seen).starts_with(LINK));
    // Over SSH the browser may be on another machine.
    let remote = at_terminal(&place, browser, &[("SSH_TTY", "/dev/pts/1")]);
    assert!(
        remote.starts_with(&format!("{opening}  open {LINK}")),
        "{remote}"
    );
    for (browser, why) in [
        ("/nonexistent", "/nonexistent: "),
        ("", "there is no display"),
    ] {
        let printed = at_terminal(&place, browser, &[local]);
        let told = format!("awsp: warning: no browser was opened: {why}");
        assert!(printed.starts_with(&told), "{printed}");
        assert!(printed.contains(&format!("\n{LINK}")), "{printed}");
    }
    // Not every start URL is a page.
    place.config(
        "[profile x]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n\
         [sso-session s]\nsso_start_url = file:///etc/passwd\nsso_region = eu-west-1\n",
    );
    let done = place.done(place.awsp(&["console", "x"]).env("BROWSER", browser));
    assert_eq!(
        (done.status, done.stdout.as_str(), done.stderr.as_str()),
        (
            2,
            "",
            "awsp: cannot open the console\ncause: the page's address is not https\n"
        )
    );
}

#[test]
fn only_a_person_gets_a_browser() {
    let place = Place::new();
    let (browser, seen) = browser(&place);
    let browser = browser.to_str().unwrap();
    let printed = at_terminal(&place, browser, &[("CLAUDECODE", "1")]);
    let told = "awsp: warning: no browser was opened: an agent is here (CLAUDECODE is set)";
    assert!(printed.starts_with(told), "{printed}");
    assert!(printed.contains(&format!("\n{LINK}")), "{printed}");
    let done = place.done(place.awsp(&["console", "dev"]).env("BROWSER", browser));
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            0,
            "awsp: warning: no browser was opened: there is no terminal\n"
        )
    );
    assert!(done.stdout.starts_with(LINK), "{done:?}");
    assert!(!seen.exists());
}
