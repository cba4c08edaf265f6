//! What is found in the shell, on PATH, with the AWS CLI and with the clock.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use identity_center::{Fault, Options};
use serde_json::Value;

use super::Patient;
use crate::place::AWSP;

#[test]
fn a_clock_that_is_wrong_is_found() {
    for (skew, expected) in [
        (
            900_i64,
            "wrong: this machine's clock is 15m behind the clock of AWS: AWS refuses signed \
             requests, and sessions end at the wrong time\n",
        ),
        (
            -900,
            "wrong: this machine's clock is 15m ahead of the clock of AWS: AWS refuses signed \
             requests, and sessions end at the wrong time\n",
        ),
        (
            120,
            "warning: this machine's clock is 2m behind the clock of AWS: from 5m on AWS refuses \
             signed requests\n",
        ),
    ] {
        // A second can pass between the reading of the two clocks.
        let patient = Patient::with(Options {
            clock_skew: skew + skew.signum() * 5,
            ..Options::default()
        });
        let done = patient.run(&[], &[]);
        assert!(done.stdout.starts_with(expected), "{skew}: {}", done.stdout);
        assert_eq!(done.status, i32::from(skew.abs() > 300));
        assert_eq!(patient.place.center.calls().len(), 1, "one request");
    }
}

#[test]
fn a_service_that_cannot_be_reached_is_a_note() {
    let patient = Patient::new();
    let config = fs::read_to_string(patient.place.path(".aws/config")).unwrap();
    patient
        .place
        .config(&config.replace(patient.place.center.url(), "http://127.0.0.1:1"));
    let done = patient.run(&[], &[]);
    let note = "note: cannot compare the clock with that of `acme`: cannot reach 127.0.0.1:1: \
                Connection refused";
    assert!(done.stdout.starts_with(note), "{}", done.stdout);
    assert!(done.stdout.ends_with(
        "all well: looked at the environment, 2 profiles, the caches, bash 5.2, PATH and the AWS \
         CLI 2.31\n"
    ));
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
}

#[test]
fn a_program_or_a_service_that_does_not_answer_delays_nothing() {
    let patient = Patient::new();
    patient
        .place
        .center
        .fault("*", [Fault::Delay(Duration::from_mins(1))]);
    patient.program("aws", "/bin/sleep 60");
    let begin = Instant::now();
    let done = patient.run(&[], &[]);
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert!(
        done.stdout
            .contains("note: cannot compare the clock with that of `acme`: "),
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("no answer in time"), "{}", done.stdout);
    assert!(
        done.stdout
            .contains("note: `aws --version` prints no version\n  fix: aws --version\n"),
        "{}",
        done.stdout
    );
    assert_eq!(done.status, 0);
}

#[test]
fn an_aws_cli_that_cannot_do_what_the_profiles_need_is_found() {
    let patient = Patient::new();
    patient.program("aws", "echo aws-cli/2.8.3 Python/3.9");
    let done = patient.run(&[], &[]);
    assert!(
        done.stdout.starts_with(
            "warning: the AWS CLI 2.8 cannot read the sso-session `acme`: 2.9 or later can \
             (aws)\n  fix: type -a aws\n"
        ),
        "{}",
        done.stdout
    );
    fs::remove_file(patient.place.path("bin/aws")).unwrap();
    let done = patient.run(&[], &[]);
    assert!(
        done.stdout
            .starts_with("note: there is no `aws` on PATH; only profiles of `aws login` need it"),
        "{}",
        done.stdout
    );
    patient.config("[profile l]\nlogin_session = arn:aws:iam::111122223333:user/me\n");
    let done = patient.run(&[], &[]);
    assert!(
        done.stdout
            .starts_with("warning: there is no `aws` on PATH, and `l` needs the AWS CLI 2.32"),
        "{}",
        done.stdout
    );
}

