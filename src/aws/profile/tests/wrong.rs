//! Profiles that cannot be, and what is said of them.

use super::*;

/// Profiles that cannot work, with what is said of them.
const WRONG: &[(&str, &str)] = &[
    (
        "[profile p]\nrole_arn = a\n",
        "profile `p` has `role_arn` and neither `source_profile` nor `credential_source` \
             (~/.aws/config:6)",
    ),
    (
        "[profile p]\nrole_arn = a\nsource_profile = q\ncredential_source = Environment\n",
        "profile `p` has both `source_profile` and `credential_source` (~/.aws/config:8)",
    ),
    (
        "[profile p]\nrole_arn = a\nsource_profile = bas\n[profile base]\n",
        "profile `p` gets its credentials from `bas`, which does not exist \
             (~/.aws/config:7)\nthere is `base`",
    ),
    (
        "[profile p]\nrole_arn = a\nsource_profile = base\n[profile base]\n",
        "profile `p` gets its credentials from `base`, which gives none (~/.aws/config:8)",
    ),
    (
        "[profile p]\nrole_arn = a\nsource_profile = p\n",
        "`source_profile` goes round in a loop: `p` -> `p` (~/.aws/config:7)",
    ),
    (
        "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nrole_arn = \
             a\nsource_profile = r\n[profile r]\nrole_arn=a\nsource_profile=q",
        "`source_profile` goes round in a loop: `q` -> `r` -> `q` (~/.aws/config:10)",
    ),
    (
        "[profile p]\nsso_session = crop\n",
        "profile `p` names the sso-session `crop`, which does not exist \
             (~/.aws/config:6)\nthere is `corp`",
    ),
    (
        "[profile p]\nsso_session = corp\nsso_region = us-east-1\n",
        "profile `p` and sso-session `corp` disagree on `sso_region` \
             (~/.aws/config:7)\n`us-east-1` in \
             ~/.aws/config:7, `eu-west-1` in ~/.aws/config:3",
    ),
    (
        "[profile p]\nsso_session = corp\nsso_account_id = 111111111111\n",
        "profile `p` lacks `sso_role_name` (~/.aws/config:5)",
    ),
    (
        "[profile p]\nsso_session = corp\nsso_role_name = R\n",
        "profile `p` lacks `sso_account_id` (~/.aws/config:5)",
    ),
    (
        "[profile p]\nsso_session = corp\nsso_role_name = R\nsso_account_id = 1234\n",
        "`sso_account_id` of profile `p` is not twelve digits (~/.aws/config:8)",
    ),
    (
        "[profile p]\nsso_role_name = R\nsso_account_id = 111111111111\n",
        "profile `p` has `sso_account_id` and neither `sso_session` nor `sso_start_url` \
             (~/.aws/config:7)",
    ),
    (
        "[profile p]\nsso_start_url = u\n",
        "profile `p` lacks `sso_region` (~/.aws/config:5)",
    ),
    (
        "[profile p]\nsso_session = bad\n[sso-session bad]\nsso_start_url = u\n",
        "sso-session `bad` lacks `sso_region` (~/.aws/config:7)",
    ),
    (
        "[profile p]\nsso_session = bad\n[sso-session bad]\nsso_region = u\n",
        "sso-session `bad` lacks `sso_start_url` (~/.aws/config:7)",
    ),
];

#[test]
fn wrong_profiles_are_reported_with_file_and_line() {
    for &(config, expected) in WRONG {
        assert_eq!(failure(config), expected, "{config}");
    }
    // Equal values do not contradict.
    assert!(of("[profile p]\nsso_session = corp\nsso_region = eu-west-1\n").is_ok());
}

#[test]
fn settings_with_which_the_chosen_provider_cannot_work_are_wrong() {
    let empty = |key: &str| format!("profile `p` has `{key}` without a value");
    let keys = "aws_access_key_id = A\naws_secret_access_key = B\n";
    for (config, expected) in [
        (
            "credential_process =\n".to_owned(),
            empty("credential_process"),
        ),
        (format!("login_session =\n{keys}"), empty("login_session")),
        (
            "aws_access_key_id =\n".to_owned(),
            empty("aws_access_key_id"),
        ),
        (
            "role_arn =\nsource_profile = p\n".to_owned(),
            empty("role_arn"),
        ),
        (
            "role_arn = a\nsource_profile =\n".to_owned(),
            empty("source_profile"),
        ),
        (
            format!("sso_session =\nsso_role_name = R\n{keys}"),
            empty("sso_session"),
        ),
        (
            format!("sso_account_id =\n{keys}"),
            "profile `p` has `sso_account_id` and neither `sso_session` nor `sso_start_url`"
                .to_owned(),
        ),
        (
            "web_identity_token_file = f\n".to_owned(),
            "profile `p` lacks `role_arn`".to_owned(),
        ),
        (
            "role_arn = a\ncredential_source = environment\n".to_owned(),
            "profile `p` has the credential_source `environment`; there are Environment, \
             EcsContainer, Ec2InstanceMetadata"
                .to_owned(),
        ),
        (
            "role_arn = a\nsource_profile = q\n[profile q]\ncredential_source = Environment\n"
                .to_owned(),
            "profile `p` gets its credentials from `q`, which gives none".to_owned(),
        ),
    ] {
        let error = of(&format!("[profile p]\n{config}")).unwrap_err();
        assert_eq!(error.message, expected, "{config}");
    }
}

/// The names that may have been meant, the likeliest first.
fn near(error: &Error) -> &[String] {
    &error.unknown.as_ref().unwrap().near
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    let files = files("[profile prod]\n[profile prod two]\n[profile dev]\n");
    let error = resolve(&files, "prdo").unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (
            Failure::NotFound,
            "no profile named `prdo` in ~/.aws/config"
        )
    );
    assert_eq!(near(&error), ["prod"]);
    let error = resolve(&files, "pro").unwrap_err();
    assert_eq!(near(&error), ["prod", "prod two"]);
    let error = resolve(&files, "xyz").unwrap_err();
    assert_eq!(error.hints, ["awsp list"]);
    let error = session(&files, "crop").unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (
            Failure::NotFound,
            "no sso-session named `crop` in ~/.aws/config"
        )
    );
    assert_eq!(near(&error), ["corp"]);
    let error = session(&files, "xyz").unwrap_err();
    assert_eq!(error.hints, ["awsp status"]);

    let none = Files::of("", "");
    let error = resolve(&none, "dev").unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (
            Failure::NotFound,
            "no profile named `dev`: there is no ~/.aws/config"
        )
    );
    assert_eq!(error.hints, ["awsp configure"]);
    assert_eq!(
        session(&none, "corp").unwrap_err().hints,
        ["awsp configure"]
    );
    let only = Files::of("", "[a]\n");
    assert_eq!(
        resolve(&only, "dev").unwrap_err().message,
        "no profile named `dev` in ~/.aws/credentials"
    );
}
