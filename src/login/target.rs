//! Which session a command is about.

use crate::aws::config::{Files, Section};
use crate::aws::profile::{self, Profile, SsoSession};
use crate::system::error::{Error, Kind, Result};
use crate::system::text::quote;

/// The longest chain of profiles that is followed.
const MOST: usize = 50;

/// What a profile leads to.
pub enum Target<'f> {
    Session {
        session: SsoSession,
        /// The profile that led to it, which may say how to reach AWS.
        section: Option<Section<'f>>,
    },
    /// A profile without a session of Identity Center.
    Other(Box<Profile>),
}

impl<'f> Target<'f> {
    /// The session of this name.
    ///
    /// # Errors
    /// No session has this name.
    pub fn of_name(files: &'f Files, name: &str) -> Result<Self> {
        let session = profile::session(files, name)?;
        let section = None;
        Ok(Self::Session { session, section })
    }

    /// What the profile of this name leads to. Whatever else is wrong with it does not matter to
    /// its session: a login and a logout need no account and no role.
    ///
    /// # Errors
    /// There is no such profile, or it is wrong and leads to no session.
    pub fn of_profile(files: &'f Files, name: &str) -> Result<Self> {
        let found = profile::resolve(files, name);
        let session = match &found {
            Ok(found) => found.session().cloned(),
            Err(_) => named_by(files, name),
        };
        match session {
            Some(session) => Ok(Self::Session {
                session,
                section: files.profile(name),
            }),
            None => found.map(|found| Self::Other(Box::new(found))),
        }
    }

    /// What a command is about that names neither: what the profile in use leads to, else the
    /// session of `default`, which tools use then, else the only session.
    ///
    /// # Errors
    /// Those of [`Self::of_profile`]; there is no session, or more than one. `command` is what
    /// would take one by its name, for hints.
    pub fn of_shell(files: &'f Files, current: Option<&str>, command: &str) -> Result<Self> {
        if let Some(name) = current {
            return Self::of_profile(files, name);
        }
        if let Ok(target @ Self::Session { .. }) = Self::of_profile(files, "default") {
            return Ok(target);
        }
        let session = only_session(files, None, command)?;
        let section = None;
        Ok(Self::Session { session, section })
    }
}

/// The session that a profile leads to, whether or not the profile is otherwise complete.
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

/// The one session of the config file, where the active profile has none. `command` is what would
/// take one by its name, for hints.
///
/// # Errors
/// There is none, or more than one.
pub fn only_session(files: &Files, active: Option<&str>, command: &str) -> Result<SsoSession> {
    let error = |kind, none: &str, active_has_none: &str| {
        let message = match active {
            None => format!("no profile is active, and {none}"),
            Some(name) => format!("`{name}` has no sso-session, and {active_has_none}"),
        };
        Error::new(kind, message)
    };
    let names: Vec<String> = files
        .sso_sessions()
        .into_iter()
        .map(|section| section.name.into_owned())
        .collect();
    match names.as_slice() {
        [name] => profile::session(files, name),
        [] => Err(error(
            Kind::NotFound,
            "no sso-session is configured",
            "none is configured",
        )
        .hint("awsp configure")),
        names => {
            let hints = names
                .iter()
                .map(|name| quote::command_line(&["awsp", command, "--session", name]));
            Err(hints.fold(
                error(
                    Kind::Usage,
                    "there is more than one session",
                    "there is more than one",
                ),
                Error::hint,
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_profile_that_is_active() {
        let two = Files::of("[sso-session a]\n[sso-session b]\n[profile keys]\n", "");
        for (files, active, message) in [
            (
                &two,
                None,
                "no profile is active, and there is more than one session",
            ),
            (
                &two,
                Some("keys"),
                "`keys` has no sso-session, and there is more than one",
            ),
            (
                &Files::of("", ""),
                Some("keys"),
                "`keys` has no sso-session, and none is configured",
            ),
        ] {
            let error = only_session(files, active, "sync").unwrap_err();
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn without_a_profile_the_default_one_leads_to_the_session_else_the_only_one_counts() {
        let two = "[sso-session s]\nsso_start_url = https://d-1.awsapps.com/start\n\
                   sso_region = eu-west-1\n\
                   [sso-session t]\nsso_start_url = https://d-2.awsapps.com/start\n\
                   sso_region = eu-west-1\n";
        let default = format!("{two}[default]\nsso_session = t\n");
        let one = &two[..two.find("[sso-session t]").unwrap()];
        let keys = format!("{one}[default]\nregion = eu-west-1\n[profile a]\nregion = x\n");
        for (config, current, expected) in [
            (default.as_str(), None, Some("t")),
            (one, None, Some("s")),
            (keys.as_str(), None, Some("s")),
            (two, None, None),
            // A profile in use is not passed over.
            (keys.as_str(), Some("a"), None),
            (one, Some("gone"), None),
        ] {
            let found = match Target::of_shell(&Files::of(config, ""), current, "login") {
                Ok(Target::Session { session, .. }) => session.name,
                Ok(Target::Other(_)) | Err(_) => None,
            };
            assert_eq!(found.as_deref(), expected, "{config}{current:?}");
        }
    }

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
