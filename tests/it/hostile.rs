//! Files, variables and answers that are meant to do harm, or look as if they were.

use std::fs;

use identity_center::{Account, Fault, Options};

use crate::place::Place;

/// Text that a terminal would act on.
const BAD: &str = "\u{1b}[31m\u{61c}\u{202e}\u{2066}\u{9b}1m\u{7f}\u{e0041}";

/// A home where every name has such text.
fn bad_names() -> Place {
    let place = Place::with(Options {
        accounts: vec![Account {
            id: "111122223333".to_owned(),
            name: format!("name{BAD}"),
            email: String::new(),
            roles: vec!["Admin".to_owned()],
        }],
        ..Options::default()
    });
    place.config(&format!(
        "[profile p{BAD}]\nsso_session = s{BAD}\nsso_account_id = 111122223333\n\
         sso_role_name = Admin\n\
         sso_account_name = a{BAD}\nregion = r{BAD}\n\
         [profile k{BAD}]\naws_access_key_id = A{BAD}\naws_secret_access_key = s\nregion = r{BAD}\n\
         [profile loop{BAD}]\ncredential_process = awsp export 'loop{BAD}'\n\
         [profile broken{BAD}]\nrole_arn = r{BAD}\nsource_profile = no{BAD}\n\
         [sso-session s{BAD}]\nsso_start_url = https://d-9067example.awsapps.com/start\n\
         sso_region = eu-west-1\n\
         [odd{BAD}]\nx{BAD}\n"
    ));
    place
}

/// Whatever a file or AWS says, no command prints what a terminal would act on.
#[test]
fn no_command_prints_what_a_terminal_would_act_on() {
    let place = bad_names();
    let [profile, keys, session] = ["p", "k", "s"].map(|name| format!("{name}{BAD}"));
    let (circle, broken) = (format!("loop{BAD}"), format!("broken{BAD}"));
    let login = ["login", "--device-code", "--no-browser", "--session"];
    let refused = Fault::error(400, &format!("Denied{BAD}"));
    place.center.fault("GetRoleCredentials", [refused]);
    let commands: Vec<Vec<&str>> = vec![
        [&login[..], &[&session]].concat(),
        vec!["login", &profile],
        vec!["export", &profile, "--format", "process"],
        vec!["whoami", &profile],
        vec!["list"],
        vec!["list", "--json"],
        vec!["status"],
        vec!["status", "--json"],
        vec!["show", &profile],
        vec!["show", &keys, "--json"],
        vec!["show", &circle],
        vec!["show", &broken],
        vec!["whoami", &profile, "--json"],
        vec!["whoami", &keys],
        vec!["export", &circle],
        vec!["exec", &broken, "--", "true"],
        vec!["console", &profile, "--print"],
        vec!["sync", "--session", &session, "--dry-run"],
        vec!["sync", "--session", &session],
        vec!["doctor"],
        vec!["doctor", "--json"],
        vec!["settings"],
        vec!["region", &profile],
        vec!["--verbose", "list"],
        vec!["prdo", BAD],
        vec![BAD],
        vec!["logout", "--session", &session],
    ];
    for arguments in commands {
        let mut command = place.awsp(&arguments);
        command
            .env("AWS_PROFILE", &profile)
            .env("AWSP_SHELL", "bash");
        let done = place.done(&mut command);
        for text in [&done.stdout, &done.stderr] {
            let is_live =
                |c: char| (c.is_control() && c != '\n') || BAD.contains(c) && !c.is_ascii_graphic();
            assert_eq!(text.find(is_live), None, "{arguments:?}: {text:?}");
        }
    }
    let (done, changes) = place.switch(&["use", &keys], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let text = changes
        .lines()
        .find(|line| line.starts_with("__awsp_text="))
        .unwrap();
    assert!(
        !text.contains(['\u{1b}', '\u{61c}', '\u{202e}']),
        "{text:?}"
    );
}

#[test]
fn what_cannot_be_sent_to_the_shell_fails_the_switch_as_a_whole() {
    let place = Place::new();
    for value in ["/a\r/b", "/a\nAWS_PROFILE=prod"] {
        let (done, changes) = place.switch(&["use", "static"], &[("AWSP_CONFIG_FILE", value)]);
        assert_eq!(
            (done.status, done.stderr.as_str(), changes.as_str()),
            (
                2,
                "awsp: cannot change this shell\n\
                 cause: the value for AWS_CONFIG_FILE contains a line break\n",
                ""
            )
        );
        // The profile to come back to is not part of the switch.
        let (done, changes) = place.switch(&["use", "static"], &[("AWS_PROFILE", value)]);
        assert_eq!(done.status, 0, "{}", done.stderr);
        assert!(changes.starts_with("AWS_PROFILE=static\n"), "{changes}");
        assert!(!changes.contains("__awsp_previous"));
    }
}

#[test]
fn a_password_in_an_address_is_never_printed() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let url = "http://jo:s3cret@127.0.0.1:9";
    let sample = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!(
        "{sample}\n[profile far]\naws_access_key_id = A\naws_secret_access_key = s\n\
         endpoint_url = {url}\n\
         services = all\nregion = eu-west-1\n[services all]\nsts =\n  endpoint_url = {url}\n"
    ));
    let variables = [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL_SSO",
        "AWS_ENDPOINT_URL_SSO_OIDC",
        "AWS_ENDPOINT_URL_SIGNIN",
        "HTTPS_PROXY",
        "HTTP_PROXY",
    ];
    for arguments in [
        &["show", "far"][..],
        &["show", "far", "--json"],
        &["show"],
        &["whoami", "far"],
        &["whoami", "dev"],
        &["login", "--session", "acme"],
        &[
            "login",
            "--session",
            "acme",
            "--force",
            "--device-code",
            "--no-browser",
        ],
        &["console", "dev", "--federate", "--print"],
        &["export", "dev", "--format", "process"],
        &["sync", "--dry-run"],
        &["doctor"],
        &["doctor", "--json"],
        &["status"],
        &["settings"],
        &["logout", "--session", "acme"],
    ] {
        for words in [arguments.to_vec(), [&["--verbose"], arguments].concat()] {
            let mut command = place.awsp(&words);
            command
                .envs(variables.map(|name| (name, url)))
                .env_remove("NO_PROXY")
                .env("AWS_PROFILE", "far")
                .env("AWS_MAX_ATTEMPTS", "1");
            let done = place.done(&mut command);
            for text in [&done.stdout, &done.stderr] {
                assert!(!text.contains("s3cret"), "{words:?}: {text}");
            }
        }
    }
}
