//! Credentials, and the AWS CLI's cache of them, `~/.aws/cli/cache` (aws-contract 3.4).

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::profile::{Kind, Profile, Role, SsoSession};
use super::{json, time, token_cache};
use crate::system::env::Env;
use crate::system::error::Result;
use crate::system::files;
use crate::system::text::hash::sha1_hex;

/// Cached credentials are used while they have this much left (seconds, as the AWS CLI).
pub const MARGIN: i64 = 900;

/// An access key, with the session token and the end of those that have one. No `Debug`: it is all
/// secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    /// Seconds since 1970.
    pub expiration: Option<i64>,
    pub account_id: Option<String>,
}

/// A file of the cache.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the file's name is the SHA-1 of; the key of the lock, too.
    pub key: String,
    path: PathBuf,
}

impl Entry {
    /// Credentials of a role of the portal.
    pub fn sso(env: &Env, session: &SsoSession, account: &str, role: &str) -> Self {
        let owner = if session.name.is_some() {
            "sessionName"
        } else {
            "startUrl"
        };
        Self::named(
            env,
            json::python_minified(
                &json!({"accountId": account, "roleName": role, owner: session.cache_key()}),
            ),
        )
    }

    /// Credentials of a role taken through others. The AWS CLI's hash has no source and no region:
    /// two profiles of one role share a file.
    pub fn role(env: &Env, role: &Role) -> Self {
        let mut arguments = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                arguments.insert(name.to_owned(), value);
            }
        };
        // In the order of the names, as Python's `sort_keys` has it.
        put("DurationSeconds", role.duration.map(Value::from));
        put("ExternalId", role.external_id.as_deref().map(Value::from));
        put("RoleArn", Some(Value::from(role.arn.as_str())));
        put(
            "RoleSessionName",
            role.session_name.as_deref().map(Value::from),
        );
        put("SerialNumber", role.mfa_serial.as_deref().map(Value::from));
        Self::named(env, json::python(&arguments))
    }

    /// Credentials of a role taken with a token file. The AWS CLI asks for it by no more than these
    /// two.
    pub fn web_identity(env: &Env, role: &Role) -> Self {
        let asked = Role {
            arn: role.arn.clone(),
            session_name: role.session_name.clone(),
            ..Role::default()
        };
        Self::role(env, &asked)
    }

    /// The cached credentials of this profile, for the kinds whose credentials are cached.
    pub fn of(env: &Env, profile: &Profile) -> Option<Self> {
        match &profile.kind {
            Kind::Sso {
                session,
                account,
                role,
            } => Some(Self::sso(env, session, account, role)),
            Kind::Role { role, .. }
            | Kind::CredentialSource {
                role: Some(role), ..
            } => Some(Self::role(env, role)),
            Kind::WebIdentity { role, .. } => Some(Self::web_identity(env, role)),
            _ => None,
        }
    }

    fn named(env: &Env, key: String) -> Self {
        let path = env
            .aws_dir()
            .join("cli/cache")
            .join(format!("{}.json", sha1_hex(&key)));
        Self { key, path }
    }

    /// The credentials, while they have so many seconds left.
    pub fn read(&self, now: i64, margin: i64) -> Option<Credentials> {
        let file: Value = token_cache::read(&self.path)?;
        let keys = file.get("Credentials")?;
        let text = |name: &str| keys.get(name)?.as_str().map(str::to_owned);
        let expiration = time::parse(&text("Expiration")?)?;
        (expiration - now >= margin).then_some(())?;
        Some(Credentials {
            access_key_id: text("AccessKeyId")?,
            secret_access_key: text("SecretAccessKey")?,
            session_token: text("SessionToken"),
            expiration: Some(expiration),
            account_id: text("AccountId"),
        })
    }

    /// Writes credentials of a role of the portal, for the AWS CLI too. What has no end is not
    /// cached: nobody would know when to ask anew.
    pub fn write_sso(&self, env: &Env, credentials: &Credentials) -> Result<()> {
        if !is_cacheable(env, credentials) {
            return Ok(());
        }
        self.write(
            env,
            &json!({"ProviderType": "sso", "Credentials": fields(credentials, "Z")}),
        )
    }

    /// Writes credentials of an assumed role.
    pub fn write_role(
        &self,
        env: &Env,
        credentials: &Credentials,
        role_id: &str,
        arn: &str,
    ) -> Result<()> {
        if !is_cacheable(env, credentials) {
            return Ok(());
        }
        let user = json!({"AssumedRoleId": role_id, "Arn": arn});
        // The AWS CLI writes this one's time with an offset.
        self.write(
            env,
            &json!({"Credentials": fields(credentials, "+00:00"), "AssumedRoleUser": user}),
        )
    }

    fn write(&self, env: &Env, value: &Value) -> Result<()> {
        files::write_private(&self.path, json::python(value).as_bytes())
            .map_err(|error| files::unwritable(env, &self.path, &error))
    }

    /// Forgets credentials; tells whether there were any. What cannot be removed is written over by
    /// the next.
    pub fn remove(&self) -> bool {
        files::remove(&self.path).unwrap_or(false)
    }
}

