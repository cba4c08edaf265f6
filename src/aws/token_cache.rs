//! `~/.aws/sso/cache`, shared with the AWS CLI and every SDK (aws-contract 3): names, shapes, and
//! the care that files of others need. Nobody else locks or, for the most part, writes atomically.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::profile::SsoSession;
use super::refused::Which;
use super::session::{Times, Token};
use super::session_file::SessionFile;
use super::{json, refused, time};
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::files;
use crate::system::files::unwritable;
use crate::system::log::Log;
use crate::system::text::hash::sha1_hex;

/// A registration is used only while it has this much left (seconds, as the AWS CLI).
const REGISTRATION_MARGIN: i64 = 900;

/// A client registration. No `Debug`: it holds a secret.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    pub client_id: String,
    pub client_secret: String,
    pub expires_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// There for the browser flow, absent for the device flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
}

impl Registration {
    /// True when it was made for the authorization code flow: each flow refuses the other's.
    fn is_for_browser(&self) -> bool {
        self.grant_types
            .as_ref()
            .is_some_and(|types| types.iter().any(|name| name == "authorization_code"))
    }
}

/// The folder of tokens and registrations.
pub fn folder(env: &Env) -> PathBuf {
    env.aws_dir().join("sso/cache")
}

/// The session's token file.
pub fn token_path(env: &Env, session: &SsoSession) -> PathBuf {
    folder(env).join(format!("{}.json", sha1_hex(session.cache_key())))
}

/// The session's token, or `None` when there is none that can be read.
pub fn token(env: &Env, session: &SsoSession) -> Option<Token> {
    let token = read(&token_path(env, session));
    Log::of(env).once(|| {
        let did = if token.is_some() {
            "read the"
        } else {
            "there is no"
        };
        let folder = env.tilde(&folder(env));
        format!(
            "{did} token of the session `{}` in {folder}",
            session.label()
        )
    });
    token
}

/// The times of the session's token, and what AWS has refused of it.
pub fn times(env: &Env, session: &SsoSession) -> Times {
    let Some(token) = token(env, session) else {
        return Times::default();
    };
    let refused = refused::of(env, session.cache_key());
    Times::of(Some(&token), session, &refused)
}

/// Remembers that AWS does not take this token, for every awsp and every prompt.
pub fn refuse(env: &Env, session: &SsoSession, which: Which, token: &str) {
    // A state folder that cannot be written costs the next run a request.
    if refused::note(env, session.cache_key(), which, token).is_ok() {
        SessionFile::of_session(env, session).republish(env);
    }
}

/// The file of the session's client registration (aws-contract 3.3).
pub fn registration_path(env: &Env, session: &SsoSession, region: &str) -> PathBuf {
    let key = json!({
        "region": region,
        "scopes": session.scopes,
        "session_name": session.name,
        "startUrl": session.start_url,
        "tool": "botocore",
    });
    folder(env).join(format!("{}.json", sha1_hex(&json::python(&key))))
}

/// The registration in that file, when it is for this flow and not about to end.
pub fn registration(path: &Path, for_browser: bool, now: i64) -> Option<Registration> {
    let registration: Registration = read(path)?;
    let ends = time::parse(&registration.expires_at)?;
    (registration.is_for_browser() == for_browser && ends - now >= REGISTRATION_MARGIN)
        .then_some(registration)
}

pub fn write_registration(env: &Env, path: &Path, registration: &Registration) -> Result<()> {
    write(env, path, &json::python(registration))
}

fn write(env: &Env, path: &Path, text: &str) -> Result<()> {
    files::write_private(path, text.as_bytes()).map_err(|error| unwritable(env, path, &error))
}

/// The token in a file's content, whatever stands behind it.
pub fn parse(bytes: &[u8]) -> Option<Token> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter();
    values.next()?.ok()
}

/// True for a token file that other clients cannot read: something stands behind the token.
pub fn is_torn(env: &Env, session: &SsoSession) -> bool {
    let rest = || {
        let bytes = files::read(&token_path(env, session), files::SMALL).ok()??;
        let mut values = serde_json::Deserializer::from_slice(&bytes).into_iter::<Token>();
        values.next()?.ok()?;
        Some(!bytes[values.byte_offset()..].trim_ascii().is_empty())
    };
    // Others write in place: what stands there now may be cut off in a moment.
    rest() == Some(true) && {
        sleep(Duration::from_millis(30));
        rest() == Some(true)
    }
}

/// The first JSON value of a file. Others write in place: an empty or half-written file is read
/// again twice, and bytes left over behind the value are passed over (aws-contract 3.1).
pub fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    for attempt in 0..3 {
        if attempt > 0 {
            sleep(Duration::from_millis(15));
        }
        let bytes = files::read(path, files::SMALL).ok()??;
        match serde_json::Deserializer::from_slice(&bytes)
            .into_iter()
            .next()
        {
            Some(Ok(value)) => return Some(value),
            Some(Err(error)) if error.is_data() => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn session(name: Option<&str>, scopes: Option<&[&str]>) -> SsoSession {
        SsoSession {
            name: name.map(str::to_owned),
            start_url: "https://d-1234567890.awsapps.com/start".to_owned(),
            region: "us-east-1".to_owned(),
            scopes: scopes.map(|list| list.iter().map(|&scope| scope.to_owned()).collect()),
        }
    }

    #[test]
    fn the_names_are_the_clis() {
        let env = Env::of(&[("HOME", "/home/a")]);
        let corp = session(Some("corp"), Some(&["sso:account:access"]));
        assert_eq!(
            registration_path(&env, &corp, "us-east-1"),
            Path::new("/home/a/.aws/sso/cache/bc8a1afdb0f5cdc2c789b8a6cd51898e2be3c37c.json")
        );
        assert_eq!(
            token_path(&env, &corp),
            folder(&env).join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json")
        );
        assert_eq!(
            session(None, None).cache_key(),
            "https://d-1234567890.awsapps.com/start"
        );
    }

    #[test]
    fn a_token_is_written_byte_for_byte_as_the_cli_does() {
        let text = "{\"startUrl\": \"https://d-1234567890.awsapps.com/start\", \
                    \"region\": \"us-east-1\", \"accessToken\": \"a\", \
                    \"expiresAt\": \"2026-11-23T16:02:11Z\", \"clientId\": \"c\", \
                    \"clientSecret\": \"s\", \
                    \"registrationExpiresAt\": \"2027-02-21T08:02:11Z\", \
                    \"refreshToken\": \"r\"}";
        let token: Token = serde_json::from_str(text).unwrap();
        assert_eq!(json::python(&token), text);
    }

    #[test]
    fn torn_files_cost_nothing_but_themselves() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("t.json");
        for text in [
            "",
            "{",
            r#"{"accessToken": "a", "expi"#,
            "[]",
            "SQLite format 3\0",
        ] {
            fs::write(&path, text).unwrap();
            assert!(read::<Token>(&path).is_none(), "{text}");
        }
        fs::write(&path, r#"{"accessToken": "a", "expiresAt": "x"}"}rest"#).unwrap();
        assert_eq!(read::<Token>(&path).unwrap().access_token, "a");
    }
}
