//! Credentials for those who cannot read profiles: `exec`, `export`, and where they come from.

mod export;

use std::fs;
use std::process::Stdio;

use identity_center::Fault;

use crate::place::Place;
use crate::promises::open_with;
use crate::pty::Terminal;
use crate::shells;

/// The value of a variable in `export` text.
fn value(place: &Place, profile: &str, name: &str) -> String {
    let shape: serde_json::Value =
        serde_json::from_str(&place.run(&["export", profile, "--format", "json"]).stdout).unwrap();
    shape[name].as_str().unwrap().to_owned()
}

#[test]
fn exec_gives_credentials_and_region_and_takes_all_else_away() {
    let place = Place::new();
    place.log_in();
    let key = value(&place, "dev", "access_key_id");
    let mut command = place.awsp(&[
        "exec",
        "dev",
        "--",
        "sh",
        "-c",
        "env | grep -E '^(AWS|GRANTED)' | grep -v ENDPOINT | cut -d= -f1 | sort",
    ]);
    let stale = [
        ("AWS_PROFILE", "prod"),
        ("AWS_DEFAULT_PROFILE", "prod"),
        ("AWS_SECURITY_TOKEN", "x"),
        ("AWS_REGION", "mars"),
        ("AWS_VAULT", "x"),
        ("AWSP_PROMPT", "prod"),
        ("GRANTED_SSO", "x"),
        ("AWS_ROLE_ARN", "x"),
        ("AWS_ACCOUNT_ID", "1"),
        ("AWS_BEARER_TOKEN_BEDROCK", "x"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/x"),
    ];
    let done = place.done(command.envs(stale));
    assert_eq!(
        (done.status, done.stderr.as_str(), done.stdout.as_str()),
        (
            0,
            "",
            "AWSP_EXPORTED\nAWS_ACCESS_KEY_ID\nAWS_ACCOUNT_ID\nAWS_CREDENTIAL_EXPIRATION\n\
             AWS_DEFAULT_REGION\nAWS_REGION\n\
             AWS_SDK_UA_APP_ID\nAWS_SECRET_ACCESS_KEY\nAWS_SESSION_TOKEN\n"
        )
    );
    let done = place.run(&[
        "exec",
        "dev",
        "--",
        "sh",
        "-c",
        "echo $AWS_ACCESS_KEY_ID $AWS_REGION $AWS_DEFAULT_REGION",
    ]);
    assert_eq!(done.stdout, format!("{key} eu-west-1 eu-west-1\n"));
}

#[test]
fn exec_becomes_the_command() {
    let place = Place::new();
    let done = place.run(&["exec", "static", "--", "sh", "-c", "exit 9"]);
    assert_eq!((done.status, done.stderr.as_str()), (9, ""));
    // The command replaces awsp, so that it gets signals and the terminal itself.
    let mut command = place.awsp(&["exec", "static", "--", "sh", "-c", "echo $$"]);
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    let (number, output) = (child.id(), child.wait_with_output().unwrap());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("{number}\n")
    );
    for (program, status, told) in [
        ("no-such", 127, "awsp: no command `no-such`\n"),
        (
            "/etc/passwd",
            126,
            "awsp: cannot execute `/etc/passwd`\ncause: Permission denied (os error 13)\n",
        ),
        (
            "/etc",
            126,
            "awsp: cannot execute `/etc`\ncause: Permission denied (os error 13)\n",
        ),
    ] {
        let done = place.run(&["exec", "static", "--", program]);
        assert_eq!(
            (done.status, done.stderr.as_str()),
            (status, told),
            "{program}"
        );
    }
    assert_eq!(place.run(&["exec", "nobody", "--", "true"]).status, 3);
    assert_eq!(place.run(&["exec", "static"]).status, 2);
}

#[test]
fn a_role_is_taken_with_all_that_the_profile_says() {
    let place = Place::new();
    place.log_in();
    place.config(&format!(
        "{}\n[profile ext]\nrole_arn = arn:aws:iam::444455556666:role/External\n\
         source_profile = dev\nexternal_id = external-1\n\
         role_session_name = me\nduration_seconds = 900\n[profile noext]\n\
         role_arn = arn:aws:iam::444455556666:role/External\n\
         source_profile = dev\n[profile twice]\nrole_arn = arn:aws:iam::999988887777:role/Far\n\
         source_profile = ext\nrole_session_name = far\n",
        fs::read_to_string(place.path(".aws/config")).unwrap()
    ));
    assert!(
        place
            .run(&["whoami", "ext"])
            .stdout
            .contains("arn:aws:sts::444455556666:assumed-role/External/me\n")
    );
    assert!(
        place
            .run(&["whoami", "twice"])
            .stdout
            .contains("arn:aws:sts::999988887777:assumed-role/Far/far\n")
    );
    let done = place.run(&["whoami", "noext"]);
    assert_eq!(done.status, 6);
    assert_eq!(
        done.stderr,
        "awsp: cannot assume arn:aws:iam::444455556666:role/External for `noext`\n\
         cause: STS answered 403 AccessDenied: not authorized to perform: sts:AssumeRole\n"
    );
}

