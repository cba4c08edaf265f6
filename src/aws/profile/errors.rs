//! The errors about wrong profiles.

use std::borrow::Cow;

use super::link::place;
use super::resolve::Catalog;
use crate::aws::config::{Files, Place, Section, Setting};
use crate::aws::stand_in;
use crate::system::error::{Error, Kind};
use crate::system::text::nearest::nearest;

/// A configuration that cannot work.
pub(super) fn wrong(files: &Files, message: &str, place: Place) -> Error {
    Error::new(Kind::Usage, message).at(files.location(place))
}

/// A key without a value that needs one.
pub(super) fn empty(files: &Files, profile: &Section, key: &str) -> Error {
    let message = format!("profile `{}` has `{key}` without a value", profile.name);
    wrong(files, &message, place(profile, key))
}

pub(super) fn looped(files: &Files, chain: &[String], again: &Section) -> Error {
    let names = chain
        .iter()
        .skip_while(|name| **name != again.name)
        .map(String::as_str)
        .chain([&*again.name]);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let message = format!(
        "`source_profile` goes round in a loop: {}",
        names.join(" -> ")
    );
    wrong(files, &message, place(again, "source_profile"))
}

pub(super) fn contradicted(
    files: &Files,
    profile: &Section,
    session: &Section,
    ours: &Setting,
    theirs: &Setting,
) -> Error {
    let message = format!(
        "profile `{}` and sso-session `{}` disagree on `{}`",
        profile.name, session.name, ours.key
    );
    let error = Error::new(Kind::Usage, message).at(files.location(ours.place));
    error.cause(format!(
        "`{}` in {}, `{}` in {}",
        ours.value,
        files.shown(ours.place),
        theirs.value,
        files.shown(theirs.place)
    ))
}

pub(super) fn no_profile(files: &Files, name: &str) -> Error {
    if !files.config.exists && !files.credentials.exists {
        let message = format!(
            "no profile named `{name}`: there is no {}",
            files.config.shown
        );
        return Error::new(Kind::NotFound, message).hint("awsp configure");
    }
    if let Some(error) = hidden(files, "profile", name) {
        return error;
    }
    let file = if files.config.exists {
        &files.config
    } else {
        &files.credentials
    };
    let error = Error::new(
        Kind::NotFound,
        format!("no profile named `{name}` in {}", file.shown),
    );
    let names = files.profile_names();
    similar(error, name, &names, "awsp list")
}

pub(super) fn no_session(files: &Files, name: &str) -> Error {
    if !files.config.exists {
        let message = format!(
            "no sso-session named `{name}`: there is no {}",
            files.config.shown
        );
        return Error::new(Kind::NotFound, message).hint("awsp configure");
    }
    if let Some(error) = hidden(files, "sso-session", name) {
        return error;
    }
    let error = Error::new(
        Kind::NotFound,
        format!("no sso-session named `{name}` in {}", files.config.shown),
    );
    let names = files.sso_session_names();
    similar(error, name, &names, "awsp status")
}

/// The error for everything but the one profile that a command was given.
fn hidden(files: &Files, what: &str, name: &str) -> Option<Error> {
    stand_in::is_alone(&files.config).then(|| {
        Error::new(Kind::NotFound, format!("no {what} named `{name}` here"))
            .cause("`awsp exec --only` or `--server` runs this, and hides all other profiles")
    })
}

/// The error with the names that are similar to the one that was not found; without any, with a
/// hint at the command that lists them all.
fn similar(error: Error, name: &str, names: &[Cow<'_, str>], list: &str) -> Error {
    let near = nearest(name, names.iter().map(|name| &**name));
    if near.is_empty() {
        return error.hint(list);
    }
    error.unknown(name, &near)
}

/// A name that does not exist. The most similar one is the cause, because no command of awsp fixes
/// it.
pub(super) fn dangling(
    catalog: &Catalog<'_>,
    message: &str,
    place: Place,
    name: &str,
    names: fn(&Files) -> Vec<Cow<'_, str>>,
) -> Error {
    let error = wrong(catalog.files, message, place);
    if catalog.all.is_some() {
        return error;
    }
    let names = names(catalog.files);
    match nearest(name, names.iter().map(|name| &**name)).first() {
        Some(name) => error.cause(format!("there is `{name}`")),
        None => error,
    }
}
