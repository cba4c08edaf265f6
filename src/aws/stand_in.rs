//! The files that a command is given in place of the user's own, when `[default]` must not answer
//! for the profile whose credentials it has: the config file without `[default]`, or one of a
//! single profile. They are awsp's, in its state folder, and hold no credentials.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::config::edit::{self, Change, SectionId};
use super::config::{File, Files, Section, Setting, Which};
use super::identity;
use super::variables::{FILES, OWN_CONFIG};
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::text::hash::sha1_hex;

const SECRETS: [&str; 3] = [
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
];

/// How the config file of a profile alone begins.
const ALONE: &str = "# Written by `awsp exec`: the settings of one profile, without credentials.\n";

/// Where the stand-in for the config file without `[default]` is.
pub fn without_default_path(env: &Env, config: &File) -> PathBuf {
    folder(env).join(format!(
        "{}-without-default",
        sha1_hex(&config.path.to_string_lossy())
    ))
}

/// Where the two files of a profile alone are: config and credentials.
pub fn alone_paths(env: &Env, config: &File, name: &str) -> [PathBuf; 2] {
    let key = sha1_hex(&format!("{}\n{name}", config.path.to_string_lossy()));
    ["config", "credentials"].map(|file| folder(env).join(format!("{key}-{file}")))
}

fn folder(env: &Env) -> PathBuf {
    env.state_dir().join("exec")
}

/// What `AWS_CONFIG_FILE` would be without the stand-in without `[default]`, where that is in use:
/// awsp itself reads and writes the user's own file. `None` where it is not in use.
#[expect(
    clippy::option_option,
    reason = "whether it is in use, and what the variable was"
)]
pub fn own_config(env: &Env) -> Option<Option<&OsStr>> {
    let in_use = PathBuf::from(env.raw(FILES[0])?);
    let is_ours = in_use.parent() == Some(&folder(env))
        && in_use
            .file_name()
            .is_some_and(|name| name.to_string_lossy().ends_with("-without-default"));
    let is_given = identity::exported(env).any(|name| name == FILES[0]);
    (is_ours && is_given).then(|| env.raw(OWN_CONFIG))
}

/// The config file's text without `[default]` and without secrets.
///
/// # Errors
/// A file that is not text.
pub fn without_default(config: &File) -> Result<String> {
    let mut changes = vec![Change::Remove {
        section: SectionId::profile("default"),
    }];
    if SECRETS.iter().any(|key| config.text.contains(key)) {
        let files = Files {
            config: config.clone(),
            credentials: File {
                which: Which::Credentials,
                text: String::new(),
                exists: false,
                ..config.clone()
            },
        };
        for profile in files.profiles() {
            for key in SECRETS {
                changes.push(Change::Unset {
                    section: SectionId::profile(&*profile.name),
                    key: key.to_owned(),
                });
            }
        }
    }
    edit::apply(&config.text, Which::Config, &changes)
}

/// True for the config file of a profile alone.
pub fn is_alone(config: &File) -> bool {
    config.text.starts_with(ALONE)
}

/// A config file with the settings of one profile, as `[default]`, and nothing that gives
/// credentials.
pub fn alone(files: &Files, profile: &Section) -> String {
    let mut out = format!("{ALONE}[default]\n");
    for setting in profile.settings.iter().filter(|setting| is_plain(setting)) {
        put(&mut out, setting);
    }
    let services = profile
        .get("services")
        .and_then(|name| files.services(name));
    if let (Some(services), Some(name)) = (services, profile.get("services")) {
        let _ = writeln!(out, "\n[services {name}]");
        for setting in services.settings.iter().filter(|setting| is_plain(setting)) {
            put(&mut out, setting);
        }
    }
    out
}

fn put(out: &mut String, setting: &Setting) {
    let _ = writeln!(out, "{} = {}", setting.key, setting.value);
    for (key, value) in &setting.nested {
        let _ = writeln!(out, "    {key} = {value}");
    }
}

