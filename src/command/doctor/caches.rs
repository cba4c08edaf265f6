//! The caches that are shared with the AWS CLI (aws-contract 3): torn files, tokens of another
//! portal, registrations at their end.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use super::finding::{Finding, Scene, Severity};
use crate::aws::profile::SsoSession;
use crate::aws::session::Token;
use crate::aws::token_cache;
use crate::system::env::Env;
use crate::system::files;
use crate::system::text::{length, quote};

/// A session that cannot be renewed for longer than this (seconds) is told of before it ends.
const SOON: i64 = 86_400;
/// More bytes than any file of the caches has.
const MOST: u64 = 1 << 20;

/// The folders with tokens, registrations and role credentials.
pub fn folders(env: &Env) -> [PathBuf; 3] {
    let login = env
        .raw("AWS_LOGIN_CACHE_DIRECTORY")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    [
        token_cache::folder(env),
        env.aws_dir().join("cli/cache"),
        login.unwrap_or_else(|| env.aws_dir().join("login/cache")),
    ]
}

/// The JSON files of a folder by name, with their size.
pub fn json_files(folder: &Path) -> Vec<(PathBuf, fs::Metadata)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let json = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let mut files: Vec<_> = json
        .filter_map(|path| Some((path.clone(), fs::metadata(&path).ok()?)))
        .collect();
    files.retain(|(_, data)| data.is_file());
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    files
}

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let env = scene.env;
    let owner = |path: &Path| {
        scene
            .sessions
            .iter()
            .find(|session| token_cache::token_path(env, session) == path)
    };
    let files = folders(env)
        .into_iter()
        .flat_map(|folder| json_files(&folder));
    let ours = files
        .filter(|(path, data)| data.len() <= MOST && is_of_the_cli(path))
        .map(|(path, _)| path);
    let mut suspects: Vec<PathBuf> = ours
        .filter(|path| file(scene, path, owner(path)).is_some())
        .collect();
    if !suspects.is_empty() {
        // The AWS CLI writes in place: what is torn now may be whole in a moment.
        sleep(Duration::from_millis(50));
        suspects.retain(|path| path.exists());
    }
    let mut found: Vec<Finding> = suspects
        .iter()
        .filter_map(|path| file(scene, path, owner(path)))
        .collect();
    for session in scene.sessions {
        if let Some(token) = token_cache::token(env, session) {
            // A token that is not the session's is not renewed either.
            found.extend(
                portal(scene, session, &token)
                    .or_else(|| registration(scene, session, &token, env.now())),
            );
        }
    }
    found
}

/// Named by a hash. Others put files of theirs beside: the AWS Toolkit, Amazon Q, CLIs before 2.9.
fn is_of_the_cli(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A file that cannot be read, or holds something else than one JSON value.
fn file(scene: &Scene<'_>, path: &Path, owner: Option<&SsoSession>) -> Option<Finding> {
    let severity = if owner.is_some() {
        Severity::Wrong
    } else {
        Severity::Warning
    };
    let whose = owner.map_or_else(
        || "a file".to_owned(),
        |session| format!("the token of `{}`", session.label()),
    );
    let finding = |id, what: String, fix: String| {
        Some(
            Finding::new(severity, id, what)
                .at(scene.env.tilde(path))
                .fix(fix),
        )
    };
    let word = scene.fix.path(path);
    match files::read(path, files::SMALL) {
        Err(error) => finding(
            "unreadable-cache",
            format!("cannot read {whose} in the cache: {}", files::why(&error)),
            format!("sudo chown \"$USER\" {word} && chmod 600 {word}"),
        ),
        Ok(bytes) => {
            let how = torn(&bytes.unwrap_or_default(), owner.is_some())?;
            let login = owner.map_or_else(String::new, |session| {
                format!(" && {}", login(scene, session, false))
            });
            finding(
                "torn-cache",
                format!("{whose} in the cache {how}: tools that need it fail"),
                format!("rm {word}{login}"),
            )
        }
    }
}

/// How the file is broken, if it is. What serde says of the text is kept back: it quotes.
fn torn(bytes: &[u8], is_token: bool) -> Option<&'static str> {
    if bytes.is_empty() {
        return Some("is empty");
    }
    match serde_json::from_slice::<Value>(bytes) {
        Err(error) if error.is_eof() => Some("ends in the middle"),
        Err(_) => Some("is not JSON"),
        Ok(_) if is_token && serde_json::from_slice::<Token>(bytes).is_err() => {
            Some("holds no token")
        }
        Ok(_) => None,
    }
}

