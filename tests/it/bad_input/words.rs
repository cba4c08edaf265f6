//! Words that are no profile: slips, commands in another order, options.

use super::*;

#[test]
fn a_hint_for_an_unknown_name_is_the_same_command_with_a_similar_name() {
    let place = Place::new();
    for (typed, hint) in [
        (&["whoami", "prdo"][..], "awsp whoami prod"),
        (&["show", "prdo", "--json"], "awsp show prod --json"),
        (&["console", "prdo", "--print"], "awsp console prod --print"),
        (&["export", "prdo"], "awsp export prod"),
        (&["login", "prdo"], "awsp login prod"),
        (&["logout", "prdo"], "awsp logout prod"),
        (
            &["exec", "prdo", "--", "ls", "a b"],
            "awsp exec prod -- ls 'a b'",
        ),
        (
            &["configure", "--profile", "prdo", "--region", "eu-west-1"],
            "awsp configure --profile prod --region eu-west-1",
        ),
        (
            &["logout", "--session", "acne"],
            "awsp logout --session acme",
        ),
        (
            &["sync", "--session=acne", "--dry-run"],
            "awsp sync --session acme --dry-run",
        ),
    ] {
        let done = place.run(typed);
        let last = done.stderr.lines().last();
        assert_eq!(
            (done.status, last),
            (3, Some(format!("hint: {hint}").as_str())),
            "{typed:?}"
        );
    }
    let mut command = place.awsp(&["whoami"]);
    let done = place.done(command.env("AWS_PROFILE", "prdo"));
    assert!(done.stderr.ends_with("\nhint: awsp prod\n"), "{done:?}");
}

#[test]
fn an_unknown_profile_gets_the_nearest_names() {
    let place = Place::new();
    refused(
        &place,
        "prdo",
        3,
        "awsp: no profile named `prdo` in ~/.aws/config\nhint: awsp use prod\n",
    );
}

#[test]
fn a_typing_error_finds_the_command_and_wrong_words_are_explained() {
    let place = Place::new();
    for (line, status, stderr) in [
        (
            "lgoin",
            3,
            "awsp: no profile named `lgoin` in ~/.aws/config\nhint: awsp login\n",
        ),
        (
            "ls",
            3,
            "awsp: no profile named `ls` in ~/.aws/config\nhint: awsp list\n",
        ),
        (
            "dev extra",
            2,
            "awsp: `extra` is unexpected after the profile `dev`\nhint: awsp dev\n",
        ),
        (
            "--verbose dev login",
            2,
            "awsp: nobody is here: there is no terminal\n\
             awsp: the command comes first, then the profile: `login`, then `dev`\n\
             hint: awsp login dev\n",
        ),
        (
            "dev --for 168h",
            2,
            "error: invalid value '168h' for '--for <TIME>': `168h` is longer than a day\n\n\
             For more information, try '--help'.\n",
        ),
        (
            "dev --for 0s",
            2,
            "error: invalid value '0s' for '--for <TIME>': `0s` is shorter than a second\n\n\
             For more information, try '--help'.\n",
        ),
        (
            "--list",
            2,
            "awsp: there is no option `--list`\nhint: awsp list\n",
        ),
        (
            "off",
            2,
            "awsp: cannot leave: the shell integration is not loaded in this shell\n\
             hint: awsp init bash --install    # for every new shell\n\
             hint: eval \"$(command awsp init bash)\"    # for this one\n",
        ),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let done = place.run(&words);
        assert_eq!((done.status, done.stderr.as_str()), (status, stderr));
    }
}

#[test]
fn a_typing_error_gets_the_nearest_name() {
    let place = Place::new();
    let done = place.run(&["login", "--sesion", "acme"]);
    assert_eq!(done.status, 2);
    assert!(done.stderr.contains("--session"), "{}", done.stderr);
}

#[test]
fn what_was_typed_is_not_printed_raw_by_the_argument_parser() {
    let place = Place::new();
    let done = place.run(&["login", "--\u{1b}[31m\r\u{61c}"]);
    assert_eq!(done.status, 2);
    assert!(
        done.stderr.contains("'--\u{fffd}[31m\u{fffd}\u{fffd}'"),
        "{}",
        done.stderr
    );
    let live = done.stderr.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(live, None);
}
