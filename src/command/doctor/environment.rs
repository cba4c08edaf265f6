//! Variables that decide which credentials a tool uses: profile, keys, files (aws-contract 1.1,
//! 2.1).

use super::finding::{Finding, Scene};
use crate::aws::identity::{KEYS, WEB_IDENTITY, Who, is_bearer_token};
use crate::aws::time;
use crate::system::text::nearest::nearest;

/// The finding of a machine that is not set up.
pub const NO_PROFILES: &str = "no-profiles";

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    [
        nothing(scene),
        places(scene),
        profile(scene),
        keys(scene),
        web_identity(scene),
        bearer_tokens(scene),
    ]
    .concat()
}

/// The home folder, in which all files are.
pub fn home(scene: &Scene<'_>) -> Vec<Finding> {
    let what = match scene.env.home() {
        None => "HOME is not set: no AWS tool finds its files".to_owned(),
        Some(home) if !home.is_dir() => format!(
            "HOME is {}, which is not a folder: no AWS tool finds its files",
            home.display()
        ),
        Some(_) => return Vec::new(),
    };
    vec![Finding::wrong("no-home", what).at("HOME")]
}

/// A machine without any profile.
fn nothing(scene: &Scene<'_>) -> Vec<Finding> {
    if !(scene.profiles.is_empty() && places(scene).is_empty()) {
        return Vec::new();
    }
    let what = "there are no profiles yet";
    vec![Finding::note(NO_PROFILES, what).fix("awsp configure")]
}

/// Variables that name the two files.
fn places(scene: &Scene<'_>) -> Vec<Finding> {
    let (config, credentials) = (&scene.files.config, &scene.files.credentials);
    let mut found = Vec::new();
    // `Some(true)` for an empty variable, `Some(false)` for a file that does not exist.
    let fault = |variable: &str, exists: bool| {
        scene
            .env
            .raw(variable)
            .filter(|_| !exists)
            .map(std::ffi::OsStr::is_empty)
    };
    let fix = |finding: Finding, variable: &str| scene.clear(finding, &[variable]);
    let variable = "AWS_CONFIG_FILE";
    match fault(variable, config.exists) {
        Some(true) => {
            let what =
                format!("{variable} is empty: only the JavaScript and Go SDKs find a profile");
            found.push(fix(Finding::wrong("empty-config-file", what), variable));
        }
        Some(false) => {
            let what = format!(
                "{variable} names {}, which does not exist: no tool finds a profile",
                config.shown
            );
            found.push(fix(Finding::wrong("missing-config-file", what), variable));
        }
        None => {}
    }
    let variable = "AWS_SHARED_CREDENTIALS_FILE";
    match fault(variable, credentials.exists) {
        Some(true) => {
            let what = format!(
                "{variable} is empty: only the JavaScript and Go SDKs read ~/.aws/credentials"
            );
            found.push(fix(
                Finding::warning("empty-credentials-file", what),
                variable,
            ));
        }
        Some(false) => {
            let what = format!(
                "{variable} names {}, which does not exist",
                credentials.shown
            );
            found.push(fix(
                Finding::warning("missing-credentials-file", what),
                variable,
            ));
        }
        None => {}
    }
    found
}

/// The variables that name a profile.
fn profile(scene: &Scene<'_>) -> Vec<Finding> {
    let env = scene.env;
    let mut found = Vec::new();
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        let Some(value) = env.raw(variable) else {
            continue;
        };
        if value.is_empty() {
            let who = if variable == "AWS_PROFILE" {
                "the AWS CLI, boto3 and the Rust SDK look for a profile without a name, and fail"
            } else {
                "boto3 looks for a profile without a name, and fails"
            };
            let what = format!("{variable} is empty: {who}");
            found.push(scene.clear(Finding::wrong("empty-profile", what), &[variable]));
        } else if !value.to_str().is_some_and(|name| scene.has_profile(name)) {
            found.push(unknown(scene, variable, &value.to_string_lossy()));
        }
    }
    // With a name that does not exist boto3 fails, which is reported above.
    let other = env
        .var("AWS_DEFAULT_PROFILE")
        .filter(|name| scene.has_profile(name));
    match (env.var("AWS_PROFILE"), other) {
        (Some(profile), Some(other)) if profile != other => {
            let what = format!(
                "boto3 uses `{other}` (AWS_DEFAULT_PROFILE), and all other tools use `{profile}` \
                 (AWS_PROFILE)"
            );
            found.push(scene.clear(
                Finding::wrong("two-profiles", what),
                &["AWS_DEFAULT_PROFILE"],
            ));
        }
        (None, Some(other)) => {
            let what = format!(
                "AWS_DEFAULT_PROFILE is `{other}`: the AWS CLI, boto3 and Go use it, other SDKs \
                 use `default`"
            );
            let finding = scene.clear(
                Finding::warning("only-default-profile", what),
                &["AWS_DEFAULT_PROFILE"],
            );
            found.push(finding.fix(scene.fix.switch(other)));
        }
        _ => {}
    }
    found
}