/// False for what gives credentials, says how to get some, or may be a secret.
fn is_plain(setting: &Setting) -> bool {
    const BEGINNINGS: [&str; 8] = [
        "aws_",
        "credential_",
        "external_id",
        "login_session",
        "mfa_",
        "source_profile",
        "web_identity_",
        "x_",
    ];
    let key = &*setting.key;
    let names_credentials = BEGINNINGS.iter().any(|start| key.starts_with(start))
        || key.starts_with("role_")
        || key.starts_with("sso_")
        || key == "duration_seconds";
    let may_be_secret = |key: &str| {
        ["secret", "token", "password"]
            .iter()
            .any(|word| key.to_ascii_lowercase().contains(word))
    };
    // `http://name:password@proxy`: the variable has it, the file does not.
    let has_password = |value: &str| {
        value.split_once("://").is_some_and(|(_, rest)| {
            rest.split('/')
                .next()
                .is_some_and(|host| host.contains('@'))
        })
    };
    let nested = &setting.nested;
    !names_credentials
        && !may_be_secret(key)
        && !has_password(&setting.value)
        && !nested
            .iter()
            .any(|(key, value)| may_be_secret(key) || has_password(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_alone_keeps_its_settings_and_no_credentials() {
        let config = "[profile prod]\nsso_session = s\nsso_account_id = 111122223333\n\
                      role_arn = arn\nregion = eu-west-1\n\
             s3 =\n  addressing_style = path\n  max_queue_size = 20\ncli_pager =\nservices = own\n\
             my_password = x\n\
             endpoint_url = https://u:p@host/\ncredential_process = x\nduration_seconds = 900\n\
             x_token_expires = y\n\
             aws_access_key_id = A\naws_secret_access_key = s\n\
             [services own]\nsts =\n  endpoint_url = https://sts.example\n\
             sso =\n  endpoint_url = http://u:p@x\n[default]\nregion = x\n";
        let files = Files::of(config, "[prod]\naws_session_token = t\noutput = json\n");
        let text = alone(&files, &files.profile("prod").unwrap());
        assert_eq!(
            text.split_once("[default]\n").unwrap().1,
            "region = eu-west-1\ns3 = \n    addressing_style = path\n    max_queue_size = 20\n\
             cli_pager = \nservices = own\n\
             output = json\n\n[services own]\nsts = \n    endpoint_url = https://sts.example\n"
        );
        let read = Files::of(&text, "");
        assert!(is_alone(&read.config) && !is_alone(&files.config));
        assert_eq!(read.profile_names(), ["default"]);
        assert_eq!(
            read.profile("default").unwrap().get("region"),
            Some("eu-west-1")
        );
    }

    #[test]
    fn without_default_all_else_is_as_it_was_but_for_secrets() {
        let config = "# mine\n[default]\nregion = x\n\n[profile a]\nregion = y\n[profile default]\n\
                      output = z\n[profile b]\n\
             aws_access_key_id = A\naws_secret_access_key = hidden\n";
        let files = Files::of(config, "");
        assert_eq!(
            without_default(&files.config).unwrap(),
            "# mine\n[profile a]\nregion = y\n[profile b]\naws_access_key_id = A\n"
        );
    }

    #[test]
    fn awsp_sees_through_its_own_stand_in_and_through_no_other() {
        let files = Files::of("", "");
        let home = ("HOME", "/home/u");
        let path = without_default_path(&Env::of(&[home]), &files.config);
        let ours = (FILES[0], path.to_str().unwrap());
        let given = (identity::EXPORTED, "AWS_REGION AWS_CONFIG_FILE");
        let own = (OWN_CONFIG, "/mine");
        let own_config = |vars: &[(&str, &str)]| {
            let env = Env::of(vars);
            super::own_config(&env).map(|own| own.map(OsStr::to_owned))
        };
        assert_eq!(own_config(&[home, ours, given]), Some(None));
        assert_eq!(
            own_config(&[home, ours, given, own]),
            Some(Some("/mine".into()))
        );
        assert_eq!(own_config(&[home, ours]), None, "the user's own doing");
        let [alone, _] = alone_paths(&Env::of(&[home]), &files.config, "a");
        let alone = (FILES[0], alone.to_str().unwrap());
        assert_eq!(own_config(&[home, alone, given]), None);
        assert_eq!(own_config(&[home, (FILES[0], "/mine"), given]), None);
    }
}
