//! What is on the screen while something is waited for, and after it.

use std::process::Command;

use super::SIZES;
use super::emulator::Screen;
use crate::place::{Place, browse};

/// A login with a browser that a person starts by hand.
fn login(place: &Place) -> Command {
    let mut command = place.awsp(&["login", "--session", "acme"]);
    command
        .env("TERM", "xterm-256color")
        .env("AWSP_LOGIN_FLOW", "browser")
        .env("BROWSER", "true");
    command
}

/// The page that is to be opened, however many rows it takes.
fn page(screen: &Screen) -> String {
    let text = screen.now();
    let at = text
        .find("  open ")
        .unwrap_or_else(|| panic!("no page in\n{text}"));
    let end = text[at..].find("\nawsp:").unwrap() + at;
    text[at + "  open ".len()..end].split_whitespace().collect()
}

#[test]
fn ctrl_c_in_a_wait_leaves_a_clean_line() {
    let place = Place::new();
    for (rows, columns) in SIZES {
        let mut screen = Screen::of(login(&place), rows.max(20), columns);
        screen.shows("waiting for the browser");
        screen.keys("\x03");
        let text = screen.ended().text();
        let last = text.lines().last().unwrap_or_default();
        assert_eq!(last, "awsp: interrupted: nothing was changed", "{text}");
        assert!(!text.contains("waiting") && !text.contains('^'), "{text}");
    }
}

#[test]
fn what_is_typed_in_a_wait_leaves_no_trace() {
    let place = Place::new();
    let mut screen = Screen::of(login(&place), 24, 100);
    screen.shows("waiting for the browser");
    screen.keys("\r\rsecret\x1b\r");
    screen.shows("9:58 left");
    let text = screen.now();
    assert!(
        text.matches("waiting").count() == 1 && !text.contains("secret") && !text.contains('^'),
        "{text}"
    );
    let echoes = |screen: &Screen| screen.terminal().modes().contains(" ECHO ");
    assert!(!echoes(&screen));
    screen.keys("\x03");
    screen.wait("its end", |screen| {
        screen.now().contains("nothing was changed") && echoes(screen)
    });
}

#[test]
fn the_line_of_a_wait_is_gone_when_the_login_is_done() {
    let place = Place::new();
    let mut screen = Screen::of(login(&place), 24, 100);
    screen.shows("awsp: the page is opening in the browser (true)");
    screen.shows("waiting for the browser");
    browse(&page(&screen));
    let text = screen.ended().text();
    assert!(!text.contains("waiting"), "{text}");
    assert!(
        text.ends_with("\nawsp: acme: session valid (logged in)\n"),
        "{text}"
    );
}

#[test]
fn nothing_is_printed_behind_the_line_of_a_wait() {
    let place = Place::new();
    let mut command = place.awsp(&["sync", "--dry-run", "--verbose"]);
    command
        .env("TERM", "xterm-256color")
        .env("AWSP_LOGIN_FLOW", "device");
    let text = Screen::of(command, 40, 100).ended().text();
    for line in text.lines() {
        assert!(
            !line.contains("waiting") && !line.starts_with("listing"),
            "{line:?} in\n{text}"
        );
    }
    assert!(text.contains("nothing was written"), "{text}");
}

#[test]
fn an_address_is_one_link_where_the_terminal_knows_links() {
    let place = Place::new();
    for (name, value, is_link) in [
        ("VTE_VERSION", "7003", true),
        ("TERM_PROGRAM", "Apple_Terminal", false),
    ] {
        let mut command = login(&place);
        command.env(name, value);
        let mut terminal = crate::pty::Terminal::spawn(command);
        let printed = terminal.expect("waiting for the browser");
        let begins = printed.contains("\x1b]8;;http://127.0.0.1:");
        assert_eq!(begins, is_link, "{name}: {printed:?}");
        let ends = printed.matches("\x1b]8;;\x1b\\").count();
        assert_eq!(ends, usize::from(is_link), "{name}: {printed:?}");
        assert!(!printed.contains("\n\x1b]8;;\x1b\\"), "{name}: {printed:?}");
    }
    let done = place.done(login(&place).args(["--device-code", "--no-browser"]));
    assert!(!done.stderr.contains('\x1b'), "a pipe: {}", done.stderr);
}

#[test]
fn a_question_before_a_command_is_gone_when_it_is_given_up() {
    let place = Place::new();
    place.log_in();
    std::fs::create_dir_all(place.path(".config/awsp")).unwrap();
    let settings = "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n";
    std::fs::write(place.path(".config/awsp/config.toml"), settings).unwrap();
    let question = "awsp: use prod (acme-prod, ReadOnlyAccess)? [y/N]";
    for (keys, left) in [
        (
            "\x1b",
            "awsp: `prod` is not used: not confirmed\n".to_owned(),
        ),
        (
            "\x03",
            "awsp: `prod` is not used: not confirmed\n".to_owned(),
        ),
        ("y\r", format!("{question} y\n")),
    ] {
        let mut command = place.program("sh");
        // As the shell's function runs it.
        let hook = "exec awsp __before -- aws s3 ls </dev/null 3>/dev/null";
        command.args(["-c", hook]).env("TERM", "xterm-256color");
        command.env("AWSP_SHELL", "zsh").env("AWS_PROFILE", "prod");
        let mut screen = Screen::of(command, 24, 80);
        screen.shows(question);
        screen.keys(keys);
        assert_eq!(screen.ended().text(), left, "{keys:?}");
    }
}
