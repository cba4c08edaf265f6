//! The same properties without a fuzzer: for the seeds, and for files put together at random.

use std::fs;
use std::path::Path;

use awsp_fuzz::properties::{FIELD, PART, edit, parse, resolve, settings, sync};
use proptest::prelude::*;

type Property = fn(&[u8]);

const TARGETS: [(&str, Property); 5] = [
    ("parse", parse::holds),
    ("edit", edit::holds),
    ("resolve", resolve::holds),
    ("sync", sync::holds),
    ("settings", settings::holds),
];

#[test]
fn every_seed_holds() {
    for (name, holds) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("seeds")
            .join(name);
        let mut seeds = 0;
        for seed in fs::read_dir(folder).unwrap() {
            let path = seed.unwrap().path();
            let data = fs::read(&path).unwrap();
            let kept = std::panic::catch_unwind(|| holds(&data)).is_ok();
            assert!(kept, "{}", path.display());
            seeds += 1;
        }
        assert!(seeds > 2, "{name} has {seeds} seeds");
    }
}

/// Lines of files, so that they meet each other in ways that no seed has.
fn lines() -> impl Strategy<Value = String> {
    const LINES: [&str; 36] = [
        "[profile a]",
        "[profile 'a']",
        "[profile  b] # c",
        "[profile a b]",
        "[profile c[1]]",
        "[default]",
        "[profile default]",
        "[DEFAULT]",
        "[sso-session s]",
        "[sso-session 's']",
        "[services s]",
        "[a]",
        "[",
        "[]",
        "  [profile b]",
        "region = x",
        "  region = y",
        "REGION: z ; c",
        "region",
        "= x",
        "s3 =",
        "  x = y",
        "  more",
        "# c",
        "  # c",
        "",
        "sso_session = s",
        "sso_account_id = 111122223333",
        "sso_role_name = r",
        "sso_start_url = https://d-1.awsapps.com/start",
        "sso_region = eu-west-1",
        "role_arn = arn:aws:iam::111122223333:role/r",
        "source_profile = a",
        "source_profile = b",
        "aws_access_key_id = A",
        "awsp_managed = acme",
    ];
    let line = (0..LINES.len()).prop_map(|at| LINES[at]);
    let end = prop_oneof![9 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let lines = proptest::collection::vec((line, end), 0..14);
    lines.prop_map(|lines| {
        lines
            .into_iter()
            .map(|(line, end)| format!("{line}{end}"))
            .collect()
    })
}

fn fields() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        Just("set"),
        Just("add"),
        Just("unset"),
        Just("remove"),
        Just("profile"),
        Just("session"),
        Just("a"),
        Just("s"),
        Just("default"),
        Just("region"),
        Just("s3"),
        Just("x # y"),
        Just("111122223333"),
        Just("acme dev"),
        Just("r"),
    ];
    proptest::collection::vec(field, 1..6).prop_map(|fields| fields.join(&FIELD.to_string()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_of_any_lines_hold(config in lines(), credentials in lines()) {
        let both = format!("{config}{}{credentials}", char::from(PART));
        parse::holds(both.as_bytes());
        resolve::holds(both.as_bytes());
        settings::holds(both.as_bytes());
    }

    #[test]
    fn changes_of_any_lines_hold(config in lines(), more in proptest::collection::vec(fields(), 0..5)) {
        let parts = [vec![config], more].concat().join(&char::from(PART).to_string());
        edit::holds(parts.as_bytes());
        sync::holds(parts.as_bytes());
    }
}
