//! The AWS CLI v2, by its own library.

use super::*;

/// What the AWS CLI v2 does with an SSO profile: botocore's classes, with the CLI's folder for
/// their cache. The CLI of PyPI, v1, keeps only assumed roles there.
const CLI_V2: &str = "
import botocore.credentials, botocore.session
from awscli.customizations.assumerole import CACHE_DIR
session = botocore.session.Session(profile='PROFILE')
provider = session.get_component('credential_provider').get_provider('sso')
provider.cache = botocore.credentials.JSONFileCache(CACHE_DIR)
print(session.get_credentials().get_frozen_credentials().access_key)";

/// The key that `awsp export` gives.
#[track_caller]
fn exported(place: &Place, profile: &str) -> String {
    let done = place.run(&["export", profile, "--format", "json"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let answer: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    answer["access_key_id"].as_str().unwrap().to_owned()
}

/// The names in the AWS CLI's cache of credentials.
fn cached(place: &Place) -> Vec<String> {
    let names = fs::read_dir(place.path(".aws/cli/cache"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "json"))
        .collect();
    names.sort();
    names
}

#[test]
fn the_aws_cli_uses_the_session_that_awsp_made_and_awsp_the_one_that_it_renewed() {
    let place = Place::new();
    place.log_in();
    let dev = "arn:aws:sts::111122223333:assumed-role/\
               AWSReservedSSO_AdministratorAccess_0123456789abcdef/jo@acme.example";
    assert_eq!(aws_whoami(&place, "dev"), dev);
    place.make_renewable();
    assert_eq!(aws_whoami(&place, "dev"), dev);
    assert_eq!(place.center.grants("refresh_token"), 1, "the CLI renewed");
    let calls = place.center.calls().len();
    assert_eq!(
        place.run(&["login", "--session", "acme"]).stderr,
        "awsp: acme: session valid\n"
    );
    assert_eq!(
        place.center.calls().len(),
        calls,
        "and awsp had nothing to do"
    );

    let done = place.run(&["login", "old", "--device-code", "--no-browser"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert_eq!(
        aws_whoami(&place, "old"),
        "arn:aws:sts::666677778888:assumed-role/\
         AWSReservedSSO_AdministratorAccess_0123456789abcdef/jo@acme.example"
    );
}

#[test]
fn the_credentials_of_an_sso_role_are_cached_where_awsp_and_the_aws_cli_both_look() {
    let place = Place::new();
    place.log_in();
    assert_eq!(
        place
            .run(&["login", "old", "--device-code", "--no-browser"])
            .status,
        0
    );
    for (profile, calls) in [("dev", 0), ("old", 2)] {
        let cli = || {
            let done = python(&place, &CLI_V2.replace("PROFILE", profile));
            assert_eq!(done.status, 0, "{}", done.stderr);
            done.stdout.trim_end().to_owned()
        };
        let key = exported(&place, profile);
        let names = cached(&place);
        assert_eq!((cli(), names.len()), (key, 1));
        assert_eq!(
            place.center.count("GetRoleCredentials"),
            calls + 1,
            "{profile}: the CLI had nothing to ask"
        );

        fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
        let key = cli();
        assert_eq!((exported(&place, profile), cached(&place)), (key, names));
        assert_eq!(
            place.center.count("GetRoleCredentials"),
            calls + 2,
            "{profile}: awsp had nothing to ask"
        );
        fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
    }
}

#[test]
fn an_assumed_role_is_cached_where_awsp_and_the_aws_cli_both_look() {
    let place = Place::new();
    place.log_in();
    place.config(&format!(
        "{}\n\
         [profile partner]\n\
         role_arn = arn:aws:iam::444455556666:role/External\n\
         source_profile = dev\n\
         region = eu-west-1\n\
         external_id = external-1\n\
         role_session_name = jo\n\
         duration_seconds = 1800\n",
        fs::read_to_string(place.path(".aws/config")).unwrap()
    ));
    let sessions = [
        ("deploy", "Deploy/awsp-", "Deploy/botocore-session-", 0),
        ("partner", "External/jo", "External/jo", 2),
    ];
    for (profile, awsps, clis, calls) in sessions {
        exported(&place, profile);
        let arn = aws_whoami(&place, profile);
        assert!(
            arn.starts_with(&format!("arn:aws:sts::444455556666:assumed-role/{awsps}")),
            "{arn}"
        );
        assert_eq!(
            place.center.count("AssumeRole"),
            calls + 1,
            "{profile}: the CLI had nothing to ask"
        );

        fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
        let arn = aws_whoami(&place, profile);
        assert!(
            arn.starts_with(&format!("arn:aws:sts::444455556666:assumed-role/{clis}")),
            "{arn}"
        );
        let key = exported(&place, profile);
        assert_eq!(
            place
                .center
                .with(|state| state.credentials[&key].arn.clone()),
            arn,
            "the CLI's own"
        );
        assert_eq!(
            place.center.count("AssumeRole"),
            calls + 2,
            "{profile}: awsp had nothing to ask"
        );
        fs::remove_dir_all(place.path(".aws/cli/cache")).unwrap();
    }
}
