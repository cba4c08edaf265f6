//! Logging in with a browser on this machine.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;

use crate::place::{Place, browse};
use crate::pty::Terminal;

/// awsp at a terminal where a browser on this machine can be opened.
fn at_terminal(place: &Place, arguments: &[&str]) -> Terminal {
    let mut command = place.awsp(arguments);
    command
        .env("DISPLAY", ":0")
        .env("TERM", "xterm")
        .env("AWSP_LOGIN_FLOW", "browser");
    let browser = place.path("browser");
    fs::write(
        &browser,
        "#!/bin/sh\nprintf %s \"$1\" >~/new && mv ~/new ~/opened\n",
    )
    .unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    command.env("BROWSER", browser);
    Terminal::spawn(command)
}

/// The page that awsp printed.
fn page_of(terminal: &mut Terminal) -> String {
    terminal.expect("\x1b[2mopen\x1b[0m \x1b[1m");
    terminal.expect("\x1b[0m")
}

#[test]
fn a_browser_login_opens_the_page_and_takes_its_answer() {
    let place = Place::new();
    let mut terminal = at_terminal(&place, &["login", "--session", "acme"]);
    let page = page_of(&mut terminal);
    assert!(
        page.contains("&scopes=sso%3Aaccount%3Aaccess&")
            && page.contains("&code_challenge_method=S256&"),
        "{page}"
    );
    assert!(browse(&page).contains("Logged in. You can close this"));
    terminal.expect("awsp: acme: session valid (logged in)");
    terminal.end();
    let opened = place.path("opened");
    while !opened.exists() {
        std::thread::yield_now();
    }
    assert_eq!(
        fs::read_to_string(opened).unwrap(),
        page,
        "$BROWSER was given the page that was printed"
    );
    assert_eq!(place.center.grants("authorization_code"), 1);
}

#[test]
fn an_answer_with_another_state_is_ignored() {
    let place = Place::new();
    let mut terminal = at_terminal(&place, &["login", "--session", "acme"]);
    let page = page_of(&mut terminal);
    let port = page
        .split("127.0.0.1%3A")
        .nth(1)
        .unwrap()
        .split('%')
        .next()
        .unwrap();
    let forged = browse(&format!(
        "http://127.0.0.1:{port}/oauth/callback?code=stolen&state=guessed"
    ));
    assert!(forged.starts_with("HTTP/1.1 404"), "{forged}");
    // The login goes on all the same.
    browse(&page);
    terminal.expect("session valid (logged in)");
}

#[test]
fn a_browser_login_that_is_refused_says_so() {
    let place = Place::new();
    place.center.with(|state| state.deny = true);
    let mut terminal = at_terminal(&place, &["login", "--session", "acme"]);
    let page = page_of(&mut terminal);
    assert!(browse(&page).contains("The login was refused"));
    terminal.expect("the portal answered `access_denied`");
}

#[test]
fn ctrl_c_leaves_everything_as_it_was() {
    let place = Place::new();
    let mut terminal = at_terminal(&place, &["login", "--session", "acme"]);
    page_of(&mut terminal);
    terminal.expect("waiting for the browser");
    terminal.keys("\x03");
    terminal.expect("awsp:\x1b[0m interrupted: nothing was changed");
    terminal.end();
    assert!(!place.token_file("acme").exists());
    // The lock is free.
    place.log_in();
}

#[test]
fn an_opener_that_fails_is_reported_at_once_with_another_way() {
    let place = Place::new();
    let mut command = place.awsp(&["login", "--session", "acme"]);
    command
        .env("TERM", "xterm")
        .env("AWSP_LOGIN_FLOW", "browser")
        .env("BROWSER", "/nonexistent/one:false");
    let mut terminal = Terminal::spawn(command);
    let page = page_of(&mut terminal);
    terminal.expect("no browser was opened: /nonexistent/one: ");
    terminal.expect("; false ended with status");
    terminal.expect("awsp login --session acme --device-code");
    // The page can still be opened by hand.
    browse(&page);
    terminal.expect("awsp: acme: session valid (logged in)");
}

#[test]
fn when_one_opener_fails_the_next_is_tried() {
    let place = Place::new();
    let mut command = place.awsp(&["login", "--session", "acme"]);
    command
        .env("TERM", "xterm")
        .env("AWSP_LOGIN_FLOW", "browser")
        .env(
            "BROWSER",
            format!("false:touch {}/opened %s", place.home.path().display()),
        );
    let mut terminal = Terminal::spawn(command);
    let page = page_of(&mut terminal);
    while !place.path("opened").exists() {
        std::thread::yield_now();
    }
    browse(&page);
    let printed = terminal.expect("awsp: acme: session valid (logged in)");
    assert!(!printed.contains("no browser"), "{printed}");
}

#[test]
fn the_answer_is_heard_though_others_have_taken_every_descriptor() {
    let place = Place::new();
    let mut command = place.program("sh");
    command
        .args([
            "-c",
            "ulimit -n 24; exec awsp login --session acme --no-browser",
        ])
        .env("TERM", "xterm")
        .env("AWSP_LOGIN_FLOW", "browser");
    let mut terminal = Terminal::spawn(command);
    let page = page_of(&mut terminal);
    let port = page.split("127.0.0.1%3A").nth(1).unwrap();
    let port: u16 = port.split('%').next().unwrap().parse().unwrap();
    let idle: Vec<TcpStream> = (0..60)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap())
        .collect();
    assert!(browse(&page).contains("Logged in. You can close this"));
    terminal.expect("awsp: acme: session valid (logged in)");
    drop(idle);
}