#[test]
fn another_awsp_on_the_path_is_found() {
    let patient = Patient::new();
    // The test runs `awsp` by its name, so this program is the one that the shell would start.
    let folder = patient.place.path("other");
    patient.write("other/awsp", "#!/bin/sh\n");
    patient.mode("other/awsp", 0o755);
    let own = Path::new(AWSP).parent().unwrap();
    let bin = patient.place.path("bin");
    let path = |folders: &[&Path]| {
        std::env::join_paths(folders)
            .unwrap()
            .into_string()
            .unwrap()
    };
    let done = patient.run(&[], &[("PATH", Some(&path(&[&bin, own, &folder])))]);
    assert!(
        done.stdout.starts_with(
            "note: another `awsp` comes later on PATH, ~/other/awsp: it is never started\n"
        ),
        "{}",
        done.stdout
    );

    let run = |path: &str| {
        let mut command = patient.place.program(AWSP);
        command
            .args(["doctor", "--json"])
            .env("PATH", path)
            .env("SHELL", patient.place.path("bin/bash"));
        let done = patient.place.done(&mut command);
        let shape: Value = serde_json::from_str(&done.stdout).unwrap();
        shape["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|finding| {
                finding["id"].as_str().unwrap().contains("awsp") || finding["id"] == "not-on-path"
            })
            .cloned()
    };
    let found = run(&path(&[&folder, &bin, own])).unwrap();
    assert_eq!(
        (found["id"].as_str(), found["severity"].as_str()),
        (Some("other-awsp"), Some("wrong"))
    );
    assert_eq!(found["where"], "~/other/awsp");
    let found = run(&path(&[&bin])).unwrap();
    assert_eq!(
        (found["id"].as_str(), found["severity"].as_str()),
        (Some("not-on-path"), Some("warning"))
    );
}

#[test]
fn start_up_files_that_load_the_integration_wrongly_are_found() {
    let load = "eval \"$(awsp init bash)\"\n";
    for (file, text, loaded, expected) in [
        (
            ".bashrc",
            String::new(),
            false,
            "warning: no start-up file of bash loads the integration: `awsp PROFILE` cannot switch \
             (~/.bashrc)\n\
             \x20 fix: awsp init bash --install && exec bash\n",
        ),
        (
            ".bashrc",
            load.to_owned(),
            false,
            "warning: the shell integration is not loaded in this shell: the shell started before \
             the line was added, or it runs a script (~/.bashrc:1)\n\
             \x20 fix: exec bash\n",
        ),
        (
            ".bash_profile",
            load.to_owned(),
            true,
            "warning: the integration is loaded more than once: at ~/.bash_profile:1 and \
             ~/.bashrc:1\n\
             \x20 fix: vi +1 ~/.bashrc\n",
        ),
        (
            ".bashrc",
            format!("alias awsp='source _awsp'\n{load}"),
            true,
            "warning: `awsp` is also an alias here: one of the two hides the other \
             (~/.bashrc:1)\n\
             \x20 fix: vi +1 ~/.bashrc\n",
        ),
        (
            ".bashrc",
            "eval \"$(awsp init zsh)\"\n".to_owned(),
            true,
            "wrong: the integration for zsh is loaded into bash: write `awsp init bash` \
             (~/.bashrc:1)\n\
             \x20 fix: vi +1 ~/.bashrc\n",
        ),
        (
            ".bashrc",
            format!("source ~/liquidprompt\n{load}"),
            true,
            "warning: liquidprompt lets no prompt refer to the profile: RECIPES.md shows how to \
             put it there (~/.bashrc:2)\n\
             \x20 fix: vi +2 ~/.bashrc\n",
        ),
    ] {
        let patient = Patient::new();
        patient.write(file, &text);
        patient.prints(&[("AWSP_SHELL", loaded.then_some("bash"))], expected);
    }
}

#[test]
fn the_fix_is_written_for_fish() {
    let patient = Patient::new();
    patient.program("fish", "echo fish, version 3.1.2");
    let fish = patient.place.path("bin/fish");
    let done = patient.run(
        &[],
        &[
            ("SHELL", fish.to_str()),
            ("AWSP_SHELL", Some("fish")),
            ("AWS_REGION", Some("")),
        ],
    );
    assert_eq!(
        done.stdout,
        "wrong: AWS_REGION is empty: the AWS CLI finds no region, and fails\n\
         \x20 fix: set -e AWS_REGION\n\
         wrong: fish 3.1 is too old: awsp needs 3.6 or later\n\
         who is here: nobody (there is no terminal)\n"
    );
}
