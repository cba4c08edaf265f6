//! The list of profiles, on terminals of many sizes.

use std::fs;
use std::path::Path;

use super::emulator::Screen;
use super::homes::{long, sample, wide};
use crate::place::Place;

/// awsp as the shell's function runs it: without arguments it opens the list.
fn open(place: &Place, arguments: &[&str], rows: u16, columns: u16) -> Screen {
    let mut command = place.program("sh");
    // It stays: with the end of a terminal's first process, Linux drops what nobody has read yet.
    let script = "awsp \"$@\" 3>changes; echo \"status $?\"; read -r _";
    command
        .args(["-c", script, "sh"])
        .args(arguments)
        .env("AWSP_SHELL", "bash")
        .env("TERM", "xterm-256color");
    Screen::of(command, rows, columns)
}

/// The profile that the shell was told to use.
fn switched_to(home: &Path) -> Option<String> {
    let changes = fs::read_to_string(home.join("changes")).unwrap();
    let name = changes
        .lines()
        .find_map(|line| line.strip_prefix("AWS_PROFILE="))?;
    Some(name.to_owned())
}

/// The profile that these keys choose.
#[track_caller]
fn chosen(place: &Place, arguments: &[&str], keys: &str) -> String {
    let mut screen = open(place, arguments, 24, 80);
    screen.shows("profile:");
    screen.keys(keys);
    screen.shows("status 0");
    switched_to(place.home.path()).unwrap()
}

#[test]
fn it_fills_the_terminal_and_keeps_the_line_in_sight() {
    let place = long();
    for (rows, columns) in [(24, 80), (12, 40), (6, 20), (2, 12)] {
        let mut screen = open(&place, &[], rows, columns);
        screen.wait("the list", |screen| {
            screen.now().lines().count() == usize::from(rows) && screen.cursor().0 == 0
        });
        let text = screen.now();
        assert!(screen.broken().is_empty(), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("> acme-pay"), "{text}");
        // Down to what the first screen does not show: the line that is typed stays, and so does
        // the selected row.
        for _ in 0..rows {
            screen.keys("\x1b[B");
        }
        screen.keys("\x0e");
        let last = usize::from(rows) - 1;
        screen.wait("the last row", |screen| {
            let now = screen.now();
            let row = now.lines().nth(last).unwrap_or_default();
            row.starts_with("> ") && screen.cursor().0 == 0
        });
        screen.keys("\x1b");
        screen.shows("status 130");
    }
}

#[test]
fn typing_filters_by_name_account_and_role_and_marks_what_matches() {
    let place = long();
    place.log_in();
    place.make_ended();
    let mut screen = open(&place, &[], 24, 80);
    screen.shows("login");
    screen.keys("stg");
    // The heading is drawn before the rows.
    screen.wait("only rows that match", |screen| {
        let text = screen.now();
        let mut rows = text.lines().skip(1);
        text.contains("18/55") && rows.all(|line| line.contains("staging"))
    });
    let name = |column| screen.cell(1, 2 + column);
    // `acme-payments-staging`: s, t and g.
    let marked: Vec<u16> = (0..21).filter(|&column| name(column).underline()).collect();
    assert_eq!(marked, [14, 15, 17]);
    screen.keys(" audit search");
    screen.shows("1/55");
    screen.keys(" zzz");
    screen.line_is(1, "  no profile matches");
    screen.keys("\r");
    screen.keys("\x17\x17\x17");
    screen.shows("18/55");
    screen.keys("\x1b");
    screen.shows("status 130");
}

#[test]
fn the_keys_of_readline_edit_the_line_and_move() {
    let place = sample();
    place.log_in();
    for (keys, profile) in [
        ("\r", "default"),
        ("prod\r", "prod"),
        ("xprod\x01\x1b[3~\r", "prod"),
        ("xx\x15stag\r", "staging"),
        ("stag zz\x17\r", "staging"),
        ("aprod\x01\x06\x7f\r", "prod"),
        ("prodzz\x02\x02\x0b\r", "prod"),
        ("stagx-y\x1bb\x1bb\x05\x08\x08\x08\r", "staging"),
        ("\x0e\x0e\r", "staging"),
        ("\x0a\x0a\x10\r", "dev"),
        ("\x0a\x0a\x0b\r", "dev"),
        ("\x1b[B\x1bOB\x1b[A\r", "dev"),
        // These type nothing.
        ("\x12\x16\x18prod\r", "prod"),
        ("PROD\r", "prod"),
        ("3333\r", "prod"),
        ("secaud\r", "two words"),
    ] {
        // What was used last would come first.
        let _ = fs::remove_file(place.path(".local/state/awsp/recent"));
        assert_eq!(chosen(&place, &[], keys), profile, "{keys:?}");
    }
}