fn unknown(scene: &Scene<'_>, variable: &str, name: &str) -> Finding {
    let mut what = format!("{variable} is `{name}`, a profile that does not exist");
    let known = scene.profiles.iter().map(|(known, _)| known.as_str());
    let near = nearest(name, known);
    if !near.is_empty() {
        let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        what = format!("{what}; similar: {}", names.join(", "));
    }
    let finding = scene.clear(Finding::wrong("unknown-profile", what), &[variable]);
    match near.first() {
        Some(first) if variable == "AWS_PROFILE" => finding.fix(scene.fix.switch(first)),
        _ => finding,
    }
}

/// Keys, complete or not.
fn keys(scene: &Scene<'_>) -> Vec<Finding> {
    let env = scene.env;
    let set: Vec<&str> = KEYS
        .into_iter()
        .filter(|name| env.raw(name).is_some_and(|value| !value.is_empty()))
        .collect();
    let has = |name: &str| set.contains(&name);
    let ended = env
        .var("AWS_CREDENTIAL_EXPIRATION")
        .and_then(time::parse)
        .is_some_and(|end| end <= env.now());
    let ended = if ended { "; the keys have expired" } else { "" };
    let finding = if has("AWS_ACCESS_KEY_ID") && has("AWS_SECRET_ACCESS_KEY") {
        match env.current_profile() {
            Some(name) => {
                let what = format!(
                    "all tools but the JavaScript SDK use the keys in the environment instead of \
                     `{name}`{ended}"
                );
                Finding::wrong("keys-in-environment", what)
            }
            None => {
                let what = format!(
                    "no profile is active: every tool uses the keys in the environment{ended}"
                );
                Finding::warning("keys-in-environment", what)
            }
        }
    } else if has("AWS_ACCESS_KEY_ID") {
        Finding::wrong(
            "partial-keys",
            "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY: the AWS CLI and boto3 fail",
        )
    } else if has("AWS_ACCESS_KEY") && has("AWS_SECRET_KEY") {
        Finding::warning(
            "keys-in-environment",
            "AWS_ACCESS_KEY and AWS_SECRET_KEY are set: the Go SDK uses them instead of any \
             profile",
        )
    } else if let Some(first) = set.first().filter(|_| Who::of(env).served().is_none()) {
        Finding::note(
            "partial-keys",
            format!("{first} is set without an access key: it is left over"),
        )
    } else {
        return Vec::new();
    };
    vec![scene.clear(finding, &set)]
}

/// A role with a token file takes precedence over `AWS_PROFILE`.
fn web_identity(scene: &Scene<'_>) -> Vec<Finding> {
    let set: Vec<&str> = WEB_IDENTITY
        .into_iter()
        .filter(|name| scene.env.var(name).is_some())
        .collect();
    let finding = match (set.as_slice(), scene.env.current_profile()) {
        ([], _) => return Vec::new(),
        (["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", ..], Some(name)) => {
            let what = format!(
                "the AWS CLI and boto3 use AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE instead \
                 of `{name}`"
            );
            Finding::wrong("web-identity", what)
        }
        (["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", ..], None) => Finding::note(
            "web-identity",
            "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are set: every tool uses this role",
        ),
        (["AWS_WEB_IDENTITY_TOKEN_FILE", ..], _) => Finding::warning(
            "web-identity",
            "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN: the AWS CLI and boto3 fail",
        ),
        ([first, ..], _) => Finding::note(
            "web-identity",
            format!("{first} is set without AWS_WEB_IDENTITY_TOKEN_FILE: it is left over"),
        ),
    };
    vec![scene.clear(finding, &set)]
}

