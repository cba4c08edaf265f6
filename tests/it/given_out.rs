//! Which credentials are cached, which are given to other programs, and with which AWS is asked.

use std::fs;

use crate::interop::aws_whoami_with;
use crate::place::{Done, Place};

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIASTATICEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
];

fn with_roles() -> Place {
    let place = Place::new();
    let token = place.path("token");
    fs::write(&token, "a token\n").unwrap();
    place.config(&format!(
        "[profile ci]\nrole_arn = arn:aws:iam::444455556666:role/Ci\nweb_identity_token_file = {}\n\
         duration_seconds = 1800\nregion = eu-west-1\n[profile machine]\n\
         role_arn = arn:aws:iam::444455556666:role/Machine\ncredential_source = Environment\n\
         role_session_name = jo\n\
         region = eu-west-1\n",
        token.display()
    ));
    place
}

fn key(done: &Done) -> String {
    assert_eq!(done.status, 0, "{}", done.stderr);
    let shape: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    shape["AccessKeyId"].as_str().unwrap().to_owned()
}

#[test]
fn roles_by_token_file_and_by_this_machine_are_cached_where_awsp_and_the_aws_cli_both_look() {
    for (profile, operation, theirs) in [
        ("ci", "AssumeRoleWithWebIdentity", "Ci/botocore-session-"),
        ("machine", "AssumeRole", "Machine/jo"),
    ] {
        let place = with_roles();
        let export = || {
            let arguments = ["export", profile, "--format", "process"];
            key(&place.done(place.awsp(&arguments).envs(KEYS)))
        };
        let cli = || aws_whoami_with(&place, profile, &KEYS);
        let arn_of = |key: &str| {
            place
                .center
                .with(|state| state.credentials[key].arn.clone())
        };
        let first = export();
        assert_eq!((export(), cli()), (first.clone(), arn_of(&first)));
        assert_eq!(place.center.count(operation), 1, "{profile}: one for all");

        fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
        let arn = cli();
        assert!(arn.contains(&format!("assumed-role/{theirs}")), "{arn}");
        assert_eq!(arn_of(&export()), arn, "{profile}: the CLI's own");
        assert_eq!(place.center.count(operation), 2, "{profile}: one for both");
    }
}

#[test]
fn what_has_expired_is_not_given_out() {
    let place = Place::new();
    let over = "2020-01-01T00:00:00Z";
    let answer = format!(
        "{{\"Version\": 1, \"AccessKeyId\": \"AKIAX\", \"SecretAccessKey\": \"s\", \"Expiration\": \
         \"{over}\"}}"
    );
    fs::write(place.path(".aws/vendor.json"), answer).unwrap();
    for end in [
        "x_security_token_expires",
        "aws_expiration",
        "aws_credential_expiration",
    ] {
        fs::write(
            place.path(".aws/credentials"),
            format!("[static]\naws_access_key_id = A\naws_secret_access_key = s\n{end} = {over}\n"),
        )
        .unwrap();
        for (profile, command) in [
            ("static", ["exec", "static", "true"]),
            ("vendor", ["export", "vendor", "--format=process"]),
        ] {
            let done = place.run(&command);
            assert_eq!((done.status, done.stdout.as_str()), (1, ""), "{end}");
            let told =
                format!("awsp: the credentials of `{profile}` have expired\ncause: they ended ");
            assert!(done.stderr.starts_with(&told), "{}", done.stderr);
        }
    }
}

#[test]
fn whoami_asks_with_the_identity_in_use() {
    let place = with_roles();
    let token = place.path("token");
    let web = [
        ("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/Ci"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
        ("AWS_PROFILE", "machine"),
    ];
    let done = place.done(place.awsp(&["whoami"]).envs(web));
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            0,
            "awsp: warning: the web identity in the environment goes before the profile \
             `machine` in almost every tool\n"
        )
    );
    assert!(
        done.stdout.contains("444455556666:assumed-role/Ci/"),
        "{}",
        done.stdout
    );
    assert_eq!(
        aws_whoami_with(&place, "ci", &web[2..]),
        done.stdout.lines().nth(1).unwrap()[9..]
    );
    let over = [("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")];
    let done = place.done(place.awsp(&["whoami"]).envs(KEYS).envs(over));
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            1,
            "awsp: the keys in the environment have expired\nhint: awsp off\n"
        )
    );
}
