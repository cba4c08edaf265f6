//! The questions of `awsp configure`.

use std::fs;

use super::emulator::Screen;
use crate::place::Place;

const SESSION: &str = "\
[sso-session acme]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = acme
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
";

fn place() -> Place {
    let place = Place::new();
    place.config(SESSION);
    place.log_in();
    place
}

fn open(place: &Place, arguments: &[&str], columns: u16) -> Screen {
    let mut command = place.awsp(arguments);
    command.env("TERM", "xterm-256color");
    Screen::of(command, 24, columns)
}

fn config(place: &Place) -> String {
    fs::read_to_string(place.path(".aws/config")).unwrap()
}

/// Answers up to what will be written.
#[track_caller]
fn answered(place: &Place) -> Screen {
    let mut screen = open(place, &["configure"], 80);
    screen.shows("session:");
    screen.keys("\r");
    screen.shows("accounts:");
    screen.shows("acme-prod");
    screen.keys("acme-d");
    screen.shows("> [ ] acme-dev");
    screen.keys(" ");
    screen.shows("1 chosen");
    screen.keys("\r");
    screen.shows("roles:");
    // The role that has a profile already says so.
    screen.shows("AdministratorAccess  as dev");
    screen.keys("\x1ba");
    screen.shows("3 chosen");
    screen.keys("\r");
    screen.shows("region of the profiles:");
    // The region of IAM Identity Center is the likeliest.
    screen.shows("> eu-west-1");
    screen.keys("frankf");
    screen.shows("> eu-central-1");
    screen.keys("\r");
    screen.shows("output format:");
    screen.keys("\r");
    screen.shows("names of the profiles: ({account_name}.{role})");
    screen.keys("\r");
    screen.shows("write it? [Y/n]");
    screen
}

#[test]
fn it_offers_what_there_is_and_shows_what_it_will_write() {
    let place = place();
    let mut screen = answered(&place);
    assert_eq!(
        screen.now(),
        "session: acme\n\
         accounts: acme-dev\n\
         roles: 3 chosen\n\
         region of the profiles: eu-central-1\n\
         output format: none\n\
         fields of the names: {account_name}, {account_id}, {role}, {session}\n\
         names of the profiles: {account_name}.{role}\n\
         awsp: acme-dev AdministratorAccess is there already, as `dev`\n\
         awsp: this will be written to ~/.aws/config:\n\
         +[profile acme-dev.PowerUserAccess]\n\
         +sso_session = acme\n\
         +sso_account_id = 111122223333\n\
         +sso_account_name = acme-dev\n\
         +sso_role_name = PowerUserAccess\n\
         +region = eu-central-1\n\
         +[profile acme-dev.ReadOnlyAccess]\n\
         +sso_session = acme\n\
         +sso_account_id = 111122223333\n\
         +sso_account_name = acme-dev\n\
         +sso_role_name = ReadOnlyAccess\n\
         +region = eu-central-1\n\
         write it? [Y/n]\n"
    );
    screen.keys("y\r");
    let screen = screen.ended();
    assert!(
        screen
            .now()
            .ends_with("hint: awsp acme-dev.PowerUserAccess\n"),
        "{}",
        screen.now()
    );
    let text = config(&place);
    assert!(text.starts_with(SESSION), "{text}");
    assert_eq!(text.matches("[profile ").count(), 3, "{text}");
    assert_eq!(text.matches("region = eu-central-1\n").count(), 2, "{text}");
}

#[test]
fn nothing_is_written_without_a_yes() {
    for key in ["n\r", "later\r", "\x1b", "\x03"] {
        let place = place();
        let mut screen = answered(&place);
        screen.keys(key);
        screen.ended();
        assert_eq!(config(&place), SESSION, "{key:?}");
    }
}

#[test]
fn a_text_obeys_the_keys_of_readline_and_is_checked() {
    let place = Place::new();
    fs::remove_dir_all(place.path(".aws")).unwrap();
    let mut screen = open(&place, &["configure"], 40);
    screen.shows("start URL:");
    screen.keys("acme.awsapps.com/start\x01https:/\x05\r");
    screen.shows("it must begin with https:// and name a");
    // A pasted line break is no Enter.
    screen.keys("\x15\x1b[200~https://d-9067example.awsapps.com/star\r\n\x1b[201~tx\x08");
    screen.shows("example.awsapps.com/start");
    assert!(!screen.now().contains("it must"), "{}", screen.now());
    screen.keys("\r");
    screen.shows("region of IAM Identity Center:");
    screen.keys("\x1b");
    let screen = screen.ended();
    let text = screen.now();
    let (told, answer) = text.split_at(text.find("start URL:\n").unwrap());
    assert!(told.ends_with("Identity Center,\n  Settings.\n"), "{text}");
    assert_eq!(
        answer, "start URL:\n  https://d-9067examp….awsapps.com/start\n",
        "an answer stays, and nothing else"
    );
    assert!(!place.path(".aws").exists());
}

#[test]
fn a_region_that_is_new_can_be_typed() {
    let place = place();
    let mut screen = open(
        &place,
        &["configure", "--session", "acme", "--account", "sandbox"],
        80,
    );
    screen.shows("region of the profiles:");
    screen.keys("eu-southwest\r");
    screen.shows("a region is written as `eu-west-1`");
    screen.keys("-9\r");
    screen.shows("output format:");
    screen.keys("json\r");
    screen.shows("names of the profiles:");
    screen.keys("\r");
    screen.shows("write it? [Y/n]");
    screen.keys("\r");
    screen.ended();
    let text = config(&place);
    assert!(
        text.ends_with("region = eu-southwest-9\noutput = json\n"),
        "{text}"
    );
}

#[test]
fn names_that_do_not_tell_roles_apart_are_asked_for_again() {
    let place = place();
    let mut screen = open(&place, &["configure"], 100);
    screen.shows("session:");
    screen.keys("\r");
    screen.shows("accounts:");
    screen.shows("acme-prod");
    screen.keys("acme-d");
    screen.shows("> [ ] acme-dev");
    screen.keys(" ");
    screen.shows("1 chosen");
    screen.keys("\r");
    screen.shows("roles:");
    screen.keys("\x1ba");
    screen.shows("3 chosen");
    screen.keys("\r");
    screen.shows("region of the profiles:");
    screen.keys("\r");
    screen.shows("output format:");
    screen.keys("\r");
    screen.shows("fields of the names: {account_name}, {account_id}, {role}, {session}");
    screen.shows("names of the profiles: (");
    screen.keys("{account_name}\r");
    screen.shows("awsp: the template `{account_name}` gives the name `acme-dev` to");
    screen.shows("names of the profiles: (");
    screen.keys("one\r");
    screen.shows("it gives every profile the same name");
    screen.shows("names of the profiles: (");
    screen.keys("x-{role}\r");
    screen.shows("write it? [Y/n]");
    screen.keys("\r");
    screen.ended();
    assert!(config(&place).contains("[profile x-ReadOnlyAccess]\n"));
}

#[test]
fn an_empty_home_gets_a_hint_at_the_start_url_and_a_likely_region() {
    let place = Place::new();
    place.config("");
    let mut command = place.awsp(&["configure"]);
    command.env("TERM", "xterm-256color");
    let mut screen = Screen::of(command, 24, 80);
    screen.shows("https://d-1234567890.awsapps.com/start");
    screen.shows("start URL:");
    screen.keys("https://d-9067example.awsapps.com/start\r");
    screen.shows("region of IAM Identity Center:");
    screen.shows("> us-east-1");
}
