//! Help: what every command's `--help` holds.

use crate::golden;
use crate::place::Place;

/// `--help` of a command, or with "awsp" of the program, in a terminal of this width.
fn help(place: &Place, command: &str, width: usize) -> String {
    let arguments = [command, "--help"];
    let arguments = &arguments[usize::from(command == "awsp")..];
    let done = place.done(place.awsp(arguments).env("COLUMNS", width.to_string()));
    assert_eq!((done.status, done.stderr.as_str()), (0, ""), "{command}");
    done.stdout
}

/// The commands that the program's help lists, and the program itself.
fn commands(place: &Place) -> Vec<String> {
    let help = help(place, "awsp", 1000);
    let listed = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names = listed
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    let commands: Vec<String> = std::iter::once("awsp")
        .chain(names)
        .map(str::to_owned)
        .collect();
    assert!(commands.len() > 15, "{help}");
    commands
}

/// Each command's help is as it should be.
#[track_caller]
fn each(width: usize, is_right: fn(&str) -> bool) {
    let place = Place::new();
    let wrong: Vec<String> = commands(&place)
        .into_iter()
        .filter(|command| !is_right(&help(&place, command, width)))
        .collect();
    assert!(wrong.is_empty(), "not as it should be: {wrong:?}");
}

#[test]
fn help_is_what_it_was() {
    let place = Place::new();
    let commands = commands(&place);
    let texts: Vec<String> = commands
        .iter()
        .map(|command| help(&place, command, 80))
        .collect();
    golden::are(
        commands
            .iter()
            .zip(&texts)
            .map(|(command, text)| (format!("help/{command}.txt"), text.as_str())),
    );
    assert_eq!(
        golden::names("help"),
        commands.into_iter().collect(),
        "no file without a command"
    );
}

#[test]
fn help_fits_80_columns_in_a_terminal_of_any_width() {
    each(1000, |help| {
        help.lines().all(|line| line.chars().count() <= 80)
    });
    each(80, |help| {
        help.lines().all(|line| line.chars().count() <= 80)
    });
}

#[test]
fn help_has_examples_that_can_be_pasted() {
    each(80, has_examples);
}

/// Every line of the examples has a command, so none was broken to fit. What belongs to the line
/// above is indented further.
fn has_examples(help: &str) -> bool {
    let mut examples = help
        .lines()
        .skip_while(|line| *line != "Examples:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .peekable();
    examples.peek().is_some()
        && examples.all(|line| {
            line.starts_with("   ") || (line.starts_with("  ") && line.contains("awsp "))
        })
}

#[test]
fn help_tells_the_exit_statuses() {
    each(80, |help| {
        help.lines().any(|line| line.starts_with("Exit status:"))
    });
}

#[test]
fn an_example_that_was_broken_to_fit_is_seen() {
    assert!(has_examples(
        "Examples:\n  awsp x\n  awsp y    it\n            goes on\n\nMore\n"
    ));
    assert!(!has_examples("Examples:\n  awsp x --a\n  b\n"));
    assert!(!has_examples("Examples:\n\nMore\n"));
    assert!(!has_examples("Usage: awsp x\n"));
}