/// A token that another configuration with the same session name made.
fn portal(scene: &Scene<'_>, session: &SsoSession, token: &Token) -> Option<Finding> {
    let theirs = token
        .start_url
        .as_ref()
        .filter(|url| **url != session.start_url)?;
    let what = format!(
        "the token of `{}` is for {theirs}, and the file says {}: other tools use it all the same",
        session.label(),
        session.start_url
    );
    let place = scene
        .env
        .tilde(&token_cache::token_path(scene.env, session));
    Some(
        Finding::wrong("other-start-url", what)
            .at(place)
            .fix(login(scene, session, false)),
    )
}

/// The token is renewed with its registration, and lives no longer than that.
fn registration(
    scene: &Scene<'_>,
    session: &SsoSession,
    token: &Token,
    now: i64,
) -> Option<Finding> {
    let renewal = token.renewal(session)?;
    let left = renewal.ends - now;
    if left > SOON {
        return None;
    }
    let name = session.label();
    let what = if left <= 0 {
        format!(
            "the client registration of `{name}` has ended: the session cannot be renewed any more"
        )
    } else {
        format!(
            "the client registration of `{name}` ends in {}: the session cannot be renewed after \
             that",
            length(left)
        )
    };
    // A login takes the registration that is there while it has a quarter of an hour.
    let path = token_cache::registration_path(
        scene.env,
        session,
        token.region.as_deref().unwrap_or(&session.region),
    );
    let forget = if path.exists() {
        format!("rm {} && ", scene.fix.path(&path))
    } else {
        String::new()
    };
    let place = scene.env.tilde(&if path.exists() {
        path
    } else {
        token_cache::token_path(scene.env, session)
    });
    Some(
        Finding::warning("stale-registration", what)
            .at(place)
            .fix(format!("{forget}{}", login(scene, session, true))),
    )
}

/// The login of a session, by its name or by a profile that leads to it.
fn login(scene: &Scene<'_>, session: &SsoSession, force: bool) -> String {
    let by_profile = || {
        let found = scene.profiles.iter().find(|(_, found)| {
            found.as_ref().is_ok_and(|found| {
                found
                    .session()
                    .is_some_and(|other| other.cache_key() == session.cache_key())
            })
        });
        found.map_or("PROFILE", |(name, _)| name.as_str())
    };
    let mut words = match &session.name {
        Some(name) => vec!["awsp", "login", "--session", name],
        None => vec!["awsp", "login", by_profile()],
    };
    if force {
        words.push("--force");
    }
    quote::command_line(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn torn_files_are_told_from_whole_ones() {
        assert_eq!(torn(b"", true), Some("is empty"));
        assert_eq!(
            torn(b"{\"accessToken\": \"a", true),
            Some("ends in the middle")
        );
        assert_eq!(torn(b"{}}", false), Some("is not JSON"));
        assert_eq!(torn(b"\xff", false), Some("is not JSON"));
        assert_eq!(torn(b"{\"clientId\": \"c\"}", true), Some("holds no token"));
        assert_eq!(torn(b"{\"clientId\": \"c\"}", false), None);
        assert_eq!(
            torn(b"{\"accessToken\": \"a\", \"expiresAt\": \"x\"}", true),
            None
        );
    }

    #[test]
    fn files_of_others_are_left_alone() {
        for name in [
            "botocore-client-id-eu-west-1",
            "aws-toolkit-x",
            "amazon-q",
            "codewhisperer",
            "0a",
        ] {
            assert!(!is_of_the_cli(Path::new(&format!("{name}.json"))), "{name}");
        }
        assert!(is_of_the_cli(Path::new(
            "ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
        )));
    }
}
