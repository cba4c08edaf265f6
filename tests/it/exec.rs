//! `awsp exec`: which settings and files a command sees, and the read-only role beside a profile's.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use crate::interop::{interpreter_path, python};
use crate::place::{Done, Place};

/// What the command sees of a variable.
#[track_caller]
fn seen(place: &Place, options: &[&str], variables: &[(&str, &str)], name: &str) -> String {
    let script = format!("printf %s \"${{{name}-unset}}\"");
    let arguments = [&["exec"], options, &["--", "sh", "-c", &script]].concat();
    let done = place.done(place.awsp(&arguments).envs(variables.iter().copied()));
    assert_eq!(done.status, 0, "{}", done.stderr);
    done.stdout
}

fn add(place: &Place, text: &str) {
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!("{config}\n{text}"));
}

/// Runs a program of boto3 as a command of exec.
#[track_caller]
fn boto3(place: &Place, options: &[&str], program: &str) -> String {
    let python = interpreter_path();
    let arguments = [&["exec"], options, &["--", &python, "-c", program]].concat();
    let done = place.run(&arguments);
    assert_eq!(done.status, 0, "{}", done.stderr);
    done.stdout.trim_end().to_owned()
}

#[test]
fn the_command_gets_every_setting_that_has_a_variable_and_keeps_the_users_own() {
    let place = Place::new();
    place.log_in();
    // The local endpoint is not a FIPS one, so the keys come from the cache.
    place.run(&["export", "staging", "--format", "process"]);
    let own = "use_fips_endpoint = true\nretry_mode = adaptive\nmax_attempts = 7\noutput = text\n\
               sts_regional_endpoints = legacy\nservices = here\n";
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!(
        "{}\n[services here]\ns3 =\n  endpoint_url = https://s3.example\n",
        config.replace("[profile staging]\n", &format!("[profile staging]\n{own}"))
    ));
    for (name, value) in [
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_RETRY_MODE", "adaptive"),
        ("AWS_MAX_ATTEMPTS", "7"),
        ("AWS_DEFAULT_OUTPUT", "text"),
        ("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
        ("AWS_ENDPOINT_URL_S3", "https://s3.example"),
        ("AWS_ACCOUNT_ID", "222233334444"),
        ("AWS_SDK_UA_APP_ID", "awsp"),
    ] {
        assert_eq!(seen(&place, &["staging"], &[], name), value, "{name}");
    }
    let own = [
        ("AWS_RETRY_MODE", "standard"),
        ("AWS_SDK_UA_APP_ID", "mine"),
    ];
    assert_eq!(
        seen(&place, &["staging"], &own, "AWS_RETRY_MODE"),
        "standard"
    );
    assert_eq!(
        seen(&place, &["staging"], &own, "AWS_SDK_UA_APP_ID"),
        "mine"
    );
    let agent = [("GEMINI_CLI", "1")];
    assert_eq!(
        seen(&place, &["staging"], &agent, "AWS_SDK_UA_APP_ID"),
        "awsp+gemini-cli"
    );
}

/// Key and variable of each setting that botocore reads from both. Not of AWS's tools: a switch of
/// ours could not clear it.
const PAIRS: &str = "
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, DEFAULT_S3_CONFIG_VARS
for found in [*BOTOCORE_DEFAUT_SESSION_VARIABLES.values(), *DEFAULT_S3_CONFIG_VARS.values()]:
    key, variable = found[:2]
    key = key[0] if isinstance(key, list) else key
    if isinstance(key, str) and isinstance(variable, str) and variable.startswith('AWS_'):
        print(key, variable)";

