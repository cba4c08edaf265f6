//! Which identity answers: keys, web identity, a bearer token or a profile. All commands agree.

use std::fs;

use crate::place::Place;

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIASTATICEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "hidden"),
];
const ACCOUNT: (&str, &str) = ("AWS_ACCOUNT_ID", "333344445555");
const WEB: [(&str, &str); 2] = [
    ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Ci"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
];
const DEV: (&str, &str) = ("AWS_PROFILE", "dev");

/// The text and the colour that the prompt gets.
#[track_caller]
fn prompt(place: &Place, variables: &[(&str, &str)]) -> (String, String) {
    let (done, changes) = place.switch(&["__prompt"], variables);
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
    let value = |name: &str| {
        let found = changes.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_default().to_owned()
    };
    (value("__awsp_text="), value("__awsp_style="))
}

#[test]
fn the_prompt_names_the_identity_in_use() {
    let place = Place::new();
    let pair = |text: &str, style: &str| (text.to_owned(), style.to_owned());
    for (variables, expected) in [
        (&[DEV][..], pair("dev acme-dev", "")),
        // The account of the keys, in the colour of production, and not that of the profile.
        (
            &[DEV, KEYS[0], KEYS[1], ACCOUNT],
            pair("keys acme-prod", "red"),
        ),
        (&[KEYS[0], KEYS[1], ACCOUNT], pair("keys acme-prod", "red")),
        (&[DEV, KEYS[0], KEYS[1]], pair("keys ****MPLE", "yellow")),
        (&[DEV, KEYS[0]], pair("dev acme-dev", "")),
        (
            &[DEV, WEB[0], WEB[1]],
            pair("web-identity acme-dev", "yellow"),
        ),
        (&[DEV, WEB[0]], pair("dev acme-dev", "")),
        (
            &[DEV, ("AWS_BEARER_TOKEN_BEDROCK", "x")],
            pair("dev acme-dev bedrock-token", ""),
        ),
        (
            &[("AWS_BEARER_TOKEN_BEDROCK", "x")],
            pair("bedrock-token", "yellow"),
        ),
        (
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/"),
                ACCOUNT,
            ],
            pair("container acme-prod", "red"),
        ),
        (
            &[("AWS_PROFILE", ""), ("AWS_DEFAULT_PROFILE", "dev")],
            pair("dev acme-dev", ""),
        ),
        (&[], pair("", "")),
    ] {
        let (text, style) = prompt(&place, variables);
        assert_eq!((text, style), expected, "{variables:?}");
    }
    let (done, changes) = place.switch(&["__prompt"], &[DEV, KEYS[0], KEYS[1]]);
    assert!(
        !changes.contains("hidden") && !changes.contains("AKIASTATIC"),
        "{changes} {done:?}"
    );
    // A profile `default` with credentials goes before a container's.
    fs::write(
        place.path(".aws/credentials"),
        "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
    )
    .unwrap();
    let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/");
    assert_eq!(prompt(&place, &[container]).0, "");
}

#[test]
fn a_switch_clears_bearer_tokens_and_the_prompt_knows() {
    let place = Place::new();
    place.log_in();
    let tokens = ["BEDROCK", "A"].map(|name| format!("AWS_BEARER_TOKEN_{name}"));
    let [one, other] = tokens.each_ref().map(|name| (name.as_str(), "x"));
    let alone = ("a-token bedrock-token".to_owned(), "yellow".to_owned());
    assert_eq!(
        prompt(&place, &[one, other, ("AWS_REGION", "eu-west-1")]),
        alone
    );
    let token = ("AWS_BEARER_TOKEN_BEDROCK", "x");
    let (_, changes) = place.switch(&["dev"], &[token]);
    assert!(
        changes.contains("-AWS_BEARER_TOKEN_BEDROCK\n")
            && changes.contains("__awsp_text=dev acme-dev\n"),
        "{changes}"
    );
}

