//! An ended session is logged in before a command that uses AWS, in every shell.

mod fish;
mod left_alone;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::place::Place;
use crate::promises::{open_with, type_line};
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

/// Stand-ins for commands that use AWS: they say what they were started with.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("bin")).unwrap();
    fs::create_dir(place.path(".kube")).unwrap();
    fs::write(place.path(".kube/config"), KUBECONFIG).unwrap();
    for name in ["aws", "terraform", "kubectl", "ecs-cli", "test"] {
        let program = place.path("bin").join(name);
        fs::write(
            &program,
            format!(
                "#!/bin/sh\n\
                 echo \"{name} ran with <$*> as ${{AWS_PROFILE-nobody}}\"\n\
                 exit ${{STATUS-0}}\n"
            ),
        )
        .unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    place
}

/// As `aws eks update-kubeconfig` writes it.
const KUBECONFIG: &str = "current-context: main
contexts:
- context:
    cluster: main
    user: main
  name: main
users:
- name: main
  user:
    exec:
      command: aws
      args:
      - eks
      - get-token
";

/// A shell where those come first, with `before` run before the integration.
#[track_caller]
fn open(place: &Place, shell: &Shell, before: &str, options: &str) -> Terminal {
    let path = shell.pick("export PATH=~/bin:$PATH\n", "set -gx PATH ~/bin $PATH\n");
    open_with(place, shell, &[], &format!("{path}{before}"), options)
}

/// Switches to `dev` with a good session, which then ends, in another terminal as it were.
fn end_the_session(place: &Place, terminal: &mut Terminal) {
    place.log_in();
    type_line(terminal, "awsp dev");
    place.make_ended();
    type_line(terminal, "");
    place.center.with(|state| state.logins = 0);
}

fn logins(place: &Place) -> usize {
    place.center.with(|state| state.logins)
}

const LOGIN: &str = "awsp: logging in to acme";

#[test]
fn an_ended_session_is_logged_in_once_and_then_the_command_runs() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        end_the_session(&place, &mut terminal);
        let (printed, _) = type_line(&mut terminal, "echo hello");
        assert!(!printed.contains(LOGIN), "{shell}: {printed}");
        let (printed, prompt) = type_line(&mut terminal, "aws sts 'a  b' | cat");
        let at = printed
            .find(LOGIN)
            .unwrap_or_else(|| panic!("{shell}: {printed}"));
        assert!(
            printed[at..].contains("aws ran with <sts a  b> as dev"),
            "{shell}: {printed}"
        );
        assert_eq!(
            (logins(&place), prompt.as_str()),
            (1, "(dev acme-dev) "),
            "{shell}"
        );
        let (printed, _) = type_line(&mut terminal, "terraform plan");
        assert!(
            printed.contains("terraform ran with <plan>") && !printed.contains(LOGIN),
            "{shell}: {printed}"
        );
        place.make_ended();
        let (printed, _) = type_line(&mut terminal, "ecs-cli ps");
        assert!(
            printed.contains(LOGIN) && printed.contains("ecs-cli ran with <ps>"),
            "{shell}: noticed before a prompt: {printed}"
        );
        assert_eq!(logins(&place), 2, "{shell}");
    }
}

#[test]
fn with_a_good_session_or_none_no_process_is_started() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        place.log_in();
        // `static` has no session, and neither has `default`, which is used if none is active.
        for first in ["awsp dev", "awsp static; aws", "awsp off; aws"] {
            type_line(&mut terminal, first);
            // If the function started awsp, it would start this one.
            fs::write(place.path("bin/awsp"), "#!/bin/sh\necho STARTED >&2\n").unwrap();
            fs::set_permissions(place.path("bin/awsp"), fs::Permissions::from_mode(0o755)).unwrap();
            type_line(&mut terminal, shell.pick("hash -r", ""));
            let (printed, _) = type_line(&mut terminal, "aws s3 ls; terraform plan | cat");
            assert!(
                printed.contains("aws ran with") && printed.contains("terraform ran with"),
                "{shell}: {printed}"
            );
            assert!(!printed.contains("STARTED"), "{shell}: {first}: {printed}");
            fs::remove_file(place.path("bin/awsp")).unwrap();
            type_line(&mut terminal, shell.pick("hash -r", ""));
        }
    }
}