#[test]
fn no_setting_that_botocore_has_a_variable_for_is_forgotten() {
    let place = Place::new();
    let pairs = python(&place, PAIRS).stdout;
    let mut text = "[profile all]\naws_access_key_id = A\naws_secret_access_key = s\n".to_owned();
    for line in pairs.lines() {
        let (key, variable) = line.split_once(' ').unwrap();
        text = format!("{text}{key} = of-{variable}\n");
    }
    place.config(&text);
    let done = place.run(&["exec", "all", "--", "env"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(pairs.lines().count() > 25, "{pairs}");
    for line in pairs.lines() {
        let (_, variable) = line.split_once(' ').unwrap();
        let expected = format!("{variable}=of-{variable}\n");
        assert!(done.stdout.contains(&expected), "{line}: {}", done.stdout);
    }
}

#[test]
fn a_command_within_a_command_has_the_settings_of_its_own_profile_alone() {
    let place = Place::new();
    place.log_in();
    add(
        &place,
        "[profile fast]\nsso_session = acme\nsso_account_id = 111122223333\n\
         sso_role_name = PowerUserAccess\nretry_mode = adaptive\n",
    );
    let script = "awsp exec fast -- sh -c 'echo $AWS_RETRY_MODE ${AWS_REGION-none}; \
                  awsp exec dev -- sh -c \
                  \"echo \\${AWS_RETRY_MODE-none} \\$AWS_REGION\"'";
    let done = place.done(place.program("sh").args(["-c", script]));
    assert_eq!(
        (done.stdout.as_str(), done.stderr.as_str()),
        ("adaptive none\nnone eu-west-1\n", "")
    );
    // A switch in a shell that has taken an export clears those settings too.
    let given = [
        ("AWSP_EXPORTED", "AWS_RETRY_MODE AWS_REGION PATH"),
        ("AWS_RETRY_MODE", "adaptive"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let (done, changes) = place.switch(&["two words"], &given);
    assert!(
        done.stderr
            .ends_with("; cleared AWS_RETRY_MODE, AWS_REGION\n"),
        "{}",
        done.stderr
    );
    assert!(changes.contains("\n-AWS_RETRY_MODE\n") && changes.contains("\n-AWS_REGION\n"));
    assert!(!changes.contains("PATH"), "{changes}");
}

const REGION: &str = "import boto3; print(boto3.Session().region_name)";

#[test]
fn default_fills_no_gap() {
    let place = Place::new();
    place.log_in();
    // `[default]` has a region, `two words` has none.
    assert_eq!(boto3(&place, &["two words"], REGION), "None");
    assert_eq!(boto3(&place, &["dev"], REGION), "eu-west-1");
    // Other profiles stay visible, and awsp works on the user's own file.
    let profiles = "import boto3; print(*sorted(boto3.Session().available_profiles))";
    assert_eq!(
        boto3(&place, &["two words"], profiles),
        "deploy dev old prod staging static two words vendor"
    );
    let done = place.run(&["exec", "two words", "--", "awsp", "list", "--names"]);
    assert!(done.stdout.starts_with("default\ndev\n"), "{}", done.stdout);
    assert_eq!(
        seen(&place, &["dev"], &[], "AWS_CONFIG_FILE"),
        "unset",
        "no gap, no other file"
    );
    // A switch brings back the file that the user named.
    let (own, stand_in) = (
        place.path(".aws/config"),
        seen(&place, &["two words"], &[], "AWS_CONFIG_FILE"),
    );
    let own = own.to_str().unwrap();
    let named = [("AWS_CONFIG_FILE", own)];
    assert_eq!(
        seen(&place, &["two words"], &named, "AWSP_CONFIG_FILE"),
        own
    );
    let given = [
        ("AWSP_EXPORTED", "AWS_CONFIG_FILE"),
        ("AWS_CONFIG_FILE", stand_in.as_str()),
        ("AWSP_CONFIG_FILE", own),
    ];
    let (done, changes) = place.switch(&["dev"], &given);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(
        changes.contains(&format!("\nAWS_CONFIG_FILE={own}\n-AWSP_CONFIG_FILE\n")),
        "{changes}"
    );
}

#[test]
fn with_only_the_command_sees_one_profile_and_no_secret_is_written() {
    let place = Place::new();
    place.log_in();
    let profiles = "import boto3; s = boto3.Session(); print(s.available_profiles, s.region_name, \
                    s.client('sts').get_caller_identity()['Account'])";
    assert_eq!(
        boto3(&place, &["--only", "prod"], profiles),
        "['default'] eu-central-1 333344445555"
    );
    let folder = place.path(".local/state/awsp/exec");
    let files = || {
        let entries = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.collect();
        files.sort();
        files
    };
    let before = files();
    assert_eq!(before.len(), 2, "{before:?}");
    let written = |path: &std::path::PathBuf| fs::metadata(path).unwrap().ino();
    let numbers: Vec<u64> = before.iter().map(written).collect();
    for file in &before {
        let text = fs::read_to_string(file).unwrap();
        for word in ["sso", "aws_", "acme", "333344445555", "ASIA", "secret"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        assert_eq!(
            fs::metadata(file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    assert_eq!(
        seen(&place, &["--only", "prod"], &[], "AWS_PROFILE"),
        "unset"
    );
    assert_eq!(
        files().iter().map(written).collect::<Vec<_>>(),
        numbers,
        "written only when they differ"
    );
    seen(&place, &["--only", "dev"], &[], "AWS_PROFILE");
    assert_eq!(files().len(), 4, "a pair for each profile");
}

/// Who a command is that runs with the read-only role of a profile.
fn read_only(place: &Place, profile: &str) -> Done {
    let whoami = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";
    let python = interpreter_path();
    place.run(&["exec", "--read-only", profile, "--", &python, "-c", whoami])
}

/// The roles that are assigned in an account from now on.
fn assign(place: &Place, id: &str, roles: &[&str]) {
    place.center.with(|state| {
        let mut accounts = state.options.accounts.iter_mut();
        let account = accounts.find(|account| account.id == id).unwrap();
        account.roles = roles.iter().map(|&role| role.to_owned()).collect();
    });
}

#[test]
fn read_only_takes_the_role_of_a_profile_before_one_that_is_only_assigned() {
    let place = Place::new();
    place.log_in();
    let as_role = |profile: &str| {
        let done = read_only(&place, profile);
        assert_eq!(done.status, 0, "{}", done.stderr);
        done.stdout
    };
    // The role of `prod` is read-only; the portal has one for the account of `dev`.
    for (profile, account) in [("prod", "333344445555"), ("dev", "111122223333")] {
        assert_eq!(
            as_role(profile),
            format!(
                "arn:aws:sts::{account}:assumed-role/\
                 AWSReservedSSO_ReadOnlyAccess_0123456789abcdef/jo@acme.example\n"
            )
        );
    }
    assert_eq!(place.center.count("ListAccountRoles"), 1);
    assert_eq!(
        seen(&place, &["--read-only", "dev"], &[], "AWS_REGION"),
        "eu-west-1"
    );
    let listed = place.center.count("ListAccountRoles");
    add(
        &place,
        "[profile dev.view]\nsso_session = acme\nsso_account_id = 111122223333\n\
         sso_role_name = ViewOnlyAccess\n",
    );
    assign(
        &place,
        "111122223333",
        &["AdministratorAccess", "ViewOnlyAccess"],
    );
    assert!(as_role("dev").contains("AWSReservedSSO_ViewOnlyAccess_"));
    assert_eq!(
        place.center.count("ListAccountRoles"),
        listed,
        "the profile is enough"
    );
}

#[test]
fn without_a_read_only_role_the_error_names_the_roles_that_there_are() {
    let place = Place::new();
    place.log_in();
    let done = read_only(&place, "old");
    assert_eq!(
        done.status, 4,
        "another session, which has ended: {}",
        done.stderr
    );
    assign(&place, "222233334444", &["PowerUserAccess", "Billing"]);
    let done = read_only(&place, "staging");
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            2,
            "awsp: there is no read-only role in the account of `staging`\n\
             cause: the roles that are assigned to you in account 222233334444 are: \
             Billing, PowerUserAccess\n\
             hint: awsp settings    # exec.read_only has the patterns for such roles\n"
        )
    );
    assert_eq!(place.center.count("ListAccountRoles"), 1);
    assert_eq!(read_only(&place, "static").status, 2);
    // The settings decide which roles are read-only.
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(
        place.path(".config/awsp/config.toml"),
        "[exec]\nread_only = [\"Bill*\"]\n",
    )
    .unwrap();
    let done = read_only(&place, "staging");
    assert!(
        done.stdout.contains("AWSReservedSSO_Billing_"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_token_that_aws_refuses_for_a_read_only_role_is_refused_for_all_of_awsp() {
    let place = Place::new();
    place.log_in();
    place.center.with(identity_center::State::revoke);
    let done = read_only(&place, "dev");
    assert_eq!(done.status, 4, "{}", done.stderr);
    let status = place.run(&["status", "--json"]).stdout;
    assert!(
        status.contains(r#""name":"acme","#) && !status.contains("valid"),
        "{status}"
    );
}

#[test]
fn what_is_exported_to_a_shell_takes_the_place_of_all_else() {
    let place = Place::new();
    place.log_in();
    let stale = [
        ("AWS_PROFILE", "prod"),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/x"),
        ("AWS_BEARER_TOKEN_BEDROCK", "x"),
        ("AWS_SECURITY_TOKEN", "x"),
    ];
    let script = "eval \"$(awsp export dev)\"; \
                  env | grep -E '^AWS_(PROFILE|ROLE|WEB|BEARER|SECURITY)'; \
                  aws=$(env | grep -c ^AWS_ACCESS_KEY_ID=); echo $aws $AWS_ACCOUNT_ID";
    let done = place.done(place.program("sh").args(["-c", script]).envs(stale));
    assert_eq!(
        (done.stdout.as_str(), done.stderr.as_str()),
        ("1 111122223333\n", "")
    );
}
