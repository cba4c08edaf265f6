//! Looking at profiles: `list`, `show`, `whoami`.

use std::fs;

use crate::golden;
use crate::place::Place;

#[test]
fn list_has_a_row_for_every_profile() {
    let place = Place::new();
    let done = place.done(place.awsp(&["list"]).env("AWS_PROFILE", "dev"));
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
    golden::are([("list/all.txt".to_owned(), done.stdout.as_str())]);
    let done = place.run(&["list", "--names"]);
    assert_eq!(
        done.stdout,
        "default\ndev\nstaging\nprod\ndeploy\nold\nvendor\ntwo words\nstatic\n"
    );
}

#[test]
fn list_has_a_shape_for_programs() {
    let place = Place::new();
    place.config(
        "[profile k]\n\
         aws_access_key_id = A\n\
         aws_secret_access_key = s\n\
         [profile broken]\n\
         role_arn = x\n\
         source_profile = y\n",
    );
    fs::remove_file(place.path(".aws/credentials")).unwrap();
    let done = place.run(&["list", "--json"]);
    let row = |name: &str, kind: &str| {
        format!(
            "{{\"name\":\"{name}\",\"kind\":{kind},\"account_id\":null,\"account_name\":null,\
             \"role\":null,\"region\":null,\"session\":null,\"state\":null}}"
        )
    };
    let shape = format!(
        "{{\"version\":1,\"profiles\":[{},{}]}}\n",
        row("k", "\"static\""),
        row("broken", "null")
    );
    assert_eq!(
        (done.status, done.stderr.as_str(), done.stdout),
        (0, "", shape)
    );
    let place = Place::new();
    place.log_in();
    let shape: serde_json::Value =
        serde_json::from_str(&place.run(&["list", "--json"]).stdout).unwrap();
    assert_eq!(
        shape["profiles"][3],
        serde_json::json!({
            "name": "prod",
            "kind": "sso",
            "account_id": "333344445555",
            "account_name": "acme-prod",
            "role": "ReadOnlyAccess",
            "region": "eu-central-1",
            "session": "acme",
            "state": "valid",
        })
    );
}

