//! What is wrong in `config` and `credentials`: lines, sections, and profiles that cannot be what
//! they say.

use super::finding::{Finding, Scene, Severity};
use crate::aws::config::{File, Problem, Section};
use crate::aws::profile;
use crate::aws::profile::Profile;
use crate::system::error::{Error, Location, Result};
use crate::system::text::count;

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = scene
        .files
        .problems()
        .iter()
        .map(|problem| line(scene, problem))
        .collect();
    // Other characters than UTF-8 are among the lines.
    let files = [&scene.files.config, &scene.files.credentials];
    let troubles = files.into_iter().filter_map(File::trouble);
    found.extend(
        troubles
            .filter(|trouble| trouble.id != "not-utf8")
            .map(|trouble| line(scene, &trouble)),
    );
    // Both in the same order.
    for (section, (_, resolved)) in scene.files.profiles().iter().zip(scene.profiles) {
        if let Err(error) = resolved {
            let severity = if scene.is_current(&section.name) {
                Severity::Wrong
            } else {
                Severity::Warning
            };
            found.push(told(scene, "broken-profile", severity, section, error));
        }
        found.extend(session_keys(scene, section));
    }
    found.extend(sessions(scene));
    found.extend(legacy(scene));
    found
}

/// A file that is there and cannot be read.
pub fn unreadable(error: &Error) -> Finding {
    let cause = error
        .causes
        .last()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    Finding::wrong("unreadable-file", format!("{error}{cause}"))
}

fn line(scene: &Scene<'_>, problem: &Problem) -> Finding {
    // What the AWS CLI cannot read costs every profile.
    let severity = match problem.id {
        "merge-conflict" | "zero-byte" | "byte-order-mark" | "not-utf8" | "no-equals-sign"
        | "no-key" | "open-section-name" | "section-twice" | "key-twice" | "before-any-section" => {
            Severity::Wrong
        }
        _ => Severity::Warning,
    };
    let file = scene.files.file(problem.place.which);
    let finding = Finding::new(severity, problem.id, problem.text.clone())
        .at(scene.files.shown(problem.place));
    if problem.id == "byte-order-mark" {
        // Not `sed -i`, which wants an argument on macOS.
        return finding.fix(format!(
            "perl -i -pe 's/^\\x{{EF}}\\x{{BB}}\\x{{BF}}// if $. == 1' {}",
            scene.fix.path(&file.path)
        ));
    }
    finding.fix(scene.fix.edit(&file.path, problem.place.line))
}

/// Sessions that lack a key, whether or not a profile uses them.
fn sessions(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for section in scene.files.sso_sessions() {
        if let Err(error) = profile::session(scene.files, &section.name) {
            found.push(told(
                scene,
                "broken-session",
                Severity::Warning,
                &section,
                &error,
            ));
        }
    }
    found
}

/// A profile or session that does not resolve.
fn told(
    scene: &Scene<'_>,
    id: &'static str,
    severity: Severity,
    section: &Section,
    error: &Error,
) -> Finding {
    let place = match &error.place {
        Some(place) => Location::clone(place),
        None => scene.files.location(section.place),
    };
    let cause = error
        .causes
        .last()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    Finding::new(severity, id, format!("{}{cause}", error.message))
        .at(place.to_string())
        .fix(scene.fix.edit(&place.path, place.line))
}

/// Settings of the session in the profile too: the Rust SDK refuses even equal ones (aws-contract
/// 2.3).
fn session_keys(scene: &Scene<'_>, section: &Section) -> Option<Finding> {
    section.get("sso_session")?;
    let setting = section
        .setting("sso_start_url")
        .or_else(|| section.setting("sso_region"))?;
    let what = format!(
        "`{}` has `{}` beside `sso_session`: the Rust SDK refuses the profile",
        section.name, setting.key
    );
    let fix = scene.fix.edit(
        &scene.files.file(setting.place.which).path,
        setting.place.line,
    );
    Some(
        Finding::warning("session-settings", what)
            .at(scene.files.shown(setting.place))
            .fix(fix),
    )
}

