//! Commands that run as they are, with no login before them.

use super::*;

#[test]
fn what_the_user_has_wrapped_is_left_alone() {
    for shell in shells::all() {
        let place = place();
        let before = match shell.kind {
            Kind::Bash => {
                "aws() { echo mine; }\nshopt -s expand_aliases; alias terraform='echo mine-too'"
            }
            Kind::Zsh => "aws() { echo mine }\nalias terraform='echo mine-too'",
            Kind::Fish => "function aws; echo mine; end\nalias terraform 'echo mine-too'",
        };
        let mut terminal = open(&place, &shell, before, "");
        end_the_session(&place, &mut terminal);
        for line in ["aws", "terraform", "command kubectl"] {
            let (printed, _) = type_line(&mut terminal, line);
            assert!(!printed.contains(LOGIN), "{shell}: {line}: {printed}");
        }
        assert!(
            type_line(&mut terminal, "kubectl").0.contains(LOGIN),
            "{shell}"
        );
    }
}

#[test]
fn a_prompt_that_runs_a_command_does_not_log_in() {
    for shell in shells::all() {
        let place = place();
        let before = match shell.kind {
            Kind::Bash => {
                "ctx() { kubectl get ctx; }\nPS1='$(ctx)READY> '\n\
                 PROMPT_COMMAND='seen=$(kubectl hook)'"
            }
            Kind::Zsh => {
                "setopt prompt_subst\nctx() { kubectl get ctx }\nPROMPT='$(ctx)READY> '\n\
                 precmd() { seen=$(kubectl hook); kubectl >/dev/null }"
            }
            Kind::Fish => "function fish_prompt; kubectl get ctx; echo -n 'READY> '; end",
        };
        let mut terminal = open(&place, &shell, before, "");
        place.log_in();
        terminal.run("awsp dev");
        place.make_ended();
        place.center.with(|state| state.logins = 0);
        let seen = terminal.run("echo one") + &terminal.run("echo two");
        assert!(
            seen.contains("kubectl ran with <get ctx> as dev"),
            "{shell}: {seen}"
        );
        assert_eq!(
            (logins(&place), seen.contains(LOGIN)),
            (0, false),
            "{shell}: {seen}"
        );
    }
}

#[test]
fn it_can_be_turned_off_and_is_never_in_scripts() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "--no-auto-login");
        end_the_session(&place, &mut terminal);
        assert!(
            !type_line(&mut terminal, "aws s3 ls").0.contains(LOGIN),
            "{shell}"
        );
        let load = shell
            .pick("eval \"$(awsp init KIND)\"", "awsp init fish | source")
            .replace(
                "KIND",
                if shell.kind == Kind::Zsh {
                    "zsh"
                } else {
                    "bash"
                },
            );
        let path = shell.pick("PATH=~/bin:$PATH", "set -gx PATH ~/bin $PATH");
        let mut script = place.program(shell.program.to_str().unwrap());
        let script = script.args(shell.clean()).env("AWS_PROFILE", "dev");
        let done = place.done(script.args(["-c", &format!("{path}; {load}; aws s3 ls")]));
        assert_eq!(
            (done.stdout.as_str(), done.stderr.as_str()),
            ("aws ran with <s3 ls> as dev\n", ""),
            "{shell}"
        );
    }
}

#[test]
fn what_logs_in_itself_or_does_without_is_left_alone() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        end_the_session(&place, &mut terminal);
        for line in [
            "aws sso login",
            "aws --profile prod sso logout",
            "aws configure list",
            "aws --version",
            "terraform fmt -check",
            "kubectl version",
            "terraform -chdir=x fmt",
        ] {
            let (printed, _) = type_line(&mut terminal, line);
            assert!(
                printed.contains(" ran with <") && !printed.contains(LOGIN),
                "{shell}: {line}: {printed}"
            );
        }
        assert_eq!(logins(&place), 0, "{shell}");
    }
}

#[test]
fn hooks_and_start_up_files_do_not_log_in() {
    for shell in shells::all() {
        let place = place();
        let hook = match shell.kind {
            Kind::Bash => "PROMPT_COMMAND='kubectl in-hook >/dev/null'",
            Kind::Zsh => {
                "chpwd() { kubectl in-hook >/dev/null }\n\
                 command_not_found_handler() { kubectl in-hook }"
            }
            Kind::Fish => "function on_pwd --on-variable PWD; kubectl in-hook >/dev/null; end",
        };
        let path = shell.pick("export PATH=~/bin:$PATH\n", "set -gx PATH ~/bin $PATH\n");
        // fish tells of handlers in the user's language.
        let mut terminal = open_with(
            &place,
            &shell,
            &[("LANGUAGE", "fr")],
            &format!("{path}{hook}"),
            "",
        );
        end_the_session(&place, &mut terminal);
        for line in ["cd /", "cd ~", "no-such-command-at-all", "echo end"] {
            let (printed, _) = type_line(&mut terminal, line);
            assert!(!printed.contains(LOGIN), "{shell}: {line}: {printed}");
        }
        assert_eq!(logins(&place), 0, "{shell}");
        assert!(
            type_line(&mut terminal, "kubectl get pods")
                .0
                .contains(LOGIN),
            "{shell}: what is typed does"
        );
    }
    // A line after awsp's in the start-up file.
    for shell in shells::bashes() {
        let place = place();
        place.log_in();
        place.make_ended();
        fs::write(
            place.path("rc"),
            "export PATH=~/bin:$PATH AWS_PROFILE=dev\neval \"$(awsp init bash)\"\n\
             kubectl at-start\nPS1='READY> '\n",
        )
        .unwrap();
        let mut command = place.program(shell.program.to_str().unwrap());
        command
            .args([
                "--noprofile",
                "--rcfile",
                place.path("rc").to_str().unwrap(),
                "-i",
            ])
            .env("TERM", "dumb");
        let mut terminal = Terminal::spawn(command);
        let seen = terminal.expect("READY> ");
        assert!(
            seen.contains("kubectl ran with <at-start> as dev") && !seen.contains(LOGIN),
            "{shell}: {seen}"
        );
    }
}

#[test]
fn a_job_in_the_background_does_not_log_in() {
    for shell in shells::all() {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        end_the_session(&place, &mut terminal);
        let job = shell.pick("{ aws sts; echo done; } & wait", "aws sts & wait");
        let (printed, _) = type_line(&mut terminal, job);
        assert!(
            printed.contains("aws ran with <sts> as dev") && !printed.contains(LOGIN),
            "{shell}: {printed}"
        );
        assert_eq!(logins(&place), 0, "{shell}");
    }
}

#[test]
fn a_function_that_a_script_gets_hold_of_is_just_the_command() {
    for shell in shells::all()
        .into_iter()
        .filter(|shell| shell.kind != Kind::Fish)
    {
        let place = place();
        let mut terminal = open(&place, &shell, "", "");
        type_line(&mut terminal, "typeset -f aws awsp >~/snapshot");
        let mut script = place.program(shell.program.to_str().unwrap());
        let script = script.args(shell.clean()).env("AWS_PROFILE", "dev");
        let done = place.done(script.args([
            "-c",
            "PATH=~/bin:$PATH; . ~/snapshot; aws s3 ls; awsp list --names | head -n 1",
        ]));
        assert_eq!(
            (done.stdout.as_str(), done.stderr.as_str()),
            ("aws ran with <s3 ls> as dev\ndefault\n", ""),
            "{shell}"
        );
    }
}
