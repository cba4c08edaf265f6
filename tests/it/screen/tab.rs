//! TAB in zsh, which shows groups and lines as they are.

use super::emulator::Screen;
use super::homes::{long, sample};
use crate::place::Place;

/// zsh with the integration, at its prompt.
fn zsh(place: &Place, columns: u16) -> Screen {
    let mut command = place.program("zsh");
    command
        .args(["-f", "-i"])
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8");
    let mut screen = Screen::of(command, 24, columns);
    screen.keys(
        "PROMPT='READY> '; autoload -Uz compinit; compinit -u -D; \
         eval \"$(awsp init zsh --no-prompt)\"; clear\n",
    );
    screen.line_is(0, "READY>");
    screen
}

#[test]
fn the_first_word_is_a_profile_until_a_command_is_begun() {
    let place = sample();
    let mut screen = zsh(&place, 80);
    screen.keys("awsp \t");
    screen.shows("two words");
    let text = screen.now();
    assert_eq!(
        text,
        "READY> awsp\n\
         default\n\
         dev        acme-dev AdministratorAccess login\n\
         staging    acme-staging PowerUserAccess login\n\
         prod       acme-prod ReadOnlyAccess login\n\
         deploy     444455556666 Deploy login\n\
         old        666677778888 AdministratorAccess login\n\
         vendor\n\
         two words  security SecurityAudit login\n\
         static\n"
    );
    screen.keys("\x15awsp s\t");
    screen.shows("status");
    let text = screen.now();
    let at = |word: &str| text.find(word).unwrap();
    assert!(at("acme-staging") < at("Show every session"), "{text}");
    assert!(at("\nstatic") < at("Show every session"), "{text}");
}

#[test]
fn a_description_fits_beside_the_longest_name() {
    let place = long();
    for columns in [80, 60] {
        let mut screen = zsh(&place, columns);
        screen.keys("awsp acme-search-\t");
        screen.shows("acme-search-staging.SecurityAudit");
        let text = screen.now();
        assert!(screen.broken().is_empty(), "{text}");
    }
}