#[test]
fn show_tells_where_each_value_comes_from_and_what_it_hides() {
    let place = Place::new();
    let done = place.run(&["show", "prod"]);
    let rows = "\
SETTING                  VALUE                                    FROM
profile                  prod
kind                     sso
sso_session              acme                                     ~/.aws/config:25
sso_account_id           333344445555                             ~/.aws/config:26
sso_account_name         acme-prod                                ~/.aws/config:27
sso_role_name            ReadOnlyAccess                           ~/.aws/config:28
region                   eu-central-1                             ~/.aws/config:29
sso_start_url            https://d-9067example.awsapps.com/start  ~/.aws/config:6
sso_region               eu-west-1                                ~/.aws/config:7
sso_registration_scopes  sso:account:access                       ~/.aws/config:8
";
    assert_eq!(
        (done.status, done.stderr.as_str(), done.stdout.as_str()),
        (0, "", rows)
    );
    let variables = [
        ("AWS_PROFILE", "prod"),
        ("AWS_REGION", "us-west-2"),
        ("AWS_DEFAULT_REGION", "us-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIAABCDWXYZ"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
    ];
    let done = place.done(place.awsp(&["show"]).envs(variables));
    for line in [
        "region                   us-west-2                                AWS_REGION (hides \
         us-west-1 of AWS_DEFAULT_REGION)",
        "aws_access_key_id        ****WXYZ                                 AWS_ACCESS_KEY_ID \
         (hides the profile's own credentials)",
        "aws_secret_access_key    (set)                                    AWS_SECRET_ACCESS_KEY",
    ] {
        assert!(
            done.stdout.lines().any(|shown| shown == line),
            "{line}\n{}",
            done.stdout
        );
    }
    assert!(!done.stdout.contains("hush") && !done.stdout.contains("ABCD"));
    let done = place.done(place.awsp(&["show", "dev"]).envs(variables));
    assert!(
        !done.stdout.contains("AWS_REGION"),
        "a tool that is told a profile goes by it: {}",
        done.stdout
    );
}

#[test]
fn hidden_values_are_shown_only_if_they_differ() {
    let place = Place::new();
    let sources = |region: &str, default: &str| {
        let variables = [
            ("AWS_PROFILE", "prod"),
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", default),
        ];
        let done = place.done(place.awsp(&["show"]).envs(variables));
        let row = done.stdout.lines().find(|row| row.starts_with("region "));
        row.unwrap().to_owned()
    };
    let same = sources("eu-central-1", "eu-central-1");
    assert!(same.ends_with(" AWS_REGION"), "{same}");
    let own = sources("us-east-1", "us-east-1");
    assert!(
        own.contains("AWS_REGION (hides eu-central-1 of ~/.aws/config:"),
        "{own}"
    );
    let other = sources("us-east-1", "us-east-2");
    assert!(
        other.ends_with("AWS_REGION (hides us-east-2 of AWS_DEFAULT_REGION)"),
        "{other}"
    );
}

#[test]
fn show_has_a_shape_for_programs() {
    let place = Place::new();
    let done = place.run(&["show", "deploy", "--json"]);
    assert_eq!(
        done.stdout,
        "{\"version\":1,\"profile\":\"deploy\",\"kind\":\"role\",\
         \"settings\":{\"role_arn\":{\"value\":\"arn:aws:iam::444455556666:role/Deploy\",\
         \"source\":\"~/.aws/config:33\"},\"source_profile\":{\"value\":\"dev\",\"source\":\"~/\
         .aws/config:34\"},\"region\":{\"value\":\"eu-west-1\",\"source\":\"~/.aws/config:35\"}}}\n"
    );
    let done = place.run(&["show", "nobody"]);
    assert_eq!((done.status, done.stdout.as_str()), (3, ""));
}

#[test]
fn whoami_is_what_aws_says() {
    let place = Place::new();
    place.log_in();
    let done = place.run(&["whoami", "dev"]);
    assert_eq!(
        (done.status, done.stderr.as_str(), done.stdout.as_str()),
        (
            0,
            "",
            "account  111122223333 (acme-dev)\n\
             arn      \
             arn:aws:sts::111122223333:assumed-role/\
             AWSReservedSSO_AdministratorAccess_0123456789abcdef/jo@acme.example\n\
             user id  AROAEXAMPLE:jo@acme.example\n"
        )
    );
    let done = place.run(&["whoami", "static", "--json"]);
    assert_eq!(
        done.stdout,
        "{\"version\":1,\"profile\":\"static\",\"account\":\"999988887777\",\"account_name\":null,\
         \"arn\":\"arn:aws:iam::999988887777:user/static\",\
         \"user_id\":\"AROAEXAMPLE:jo@acme.example\"}\n"
    );
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIASTATICEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_PROFILE", "dev"),
    ];
    let done = place.done(place.awsp(&["whoami"]).envs(keys));
    assert_eq!(
        done.stderr,
        "awsp: warning: the keys in the environment go before the profile `dev` in almost every \
         tool\n"
    );
    assert!(
        done.stdout.starts_with("account  999988887777\n"),
        "{}",
        done.stdout
    );
    let done = place.run(&["whoami"]);
    let told = "awsp: cannot get credentials for `default`\n\
                cause: it has no settings that give credentials\n\
                hint: awsp show default\n";
    assert_eq!((done.status, done.stderr.as_str()), (2, told));
}

#[test]
fn with_a_valid_session_looking_makes_no_request() {
    let place = Place::new();
    place.log_in();
    let calls = place.center.calls().len();
    for arguments in [
        &["login", "dev"][..],
        &["status"],
        &["list"],
        &["show", "dev"],
        &["settings"],
        &["__complete", "zsh", "1", "--", "awsp", ""],
        &["__before", "--", "dev"],
    ] {
        assert_eq!(place.run(arguments).status, 0, "{arguments:?}");
    }
    assert_eq!(place.switch(&["dev"], &[]).0.status, 0);
    assert_eq!(place.center.calls().len(), calls);
}

#[test]
fn completion_describes_a_profile_by_account_role_and_state() {
    let place = Place::new();
    let offered = |place: &Place, prefix: &str| {
        place
            .run(&["__complete", "zsh", "2", "--", "awsp", "use", prefix])
            .stdout
    };
    assert_eq!(
        offered(&place, "de"),
        "default\t\ndev\tacme-dev AdministratorAccess login\ndeploy\t444455556666 Deploy login\n"
    );
    place.log_in();
    assert_eq!(offered(&place, "prod"), "prod\tacme-prod ReadOnlyAccess\n");
}