/// What `status` prints above its table, and its JSON.
fn status(place: &Place, variables: &[(&str, &str)]) -> (String, serde_json::Value) {
    let run = |arguments: &[&str]| {
        let done = place.done(place.awsp(arguments).envs(variables.iter().copied()));
        assert_eq!(done.status, 0, "{done:?}");
        done
    };
    let done = run(&["status"]);
    let head = done.stdout.split("SESSION").next().unwrap();
    let json = run(&["status", "--json"]).stdout;
    (
        format!("{head}{}", done.stderr),
        serde_json::from_str(&json).unwrap(),
    )
}

#[test]
fn status_names_the_identity_in_use() {
    let place = Place::new();
    let prod = "111122223333";
    let region = ("AWS_REGION", "eu-west-1");
    for (variables, line, identity) in [
        (
            &[KEYS[0], KEYS[1], ACCOUNT, region][..],
            "keys in the environment: acme-prod, eu-west-1\n",
            ["keys", "", "333344445555", "acme-prod", ""],
        ),
        (
            &[DEV, KEYS[0], KEYS[1]],
            "keys in the environment: ****MPLE, no region; before the profile dev\n",
            ["keys", "", "", "", ""],
        ),
        (
            &[WEB[0], WEB[1]],
            "web identity in the environment: acme-dev, Ci, no region\n",
            ["web-identity", "", prod, "acme-dev", "Ci"],
        ),
        (
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/"),
                ACCOUNT,
            ],
            "credentials of this container: acme-prod, no region\n",
            ["container", "", "333344445555", "acme-prod", ""],
        ),
        (
            &[("AWS_BEARER_TOKEN_BEDROCK", "x")],
            "no profile is active\n\
             bearer token in the environment: for bedrock, before everything else\n",
            ["", "", "", "", ""],
        ),
        (
            &[("AWS_PROFILE", "nope")],
            "awsp: warning: no profile named `nope` in ~/.aws/config\n",
            ["", "", "", "", ""],
        ),
        (&[], "no profile is active\n", ["", "", "", "", ""]),
    ] {
        let (head, json) = status(&place, variables);
        assert_eq!(head, line, "{variables:?}");
        let keys = ["kind", "profile", "account_id", "account_name", "role"];
        let found = keys.map(|key| json["identity"][key].as_str().unwrap_or_default());
        assert_eq!(found, identity, "{variables:?}");
        let has_token = variables[..]
            .iter()
            .any(|(name, _)| name.contains("BEARER"));
        assert_eq!(
            json["bearer_tokens"].as_array().unwrap().len(),
            usize::from(has_token)
        );
        let is_unknown = variables.contains(&("AWS_PROFILE", "nope"));
        assert_eq!(json["problem"].is_string(), is_unknown, "{json}");
    }
}

#[test]
fn without_a_profile_keys_or_the_default_profile_are_named() {
    let place = Place::new();
    let done = place.done(place.awsp(&[]).envs([KEYS[0], KEYS[1], ACCOUNT]));
    assert_eq!(
        (done.stdout.as_str(), done.stderr.as_str()),
        ("", "awsp: keys in the environment: acme-prod, no region\n")
    );
    // Where no profile is named, tools use `default`.
    fs::write(
        place.path(".aws/credentials"),
        "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
    )
    .unwrap();
    let (head, json) = status(&place, &[]);
    assert!(
        head.starts_with("no profile is active: tools use `default`\ndefault: static keys"),
        "{head}"
    );
    assert_eq!(json["identity"]["profile"], "default");
}

#[test]
fn the_prompt_knows_whether_a_person_is_to_be_asked() {
    let place = Place::new();
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    let rule = "[[rule]]\nprofiles = \"prod\"\nconfirm = true\n";
    fs::write(place.path(".config/awsp/config.toml"), rule).unwrap();
    for (variables, guarded) in [
        (&[("AWS_PROFILE", "prod")][..], true),
        (
            &[("AWS_PROFILE", "prod"), ("AWSP_CONFIRMED", "x prod")],
            false,
        ),
        (
            &[("AWS_PROFILE", "prod"), ("AWSP_CONFIRMED", "x prod2")],
            true,
        ),
        (&[DEV], false),
    ] {
        let (_, changes) = place.switch(&["__prompt"], variables);
        assert_eq!(
            changes.contains("__awsp_guarded=1\n"),
            guarded,
            "{variables:?}"
        );
        assert_eq!(
            changes.contains("-__awsp_guarded\n"),
            !guarded,
            "{variables:?}"
        );
    }
}

