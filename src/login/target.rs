//! Which session a command means.

use crate::aws::config::Files;
use crate::aws::profile::{self, SsoSession};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::quote;

/// How far a chain of profiles is followed.
const MOST: usize = 50;

/// The session that a profile leads to, whether or not the profile is otherwise complete: a login
/// needs no account and no role.
pub fn named_by(files: &Files, name: &str) -> Option<SsoSession> {
    let mut section = files.profile(name)?;
    for _ in 0..MOST {
        if let Some(session) = section.get("sso_session") {
            return profile::session(files, session).ok();
        }
        if let (Some(start_url), Some(region)) =
            (section.get("sso_start_url"), section.get("sso_region"))
        {
            return Some(SsoSession {
                name: None,
                start_url: start_url.to_owned(),
                region: region.to_owned(),
                scopes: None,
            });
        }
        section = files.profile(section.get("source_profile")?)?;
    }
    None
}

/// The one session of the config file. `command` is what would take one by its name, for hints.
///
/// # Errors
/// There is none, or more than one.
pub fn only_session(files: &Files, command: &str) -> Result<SsoSession> {
    let names: Vec<String> = files
        .sso_sessions()
        .into_iter()
        .map(|section| section.name.into_owned())
        .collect();
    match names.as_slice() {
        [name] => profile::session(files, name),
        [] => Err(Error::new(
            Kind::NotFound,
            "no profile is active, and no sso-session is configured",
        )
        .hint("awsp configure")),
        names => {
            let hints = names
                .iter()
                .map(|name| quote::command_line(&["awsp", command, "--session", name]));
            Err(hints.fold(
                Error::new(
                    Kind::Usage,
                    "no profile is active, and there is more than one session",
                ),
                Error::hint,
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
[sso-session s]
sso_start_url = https://d-1.awsapps.com/start
sso_region = eu-west-1
[profile whole]
sso_session = s
sso_account_id = 111122223333
sso_role_name = Admin
[profile half]
sso_session = s
sso_account_id = 111122223333
[profile contradicted]
sso_session = s
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Admin
[profile deploy]
role_arn = arn:aws:iam::1:role/R
source_profile = half
[profile old]
sso_start_url = https://d-2.awsapps.com/start
sso_region = eu-west-1
[profile lost]
sso_session = none
[profile round]
role_arn = arn:aws:iam::1:role/R
source_profile = round
[profile keys]
aws_access_key_id = AKIA
";

    #[test]
    fn a_profile_that_names_a_session_is_enough() {
        let files = Files::of(CONFIG, "");
        for (name, key) in [
            ("whole", Some("s")),
            ("half", Some("s")),
            ("contradicted", Some("s")),
            ("deploy", Some("s")),
            ("old", Some("https://d-2.awsapps.com/start")),
            ("lost", None),
            ("round", None),
            ("keys", None),
            ("nobody", None),
        ] {
            let session = named_by(&files, name);
            assert_eq!(session.as_ref().map(SsoSession::cache_key), key, "{name}");
        }
    }
}
