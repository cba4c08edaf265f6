//! Profiles of `aws login` (aws-contract 7). awsp reads their cache; the AWS CLI logs in.

use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::refused::Which;
use super::role_cache::Credentials;
use super::session::{SAFETY_MARGIN, Times};
use super::session_file::SessionFile;
use super::{refused, time, token_cache};
use crate::system::env::Env;
use crate::system::text::hash::hex;

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

/// The login's credentials, if they are valid for at least `margin` seconds.
pub fn credentials(env: &Env, login_session: &str, margin: i64) -> Option<Credentials> {
    let login: Value = token_cache::read(&path(env, login_session))?;
    let keys = login.get("accessToken")?;
    let text = |name: &str| keys.get(name)?.as_str().map(str::to_owned);
    let expiration = time::parse(&text("expiresAt")?)?;
    (expiration > env.now() + margin).then_some(())?;
    Some(Credentials {
        access_key_id: text("accessKeyId")?,
        secret_access_key: text("secretAccessKey")?,
        session_token: text("sessionToken"),
        expiration: Some(expiration),
        account_id: text("accountId"),
    })
}

/// The times of a login, all 0 if there is none. Every client renews it while its refresh token is
/// valid. The file does not say until when, so it counts as valid until AWS refuses one.
pub fn times(env: &Env, login_session: &str) -> Times {
    let read = || {
        let login: Value = token_cache::read(&path(env, login_session))?;
        let expires_at = time::parse(login.get("accessToken")?.get("expiresAt")?.as_str()?)?;
        let refused = refused::of(env, login_session);
        let renewable =
            refresh_token(&login).is_some_and(|token| !refused.has(Which::Refresh, token));
        Some(Times {
            valid_until: expires_at - SAFETY_MARGIN,
            renewable_until: if renewable { time::NEVER } else { 0 },
            expires_at,
            refused: false,
        })
    };
    read().unwrap_or_default()
}

/// Remembers that AWS has refused to renew the login.
pub fn refuse(env: &Env, login_session: &str) {
    let login: Option<Value> = token_cache::read(&path(env, login_session));
    if let Some(token) = login.as_ref().and_then(refresh_token) {
        // If the state folder cannot be written, the next run asks again.
        if refused::note(env, login_session, Which::Refresh, token).is_ok() {
            SessionFile::of_login(env, login_session).republish(env);
        }
    }
}

fn refresh_token(login: &Value) -> Option<&str> {
    login.get("refreshToken")?.as_str()
}
