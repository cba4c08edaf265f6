//! The pictures of the documentation: what a real session in a real shell shows. The tests hold
//! them true; `AWSP_TEST_GOLDEN=write cargo test --test it pictures` makes them anew.

mod film;
mod svg;

use std::fs;
use std::path::Path;

use film::Film;

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

/// A login, a switch, the way back, and the names that TAB lists.
fn session() -> Film {
    let place = Place::new();
    let mut film = Film::start(place, 24, 80);
    film.enter("awsp dev", "(dev acme-dev) ");
    film.enter("awsp prod", "(prod acme-prod) ");
    film.enter("awsp -", "(dev acme-dev) ");
    film.types("awsp d");
    film.press("\t", |screen| {
        screen.contains("\ndeploy ") && screen.contains("\ndoctor ")
    });
    film
}

#[test]
fn the_readme_shows_a_real_session() {
    let film = session();
    let text = "A terminal: awsp dev logs in and switches, the prompt shows the account, \
                prod is red, TAB lists profiles";
    is("terminal.svg", &svg::picture(film.last(), text));
}
