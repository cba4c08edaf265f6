//! The names of accounts, where the config file has none.

use std::fs;

use crate::golden;
use crate::login::DEVICE;
use crate::place::Place;

/// As `aws configure sso` writes profiles.
const CONFIG: &str = "\
[sso-session acme]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile AdministratorAccess-111122223333]
sso_session = acme
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-1

[profile prod]
sso_session = acme
sso_account_id = 333344445555
sso_role_name = ReadOnlyAccess
region = eu-central-1
";
const FILE: &str = ".local/state/awsp/accounts.json";
const NAME: &str = "AdministratorAccess-111122223333";

fn place() -> Place {
    let place = Place::new();
    place.config(CONFIG);
    fs::remove_file(place.path(".aws/credentials")).unwrap();
    place
}

fn prompt(changes: &str) -> &str {
    let line = changes
        .lines()
        .find(|line| line.starts_with("__awsp_text="));
    line.unwrap_or_else(|| panic!("no prompt: {changes}"))
}

#[test]
fn a_number_that_the_name_holds_is_not_shown_twice() {
    let place = place();
    place.log_in();
    fs::remove_file(place.path(FILE)).unwrap();
    let (done, changes) = place.switch(&[NAME], &[]);
    assert_eq!(done.stderr, format!("awsp: {NAME}: eu-west-1\n"));
    assert_eq!(prompt(&changes), format!("__awsp_text={NAME}"));
    let (_, changes) = place.switch(&["prod"], &[]);
    assert_eq!(prompt(&changes), "__awsp_text=prod 333344445555");
}

#[test]
fn a_login_tells_the_names_and_they_are_used_everywhere() {
    let place = place();
    let done = place.run(&DEVICE);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert_eq!(
        fs::read_to_string(place.path(FILE)).unwrap(),
        r#"{"version":1,"accounts":{"111122223333":"acme-dev","333344445555":"acme-prod"}}"#,
        "those that a profile uses"
    );
    let (done, changes) = place.switch(&[NAME], &[]);
    assert_eq!(
        done.stderr,
        format!("awsp: {NAME}: acme-dev, AdministratorAccess, eu-west-1\n")
    );
    assert_eq!(prompt(&changes), format!("__awsp_text={NAME} acme-dev"));
    let listed = place.run(&["list"]).stdout;
    golden::are([("list/account-names.txt".to_owned(), listed.as_str())]);
    let offered = place.run(&["__complete", "zsh", "2", "--", "awsp", "use", "pr"]);
    assert_eq!(offered.stdout, "prod\tacme-prod ReadOnlyAccess\n");
    let mut status = place.awsp(&["status"]);
    let status = place.done(status.env("AWS_PROFILE", "prod")).stdout;
    assert!(
        status.starts_with("prod: acme-prod, ReadOnlyAccess, eu-central-1\n"),
        "{status}"
    );
    let whoami = place.run(&["whoami", "prod"]).stdout;
    assert!(
        whoami.starts_with("account  333344445555 (acme-prod)\n"),
        "{whoami}"
    );
}

#[test]
fn names_are_asked_for_once_and_a_listing_tells_them_too() {
    let place = place();
    place.log_in();
    fs::remove_file(place.path(FILE)).unwrap();
    assert_eq!(place.run(&["sync"]).status, 0);
    assert!(place.path(FILE).exists());
    let calls = place.center.calls().len();
    place.make_ended();
    let done = place.run(&DEVICE);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let calls = &place.center.calls()[calls..];
    assert!(
        !calls
            .iter()
            .any(|call| format!("{call:?}").contains("assignment/accounts")),
        "{calls:?}"
    );
}

#[test]
fn a_portal_that_does_not_tell_names_costs_the_login_nothing() {
    let place = place();
    place.center.with(|state| state.options.accounts.clear());
    let done = place.run(&DEVICE);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let (done, changes) = place.switch(&["prod"], &[]);
    assert_eq!(
        done.stderr,
        "awsp: prod: 333344445555, ReadOnlyAccess, eu-central-1\n"
    );
    assert_eq!(prompt(&changes), "__awsp_text=prod 333344445555");
}
