//! Who else may read what is secret, and put something of theirs in its place.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::caches::{folders, json_files};
use super::finding::{Finding, Scene};
use crate::aws::config::File;
use crate::system::text::count;

/// From this number of files on the mend names them by a pattern.
const MANY: usize = 3;

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in [&scene.files.credentials, &scene.files.config] {
        if let Some(mode) = mode(&file.path)
            .filter(|mode| has_secret(file) && mode & 0o077 != 0 && is_reachable(&file.path))
        {
            let what = format!(
                "others on this machine can {} the keys in {} (mode {mode:04o})",
                verb(mode),
                file.shown
            );
            let finding = Finding::warning("open-file", what).at(&file.shown);
            found.push(finding.fix(format!("chmod 600 {}", scene.mend.path(&file.path))));
        }
    }
    let caches = folders(scene.env);
    for folder in &caches {
        found.extend(files_of(scene, folder));
    }
    let aws = scene.env.aws_dir();
    let above = ["sso", "cli", "login"].map(|name| aws.join(name));
    let all: Vec<&PathBuf> = std::iter::once(&aws).chain(&above).chain(&caches).collect();
    for folder in all {
        if let Some(mode) = mode(folder).filter(|mode| mode & 0o002 != 0 && is_reachable(folder)) {
            let place = scene.env.tilde(folder);
            let what = format!(
                "anybody on this machine can put tokens of theirs into {place} (mode {mode:04o})"
            );
            found.push(
                Finding::warning("open-folder", what)
                    .at(place)
                    .fix(format!("chmod 700 {}", scene.mend.path(folder))),
            );
        }
    }
    found
}

/// Tokens, registrations and credentials in one finding for each folder.
fn files_of(scene: &Scene<'_>, folder: &Path) -> Option<Finding> {
    let open: Vec<(PathBuf, u32)> = json_files(folder)
        .into_iter()
        .map(|(path, data)| (path, data.permissions().mode() & 0o7777))
        .filter(|(path, mode)| mode & 0o077 != 0 && is_reachable(path))
        .collect();
    let (_, worst) = open.iter().max_by_key(|(_, mode)| mode & 0o022)?;
    let fix = if open.len() < MANY {
        open.iter()
            .map(|(path, _)| scene.mend.path(path))
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        format!("{}/*.json", scene.mend.path(folder))
    };
    let place = scene.env.tilde(folder);
    let files = count(open.len(), "file");
    let what = format!(
        "others on this machine can {} {files} of tokens or keys in {place} (mode {worst:04o})",
        verb(*worst)
    );
    Some(
        Finding::warning("open-file", what)
            .at(place)
            .fix(format!("chmod 600 {fix}")),
    )
}

/// True where every folder above lets others through.
fn is_reachable(path: &Path) -> bool {
    let above = path
        .ancestors()
        .skip(1)
        .filter(|above| !above.as_os_str().is_empty());
    above.filter_map(mode).all(|mode| mode & 0o011 != 0)
}

const fn verb(mode: u32) -> &'static str {
    if mode & 0o022 == 0 { "read" } else { "change" }
}

/// The mode of what the path leads to.
fn mode(path: &Path) -> Option<u32> {
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o7777)
}

/// True for a file with a key's secret in it.
fn has_secret(file: &File) -> bool {
    file.text.contains("aws_secret_access_key") || file.text.contains("aws_session_token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_told_by_what_others_can_do() {
        assert_eq!(verb(0o644), "read");
        assert_eq!(verb(0o660), "change");
        assert_eq!(verb(0o602), "change");
    }
}
