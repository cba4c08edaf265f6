//! The promises, end to end: the program itself, in real shells at a pseudo-terminal, with a
//! service that speaks the real protocols.

use std::fmt::Write as _;
use std::fs;

use identity_center::State;

use crate::place::Place;
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// An interactive shell that has loaded the integration as a user does; its own prompt is `READY>
/// `.
#[track_caller]
fn open(place: &Place, shell: &Shell, variables: &[(&str, &str)]) -> Terminal {
    open_with(place, shell, variables, "", "")
}

/// The same, with commands before it and options of `awsp init`.
#[track_caller]
pub fn open_with(
    place: &Place,
    shell: &Shell,
    variables: &[(&str, &str)],
    before: &str,
    options: &str,
) -> Terminal {
    let mut command = place.program(shell.program.to_str().unwrap());
    command
        .args(shell.clean())
        .arg("-i")
        .env("TERM", "dumb")
        .env("LC_ALL", "C.UTF-8")
        .envs(variables.iter().copied());
    let mut terminal = Terminal::spawn(command);
    fs::write(place.path("before"), before).unwrap();
    terminal.run(&match shell.kind {
        Kind::Bash => format!(
            "PS1='READY> '; bind 'set enable-bracketed-paste off' 2>/dev/null; . ~/before; \
             eval \"$(awsp init bash {options})\""
        ),
        Kind::Zsh => format!(
            "PROMPT='READY> '; unsetopt prompt_cr prompt_sp; autoload -Uz compinit; \
             compinit -u -D; . ~/before; eval \"$(awsp init zsh {options})\""
        ),
        Kind::Fish => {
            format!(
                "function fish_prompt; echo -n 'READY> '; end; source ~/before; \
                 awsp init fish {options} | source"
            )
        }
    });
    terminal.expect("READY> ");
    terminal
}

/// Runs a line, and returns what it printed and the prompt after it.
#[track_caller]
pub fn type_line(terminal: &mut Terminal, line: &str) -> (String, String) {
    let printed = terminal.run(line);
    let prompt = terminal.expect("READY> ");
    (
        printed,
        prompt.rsplit(['\r', '\n']).next().unwrap().to_owned(),
    )
}

/// What the shell's children see.
#[track_caller]
fn environment(place: &Place, terminal: &mut Terminal) -> String {
    terminal.run("env | sort | grep -E '^(AWS|GRANTED)' >~/environment");
    terminal.expect("READY> ");
    let text = fs::read_to_string(place.path("environment")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with("AWS_ENDPOINT_URL_"))
        .fold(String::new(), |out, line| out + line + "\n")
}

