//! A `credential_process` that asks for the profile that it is run for: each tool that uses it
//! starts processes without end.

use std::collections::{HashMap, HashSet};

use super::finding::{Finding, Scene, Severity};
use crate::aws::profile::Profile;
use crate::aws::profile::circle::{self, circle};

/// Each circle once, by a profile that is a part of it.
pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let all: HashMap<&str, &Profile> = scene
        .profiles
        .iter()
        .filter_map(|(name, found)| Some((name.as_str(), found.as_ref().ok()?)))
        .collect();
    let find = |name: &str| all.get(name).map(|&found| found.clone());
    let names = |profile: &Profile| circle(profile, &profile.name, &find);
    let in_use = scene.current().and_then(names).unwrap_or_default();
    let mut told: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    for (name, profile) in scene.profiles {
        let Some(circle) = profile.as_ref().ok().and_then(names) else {
            continue;
        };
        // Those that lead into it from outside would have it told again.
        if circle.contains(name) && !told.contains(name) {
            let is_in_use = circle.iter().any(|name| in_use.contains(name));
            found.extend(finding(scene, &circle, is_in_use));
            told.extend(circle);
        }
    }
    found
}

fn finding(scene: &Scene<'_>, circle: &[String], is_in_use: bool) -> Option<Finding> {
    let mut sections = circle.iter().filter_map(|name| scene.files.profile(name));
    let setting = sections.find_map(|section| section.setting("credential_process").cloned())?;
    let severity = if is_in_use {
        Severity::Wrong
    } else {
        Severity::Warning
    };
    let what = format!(
        "{}: a tool that uses one of them starts processes without end",
        circle::told(circle)
    );
    let path = &scene.files.file(setting.place.which).path;
    let found = Finding::new(severity, "process-loop", what)
        .at(scene.files.shown(setting.place))
        .fix(scene.fix.edit(path, setting.place.line));
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::finding::{findings, names};
    use super::*;

    #[test]
    fn a_circle_is_reported_once_and_is_worse_if_it_is_in_use() {
        let config = "[profile a]\ncredential_process = awsp export b\n\
            [profile b]\ncredential_process = awsp export a\n\
            [profile c]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = a\n\
            [profile d]\ncredential_process = awsp export e\n[profile e]\nregion = r\n";
        for (current, severity) in [("c", Severity::Wrong), ("e", Severity::Warning)] {
            let found = findings(&[("AWS_PROFILE", current)], config, "", look);
            assert_eq!(names(&found), [(severity, "process-loop")]);
            assert_eq!(
                found[0].what,
                "`credential_process` goes round in a loop: `a` -> `b` -> `a`: a tool that uses \
                 one \
                 of them starts processes without end"
            );
            assert_eq!(found[0].place.as_deref(), Some("~/.aws/config:2"));
        }
    }
}
