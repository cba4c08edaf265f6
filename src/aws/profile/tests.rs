mod properties;
mod wrong;

use super::link::ENDS;
use super::*;
use crate::aws::config::Files;
use crate::system::error::{Error, Kind as Failure, Result};

const SESSION: &str = "[sso-session corp]\nsso_start_url = https://x/start\nsso_region = \
                       eu-west-1\nsso_registration_scopes = a:b, c ,\n";

fn files(config: &str) -> Files {
    Files::of(&format!("{SESSION}{config}"), "")
}

/// The first profile's outcome.
fn of(config: &str) -> Result<Profile> {
    resolve(&files(config), "p")
}

/// The failure of profile `p`, in a file that begins with five lines of a session.
fn failure(config: &str) -> String {
    let error = of(config).unwrap_err();
    assert_eq!(error.kind, Failure::Usage, "{config}");
    [vec![error.to_string()], error.causes].concat().join("\n")
}

const SSO: &str = "sso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Admin\n";

#[test]
fn an_sso_profile_has_its_session() {
    let profile = of(&format!(
        "[profile p]\n{SSO}sso_account_name = Dev One\nregion = us-east-1\n"
    ))
    .unwrap();
    let session = SsoSession {
        name: Some("corp".to_owned()),
        start_url: "https://x/start".to_owned(),
        region: "eu-west-1".to_owned(),
        scopes: Some(vec!["a:b".to_owned(), "c".to_owned()]),
    };
    let expected = Profile {
        name: "p".to_owned(),
        account_name: Some("Dev One".to_owned()),
        region: Some("us-east-1".to_owned()),
        kind: Kind::Sso {
            session: Arc::new(session.clone()),
            account: "111111111111".to_owned(),
            role: "Admin".to_owned(),
        },
    };
    assert_eq!(
        (profile.account_id(), profile.role(), profile.session()),
        (Some("111111111111"), Some("Admin"), Some(&session))
    );
    assert!(profile == expected);
    assert_eq!(
        crate::aws::profile::session(&files(""), "corp").unwrap(),
        session
    );
}

#[test]
fn a_legacy_profile_is_its_own_session() {
    let config = "[profile p]\nsso_start_url = https://y/start/\nsso_region = \
                  us-east-2\nsso_account_id = 222222222222\nsso_role_name = R\n";
    let profile = of(config).unwrap();
    assert_eq!(profile.kind.as_str(), "sso-legacy");
    let session = profile.session().unwrap();
    assert_eq!(
        (
            session.name.as_deref(),
            session.cache_key(),
            session.region.as_str()
        ),
        (None, "https://y/start/", "us-east-2")
    );
}

#[test]
fn the_kind_follows_the_order_of_the_aws_cli() {
    let role = "role_arn = arn:aws:iam::333333333333:role/path/Deploy\n";
    let keys = "aws_access_key_id = A\naws_secret_access_key = B\n";
    let table = [
        ("", "plain"),
        ("region = x\n", "plain"),
        (keys, "static"),
        ("credential_process = x\n", "process"),
        (
            &format!("{role}web_identity_token_file = f\n"),
            "web-identity",
        ),
        ("credential_source = Environment\n", "credential-source"),
        (
            "login_session = arn:aws:sts::444444444444:assumed-role/R/me\n",
            "login",
        ),
        ("sso_session = corp\n", "token"),
        ("sso_start_url = u\nsso_region = r\n", "token"),
        // An empty value is none where no provider asks for the key.
        (
            "region =\nsso_session =\nweb_identity_token_file =\n",
            "plain",
        ),
        // One step before the other.
        (
            &format!("{role}credential_source = Environment\n{SSO}"),
            "credential-source",
        ),
        (
            &format!("{role}web_identity_token_file = f\n{SSO}"),
            "web-identity",
        ),
        (&format!("{keys}{SSO}"), "sso"),
        (&format!("{keys}login_session = a\n"), "login"),
        (&format!("{keys}credential_process = x\n"), "process"),
        ("credential_process = x\nlogin_session = a\n", "login"),
        (&format!("{keys}sso_session = corp\n"), "static"),
        ("source_profile = nobody\n", "plain"),
    ];
    for (config, kind) in table {
        assert_eq!(
            of(&format!("[profile p]\n{config}")).unwrap().kind.as_str(),
            kind,
            "{config}"
        );
    }
    let files = Files::of(
        "[profile p]\nlogin_session = a\ncredential_process = x\n",
        &format!("[p]\n{keys}"),
    );
    assert_eq!(resolve(&files, "p").unwrap().kind.as_str(), "static");
}

