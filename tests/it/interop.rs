//! Clients that nobody here wrote, against the same files and the same Identity Center.

use std::fs;

use crate::place::{Done, Place};

/// Runs Python with boto3, whose path `./test` hands over.
#[track_caller]
pub fn python(place: &Place, program: &str) -> Done {
    let python = std::env::var("AWSP_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = place.program(&python);
    let done = place.done(command.args(["-c", program]));
    assert!(!done.stderr.contains("No module named 'boto3'"), "this needs boto3: run ./test, or pip install boto3");
    done
}

const WHOAMI: &str = "import boto3; print(boto3.Session(profile_name='PROFILE').client('sts').get_caller_identity()['Arn'])";

#[test]
fn boto3_uses_the_session_that_awsp_made() {
    let place = Place::new();
    place.log_in();
    let done = python(&place, &WHOAMI.replace("PROFILE", "prod"));
    assert_eq!(
        done.stdout, "arn:aws:sts::333344445555:assumed-role/AWSReservedSSO_ReadOnlyAccess_0123456789abcdef/jo@acme.example\n",
        "{}",
        done.stderr
    );
    let chained = python(&place, &WHOAMI.replace("PROFILE", "deploy"));
    assert!(chained.stdout.contains("444455556666:assumed-role/Deploy/"), "{}", chained.stderr);
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
    assert_eq!((done.status, done.stderr.as_str()), (0, "awsp: acme: session valid\n"));
    assert_eq!(place.center.calls().len(), calls, "and awsp had nothing to do");

    place.make_renewable();
    assert_eq!(place.run(&["login", "--session", "acme"]).stderr, "awsp: acme: session valid (renewed)\n");
    assert_eq!(python(&place, &WHOAMI.replace("PROFILE", "dev")).status, 0);
    assert_eq!(place.center.grants("refresh_token"), 2, "boto3 had nothing to renew");
}

#[test]
fn awsp_takes_the_token_file_that_botocore_writes() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    assert_eq!(python(&place, &WHOAMI.replace("PROFILE", "dev")).status, 0);
    let text = fs::read_to_string(place.token_file("acme")).unwrap();
    assert!(text.contains("\"refreshToken\""), "the file is botocore's own now: {text}");
    let (done, changes) = place.switch(&["dev"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(changes.contains("AWS_PROFILE=dev\n"));
}

#[test]
fn boto3_takes_credentials_from_awsp_as_credential_process() {
    let place = Place::new();
    place.log_in();
    place.config(&format!(
        "{}\n[profile tool]\ncredential_process = awsp export dev --format process\nregion = eu-west-1\n",
        fs::read_to_string(place.path(".aws/config")).unwrap()
    ));
    let done = python(&place, &WHOAMI.replace("PROFILE", "tool"));
    assert!(done.stdout.contains("111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_"), "{}", done.stderr);
}