#[test]
fn one_login_opens_every_profile_of_the_session() {
    for shell in shells::all() {
        let place = Place::new();
        let mut terminal = open(&place, &shell, &[]);
        let (printed, prompt) = type_line(&mut terminal, "awsp dev");
        assert!(
            printed.contains("awsp: logging in to acme (https://d-9067example.awsapps.com/start)"),
            "{shell}: {printed}"
        );
        assert!(
            printed.contains("dev: acme-dev, AdministratorAccess, eu-west-1, logged in"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "(dev acme-dev) ", "{shell}");
        assert_eq!(
            environment(&place, &mut terminal),
            "AWSP_PROMPT=dev acme-dev\nAWS_PROFILE=dev\nAWS_SDK_LOAD_CONFIG=1\n",
            "{shell}"
        );

        let before = place.center.calls().len();
        let (printed, prompt) = type_line(&mut terminal, "awsp prod");
        assert!(
            printed.contains("awsp: prod: acme-prod, ReadOnlyAccess, eu-central-1\r\n"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "(prod acme-prod) ", "{shell}");
        assert_eq!(
            place.center.calls().len(),
            before,
            "{shell}: the second switch asks nobody"
        );

        assert_eq!(
            type_line(&mut terminal, "awsp -").1,
            "(dev acme-dev) ",
            "{shell}"
        );
        assert_eq!(
            type_line(&mut terminal, "awsp -").1,
            "(prod acme-prod) ",
            "{shell}"
        );
        let (printed, prompt) = type_line(&mut terminal, "awsp prdo");
        assert!(
            printed.contains("no profile named `prdo`"),
            "{shell}: {printed}"
        );
        assert_eq!(
            prompt, "(prod acme-prod) ",
            "{shell}: a switch that fails changes nothing"
        );
        assert_eq!(type_line(&mut terminal, "awsp off").1, "", "{shell}");
        assert_eq!(environment(&place, &mut terminal), "", "{shell}");
        assert_eq!(
            type_line(&mut terminal, "awsp -").1,
            "(prod acme-prod) ",
            "{shell}: and back again"
        );
        assert_eq!(place.center.with(|state| state.logins), 1, "{shell}");
    }
}

#[test]
fn what_a_switch_clears_comes_back_with_off() {
    for shell in shells::all() {
        let place = Place::new();
        let stale = [
            ("AWS_DEFAULT_PROFILE", "older"),
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_SECRET_ACCESS_KEY", "it's $(a) `secret`\nof two lines"),
            ("AWS_REGION", "us-west-2"),
            ("GRANTED_SSO", "true"),
        ];
        let mut terminal = open(&place, &shell, &stale);
        let before = environment(&place, &mut terminal);
        let (printed, _) = type_line(&mut terminal, "awsp static");
        assert!(
            printed.replace("\r\n  ", " ").contains(
                "; cleared AWS_DEFAULT_PROFILE, AWS_ACCESS_KEY_ID, \
                 AWS_SECRET_ACCESS_KEY, GRANTED_SSO, AWS_REGION"
            ),
            "{shell}: {printed}"
        );
        assert_eq!(
            environment(&place, &mut terminal),
            "AWSP_PROMPT=static\nAWS_PROFILE=static\nAWS_SDK_LOAD_CONFIG=1\n",
            "{shell}"
        );
        type_line(&mut terminal, "awsp vendor");
        type_line(&mut terminal, "awsp region eu-north-1");
        assert_eq!(
            environment(&place, &mut terminal),
            "AWSP_PROMPT=vendor\nAWS_DEFAULT_REGION=eu-north-1\nAWS_PROFILE=vendor\n\
             AWS_REGION=eu-north-1\nAWS_SDK_LOAD_CONFIG=1\n",
            "{shell}"
        );
        type_line(&mut terminal, "awsp off");
        assert_eq!(environment(&place, &mut terminal), before, "{shell}");
    }
}

#[test]
fn hostile_names_are_names() {
    for shell in shells::all() {
        let place = Place::new();
        let mut config = String::new();
        let names = [
            "$(touch ~/pwned)",
            "`touch ~/pwned`",
            "%F{red}%n",
            "a 'b' \"c\"",
            "back\\\\slash \\e[31m",
            "-dash",
        ];
        for name in names {
            let _ = write!(
                config,
                "[profile {name}]\naws_access_key_id = A\naws_secret_access_key = s\n"
            );
        }
        place.config(&config);
        let listed = place.run(&["list", "--names"]).stdout;
        let mut terminal = open(&place, &shell, &[]);
        for name in listed.lines().filter(|name| *name != "static") {
            let quoted = match shell.kind {
                Kind::Fish => format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'")),
                Kind::Bash | Kind::Zsh => format!("'{}'", name.replace('\'', "'\\''")),
            };
            let (printed, prompt) = type_line(&mut terminal, &format!("awsp use -- {quoted}"));
            assert!(
                printed.contains(&format!("awsp: {name}: static keys")),
                "{shell}: {name}: {printed}"
            );
            assert_eq!(prompt, format!("({name}) "), "{shell}");
            assert!(
                environment(&place, &mut terminal).contains(&format!("AWS_PROFILE={name}\n")),
                "{shell}: {name}"
            );
        }
        assert!(!place.path("pwned").exists(), "{shell}");
    }
}

#[test]
fn the_prompt_tells_the_truth_about_the_session() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        let mut terminal = open(&place, &shell, &[]);
        assert_eq!(
            type_line(&mut terminal, "awsp dev").1,
            "(dev acme-dev) ",
            "{shell}: valid"
        );
        place.make_renewable();
        assert_eq!(
            type_line(&mut terminal, "").1,
            "(dev acme-dev) ",
            "{shell}: renewable is not ended"
        );
        place.make_ended();
        assert_eq!(
            type_line(&mut terminal, "").1,
            "(dev acme-dev login) ",
            "{shell}: ended"
        );
        place.log_in();
        assert_eq!(
            type_line(&mut terminal, "").1,
            "(dev acme-dev) ",
            "{shell}: a login in another terminal"
        );
        assert_eq!(place.run(&["logout", "--session", "acme"]).status, 0);
        assert_eq!(
            type_line(&mut terminal, "").1,
            "(dev acme-dev login) ",
            "{shell}: a logout in another terminal"
        );
        let by_hand = shell.pick("export AWS_PROFILE=static", "set -gx AWS_PROFILE static");
        assert_eq!(
            type_line(&mut terminal, by_hand).1,
            "(static) ",
            "{shell}: a switch by hand"
        );
    }
}

#[test]
fn a_login_that_is_interrupted_leaves_the_shell_as_it_was() {
    for shell in shells::all() {
        let place = Place::with(identity_center::Options {
            approve_after: None,
            ..identity_center::Options::default()
        });
        let mut terminal = open(&place, &shell, &[]);
        terminal.line("awsp dev");
        terminal.expect("waiting for the approval");
        terminal.keys("\x03");
        terminal.expect("READY> ");
        assert_eq!(environment(&place, &mut terminal), "", "{shell}");
        assert!(!place.token_file("acme").exists(), "{shell}");
        // The shell goes on, and so does the session's lock.
        place.center.with(|state: &mut State| {
            state.options.approve_after = Some(std::time::Duration::ZERO);
        });
        assert_eq!(
            type_line(&mut terminal, "awsp dev").1,
            "(dev acme-dev) ",
            "{shell}"
        );
    }
}

#[test]
fn tab_completes_one_name_among_five_thousand() {
    for shell in shells::all() {
        let place = Place::new();
        let mut config = fs::read_to_string(place.path(".aws/config")).unwrap();
        for number in 0..5000 {
            let _ = write!(
                config,
                "[profile team-{number:04}]\nsso_session = acme\nsso_account_id = {:012}\n\
                 sso_role_name = Admin\n",
                100_000_000_000_u64 + number
            );
        }
        place.config(&config);
        place.log_in();
        let mut terminal = open(&place, &shell, &[]);
        terminal.keys("awsp team-421\t");
        // The name is one of ten: the common part was there already, the next digit decides.
        terminal.keys("7\t");
        terminal.run("");
        assert_eq!(
            terminal.expect("READY> ").rsplit(['\r', '\n']).next(),
            Some("(team-4217 100000004217) "),
            "{shell}"
        );
    }
}