/// Profiles with a start URL of their own, told once.
fn legacy(scene: &Scene<'_>) -> Option<Finding> {
    let is_legacy = |found: &&(String, Result<Profile>)| {
        found.1.as_ref().is_ok_and(|found| found.kind.is_legacy())
    };
    let names: Vec<&str> = scene
        .profiles
        .iter()
        .filter(is_legacy)
        .map(|(name, _)| name.as_str())
        .collect();
    let (first, more) = names.split_first()?;
    let who = match more.len() {
        0 => format!("`{first}` has a start URL of its own"),
        more => format!(
            "`{first}` and {} have a start URL of their own",
            count(more, "other profile")
        ),
    };
    let what = format!("{who}: no tool can renew such a session without a login");
    let place = scene
        .files
        .profile(first)
        .map(|section| scene.files.shown(section.place))?;
    Some(
        Finding::note("legacy-profile", what)
            .at(place)
            .fix("awsp configure --convert"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::finding::Severity::{Note, Warning, Wrong};
    use crate::command::doctor::finding::{findings, names};

    const SSO: &str = "sso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n";
    const SESSION: &str =
        "[sso-session s]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = eu-west-1\n";

    fn look_at(vars: &[(&str, &str)], profiles: &str, credentials: &str) -> Vec<Finding> {
        findings(vars, &format!("{SESSION}{profiles}"), credentials, look)
    }

    #[test]
    fn what_is_found_in_the_files() {
        let table: [(&str, &str, &[_]); 11] = [
            (&format!("[profile p]\n{SSO}"), "", &[]),
            ("[profile p]\nregion: x\n", "", &[(Warning, "colon")]),
            (
                "[profile p]\nregion = x # y\n",
                "",
                &[(Warning, "inline-comment")],
            ),
            (
                "[profile p]\nregion = x\n[profile p]\noutput = json\n",
                "",
                &[(Wrong, "section-twice")],
            ),
            ("[profile p]\nregion\n", "", &[(Wrong, "no-equals-sign")]),
            (
                "[profile 'a b']\nregion = x\n",
                "",
                &[(Warning, "section-name")],
            ),
            (
                "",
                "\u{feff}[p]\nregion = x\n",
                &[(Wrong, "byte-order-mark")],
            ),
            (
                "[profile p]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = q\n",
                "",
                &[(Warning, "broken-profile")],
            ),
            (
                "[sso-session t]\nsso_region = eu-west-1\n",
                "",
                &[(Warning, "broken-session")],
            ),
            (
                &format!("[profile p]\n{SSO}sso_region = eu-west-1\n"),
                "",
                &[(Warning, "session-settings")],
            ),
            (
                "[profile p]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = \
                 eu-west-1\nsso_account_id = 111122223333\nsso_role_name = r\n",
                "",
                &[(Note, "legacy-profile")],
            ),
        ];
        for (profiles, credentials, expected) in table {
            assert_eq!(
                names(&look_at(&[], profiles, credentials)),
                expected,
                "{profiles}{credentials}"
            );
        }
    }

    #[test]
    fn the_profile_in_use_is_worse() {
        let current = [("AWS_PROFILE", "p")];
        assert_eq!(
            names(&look_at(&current, "[profile p]\nsso_session = t\n", "")),
            [(Wrong, "broken-profile")]
        );
    }

    #[test]
    fn a_place_is_reported_once_and_opened() {
        let found = look_at(
            &[],
            "[profile p]\nregion = x\nsource_profile = q\nrole_arn = \
             arn:aws:iam::111122223333:role/r\n",
            "",
        );
        assert_eq!(
            found[0].what,
            "profile `p` gets its credentials from `q`, which does not exist"
        );
        assert_eq!(found[0].place.as_deref(), Some("~/.aws/config:6"));
        assert_eq!(found[0].fix.as_deref(), Some("vi +6 /home/u/.aws/config"));
    }

    #[test]
    fn legacy_profiles_are_reported_together() {
        let sso = "sso_start_url = https://d-1.awsapps.com/start\nsso_region = \
                   eu-west-1\nsso_account_id = 111122223333\nsso_role_name = r\n";
        let found = look_at(
            &[],
            &format!("[profile p]\n{sso}[profile q]\n{sso}[profile r]\n{sso}"),
            "",
        );
        assert_eq!(
            found[0].what,
            "`p` and 2 other profiles have a start URL of their own: no tool can renew such a \
             session without a login"
        );
    }
}
