//! What is found in the environment.

use super::{NOBODY, Patient, Variable};

#[test]
fn variables_that_change_the_credentials_are_found() {
    let patient = Patient::new();
    let table: [(&[Variable<'_>], &str); 6] = [
        (
            &[
                ("AWS_ACCESS_KEY_ID", Some("AKIA")),
                ("AWS_SECRET_ACCESS_KEY", Some("s")),
                ("AWS_SESSION_TOKEN", Some("t")),
            ],
            "wrong: all tools but the JavaScript SDK use the keys in the environment instead of \
             `dev` (AWS_ACCESS_KEY_ID)\n\
             \x20 fix: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\n",
        ),
        (
            &[("AWS_ACCESS_KEY_ID", Some("AKIA"))],
            "wrong: AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY: the AWS CLI and boto3 \
             fail\n\
             \x20 fix: unset AWS_ACCESS_KEY_ID\n",
        ),
        (
            &[("AWS_PROFILE", Some(""))],
            "wrong: AWS_PROFILE is empty: the AWS CLI, boto3 and the Rust SDK look for a profile \
             without a name, and fail\n\
             \x20 fix: unset AWS_PROFILE\n",
        ),
        (
            &[("AWS_PROFILE", Some("dve"))],
            "wrong: AWS_PROFILE is `dve`, a profile that does not exist; similar: `dev`\n\
             \x20 fix: awsp dev\n",
        ),
        (
            &[("AWS_DEFAULT_PROFILE", Some("default"))],
            "wrong: AWS_DEFAULT_PROFILE is `default`, a profile that does not exist\n\
             \x20 fix: unset AWS_DEFAULT_PROFILE\n",
        ),
        (
            &[
                ("AWS_WEB_IDENTITY_TOKEN_FILE", Some("/t")),
                ("AWS_ROLE_ARN", Some("arn:aws:iam::1:role/r")),
            ],
            "wrong: the AWS CLI and boto3 use AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE instead \
             of `dev`\n\
             \x20 fix: unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN\n",
        ),
    ];
    for (variables, expected) in table {
        patient.finds(variables, expected);
    }
}

#[test]
fn variables_that_change_the_region_or_the_endpoint_are_found() {
    let patient = Patient::new();
    let table: [(&[Variable<'_>], &str); 3] = [
        (
            &[("AWS_REGION", Some("us-east-1"))],
            "warning: AWS_REGION (`us-east-1`) overrides the region of `dev` (`eu-west-1`) in all \
             tools but boto3\n\
             \x20 fix: unset AWS_REGION\n",
        ),
        (
            &[("AWS_DEFAULT_REGION", Some(""))],
            "wrong: AWS_DEFAULT_REGION is empty: boto3 finds no region, and fails\n\
             \x20 fix: unset AWS_DEFAULT_REGION\n",
        ),
        (
            &[(
                "AWS_ENDPOINT_URL_S3",
                Some("http://me:secret@localhost:4566/"),
            )],
            "warning: AWS_ENDPOINT_URL_S3 sends the requests to a service to `localhost:4566`\n\
             \x20 fix: unset AWS_ENDPOINT_URL_S3\n",
        ),
    ];
    for (variables, expected) in table {
        patient.finds(variables, expected);
    }
}

#[test]
fn variables_of_other_tools_and_missing_files_are_found() {
    let patient = Patient::new();
    patient.write(".aws/credentials", "");
    let missing = patient.place.path("nowhere");
    let missing = missing.to_str();
    let table: [(&[Variable<'_>], &str); 3] = [
        (
            &[("AWS_VAULT", Some("prod"))],
            "warning: AWS_VAULT is left over from aws-vault: your prompt may show it, but no AWS \
             tool uses it\n\
             \x20 fix: unset AWS_VAULT\n",
        ),
        (
            &[(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                Some("http://169.254.170.23/v1/credentials"),
            )],
            "note: AWS_CONTAINER_CREDENTIALS_FULL_URI is set: with a profile that has no \
             credentials, tools use those of this container\n\
             \x20 fix: unset AWS_CONTAINER_CREDENTIALS_FULL_URI\n",
        ),
        (
            &[("AWS_SHARED_CREDENTIALS_FILE", missing)],
            "warning: AWS_SHARED_CREDENTIALS_FILE names ~/nowhere, which does not exist\n\
             \x20 fix: unset AWS_SHARED_CREDENTIALS_FILE\n",
        ),
    ];
    for (variables, expected) in table {
        patient.finds(variables, expected);
    }
}

#[test]
fn a_config_file_that_does_not_exist_is_found() {
    let patient = Patient::new();
    let missing = patient.place.path("nowhere");
    let done = patient.run(
        &[],
        &[("AWS_CONFIG_FILE", missing.to_str()), ("AWS_PROFILE", None)],
    );
    assert_eq!(
        done.stdout,
        format!(
            "wrong: AWS_CONFIG_FILE names ~/nowhere, which does not exist: no tool finds a \
             profile\n  fix: unset AWS_CONFIG_FILE\n{NOBODY}"
        )
    );
    assert_eq!(done.status, 1);
    assert!(
        patient.place.center.calls().is_empty(),
        "without a session there is nothing to ask for the time"
    );
}

#[test]
fn two_profiles_at_the_same_time_are_wrong() {
    let patient = Patient::new();
    patient.prints(
        &[("AWS_DEFAULT_PROFILE", Some("static"))],
        "wrong: boto3 uses `static` (AWS_DEFAULT_PROFILE), and all other tools use `dev` \
         (AWS_PROFILE)\n\
         \x20 fix: unset AWS_DEFAULT_PROFILE\n",
    );
}

#[test]
fn the_line_that_sets_a_variable_is_named() {
    let patient = Patient::new();
    patient.write(
        ".bashrc",
        "# mine\nexport AWS_REGION=us-east-1\neval \"$(awsp init bash)\"\n",
    );
    patient.prints(
        &[("AWS_REGION", Some("us-east-1"))],
        "warning: AWS_REGION (`us-east-1`) overrides the region of `dev` (`eu-west-1`) in all \
         tools but boto3 (~/.bashrc:2)\n\
         \x20 fix: unset AWS_REGION && vi +2 ~/.bashrc\n",
    );
}

#[test]
fn the_variables_of_the_playground_are_only_a_note() {
    let patient = Patient::new();
    let url = patient.place.center.url();
    let done = patient.run(
        &[],
        &[
            ("AWSP_PLAYGROUND", Some(url)),
            ("AWS_ENDPOINT_URL_SSO", Some(url)),
            ("AWS_ENDPOINT_URL_SSO_OIDC", Some(url)),
        ],
    );
    assert!(
        done.stdout.starts_with(
            "note: this is the playground: logins and roles come from a local Identity Center\n"
        ) && !done.stdout.contains("fix:"),
        "{}",
        done.stdout
    );
}