#[test]
fn the_last_used_come_first_and_the_current_one_is_marked() {
    let place = sample();
    place.log_in();
    for name in ["prod", "dev", "static"] {
        assert_eq!(place.switch(&[name], &[]).0.status, 0);
    }
    let mut command = place.program("sh");
    command
        .args(["-c", "awsp 3>changes"])
        .env("AWSP_SHELL", "bash")
        .env("AWS_PROFILE", "static")
        .env("TERM", "xterm-256color");
    let mut screen = Screen::of(command, 24, 80);
    screen.shows("static *");
    let text = screen.now();
    let names: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.trim_start_matches(['>', ' ']).split("  ").next())
        .collect();
    assert_eq!(names[..3], ["dev", "prod", "default"], "{text}");
    screen.keys("\r");
    screen.wait("the end", |screen| !screen.now().contains("profile:"));
}

#[test]
fn production_looks_like_production() {
    let place = sample();
    let mut screen = open(&place, &[], 24, 80);
    screen.shows("prod ");
    let text = screen.now();
    let row = text
        .lines()
        .position(|line| line.contains("  prod "))
        .unwrap();
    let row = u16::try_from(row).unwrap();
    assert_eq!(
        screen.cell(row, 2).fgcolor(),
        vt100::Color::Idx(1),
        "{text}"
    );
    assert_eq!(screen.cell(row - 1, 2).fgcolor(), vt100::Color::Default);
    screen.keys("\x03");
    screen.shows("status 130");
}

/// A shell that waits for Enter, opens the list, and tells the status.
fn waiting(place: &Place) -> Screen {
    let script = "echo ready; read -r x; awsp exec -- true; echo \"status $?\"; read -r x";
    let mut command = place.program("sh");
    command.args(["-c", script]).env("TERM", "xterm-256color");
    let mut screen = Screen::of(command, 24, 80);
    screen.shows("ready");
    screen
}

#[test]
fn it_leaves_nothing_behind() {
    let place = long();
    for end in ["\x1b", "\x03", "\x07", "\x04", "search\x03"] {
        let mut screen = waiting(&place);
        let modes = screen.terminal().modes();
        screen.keys("\r");
        screen.shows("> acme");
        assert_ne!(screen.terminal().modes(), modes);
        screen.keys(end);
        screen.shows("status 130");
        assert_eq!(
            screen.now(),
            "status 130\n",
            "{end:?}: it filled the screen"
        );
        assert_eq!(screen.terminal().modes(), modes, "{end:?}");
        assert!(!screen.is_cursor_hidden());
    }
}

#[test]
fn a_signal_that_ends_it_gives_the_terminal_back() {
    let place = sample();
    for signal in ["TERM", "HUP", "INT", "QUIT"] {
        let mut screen = waiting(&place);
        let modes = screen.terminal().modes();
        screen.keys("\r");
        screen.shows("> default");
        let shell = screen.terminal().id();
        let kill = format!("kill -{signal} $(pgrep -P {shell} awsp)");
        let done = place.program("sh").args(["-c", &kill]).status().unwrap();
        assert!(done.success(), "{kill}");
        screen.shows("status 1");
        assert!(screen.now().starts_with("ready\n\n"), "{}", screen.now());
        assert!(!screen.now().contains("profile:"), "{}", screen.now());
        assert_eq!(screen.terminal().modes(), modes, "{signal}");
    }
}

#[test]
fn it_can_be_stopped_and_goes_on() {
    let place = sample();
    let mut command = place.program("bash");
    command
        .args(["--norc", "--noprofile", "-i"])
        .env("PS1", "READY> ")
        .env("TERM", "xterm-256color");
    let mut screen = Screen::of(command, 24, 80);
    screen.shows("READY>");
    screen.keys("awsp exec -- true\r");
    screen.shows("> default");
    screen.keys("prod");
    screen.shows("profile: prod");
    screen.keys("\x1a");
    screen.shows("Stopped");
    assert!(!screen.now().contains("profile:"), "{}", screen.now());
    screen.keys("echo he''re\r");
    screen.shows("\nhere\n");
    screen.keys("fg\r");
    screen.shows("profile: prod");
    screen.keys("\x1b");
    screen.wait("the prompt", |screen| screen.now().ends_with("READY>\n"));
    screen.keys("echo sta''tus $?\r");
    screen.shows("status 130");
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let place = long();
    let mut screen = open(&place, &[], 24, 80);
    screen.shows("55/55");
    for (rows, columns) in [(24, 80), (24, 50), (12, 40), (5, 20), (30, 100), (24, 80)] {
        screen.resize(rows, columns);
        // Keys come after the change of size, so their frame has the new one.
        screen.keys("\x15search-");
        let full = usize::from(rows).min(19);
        screen.wait("the new frame", |screen| {
            let text = screen.now();
            let lines: Vec<&str> = text.lines().collect();
            // The cursor is shown again at the end of a frame.
            !screen.is_cursor_hidden()
                && lines.len() == full
                && lines[0].contains("search-")
                && lines[1..].iter().all(|line| line.contains("acme-search"))
        });
        screen.keys("\x7f");
        screen.wait("the last frame", |screen| {
            !screen.is_cursor_hidden() && !screen.now().contains("profile: search-")
        });
        let text = screen.now();
        assert_eq!(text.matches("> acme-search").count(), 1, "{text}");
    }
    screen.keys("\x1b");
    screen.shows("status 130");
    assert_eq!(screen.now(), "status 130\n");
}

