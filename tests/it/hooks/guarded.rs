//! Snapshots, stays and clusters, in the shells.

use std::fs;

use crate::place::Place;
use crate::shells::{self, Kind, Shell};
use crate::start_up::{DEV, LOGIN, PROD, aws, enter, file, logged_in, program, ready, text};

pub fn settings(place: &Place, text: &str) {
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(place.path(".config/awsp/config.toml"), text).unwrap();
}

pub fn set(shell: &Shell, name: &str, value: &str) -> String {
    match shell.kind {
        Kind::Fish => format!("set -gx {name} '{value}'"),
        Kind::Bash | Kind::Zsh => format!("export {name}='{value}'"),
    }
}

pub fn status(shell: &Shell) -> &'static str {
    shell.pick("echo \"=$?\"", "echo \"=$status\"")
}

#[test]
fn functions_that_a_snapshot_brings_to_another_shell_are_just_the_commands() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp dev");
        // As coding agents make it: the functions without an underscore in front, then aliases.
        let snapshot = match shell.kind {
            Kind::Bash => {
                "for f in $(compgen -A function | grep -v '^_'); do declare -f $f; done \
                 >~/snapshot; alias | sed 's/^/builtin /' >>~/snapshot"
            }
            _ => {
                "typeset -f $(print -l ${(k)functions} | grep -v '^_') >~/snapshot; alias -L \
                 >>~/snapshot"
            }
        };
        enter(&mut terminal, snapshot);
        place.make_ended();
        for (options, name) in [("-c", "a script"), ("-ic", "interactive")] {
            let mut command = place.program(shell.program.to_str().unwrap());
            command.args(shell.clean()).args([
                options,
                ". ~/snapshot; PATH=~/bin:$PATH; aws s3 ls; awsp list --names | head -n 1; awsp \
                 prod; echo \"=$?\"",
            ]);
            command.env("AWS_PROFILE", "dev").env("CLAUDECODE", "1");
            let done = place.done(&mut command);
            assert_eq!(
                done.stdout, "aws ran with <s3 ls> as dev\ndefault\n=4\n",
                "{shell}: {name}: {}",
                done.stderr
            );
            let talk = "awsp: `prod` is not for agents (CLAUDECODE is set); a person can run \
                        `awsp prod`\n";
            assert!(
                done.stderr.contains(talk) && !done.stderr.contains("not found"),
                "{shell}: {}",
                done.stderr
            );
        }
    }
}

#[test]
fn another_name_for_the_command_is_a_function_of_that_name() {
    for shell in shells::all() {
        let place = logged_in();
        let line = text(&shell, "")
            .replace("init bash", "init bash --cmd aw")
            .replace("init zsh", "init zsh --cmd aw")
            .replace("init fish", "init fish --cmd aw");
        let mut terminal = ready(&place, &shell, &line);
        assert_eq!(enter(&mut terminal, "aw dev").1, DEV, "{shell}");
        let (printed, _) = enter(&mut terminal, "aw dve");
        assert!(printed.contains("hint: aw dev\r\n"), "{shell}: {printed}");
        let (printed, _) = enter(&mut terminal, "awsp prod");
        assert!(
            printed.contains("not loaded"),
            "{shell}: the program alone: {printed}"
        );
    }
}

/// A home whose `awsp` notes each start of the program.
fn noting() -> Place {
    let place = logged_in();
    aws(&place);
    let awsp = crate::place::AWSP;
    program(
        &place,
        "awsp",
        &format!("echo \"$*\" >>~/started; exec {awsp} \"$@\""),
    );
    place
}

/// How often the program was started.
fn started(place: &Place) -> usize {
    let text = fs::read_to_string(place.path("started")).unwrap();
    text.lines().count()
}

#[test]
fn a_stay_shows_its_minutes_and_ends_at_the_next_prompt() {
    for shell in shells::all() {
        let place = noting();
        for clock in ["1 2", "9999999998 9999999999"] {
            let mut terminal = ready(&place, &shell, &text(&shell, ""));
            enter(&mut terminal, "awsp prod --for 30m");
            assert_eq!(
                enter(&mut terminal, "true").1,
                "(prod acme-prod 30m) ",
                "{shell}"
            );
            let (printed, _) = enter(&mut terminal, "aws s3 ls");
            assert!(
                printed.contains("aws ran with <s3 ls> as prod"),
                "{shell}: {printed}"
            );
            let before = started(&place);
            let over = set(&shell, "AWSP_STAY", clock);
            assert_eq!(
                enter(&mut terminal, &over).1,
                "",
                "{shell}: {clock}: as before the first switch"
            );
            assert_eq!(
                started(&place),
                before,
                "{shell}: and no program is started for it"
            );
            let (printed, _) = enter(&mut terminal, "env | grep -c -e AWS_PROFILE -e AWSP_STAY");
            assert!(printed.contains("0\r\n"), "{shell}: {printed}");
        }
    }
}