#[test]
fn a_key_and_its_secret_stand_in_one_file() {
    let key = |files: &Files| match resolve(files, "p").map(|profile| profile.kind) {
        Ok(Kind::Static(keys)) => {
            format!("{} {}", keys.access_key_id, keys.secret_access_key)
        }
        Ok(kind) => kind.as_str().to_owned(),
        Err(error) => error.to_string(),
    };
    let half = "profile `p` has `aws_access_key_id` and no `aws_secret_access_key` beside it";
    let id = "aws_access_key_id = A\n";
    let secret = |name: &str| format!("aws_secret_access_key = {name}\n");
    let table = [
        (
            format!("{id}{}", secret("c")),
            String::new(),
            "A c".to_owned(),
        ),
        (
            id.to_owned(),
            secret("s"),
            format!("{half} (~/.aws/config:2)"),
        ),
        (
            secret("c"),
            id.to_owned(),
            format!("{half} (~/.aws/credentials:2)"),
        ),
        // The AWS CLI takes both from the file that has the key.
        (
            format!("{id}{}", secret("c")),
            secret("s"),
            "A c".to_owned(),
        ),
        (
            secret("c"),
            format!("{id}{}", secret("s")),
            "A s".to_owned(),
        ),
    ];
    for (config, credentials, expected) in table {
        let files = Files::of(
            &format!("[profile p]\n{config}"),
            &format!("[p]\n{credentials}"),
        );
        assert_eq!(key(&files), expected, "{config}{credentials}");
    }
}

#[test]
fn the_end_of_static_keys_is_read_as_other_tools_write_it() {
    for end in ENDS {
        let config = format!(
            "[profile p]\naws_access_key_id = A\naws_secret_access_key = B\n{end} = \
             2026-11-25T10:00:00Z\n"
        );
        let Kind::Static(keys) = of(&config).unwrap().kind else {
            panic!("{end}");
        };
        assert_eq!(keys.expiration, Some(1_795_600_800), "{end}");
    }
}

#[test]
fn account_and_role_come_from_the_arn() {
    let of = |config: &str| {
        of(config)
            .map(|profile| {
                let text = |text: Option<&str>| text.map(str::to_owned);
                (
                    text(profile.account_id()),
                    text(profile.role()),
                    text(profile.login_session()),
                )
            })
            .unwrap()
    };
    let text = |text: &str| Some(text.to_owned());
    let arn = "role_arn = arn:aws-us-gov:iam::333333333333:role/path/Deploy\n";
    assert_eq!(
        of(&format!(
            "[profile p]\n{arn}credential_source = Environment"
        )),
        (text("333333333333"), text("Deploy"), None)
    );
    assert_eq!(
        of("[profile p]\nrole_arn = nonsense\ncredential_source = Environment"),
        (None, None, None)
    );
    let login = "arn:aws:iam::444444444444:user/me";
    assert_eq!(
        of(&format!("[profile p]\nlogin_session = {login}")),
        (text("444444444444"), None, text(login))
    );
}

#[test]
fn a_chain_of_any_length_is_followed_to_its_session() {
    let mut config = format!(
        "[profile base]\n{SSO}[profile p]\nrole_arn = \
         arn:aws:iam::333333333333:role/Last\nsource_profile = r0\nregion = x\n"
    );
    for link in 0..50 {
        let source = if link == 49 {
            "base".to_owned()
        } else {
            format!("r{}", link + 1)
        };
        let link = format!(
            "[profile r{link}]\nrole_arn = arn:aws:iam::555555555555:role/R\nsource_profile = \
             {source}\n"
        );
        config.push_str(&link);
    }
    let profile = of(&config).unwrap();
    assert_eq!(
        (profile.kind.as_str(), profile.account_id(), profile.role()),
        ("role", Some("333333333333"), Some("Last"))
    );
    assert_eq!(profile.session().unwrap().label(), "corp");
    assert_eq!(profile.chain().count(), 52);
    assert_eq!(profile.end().name, "base");
}

/// The names of the profile, its source, the source's source.
fn names(profile: &Profile) -> Vec<&str> {
    profile.chain().map(|link| link.name.as_str()).collect()
}

#[test]
fn keys_end_a_chain_and_let_a_profile_be_its_own_source() {
    let keys = "aws_access_key_id = A\naws_secret_access_key = B\n";
    let config = format!(
        "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nrole_arn = b\nsource_profile \
         = nobody\n{keys}"
    );
    assert_eq!(names(&of(&config).unwrap()), ["p", "q"]);
    let profile = of(&format!(
        "[profile p]\nrole_arn = a\nsource_profile = p\n{keys}"
    ))
    .unwrap();
    assert_eq!(
        (profile.kind.as_str(), names(&profile)),
        ("role", vec!["p", "p"])
    );
    let config =
        "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nlogin_session = arn:x\n";
    assert_eq!(of(config).unwrap().login_session(), Some("arn:x"));
}