#[test]
fn wide_letters_stay_in_their_columns() {
    let place = wide();
    let mut screen = open(&place, &[], 12, 40);
    screen.shows("> 本番環境.管理者");
    assert!(screen.broken().is_empty(), "{}", screen.now());
    screen.keys("開\x7f환\x7f🚀\r");
    screen.shows("status");
}

#[test]
fn a_part_of_a_name_is_enough() {
    let place = sample();
    place.log_in();
    // For production, Enter alone is not a yes, and neither is a command typed too early.
    let question = "awsp: switch to prod (acme-prod, ReadOnlyAccess)? [y/N]";
    for (answer, status, switched) in [
        ("y\r", "status 0", Some("prod")),
        ("yes\r", "status 0", Some("prod")),
        ("\r", "status 1", None),
        ("dev\r", "status 1", None),
        ("n\r", "status 1", None),
        ("\x1b", "status 130", None),
    ] {
        let mut screen = open(&place, &["PRO"], 24, 80);
        screen.shows(question);
        screen.keys(answer);
        screen.shows(status);
        let text = screen.now();
        let refused = text.contains("\nawsp: not switched\n");
        assert_eq!(refused, status == "status 1", "{answer:?}: {text}");
        assert_eq!(
            switched_to(place.home.path()).as_deref(),
            switched,
            "{answer:?}"
        );
    }
    // Anywhere else Enter is enough.
    let mut screen = open(&place, &["deplo"], 24, 80);
    screen.shows("awsp: switch to deploy (444455556666, Deploy)? [Y/n]");
    screen.keys("\r");
    screen.shows("status 0");
    assert_eq!(switched_to(place.home.path()).as_deref(), Some("deploy"));
    // A rule does not ask a second question.
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    let rule = "[[rule]]\nprofiles = \"prod\"\nconfirm = true\ncolour = \"green\"\n";
    fs::write(place.path(".config/awsp/config.toml"), rule).unwrap();
    let mut screen = open(&place, &["PRO"], 24, 80);
    screen.shows(question);
    screen.keys("y\r");
    screen.shows("status 0");
    assert_eq!(screen.now().matches("[y/N]").count(), 1, "{}", screen.now());
    assert_eq!(switched_to(place.home.path()).as_deref(), Some("prod"));
    let mut screen = open(&place, &["sta"], 24, 80);
    screen.shows("profile: sta");
    screen.shows("2/9");
    screen.keys("g\r");
    screen.shows("status 0");
    assert_eq!(switched_to(place.home.path()).as_deref(), Some("staging"));
}

#[test]
fn the_list_opens_wherever_a_profile_is_missing() {
    let place = sample();
    place.log_in();
    // With one session alone, `logout` has nothing to ask.
    let mut config = fs::read_to_string(place.path(".aws/config")).unwrap();
    config.push_str(
        "[sso-session other]\nsso_start_url = https://d-2.awsapps.com/start\n\
         sso_region = eu-west-1\n",
    );
    place.config(&config);
    let mut screen = open(&place, &["use"], 24, 80);
    screen.shows("profile:");
    screen.keys("static\r");
    screen.shows("status 0");
    assert_eq!(switched_to(place.home.path()).as_deref(), Some("static"));
    for (arguments, told) in [
        (&["logout"][..], "awsp: acme: logged out"),
        (&["logout"], "awsp: acme: was not logged in"),
        (&["exec", "--", "sh", "-c", "echo $AWS_REGION"], "eu-west-1"),
        (
            &["console", "--print"],
            "awsp: cannot open the console as `static`",
        ),
    ] {
        let mut screen = open(&place, arguments, 24, 80);
        screen.shows("profile:");
        screen.keys(if told.starts_with("awsp: acme") {
            "dev\r"
        } else {
            "static\r"
        });
        screen.shows(told);
    }
}