#[test]
fn a_session_that_renews_does_so_before_the_command_and_says_nothing() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        place.log_in();
        type_line(&mut terminal, "awsp dev");
        place.make_renewable();
        let (printed, _) = type_line(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains("aws ran with") && !printed.contains("awsp:"),
            "{shell}: {printed}"
        );
        assert_eq!(place.center.grants("refresh_token"), 1, "{shell}");
        // As on most mornings: the file says that it can be renewed, but AWS has ended it.
        place.make_renewable();
        place.center.with(identity_center::State::revoke);
        let (printed, _) = type_line(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains(LOGIN) && printed.contains("aws ran with"),
            "{shell}: {printed}"
        );
    }
}

#[test]
fn the_aws_cli_itself_answers_after_the_login() {
    for shell in shells::all() {
        let place = place();
        let python = std::env::var("AWSP_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        fs::write(
            place.path("bin/aws"),
            format!("#!/bin/sh\nexec {python} -m awscli \"$@\"\n"),
        )
        .unwrap();
        let mut terminal = open(&place, &shell, "", "");
        end_the_session(&place, &mut terminal);
        let (printed, _) = type_line(
            &mut terminal,
            "aws sts get-caller-identity --output text | cat",
        );
        let at = printed
            .find(LOGIN)
            .unwrap_or_else(|| panic!("{shell}: {printed}"));
        assert!(
            printed[at..].contains(
                "111122223333\tarn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin"
            ),
            "{shell}: {printed}"
        );
        assert_eq!(logins(&place), 1, "{shell}");
    }
}

#[test]
fn the_profile_that_the_command_names_is_the_one_that_counts() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        for line in [
            "aws --profile prod s3 ls",
            "aws s3 ls --profile=prod",
            "AWS_PROFILE=prod aws s3 ls",
        ] {
            let (printed, prompt) = type_line(&mut terminal, line);
            assert!(
                printed.contains(LOGIN) && printed.contains("aws ran with"),
                "{shell}: {line}: {printed}"
            );
            assert_eq!(prompt, "", "{shell}: {line}");
            place.make_ended();
        }
        // Another tool's session, an unknown profile, or keys: awsp does nothing.
        let keys = shell.pick(
            "export AWS_ACCESS_KEY_ID=A AWS_PROFILE=prod",
            "set -gx AWS_ACCESS_KEY_ID A; set -gx AWS_PROFILE prod",
        );
        for line in [
            "aws s3 ls",
            "kubectl --profile=cpu",
            "aws --profile static x",
            &format!("{keys}; aws s3 ls"),
        ] {
            let (printed, _) = type_line(&mut terminal, line);
            assert!(
                printed.contains("ran with") && !printed.contains("awsp:"),
                "{shell}: {line}: {printed}"
            );
        }
        assert_eq!(logins(&place), 3, "{shell}");
    }
}

