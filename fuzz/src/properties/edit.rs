//! Changing a file: the change is there afterwards, and everything else means the same as before.

use super::{FIELD, files, parts};
use crate::aws::config::edit::{Change, SectionId, apply};
use crate::aws::config::{Section, SectionKind, Which};

/// The config file, then the changes: an action, the kind and the name of a section, key, value.
pub fn holds(data: &[u8]) {
    let mut parts = parts(data);
    let old = parts.next().unwrap_or_default().into_owned();
    // Changes that some client could not read are refused, all of them.
    let changes: Vec<Change> = parts
        .map(|part| change(&part))
        .filter(|change| apply("", Which::Config, std::slice::from_ref(change)).is_ok())
        .collect();
    let mut one_by_one = old.clone();
    for change in &changes {
        one_by_one = changed(&one_by_one, change);
    }
    if let Ok(at_once) = apply(&old, Which::Config, &changes) {
        assert_eq!(meaning(&at_once, None), meaning(&one_by_one, None));
    }
}

fn sso_session(name: impl Into<String>) -> SectionId {
    SectionId {
        kind: SectionKind::SsoSession,
        name: name.into(),
    }
}

fn change(part: &str) -> Change {
    let mut fields = part.split(FIELD).map(str::to_owned);
    let mut field = || fields.next().unwrap_or_default();
    let (what, kind, name) = (field(), field(), field());
    let section = match kind.as_str() {
        "session" => sso_session(name),
        _ => SectionId::profile(name),
    };
    match what.as_str() {
        // Keys are read and written in lower case.
        "unset" => Change::Unset {
            section,
            key: field().to_ascii_lowercase(),
        },
        "remove" => Change::Remove { section },
        _ => Change::Set {
            section,
            key: field().to_ascii_lowercase(),
            value: field(),
        },
    }
}

/// The text after one change.
fn changed(old: &str, change: &Change) -> String {
    let once = |text: &str| apply(text, Which::Config, std::slice::from_ref(change));
    // No client could read a new section with some names.
    let Ok(new) = once(old) else {
        return old.to_owned();
    };
    assert_eq!(
        once(&new).as_ref().ok(),
        Some(&new),
        "twice is as once: {change:?}"
    );
    let (section, key) = match change {
        Change::Set { section, key, .. } | Change::Unset { section, key } => (section, Some(key)),
        Change::Remove { section } => (section, None),
    };
    let found = find(&new, section);
    match (change, key) {
        (Change::Set { value, .. }, Some(key)) => {
            assert_eq!(
                found.as_ref().and_then(|found| found.get(key)),
                Some(value.as_str())
            );
        }
        (Change::Unset { .. }, Some(key)) => {
            assert!(
                found
                    .as_ref()
                    .is_none_or(|found| found.setting(key).is_none())
            );
        }
        _ => assert_eq!(found, None),
    }
    if !matches!(change, Change::Remove { .. }) || find(old, section).is_none() {
        assert_eq!(
            meaning(&new, Some((section, key))),
            meaning(old, Some((section, key)))
        );
    }
    new
}

fn find(text: &str, section: &SectionId) -> Option<Section<'static>> {
    let files = files(text, "");
    match section.kind {
        SectionKind::SsoSession => files.sso_session(&section.name),
        _ => files.profile(&section.name),
    }
    .map(Section::into_owned)
}

/// Name, keys and values of each section, except one setting, and its section if it is empty.
fn meaning(text: &str, but: Option<(&SectionId, Option<&String>)>) -> Vec<String> {
    let files = files(text, "");
    let profiles = files
        .profiles()
        .into_iter()
        .map(|found| (SectionId::profile(&*found.name), found));
    let sessions = files.sso_sessions().into_iter();
    let sessions = sessions.map(|found| (sso_session(&*found.name), found));
    let mut all = Vec::new();
    for (id, section) in profiles.chain(sessions) {
        let is_it = but.is_some_and(|(but, _)| *but == id);
        let key = but.and_then(|(_, key)| key).filter(|_| is_it);
        let others = section
            .settings
            .iter()
            .filter(|setting| key.is_none_or(|key| setting.key != *key));
        let settings: Vec<_> = others.map(|it| (&it.key, &it.value, &it.nested)).collect();
        if !(is_it && settings.is_empty()) {
            all.push(format!("{id:?} {settings:?}"));
        }
    }
    all.sort();
    all
}