/// Each goes before every profile, for its service.
fn bearer_tokens(scene: &Scene<'_>) -> Vec<Finding> {
    let mut set: Vec<&str> = scene
        .env
        .names()
        .filter(|name| is_bearer_token(name) && scene.env.var(name).is_some())
        .collect();
    set.sort_unstable();
    let Some(name) = scene.env.current_profile().filter(|_| !set.is_empty()) else {
        return Vec::new();
    };
    let (verb, service) = if set.len() == 1 {
        ("answers", "its service")
    } else {
        ("answer", "their services")
    };
    let what = format!(
        "{} {verb} instead of `{name}`, for {service}",
        set.join(" and ")
    );
    vec![scene.clear(Finding::warning("bearer-token", what), &set)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::finding::Severity::{Note, Warning, Wrong};
    use crate::command::doctor::finding::{findings, names};

    const CONFIG: &str = "[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n";

    #[test]
    fn each_variable_that_changes_the_credentials_is_found() {
        let id = ("AWS_ACCESS_KEY_ID", "A");
        let secret = ("AWS_SECRET_ACCESS_KEY", "s");
        let dev = ("AWS_PROFILE", "dev");
        let token_file = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t");
        let arn = ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
        let bearer = ("AWS_BEARER_TOKEN_BEDROCK", "t");
        let table: [(&[(&str, &str)], &[_]); 23] = [
            (&[bearer, dev], &[(Warning, "bearer-token")]),
            (&[bearer], &[]),
            (&[dev], &[]),
            (&[id, secret, dev], &[(Wrong, "keys-in-environment")]),
            (&[id, secret], &[(Warning, "keys-in-environment")]),
            (&[id, dev], &[(Wrong, "partial-keys")]),
            (&[secret, dev], &[(Note, "partial-keys")]),
            (&[("AWS_ACCESS_KEY_ID", ""), dev], &[]),
            (
                &[("AWS_ACCESS_KEY", "A"), ("AWS_SECRET_KEY", "s"), dev],
                &[(Warning, "keys-in-environment")],
            ),
            (&[("AWS_PROFILE", "")], &[(Wrong, "empty-profile")]),
            (
                &[dev, ("AWS_DEFAULT_PROFILE", "")],
                &[(Wrong, "empty-profile")],
            ),
            (&[("AWS_PROFILE", "prdo")], &[(Wrong, "unknown-profile")]),
            (
                &[dev, ("AWS_DEFAULT_PROFILE", "prod")],
                &[(Wrong, "two-profiles")],
            ),
            (&[dev, ("AWS_DEFAULT_PROFILE", "dev")], &[]),
            (
                &[("AWS_DEFAULT_PROFILE", "dev")],
                &[(Warning, "only-default-profile")],
            ),
            (
                &[dev, ("AWS_DEFAULT_PROFILE", "x")],
                &[(Wrong, "unknown-profile")],
            ),
            (
                &[("AWS_SHARED_CREDENTIALS_FILE", "")],
                &[(Warning, "empty-credentials-file")],
            ),
            (
                &[("AWS_SHARED_CREDENTIALS_FILE", "/x")],
                &[(Warning, "missing-credentials-file")],
            ),
            // In this table the config file exists, whatever its path.
            (&[("AWS_CONFIG_FILE", "/x")], &[]),
            (&[token_file, arn, dev], &[(Wrong, "web-identity")]),
            (&[token_file, arn], &[(Note, "web-identity")]),
            (&[token_file], &[(Warning, "web-identity")]),
            (&[arn, dev], &[(Note, "web-identity")]),
        ];
        for (vars, expected) in table {
            assert_eq!(
                names(&findings(vars, CONFIG, "", look)),
                expected,
                "{vars:?}"
            );
        }
    }

    #[test]
    fn a_config_file_that_does_not_exist_is_found() {
        for (value, id) in [("", "empty-config-file"), ("/x", "missing-config-file")] {
            let vars = [("AWS_CONFIG_FILE", value)];
            assert_eq!(names(&findings(&vars, "", "", look)), [(Wrong, id)]);
        }
        assert_eq!(names(&findings(&[], "", "", look)), [(Note, NO_PROFILES)]);
    }

    #[test]
    fn no_finding_contains_a_key() {
        let vars = [
            ("AWS_ACCESS_KEY_ID", "AKIAVALUE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrVALUE"),
            ("AWS_SESSION_TOKEN", "FwoVALUE"),
        ];
        for with in [&vars[..], &vars[..1], &vars[1..], &vars[2..]] {
            let found = format!("{:?}", findings(with, CONFIG, "", look));
            assert!(!found.contains("VALUE"), "{found}");
        }
    }

    #[test]
    fn the_fix_unsets_what_is_set() {
        let vars = [
            ("AWS_ACCESS_KEY_ID", "A"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("SHELL", "/usr/bin/fish"),
        ];
        let found = findings(&vars, CONFIG, "", look);
        assert_eq!(
            found[0].fix.as_deref(),
            Some("set -e AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY")
        );
        let found = findings(&[("AWS_PROFILE", "prdo")], CONFIG, "", look);
        assert_eq!(found[0].fix.as_deref(), Some("awsp prod"));
    }

    #[test]
    fn expired_keys_are_reported_as_expired() {
        let vars = [
            ("AWS_ACCESS_KEY_ID", "A"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z"),
            ("AWS_PROFILE", "dev"),
        ];
        assert!(
            findings(&vars, CONFIG, "", look)[0]
                .what
                .ends_with("; the keys have expired")
        );
    }
}