#[test]
fn a_command_is_stopped_when_the_stay_is_over_and_another_profile_lets_it_sleep() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        for clock in ["1 2", "9999999998 9999999999"] {
            let over = set(&shell, "AWSP_STAY", clock);
            let mut terminal = ready(&place, &shell, &text(&shell, ""));
            enter(&mut terminal, "awsp dev");
            enter(&mut terminal, "awsp prod --for 30m");
            let (printed, prompt) = enter(
                &mut terminal,
                &format!("{over}; aws s3 rm; {}", status(&shell)),
            );
            assert!(
                printed.contains("awsp: the time in `prod` is over: `aws` was not run\r\n"),
                "{shell}: {printed}"
            );
            assert!(
                printed.contains("=5\r\n") && !printed.contains("aws ran"),
                "{shell}: {printed}"
            );
            assert_eq!(prompt, DEV, "{shell}: back to the profile before");
            assert_eq!(
                enter(&mut terminal, "awsp -").1,
                PROD,
                "{shell}: to stay, this time"
            );
            // While another profile is active, a stay has no effect.
            enter(&mut terminal, "awsp dev; awsp prod --for 30m");
            enter(
                &mut terminal,
                &format!("{over}; {}", set(&shell, "AWS_PROFILE", "staging")),
            );
            assert_eq!(
                enter(&mut terminal, "true").1,
                "(staging acme-staging) ",
                "{shell}"
            );
        }
    }
}

#[test]
fn a_command_in_the_background_is_stopped_when_the_stay_is_over() {
    for shell in shells::all() {
        let place = logged_in();
        aws(&place);
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp prod --for 1s");
        std::thread::sleep(std::time::Duration::from_millis(1_200));
        let (printed, _) = enter(&mut terminal, "aws s3 rm &");
        let printed = printed + &enter(&mut terminal, "sleep 0.5").0;
        assert!(!printed.contains("aws ran"), "{shell}: {printed}");
    }
}

#[test]
fn a_stay_ends_in_a_shell_below_as_well() {
    for shell in shells::all() {
        let place = logged_in();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        enter(&mut terminal, "awsp prod --for 30m");
        let arguments = if shell.kind == Kind::Zsh { " -d" } else { "" };
        let below = format!("{}{arguments}", shell.program.display());
        assert_eq!(
            enter(&mut terminal, &below).1,
            "(prod acme-prod 30m) ",
            "{shell}"
        );
        let over = set(&shell, "AWSP_STAY", "1 2");
        assert_eq!(enter(&mut terminal, &over).1, "", "{shell}");
        assert!(file(&place, &shell).exists());
    }
}

/// A cluster on this machine, and one of Amazon's with a profile of its own.
const CLUSTERS: &str = "\
current-context: kind
contexts:
- name: kind
  context:
    user: kind
- name: eks
  context:
    user: eks
users:
- name: kind
  user:
    client-key-data: LS0t
- name: eks
  user:
    exec:
      command: aws
      env:
      - name: AWS_PROFILE
        value: prod
";

#[test]
fn a_cluster_that_is_not_amazons_does_not_log_in() {
    for shell in shells::all() {
        let place = logged_in();
        program(&place, "kubectl", "echo \"kubectl ran with <$*>\"");
        program(&place, "terraform", "echo \"terraform ran with <$*>\"");
        fs::create_dir_all(place.path(".kube")).unwrap();
        fs::write(place.path(".kube/config"), CLUSTERS).unwrap();
        let mut terminal = ready(&place, &shell, &text(&shell, ""));
        place.make_ended();
        // No profile is chosen, and there is only `default`.
        let idle = [
            "kubectl get pods",
            "kubectl --context eks config get-contexts",
            "terraform plan",
        ];
        for line in idle {
            let (printed, _) = enter(&mut terminal, line);
            assert!(
                printed.contains(" ran with <") && !printed.contains("awsp:"),
                "{shell}: {line}: {printed}"
            );
        }
        enter(&mut terminal, &set(&shell, "AWS_PROFILE", "static"));
        let (printed, prompt) = enter(&mut terminal, "kubectl --context eks get pods");
        assert!(
            printed.contains("awsp: prod: acme-prod"),
            "{shell}: the cluster's profile: {printed}"
        );
        assert!(
            printed.contains("kubectl ran with <--context eks get pods>"),
            "{shell}: {printed}"
        );
        assert_eq!(prompt, "(static) ", "{shell}");
        place.make_ended();
        enter(&mut terminal, &set(&shell, "AWS_PROFILE", "dev"));
        for line in [
            "terraform validate",
            "terraform -chdir=x fmt",
            "kubectl get pods",
        ] {
            let (printed, _) = enter(&mut terminal, line);
            assert!(!printed.contains(LOGIN), "{shell}: {line}: {printed}");
        }
        assert!(
            enter(&mut terminal, "terraform plan").0.contains(LOGIN),
            "{shell}"
        );
    }
}
