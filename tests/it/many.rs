//! Other clients read everything that `awsp sync` writes, for 300 accounts, or for as many as
//! `AWSP_TEST_ACCOUNTS` says.

use std::collections::HashSet;
use std::fs;

use identity_center::{Options, seed};

use crate::interop::{aws_whoami, python};
use crate::place::Place;
use crate::rust_sdk::{Sdk, sso};

/// Name, account and role of a profile.
type Row = (String, String, String);

/// A home with every profile of many accounts, and what must be in it.
fn synced() -> (Place, Vec<Row>) {
    let accounts = std::env::var("AWSP_TEST_ACCOUNTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(300);
    let accounts = seed::many(accounts, 5);
    let rows = accounts.iter().flat_map(|account| {
        account.roles.iter().map(|role| {
            (
                format!("{}.{role}", account.name),
                account.id.clone(),
                role.clone(),
            )
        })
    });
    let rows = rows.collect();
    let place = Place::with(Options {
        accounts,
        ..Options::default()
    });
    place.config(
        "[sso-session acme]\n\
         sso_start_url = https://d-9067example.awsapps.com/start\n\
         sso_region = eu-west-1\n\
         sso_registration_scopes = sso:account:access\n\n\
         [default]\n\
         region = eu-west-1\n",
    );
    place.log_in();
    fs::create_dir_all(place.path(".config/awsp")).unwrap();
    fs::write(
        place.path(".config/awsp/config.toml"),
        "[sync]\nregion = \"eu-west-1\"\n",
    )
    .unwrap();
    let done = place.run(&["sync"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    (place, rows)
}

#[test]
fn boto3_lists_and_resolves_every_profile() {
    let (place, rows) = synced();
    let done = python(&place, RESOLVED);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let mut lines = done.stdout.lines();
    place.center.with(|state| {
        for (name, account, role) in &rows {
            let (profile, key) = lines.next().unwrap().split_once(' ').unwrap();
            let held = &state.credentials[key];
            assert_eq!(
                (profile, (held.account.clone(), held.arn.clone())),
                (name.as_str(), sso(account, role))
            );
        }
    });
    assert_eq!(lines.next(), None);
}

/// A session of its own for each would read the file each time; so one has all of them, as if each
/// were its profile.
const RESOLVED: &str = "
import botocore.credentials, botocore.session, botocore.tokens
session = botocore.session.Session()
unsigned = botocore.config.Config(signature_version=botocore.UNSIGNED)
client = session.create_client('sso', 'eu-west-1', config=unsigned)
for name in session.available_profiles:
    if name not in ('default', 'static'):
        token = botocore.tokens.SSOTokenProvider(session, profile_name=name)
        provider = botocore.credentials.SSOProvider(
            lambda: session.full_config, lambda *_, **__: client, name, token_provider=token)
        print(name, provider.load().get_frozen_credentials().access_key)";

#[test]
fn the_aws_cli_lists_every_profile_and_resolves_them() {
    let (place, rows) = synced();
    let listed = python(&place, LISTED);
    assert_eq!(listed.status, 0, "{}", listed.stderr);
    let names: Vec<&str> = rows.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(
        listed
            .stdout
            .lines()
            .filter(|name| !["default", "static"].contains(name))
            .collect::<Vec<_>>(),
        names
    );
    // A second for each.
    for (name, account, role) in [&rows[0], &rows[rows.len() / 2], &rows[rows.len() - 1]] {
        assert_eq!(aws_whoami(&place, name), sso(account, role).1, "{name}");
    }
}

/// What `aws configure list-profiles` of the AWS CLI v2 prints; the v1 of PyPI has no such command.
const LISTED: &str = "
from awscli.clidriver import create_clidriver
print(*create_clidriver().session.available_profiles, sep='\\n')";

#[test]
fn the_rust_sdk_lists_every_profile_and_resolves_them() {
    let (place, rows) = synced();
    let sdk = Sdk::new(&place);
    let read = sdk.profiles();
    let listed: HashSet<&str> = read
        .profiles()
        .filter(|name| !["default", "static"].contains(name))
        .collect();
    assert_eq!(
        listed,
        rows.iter().map(|(name, ..)| name.as_str()).collect()
    );
    for (name, account, role) in &rows {
        let profile = read.get_profile(name).unwrap();
        let settings =
            ["sso_session", "sso_account_id", "sso_role_name"].map(|setting| profile.get(setting));
        assert_eq!(
            settings,
            [Some("acme"), Some(account), Some(role)],
            "{name}"
        );
    }
    // It reads the whole file for each.
    for (name, account, role) in rows.iter().step_by(rows.len() / 15).chain(rows.last()) {
        assert_eq!(sdk.whoami(name), sso(account, role), "{name}");
    }
}