fn is_cacheable(env: &Env, credentials: &Credentials) -> bool {
    credentials.expiration.is_some_and(|end| end > env.now())
}

fn fields(credentials: &Credentials, zone: &str) -> Value {
    let mut out = json!({
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
    });
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out[name] = Value::from(value);
        }
    };
    put("SessionToken", credentials.session_token.clone());
    put(
        "Expiration",
        credentials
            .expiration
            .map(|end| time::format(end).replace('Z', zone)),
    );
    put("AccountId", credentials.account_id.clone());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 4_000_000_000;

    fn env(home: &std::path::Path) -> Env {
        Env::of(&[("HOME", home.to_str().unwrap())])
    }

    fn keys(left: i64) -> Credentials {
        Credentials {
            access_key_id: "ASIA1".to_owned(),
            secret_access_key: "s".to_owned(),
            session_token: Some("t".to_owned()),
            expiration: Some(NOW + left),
            account_id: Some("111111111111".to_owned()),
        }
    }

    fn role() -> Role {
        Role {
            arn: "arn".to_owned(),
            ..Role::default()
        }
    }

    #[test]
    fn names_are_the_clis() {
        let env = Env::of(&[("HOME", "/h")]);
        let session = SsoSession {
            name: Some("corp".into()),
            start_url: "u".into(),
            region: "r".into(),
            scopes: None,
        };
        assert_eq!(
            Entry::sso(&env, &session, "111111111111", "Admin").key,
            r#"{"accountId":"111111111111","roleName":"Admin","sessionName":"corp"}"#
        );
        let legacy = SsoSession {
            name: None,
            ..session
        };
        assert_eq!(
            Entry::sso(&env, &legacy, "1", "A").key,
            r#"{"accountId":"1","roleName":"A","startUrl":"u"}"#
        );
        assert_eq!(Entry::role(&env, &role()).key, r#"{"RoleArn": "arn"}"#);
        let role = Role {
            session_name: Some("n".to_owned()),
            external_id: Some("e".to_owned()),
            mfa_serial: Some("m".to_owned()),
            duration: Some(900),
            ..role()
        };
        assert_eq!(
            Entry::role(&env, &role).key,
            "{\"DurationSeconds\": 900, \"ExternalId\": \"e\", \"RoleArn\": \"arn\", \
             \"RoleSessionName\": \"n\", \"SerialNumber\": \"m\"}"
        );
    }

    #[test]
    fn what_is_written_is_read_until_a_quarter_of_an_hour_is_left() {
        let home = tempfile::tempdir().unwrap();
        let env = env(home.path());
        let entry = Entry::role(&env, &role());
        for write in [
            Entry::write_sso,
            |entry: &Entry, env: &Env, keys: &Credentials| entry.write_role(env, keys, "id", "arn"),
        ] {
            write(&entry, &env, &keys(900)).unwrap();
            assert!(entry.read(NOW, MARGIN) == Some(keys(900)));
            assert!(entry.read(NOW + 1, MARGIN).is_none());
        }
        entry.remove();
        assert!(entry.read(NOW, MARGIN).is_none());
    }
}
