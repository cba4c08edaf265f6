//! The pictures of the documentation: what a real session in a real shell shows. The tests hold
//! them true; `AWSP_TEST_GOLDEN=write cargo test --test it pictures` makes them anew.

mod film;
mod svg;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use film::Film;
use identity_center::Options;

use crate::place::Place;

/// The picture is the one in the documentation, byte for byte.
#[track_caller]
fn is(name: &str, picture: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    if std::env::var_os("AWSP_TEST_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(&path, picture).unwrap();
        panic!("docs/{name} is written: look at it, then run without AWSP_TEST_GOLDEN");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let lines = || there.lines().zip(picture.lines());
    let first = lines().find(|(old, new)| old != new);
    assert!(
        there == picture,
        "docs/{name} does not show what awsp shows now, from {first:?} on. \
         To make it anew: AWSP_TEST_GOLDEN=write cargo test --test it pictures"
    );
}

/// The sample home. A login takes a moment, so that what is said of the browser is always shown.
fn place() -> Place {
    Place::with(Options {
        approve_after: Some(Duration::from_secs(2)),
        ..Options::default()
    })
}

/// A login, a switch, the way back, and the names that TAB lists.
fn session() -> Film {
    let mut film = Film::start(place(), 24, 80);
    film.enter("awsp dev", "(dev acme-dev) ");
    film.enter("awsp prod", "(prod acme-prod) ");
    film.enter("awsp -", "(dev acme-dev) ");
    film.types("awsp d");
    film.press("\t", |screen| {
        screen.contains("\ndeploy ") && screen.contains("\ndoctor ")
    });
    film
}

/// Accounts with three roles each, as `awsp sync` names them.
fn many() -> Place {
    let place = Place::new();
    let mut config = "[sso-session acme]\n\
                      sso_start_url = https://d-9067example.awsapps.com/start\n\
                      sso_region = eu-west-1\n\
                      sso_registration_scopes = sso:account:access\n"
        .to_owned();
    let accounts = [
        "data-dev",
        "data-prod",
        "data-staging",
        "mobile-dev",
        "mobile-prod",
        "network",
        "payments-dev",
        "payments-prod",
        "payments-staging",
        "platform-dev",
        "platform-prod",
        "sandbox",
        "search-dev",
        "search-prod",
        "security",
        "web-dev",
        "web-prod",
        "web-staging",
    ];
    for (number, account) in accounts.iter().enumerate() {
        for role in ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"] {
            let _ = write!(
                config,
                "\n[profile {account}.{role}]\nsso_session = acme\n\
                 sso_account_id = 1111222233{number:02}\nsso_account_name = {account}\n\
                 sso_role_name = {role}\nregion = eu-central-1\n"
            );
        }
    }
    place.config(&config);
    place.log_in();
    place
}

/// The list of `awsp` alone, filtered by a few letters.
fn choice() -> Film {
    let mut film = Film::start(many(), 16, 80);
    for profile in ["web-dev.PowerUserAccess", "payments-prod.ReadOnlyAccess"] {
        film.enter(&format!("awsp {profile}"), &format!("({profile}) "));
    }
    film.types("awsp");
    film.press("\r", |screen| screen.contains("55/55"));
    for (key, found) in [("p", ""), ("r", ""), ("o", ""), ("d", "18/55")] {
        film.taps(key, |screen| screen.contains(found));
    }
    film
}

/// The same and the list, as a film.
fn demo() -> Film {
    let mut film = Film::start(place(), 18, 80);
    film.enter("awsp dev", "(dev acme-dev) ");
    film.enter("awsp prod", "(prod acme-prod) ");
    film.types("awsp");
    film.press("\r", |screen| screen.contains("9/9"));
    for (key, found) in [("s", ""), ("t", ""), ("g", "1/9")] {
        film.taps(key, |screen| screen.contains(found));
    }
    film.press("\r", |screen| screen.ends_with("(staging acme-staging) $"));
    film.enter("awsp off", "");
    film
}

#[test]
fn the_film_shows_a_real_session() {
    let text = "A terminal: awsp dev logs in and switches, awsp alone lets choose, awsp off leaves";
    is("demo.svg", &svg::film(demo().frames(), text));
}

#[test]
fn the_second_picture_shows_the_list() {
    let film = choice();
    let text =
        "A list of profiles in a terminal: those with prod in their name, filtered while typing";
    is("picker.svg", &svg::picture(film.last(), text));
}

#[test]
fn the_readme_shows_a_real_session() {
    let film = session();
    let text = "A terminal: awsp dev logs in and switches, the prompt shows the account, \
                prod is red, TAB lists profiles";
    is("terminal.svg", &svg::picture(film.last(), text));
}
