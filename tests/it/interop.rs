//! Clients of others, with the same files and the same Identity Center.

mod cli_v2;

use std::fs;
use std::path::Path;

use crate::place::{Done, Place};

/// The Python that has boto3 and the AWS CLI.
pub fn interpreter_path() -> String {
    std::env::var("AWSP_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Runs the Python that has boto3 and the AWS CLI, whose path `./test` hands over.
#[track_caller]
pub fn interpreter(place: &Place, arguments: &[&str]) -> Done {
    interpreter_with(place, arguments, &[])
}

/// The same with these variables.
#[track_caller]
pub fn interpreter_with(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Done {
    let mut program = place.program(&interpreter_path());
    let done = place.done(program.args(arguments).envs(variables.iter().copied()));
    assert!(
        !done.stderr.contains("No module named"),
        "this needs boto3 and awscli: run ./test\n{}",
        done.stderr
    );
    done
}

/// Runs a program in Python.
#[track_caller]
pub fn python(place: &Place, program: &str) -> Done {
    interpreter(place, &["-c", program])
}

/// The ARN that the AWS CLI is told with a profile.
#[track_caller]
pub fn aws_whoami(place: &Place, profile: &str) -> String {
    aws_whoami_with(place, profile, &[])
}

/// The same with these variables.
#[track_caller]
pub fn aws_whoami_with(place: &Place, profile: &str, variables: &[(&str, &str)]) -> String {
    let arguments = [
        "-m",
        "awscli",
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
        "--output",
        "text",
        "--profile",
        profile,
    ];
    let done = interpreter_with(place, &arguments, variables);
    assert_eq!(done.status, 0, "{}", done.stderr);
    done.stdout.trim_end().to_owned()
}

const WHOAMI: &str = "import boto3; \
                      sts = boto3.Session(profile_name='PROFILE').client('sts')\n\
                      print(sts.get_caller_identity()['Arn'])";

#[test]
fn boto3_uses_the_session_that_awsp_made() {
    let place = Place::new();
    place.log_in();
    let done = python(&place, &WHOAMI.replace("PROFILE", "prod"));
    assert_eq!(
        done.stdout,
        "arn:aws:sts::333344445555:assumed-role/AWSReservedSSO_ReadOnlyAccess_0123456789abcdef/\
         jo@acme.example\n",
        "{}",
        done.stderr
    );
    let chained = python(&place, &WHOAMI.replace("PROFILE", "deploy"));
    assert!(
        chained.stdout.contains("444455556666:assumed-role/Deploy/"),
        "{}",
        chained.stderr
    );
}

#[test]
fn awsp_uses_the_session_that_boto3_renewed_and_boto3_awsps() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let before = place.token()["accessToken"].clone();
    assert_eq!(python(&place, &WHOAMI.replace("PROFILE", "dev")).status, 0);
    assert_eq!(place.center.grants("refresh_token"), 1, "boto3 renewed");
    assert_ne!(place.token()["accessToken"], before);
    let calls = place.center.calls().len();
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid\n")
    );
    assert_eq!(
        place.center.calls().len(),
        calls,
        "and awsp had nothing to do"
    );

    place.make_renewable();
    assert_eq!(
        place.run(&["login", "--session", "acme"]).stderr,
        "awsp: acme: session valid (renewed)\n"
    );
    assert_eq!(python(&place, &WHOAMI.replace("PROFILE", "dev")).status, 0);
    assert_eq!(
        place.center.grants("refresh_token"),
        2,
        "boto3 had nothing to renew"
    );
}

#[test]
fn awsp_takes_the_token_file_that_botocore_writes() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    assert_eq!(python(&place, &WHOAMI.replace("PROFILE", "dev")).status, 0);
    let text = fs::read_to_string(place.token_file("acme")).unwrap();
    assert!(
        text.contains("\"refreshToken\""),
        "the file is botocore's own now: {text}"
    );
    let (done, changes) = place.switch(&["dev"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(changes.contains("AWS_PROFILE=dev\n"));
}

#[test]
fn boto3_takes_credentials_from_awsp_as_credential_process() {
    let place = Place::new();
    place.log_in();
    place.config(&format!(
        "{}\n\
         [profile tool]\n\
         credential_process = awsp export dev --format process\n\
         region = eu-west-1\n",
        fs::read_to_string(place.path(".aws/config")).unwrap()
    ));
    let done = python(&place, &WHOAMI.replace("PROFILE", "tool"));
    assert!(
        done.stdout
            .contains("111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_"),
        "{}",
        done.stderr
    );
}

/// A chain of two roles over a session, where each link has settings of its own.
#[test]
fn the_settings_of_the_profile_in_use_hold_for_its_whole_chain() {
    let place = Place::new();
    place.log_in();
    let sample = fs::read_to_string(place.path(".aws/config")).unwrap();
    let url = place.center.url();
    let role = |name: &str| format!("role_arn = arn:aws:iam::444455556666:role/{name}\n");
    let (last, middle) = (role("Last"), role("Middle"));
    let dead =
        "endpoint_url = http://127.0.0.1:9\nuse_fips_endpoint = true\nca_bundle = /none.pem\n";
    place.config(&format!(
        "{sample}\n\
         [profile last]\n{last}source_profile = middle\nregion = eu-north-1\nservices = here\n\
         [profile middle]\n{middle}source_profile = first\nregion = us-west-2\n{dead}\
         [profile first]\nsso_session = acme\nsso_account_id = 111122223333\n\
         sso_role_name = AdministratorAccess\n\
         region = us-east-2\n{dead}\
         [services here]\nsso =\n  endpoint_url = {url}\nsso_oidc =\n  endpoint_url = {url}\n\
         sts =\n  endpoint_url = {url}\n"
    ));
    let mut told = Vec::new();
    for client in ["awsp", "boto3"] {
        place.make_renewable();
        let _ = fs::remove_dir_all(place.path(".aws/cli/cache"));
        let calls = place.center.calls().len();
        let mut command = match client {
            "awsp" => place.awsp(&["whoami", "last"]),
            _ => {
                let mut python = place.program(&interpreter_path());
                python.args(["-c", &WHOAMI.replace("PROFILE", "last")]);
                python
            }
        };
        for (name, _) in place.center.variables() {
            command.env_remove(name);
        }
        let done = place.done(&mut command);
        assert_eq!(done.status, 0, "{client}: {}", done.stderr);
        let asked: Vec<(String, Option<String>)> = place.center.calls()[calls..]
            .iter()
            .map(|call| (call.operation.clone(), call.region.clone()))
            .collect();
        told.push(asked);
    }
    let here = Some("eu-north-1".to_owned());
    let expected = [
        ("CreateToken", None),
        ("GetRoleCredentials", None),
        ("AssumeRole", here.clone()),
        ("AssumeRole", here.clone()),
        ("GetCallerIdentity", here),
    ]
    .map(|(operation, region)| (operation.to_owned(), region));
    assert_eq!(told[0], expected);
    assert_eq!(told[1], told[0], "boto3 asks the same");
}

/// awsp reads the variables that name the two files as boto3 does.
#[test]
fn variables_in_the_files_names_are_those_that_boto3_finds() {
    let place = Place::new();
    fs::write(place.path("other"), "[profile found]\nregion = eu-west-1\n").unwrap();
    let user = |home: &str| format!("~{}/other", home.rsplit('/').next().unwrap());
    let home = place.home.path().to_str().unwrap().to_owned();
    for value in [
        "$WHERE/other",
        "${WHERE}/other",
        "~/$NAME",
        "~/${NAME}",
        "$TILDE/other",
        "~//other",
        "$WHERE/$NONE/../other",
        "$WHERE/${NONE}other",
        "$WHERE/oth${EMPTY}er",
        "${WHERE/other",
        "$",
        "$INDIRECT",
        "~root/other",
        "~nobody-of-this-name/other",
        "$WHERE$/other",
        "$WHERE/$NAME.x",
        &user(&home),
    ] {
        let vars = [
            ("AWS_CONFIG_FILE", value),
            ("WHERE", home.as_str()),
            ("NAME", "other"),
            ("TILDE", "~"),
            ("EMPTY", ""),
            ("INDIRECT", "$WHERE/other"),
        ];
        fs::create_dir_all(place.path("$NONE")).unwrap();
        let ours = place.done(place.awsp(&["list", "--names"]).envs(vars));
        assert_eq!(ours.status, 0, "{value}: {}", ours.stderr);
        let names = "import boto3; print(*boto3.Session().available_profiles, sep='\\n')";
        let theirs = interpreter_with(&place, &["-c", names], &vars);
        assert_eq!(
            ours.stdout.contains("found"),
            theirs.stdout.contains("found"),
            "{value}"
        );
    }
}