#[test]
fn what_cannot_be_sent_fails_the_switch_and_changes_nothing() {
    let place = Place::new();
    let long = "x".repeat(5_000);
    place.config(&format!(
        "[profile {long}]\nregion = eu-west-1\n[profile ok]\nregion = eu-west-1\n\
         sso_account_name = {long}\n"
    ));
    let (done, changes) = place.switch(&[&long], &[]);
    assert_eq!((done.status, changes.as_str()), (2, ""));
    assert_eq!(
        done.stderr,
        "awsp: cannot change this shell\n\
         cause: the value for AWS_PROFILE is longer than 4,096 bytes\n"
    );
    let (done, changes) = place.switch(&["ok"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let text = changes
        .lines()
        .find(|line| line.starts_with("__awsp_text="))
        .unwrap();
    assert!(text.chars().count() < 200 && text.ends_with('…'), "{text}");
    // A name in the environment that is too long is looked up, but not sent back to the shell.
    let (done, changes) = place.switch(&["__prompt"], &[("AWS_PROFILE", &long)]);
    assert_eq!(done.status, 0);
    assert!(changes.len() < 1_000, "{}", changes.len());
}

/// The value that a variable gets.
fn value<'a>(changes: &'a str, name: &str) -> Option<&'a str> {
    changes
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn a_switch_for_a_time_tells_the_shell_when_it_ends_and_what_comes_then() {
    let place = Place::new();
    place.log_in();
    let (done, changes) = place.switch(&["prod", "--for", "30m"], &[DEV, ("AWSP_SWITCHED", "1")]);
    assert!(
        done.stderr.ends_with("; for 30m, then back to dev\n"),
        "{}",
        done.stderr
    );
    let times = value(&changes, "AWSP_STAY").unwrap();
    let (from, until) = times.split_once(' ').unwrap();
    let seconds: i64 = until.parse::<i64>().unwrap() - from.parse::<i64>().unwrap();
    assert_eq!(seconds, 1_800);
    assert_eq!(value(&changes, "AWSP_STAY_PROFILE"), Some("prod"));
    assert_eq!(value(&changes, "AWSP_STAY_BACK"), Some("dev"));
    // A first switch has no profile to go back to.
    let (done, changes) = place.switch(&["prod", "--for", "90s"], &[]);
    assert!(
        done.stderr
            .ends_with("; for 1m30s, then as before the first switch\n"),
        "{}",
        done.stderr
    );
    assert!(changes.contains("\n-AWSP_STAY_BACK\n"), "{changes}");
    // The next switch has no end, and the shell is told so.
    let stay = [
        ("AWSP_STAY", "1 2"),
        ("AWSP_STAY_PROFILE", "prod"),
        ("AWS_PROFILE", "prod"),
    ];
    let (_, changes) = place.switch(&["dev"], &stay);
    assert!(
        changes.contains("-AWSP_STAY\n-AWSP_STAY_PROFILE\n"),
        "{changes}"
    );
    for odd in ["", "0m", "168h", "soon", "-5m"] {
        let (done, changes) = place.switch(&["prod", &format!("--for={odd}")], &[]);
        assert_eq!((done.status, changes.as_str()), (2, ""), "{odd}");
    }
}

#[test]
fn a_rule_limits_every_switch_and_what_was_asked_for() {
    let place = Place::new();
    place.log_in();
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    let rule = "[[rule]]\nprofiles = \"prod\"\nstay = \"10m\"\n";
    fs::write(place.path(".config/awsp/config.toml"), rule).unwrap();
    let (done, _) = place.switch(&["prod"], &[]);
    assert!(
        done.stderr
            .ends_with("; for 10m, then as before the first switch\n"),
        "{}",
        done.stderr
    );
    let (done, _) = place.switch(&["prod", "--for", "2h"], &[]);
    assert!(
        done.stderr
            .contains("; for 10m, a rule of the settings allows no more, then"),
        "{}",
        done.stderr
    );
}
