//! Profiles of `aws login` (aws-contract 7). awsp reads their cache, and leaves the login to the
//! AWS CLI.

use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::role_cache::Credentials;
use super::session::Times;
use super::{time, token_cache};
use crate::system::env::Env;
use crate::system::text::hash::hex;

/// How long the refresh token of a login lives at most (seconds).
const LOGIN_LIFETIME: i64 = 12 * 3600;
/// The credentials' own life (seconds): they are made anew every quarter of an hour.
const CREDENTIALS_LIFETIME: i64 = 900;

/// The login's file: named by the SHA-256 of the ARN, in `AWS_LOGIN_CACHE_DIRECTORY` or
/// `~/.aws/login/cache`.
pub fn path(env: &Env, login_session: &str) -> PathBuf {
    let folder = env
        .raw("AWS_LOGIN_CACHE_DIRECTORY")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| env.aws_dir().join("login/cache"));
    folder.join(format!(
        "{}.json",
        hex(&Sha256::digest(login_session.as_bytes()))
    ))
}

/// The login's credentials, while they are good for more than a minute.
pub fn credentials(env: &Env, login_session: &str) -> Option<Credentials> {
    let login: Value = token_cache::read(&path(env, login_session))?;
    let keys = login.get("accessToken")?;
    let text = |name: &str| keys.get(name)?.as_str().map(str::to_owned);
    let expiration = time::parse(&text("expiresAt")?)?;
    (expiration > env.now() + 60).then_some(())?;
    Some(Credentials {
        access_key_id: text("accessKeyId")?,
        secret_access_key: text("secretAccessKey")?,
        session_token: text("sessionToken"),
        expiration: Some(expiration),
        account_id: text("accountId"),
    })
}

/// The times of a login, all 0 when there is none. Every client renews it by itself while its
/// refresh token lives; the file does not say how long that is.
pub fn times(path: &Path) -> Times {
    let read = || {
        let login: Value = token_cache::read(path)?;
        let expires = time::parse(login.get("accessToken")?.get("expiresAt")?.as_str()?)?;
        let renew = if login.get("refreshToken").is_some_and(Value::is_string) {
            expires - CREDENTIALS_LIFETIME + LOGIN_LIFETIME
        } else {
            0
        };
        Some(Times {
            until: expires,
            renew,
            expires,
        })
    };
    read().unwrap_or_default()
}