#[test]
fn the_default_profile_is_logged_in_too() {
    for shell in shells::all() {
        let place = place();
        let config = fs::read_to_string(place.path(".aws/config")).unwrap();
        let own = "[default]\nsso_session = acme\nsso_account_id = 111122223333\n\
                   sso_role_name = AdministratorAccess";
        place.config(&config.replace("[default]", own));
        let mut terminal = open(&place, &shell, "", "");
        let (printed, _) = type_line(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains(LOGIN) && printed.contains("as nobody"),
            "{shell}: {printed}"
        );
        let (printed, prompt) = type_line(&mut terminal, "aws s3 ls");
        assert!(
            !printed.contains(LOGIN) && printed.contains("aws ran with"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "", "{shell}");
    }
}

#[test]
fn status_and_input_are_the_commands_own() {
    for shell in shells::all() {
        let place = place();
        fs::write(place.path("bin/aws"), "#!/bin/sh\ncat\nexit 7\n").unwrap();
        let mut terminal = open(&place, &shell, "", "");
        end_the_session(&place, &mut terminal);
        let (printed, _) = type_line(&mut terminal, "echo to-the-command | aws s3 cp - x");
        assert!(
            printed.contains(LOGIN) && printed.contains("to-the-command\r\n"),
            "{shell}: {printed}"
        );
        let (printed, _) = type_line(
            &mut terminal,
            shell.pick(
                "aws </dev/null; echo \"=$?\"",
                "aws </dev/null; echo \"=$status\"",
            ),
        );
        assert!(printed.contains("=7"), "{shell}: {printed}");
    }
}

#[test]
fn a_login_that_is_given_up_stops_the_command_and_one_that_fails_does_not() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        end_the_session(&place, &mut terminal);
        place
            .center
            .with(|state| state.options.approve_after = None);
        terminal.line("aws s3 ls");
        terminal.expect("waiting for the approval");
        terminal.keys("\x03");
        terminal.expect("READY> ");
        let (printed, _) = type_line(&mut terminal, "echo next");
        assert!(!printed.contains("aws ran with"), "{shell}: {printed}");
        // Without a network awsp says so once, and the command runs and fails in its own way.
        let lost = shell.pick(
            "export AWS_ENDPOINT_URL_SSO_OIDC=http://127.0.0.1:1",
            "set -gx AWS_ENDPOINT_URL_SSO_OIDC http://127.0.0.1:1",
        );
        type_line(&mut terminal, lost);
        let (printed, _) = type_line(&mut terminal, "aws s3 ls");
        assert!(
            printed.contains("awsp: cannot log in to `acme`") && printed.contains("aws ran with"),
            "{shell}: {printed}"
        );
        let (printed, _) = type_line(&mut terminal, "aws s3 ls");
        assert!(
            !printed.contains("awsp:") && printed.contains("aws ran with"),
            "{shell}: not again at once: {printed}"
        );
    }
}

#[test]
fn the_commands_own_completion_still_works() {
    for shell in shells::all() {
        let place = place();
        let before = match shell.kind {
            Kind::Bash => {
                "_kc() {\n\
                 local words; words=$(kubectl __complete >/dev/null; echo pods-of-it)\n\
                 COMPREPLY=($(compgen -W \"$words\" -- \"$2\"))\n\
                 }\n\
                 complete -F _kc kubectl"
            }
            Kind::Zsh => {
                "_kc() { kubectl __complete >/dev/null; compadd pods-of-it }\ncompdef _kc kubectl"
            }
            Kind::Fish => {
                "complete -c kubectl -f -a '(kubectl __complete >/dev/null; echo pods-of-it)'"
            }
        };
        let mut terminal = open(&place, &shell, before, "");
        end_the_session(&place, &mut terminal);
        place
            .center
            .with(|state| state.options.approve_after = None);
        // TAB does not log in; the completed command does.
        terminal.keys("kubectl pod\t");
        terminal.expect("kubectl pods-of-it");
        assert_eq!(
            place.center.count("StartDeviceAuthorization"),
            1,
            "{shell}: that of the beginning"
        );
    }
}

#[test]
fn a_login_cannot_be_put_to_sleep() {
    for shell in shells::all() {
        let place = place();
        place
            .center
            .with(|state| state.options.approve_after = None);
        let mut terminal = open(&place, &shell, "", "");
        terminal.line("awsp dev");
        terminal.expect("waiting for the approval");
        // fish would wait forever for the stopped program, which has the terminal.
        terminal.keys("\x1a");
        terminal.expect("waiting for the approval");
        terminal.keys("\x03");
        terminal.expect("READY> ");
        // Not a job that sleeps.
        assert!(!terminal.run("jobs").contains("awsp dev"), "{shell}");
    }
}
