//! What holds for any profiles.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::*;
use crate::aws::config::tests::properties::a_thousand;

proptest! {
    #![proptest_config(a_thousand())]

    #[test]
    fn every_profile_resolves_or_fails(
        lines in proptest::collection::vec(proptest::sample::select(LINES), 0..30),
    ) {
        each_is_as_among_all(&Files::of(&lines.join("\n"), &lines.join("\n")))?;
    }
}

/// A profile that is resolved alone is what it is among all.
fn each_is_as_among_all(files: &Files) -> TestCaseResult {
    let all = resolve_all(files);
    let found: Vec<_> = all.iter().map(|(name, _)| name.clone()).collect();
    prop_assert_eq!(found, files.profile_names());
    for (name, among_all) in all {
        let alone = resolve(files, &name);
        prop_assert_eq!(alone.as_ref().ok(), among_all.as_ref().ok());
        prop_assert_eq!(
            alone.as_ref().err().map(ToString::to_string),
            among_all.as_ref().err().map(ToString::to_string)
        );
        if let Ok(profile) = alone {
            prop_assert_eq!(names(&profile)[0], &name);
            prop_assert_eq!(profile.kind.as_str() == "role", names(&profile).len() > 1);
        }
    }
    Ok(())
}

#[rustfmt::skip]
const LINES: &[&str] = &[
    "[profile a]", "[profile b]", "[profile c]", "[a]", "[b]", "[c]",
    "[sso-session s]", "[sso-session t]", "role_arn = arn:aws:iam::1:role/R", "role_arn = é",
    "source_profile = a", "source_profile = b", "source_profile = c",
    "credential_source = Environment", "sso_session = s", "sso_session = t", "sso_region = x",
    "sso_start_url = u", "sso_account_id = 111111111111", "sso_account_id = 1",
    "sso_role_name = R", "aws_access_key_id = A", "aws_secret_access_key = S",
    "login_session = l", "credential_process = p", "web_identity_token_file = f",
];
