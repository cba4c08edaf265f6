//! From a start URL to profiles, and the changes of one.

use std::fs;

use crate::place::{Done, Place};

const URL: &str = "https://d-9067example.awsapps.com/start";
const SESSION: &str = "\
[sso-session acme]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
";

fn config(place: &Place) -> String {
    fs::read_to_string(place.path(".aws/config")).unwrap()
}

#[track_caller]
fn ran(place: &Place, arguments: &[&str]) -> Done {
    let done = place.run(arguments);
    assert_eq!(done.status, 0, "{}", done.stderr);
    done
}

#[test]
fn one_command_from_a_start_url_to_every_account() {
    let place = Place::new();
    fs::remove_file(place.path(".aws/config")).unwrap();
    let all = [
        "configure",
        "--start-url",
        URL,
        "--sso-region",
        "eu-west-1",
        "--session",
        "acme",
        "--all",
        "--region",
        "eu-west-1",
    ];
    let arguments: Vec<&str> = all
        .iter()
        .copied()
        .chain(["--device-code", "--no-browser"])
        .collect();
    let done = ran(&place, &arguments);
    assert!(
        done.stderr
            .ends_with("hint: awsp acme-dev.AdministratorAccess\n"),
        "{}",
        done.stderr
    );
    let text = config(&place);
    assert!(text.starts_with(SESSION), "{text}");
    assert_eq!(text.matches("[profile ").count(), 12);
    assert_eq!(text.matches("\nregion = eu-west-1\n").count(), 12);
    let done = ran(&place, &all);
    assert!(done.stderr.contains("nothing to change"), "{}", done.stderr);
    assert_eq!(config(&place), text);
    let (done, changes) = place.switch(&["acme-dev.AdministratorAccess"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(changes.contains("AWS_PROFILE=acme-dev.AdministratorAccess\n"));
}

#[test]
fn one_profile_has_the_name_that_it_is_given() {
    let place = Place::new();
    place.config(SESSION);
    place.log_in();
    let of = |account, role| {
        [
            "configure",
            "--session",
            "acme",
            "--account",
            account,
            "--role",
            role,
        ]
    };
    let named = |role| [&of("acme-dev", role)[..], &["--name", "ro"]].concat();
    ran(&place, &named("ReadOnlyAccess"));
    let text = config(&place);
    assert!(
        text.starts_with(SESSION)
            && text.contains("\n[profile ro]\nsso_session = acme\nsso_account_id = 111122223333\n"),
        "{text}"
    );
    // Another role cannot take the name.
    let done = place.run(&named("Admin*"));
    assert_eq!(
        (done.status, config(&place)),
        (2, text.clone()),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr
            .contains("there is a profile `ro` already, of another account or role"),
        "{}",
        done.stderr
    );
    for (account, role) in [("nope", "*"), ("acme-dev", "nope")] {
        let done = place.run(&of(account, role));
        assert_eq!(
            (done.status, config(&place)),
            (3, text.clone()),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn without_a_terminal_a_missing_answer_is_an_error() {
    let place = Place::new();
    fs::remove_file(place.path(".aws/config")).unwrap();
    let done = place.run(&["configure"]);
    let told = "awsp: `--start-url` is missing, and there is no terminal\n\
                hint: awsp configure --help\n";
    assert_eq!((done.status, done.stderr.as_str()), (2, told));
    for wrong in ["http://x", "acme", "https://x y"] {
        assert_eq!(
            place
                .run(&["configure", "--start-url", wrong, "--no-profiles"])
                .status,
            2,
            "{wrong}"
        );
    }
    assert!(!place.path(".aws/config").exists());
    let session = [
        "configure",
        "--start-url",
        URL,
        "--sso-region",
        "eu-west-1",
        "--session",
        "acme",
    ];
    let done = place.run(&session);
    assert_eq!(
        (done.status, place.center.calls().len()),
        (2, 0),
        "{}",
        done.stderr
    );
    let arguments: Vec<&str> = session.iter().copied().chain(["--no-profiles"]).collect();
    let done = ran(&place, &arguments);
    assert_eq!(
        done.stderr,
        "awsp: wrote session `acme` to ~/.aws/config\nhint: awsp login --session acme\n"
    );
    assert_eq!(config(&place), SESSION);
}

#[test]
fn a_profile_is_changed_in_its_own_lines_only() {
    let place = Place::new();
    place.config("# mine\n[profile dev]\nregion=eu-west-1 # why\noutput = json\n\n; end");
    ran(
        &place,
        &["configure", "--profile", "dev", "--region", "us-east-1"],
    );
    let text = config(&place);
    assert!(
        text.starts_with("# mine\n[profile dev]\n# why\nregion = us-east-1\n"),
        "{text}"
    );
    assert!(text.ends_with("\noutput = json\n\n; end"), "{text}");
    assert_eq!(
        place
            .run(&["configure", "--profile", "dve", "--region", "us-east-1"])
            .status,
        3
    );
    assert_eq!(place.run(&["configure", "--profile", "dev"]).status, 2);
    assert_eq!(config(&place), text);
}

#[test]
fn profiles_with_a_start_url_of_their_own_become_an_sso_sessions() {
    let place = Place::new();
    let legacy = "[profile a]\n\
                  sso_start_url = https://d-9067example.awsapps.com/start\n\
                  sso_region = eu-west-1\n\
                  sso_account_id = 111122223333\n\
                  sso_role_name = ReadOnlyAccess\n";
    place.config(&format!(
        "{legacy}\n{}",
        legacy.replace("[profile a]", "[profile b]")
    ));
    let done = ran(&place, &["configure", "--convert", "--session", "acme"]);
    assert!(
        done.stderr.contains("renewed without a browser"),
        "{}",
        done.stderr
    );
    let text = config(&place);
    assert_eq!(
        (
            text.matches("sso_start_url").count(),
            text.matches("sso_session = acme\n").count()
        ),
        (1, 2),
        "{text}"
    );
    place.log_in();
    let (done, _) = place.switch(&["b"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(
        ran(&place, &["configure", "--convert"])
            .stderr
            .contains("nothing to change")
    );
}

#[test]
fn a_profile_with_another_way_to_credentials_is_not_converted() {
    for other in [
        "credential_process = p",
        "aws_access_key_id = A",
        "role_arn = arn:aws:iam::111122223333:role/r",
        "web_identity_token_file = f",
    ] {
        let place = Place::new();
        let text = format!(
            "[profile a]\nsso_start_url = https://d-9067example.awsapps.com/start\n\
             sso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = R\n{other}\n"
        );
        place.config(&text);
        let done = ran(&place, &["configure", "--convert", "--session", "acme"]);
        let key = other.split(' ').next().unwrap();
        let why = format!(
            "awsp: warning: `a` stays as it is: tools would use its {key} instead of the session; \
             remove that first (~/.aws/config:6)\n"
        );
        assert!(done.stderr.starts_with(&why), "{}", done.stderr);
        assert_eq!(config(&place), text);
    }
}

#[test]
fn a_profile_for_old_tools_gets_its_credentials_from_awsp() {
    let place = Place::new();
    place.log_in();
    ran(
        &place,
        &["configure", "--process", "tool", "--profile", "dev"],
    );
    let text = config(&place);
    assert!(
        text.contains("[profile tool]\ncredential_process = awsp export dev --format process\n"),
        "{text}"
    );
    let done = ran(&place, &["whoami", "tool"]);
    assert!(done.stdout.contains("111122223333"), "{}", done.stdout);
    assert_eq!(
        place
            .run(&["configure", "--process", "prod", "--profile", "dev"])
            .status,
        2
    );
    assert_eq!(config(&place), text);
}

#[test]
fn a_role_that_has_a_profile_gets_no_second_one_unawares() {
    let place = Place::new();
    let own = format!(
        "{SESSION}[profile dev]\nsso_session = acme\nsso_account_id = 111122223333\n\
         sso_role_name = AdministratorAccess\n"
    );
    place.config(&own);
    place.log_in();
    let flags = ["configure", "--session", "acme", "--account", "acme-dev"];
    let done = ran(&place, &[&flags[..], &["--role", "Admin*"]].concat());
    assert_eq!(
        done.stderr,
        "awsp: acme-dev AdministratorAccess is there already, as `dev`\n\
         awsp: nothing to change: session `acme` and 1 profile in ~/.aws/config\nhint: awsp dev\n"
    );
    assert_eq!(config(&place), own);
    // With a name it is what somebody asks for.
    ran(
        &place,
        &[&flags[..], &["--role", "Admin*", "--name", "two"]].concat(),
    );
    assert!(config(&place).contains("[profile two]\n"));
}
