//! Profiles with more than one source of credentials. Clients differ in which they use
//! (aws-contract 2.2, 11.10), so that one profile can mean two accounts.

use super::finding::{Finding, Scene, Severity};
use crate::aws::config::{Section, Setting, Which};

/// Two sources in one profile.
struct Mixture {
    id: &'static str,
    /// The setting that only some clients use.
    odd: &'static str,
    /// What the others use instead.
    beside: &'static [&'static str],
    /// Which client uses which.
    what: &'static str,
}

const MIXTURES: [Mixture; 5] = [
    Mixture {
        id: "keys-beside-sso",
        odd: "aws_access_key_id",
        beside: &["sso_account_id", "sso_role_name"],
        what: "has keys and Identity Center settings: the JavaScript and Go SDKs use the keys, \
               all other tools use the role",
    },
    Mixture {
        id: "process-beside-sso",
        odd: "credential_process",
        beside: &["sso_account_id", "sso_role_name"],
        what: "has credential_process and Identity Center settings: the JavaScript SDK runs the \
               process, all other tools use the role",
    },
    Mixture {
        id: "process-beside-login",
        odd: "credential_process",
        beside: &["login_session"],
        what: "has credential_process and login_session: the JavaScript SDK runs the process, \
               all other tools use the login",
    },
    Mixture {
        id: "process-beside-keys",
        odd: "credential_process",
        beside: &["aws_access_key_id"],
        what: "has credential_process and keys in the credentials file: the Rust SDK runs the \
               process, all other tools use the keys",
    },
    Mixture {
        id: "keys-beside-web-identity",
        odd: "aws_access_key_id",
        beside: &["web_identity_token_file"],
        what: "has keys and web_identity_token_file: the JavaScript and Go SDKs use the keys, \
               all other tools use the role",
    },
];

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for section in scene.files.profiles() {
        found.extend(
            MIXTURES
                .iter()
                .find_map(|kind| mixed(scene, &section, kind)),
        );
        found.extend(services(scene, &section));
    }
    found
}

fn mixed(scene: &Scene<'_>, section: &Section, kind: &Mixture) -> Option<Finding> {
    let filled = |key: &str| section.setting(key).filter(|it| !it.value.is_empty());
    let odd = filled(kind.odd)?;
    let beside = kind.beside.iter().find_map(|key| filled(key))?;
    // In the config file, every client prefers the process to the keys.
    if kind.id == "process-beside-keys" && beside.place.which == Which::Config {
        return None;
    }
    // `role_arn` with a source takes precedence over both; without one clients fail, which is
    // reported elsewhere.
    if kind.id != "keys-beside-web-identity" && section.get("role_arn").is_some() {
        return None;
    }
    let what = format!("`{}` {}", section.name, kind.what);
    Some(at(scene, section, kind.id, what, odd))
}

/// `services` names a section that does not exist: botocore and the JavaScript SDK fail.
fn services(scene: &Scene<'_>, section: &Section) -> Option<Finding> {
    let setting = section.setting("services")?;
    if setting.value.is_empty() || scene.files.services(&setting.value).is_some() {
        return None;
    }
    let what = format!(
        "`{}` names the services section `{}`, which does not exist: the AWS CLI, boto3 and the \
         JavaScript SDK fail",
        section.name, setting.value
    );
    Some(at(scene, section, "missing-services", what, setting))
}

fn at(
    scene: &Scene<'_>,
    section: &Section,
    id: &'static str,
    what: String,
    setting: &Setting,
) -> Finding {
    let severity = if scene.is_current(&section.name) {
        Severity::Wrong
    } else {
        Severity::Warning
    };
    let path = &scene.files.file(setting.place.which).path;
    Finding::new(severity, id, what)
        .at(scene.files.shown(setting.place))
        .fix(scene.fix.edit(path, setting.place.line))
}

#[cfg(test)]
mod tests {
    use super::super::finding::findings;
    use super::*;

    const SSO: &str = "sso_session = s\nsso_account_id = 1\nsso_role_name = r\n";
    const KEYS: &str = "aws_access_key_id = A\naws_secret_access_key = S\n";
    const PROCESS: &str = "credential_process = p\n";

    fn ids(config: &str, credentials: &str) -> Vec<&'static str> {
        let config = format!("[profile a]\n{config}");
        let found = findings(&[], &config, credentials, look);
        found.iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn each_mixture_in_which_clients_differ_is_found() {
        let keys = format!("[a]\n{KEYS}");
        for (config, credentials, id) in [
            (format!("{SSO}{KEYS}"), "", "keys-beside-sso"),
            (SSO.to_owned(), keys.as_str(), "keys-beside-sso"),
            (format!("{SSO}{PROCESS}"), "", "process-beside-sso"),
            (
                format!("login_session = l\n{PROCESS}"),
                "",
                "process-beside-login",
            ),
            (PROCESS.to_owned(), keys.as_str(), "process-beside-keys"),
            (
                format!("role_arn = r\nweb_identity_token_file = f\n{KEYS}"),
                "",
                "keys-beside-web-identity",
            ),
            ("services = gone\n".to_owned(), "", "missing-services"),
        ] {
            assert_eq!(ids(&config, credentials), [id], "{config}");
        }
    }

    #[test]
    fn what_every_client_reads_the_same_way_is_no_finding() {
        for config in [
            SSO.to_owned(),
            KEYS.to_owned(),
            format!("{PROCESS}{KEYS}"),
            format!("{SSO}aws_access_key_id =\n"),
            format!("role_arn = r\nsource_profile = b\n{PROCESS}"),
            "services = s\n[services s]\nsso =\n  endpoint_url = u\n".to_owned(),
        ] {
            assert!(ids(&config, "").is_empty(), "{config}");
        }
    }
}