#[test]
fn an_mfa_code_is_asked_for_at_a_terminal_only_and_once() {
    let place = Place::new();
    let text = "[profile mfa]\nrole_arn = arn:aws:iam::444455556666:role/Careful\n\
                source_profile = static\n\
                mfa_serial = arn:aws:iam::999988887777:mfa/jo\nrole_session_name = jo\n";
    place.config(text);
    let done = place.run(&["export", "mfa", "--format", "process"]);
    assert_eq!(done.status, 4);
    assert_eq!(
        done.stderr,
        "awsp: cannot ask: MFA code for arn:aws:iam::999988887777:mfa/jo\n\
         cause: there is no terminal\n"
    );
    let mut terminal = open_with(&place, &shells::bashes()[0], &[], "", "");
    terminal.line("awsp whoami mfa");
    terminal.expect("MFA code for arn:aws:iam::999988887777:mfa/jo: ");
    terminal.line("123456");
    terminal.expect("assumed-role/Careful/jo");
    assert_eq!(
        place.run(&["export", "mfa", "--format", "process"]).status,
        0,
        "the credentials are cached"
    );
}

#[test]
fn thirty_that_want_the_same_make_one_request() {
    for (profile, operation) in [("dev", "GetRoleCredentials"), ("deploy", "AssumeRole")] {
        let place = Place::new();
        place.log_in();
        let children: Vec<_> = (0..30)
            .map(|_| {
                place
                    .awsp(&["export", profile, "--format", "process"])
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let mut answers: Vec<_> = children
            .into_iter()
            .map(|child| child.wait_with_output().unwrap())
            .collect();
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(answers[0].status.success());
        assert_eq!(place.center.count(operation), 1);
    }
}

#[test]
fn a_role_that_is_not_assigned_any_more_is_named() {
    let place = Place::new();
    place.log_in();
    for (fault, code) in [
        ((403, "ForbiddenException"), "403 ForbiddenException"),
        (
            (404, "ResourceNotFoundException"),
            "404 ResourceNotFoundException",
        ),
    ] {
        place
            .center
            .fault("GetRoleCredentials", [Fault::error(fault.0, fault.1)]);
        let done = place.run(&["exec", "dev", "--", "true"]);
        assert_eq!(done.status, 6);
        assert!(
            done.stderr.starts_with(&format!(
                "awsp: cannot get credentials for `dev`: \
                 role AdministratorAccess in account 111122223333 is not assigned to you\n\
                 cause: the access portal answered {code}"
            )),
            "{}",
            done.stderr
        );
        assert!(
            done.stderr.ends_with(
                "hint: awsp sync --session acme --dry-run    # lists what is assigned to you; \
                 ask your administrator for more\n"
            ),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn the_service_is_trusted_over_what_the_files_say() {
    let place = Place::new();
    place.log_in();
    // The token file says good, and AWS has ended the session: renewed, or logged in where somebody
    // is there.
    place.center.with(identity_center::State::expire_tokens);
    assert_eq!(
        place.run(&["export", "dev", "--format", "process"]).status,
        0
    );
    assert_eq!(place.center.grants("refresh_token"), 1);
    // The cached credentials say good, and AWS does not take them any more.
    place.center.with(|state| state.credentials.clear());
    assert_eq!(place.run(&["whoami", "dev"]).status, 0);
    assert_eq!(
        place.center.count("GetRoleCredentials"),
        3,
        "two before, one anew"
    );
    place.center.with(identity_center::State::revoke);
    fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
    let done = place.run(&["exec", "dev", "--", "true"]);
    assert_eq!(done.status, 4, "{}", done.stderr);
}

#[test]
fn a_cache_of_nonsense_is_no_cache() {
    let place = Place::new();
    place.log_in();
    assert_eq!(
        place.run(&["export", "dev", "--format", "process"]).status,
        0
    );
    let cache = place.path(".aws/cli/cache");
    let file = fs::read_dir(&cache)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    for nonsense in [
        "",
        "{\"Credentials\": {",
        "SQLite format 3\0\u{1}",
        "[1]",
        "{\"Credentials\": {\"AccessKeyId\": 3}}",
    ] {
        fs::write(&file, nonsense).unwrap();
        let done = place.run(&["export", "dev", "--format", "process"]);
        assert_eq!((done.status, done.stderr.as_str()), (0, ""), "{nonsense}");
    }
    assert_eq!(place.center.count("GetRoleCredentials"), 6);
}

#[test]
fn a_closed_stdout_is_silent_for_every_command() {
    let place = Place::new();
    place.log_in();
    for command in [
        "list",
        "list --json",
        "status",
        "show dev",
        "whoami dev",
        "export dev --format env",
        "settings",
        "doctor",
        "init bash",
    ] {
        let mut shell = place.program("sh");
        let done = place.done(shell.args(["-c", &format!("{{ awsp {command}; }} | true")]));
        assert!(
            !done.stderr.contains("panicked") && !done.stderr.contains("Broken pipe"),
            "{command}: {}",
            done.stderr
        );
    }
}
