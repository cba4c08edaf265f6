//! Files with secrets that other users may read or replace.

use std::path::{Path, PathBuf};

use super::caches::{folders, json_files};
use super::finding::{Finding, Scene};
use crate::aws::config::File;
use crate::system::files;
use crate::system::text::count;

/// From this number of files on, the fix uses a pattern.
const MANY: usize = 3;

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = owner(scene, files::owner).into_iter().collect();
    for file in [&scene.files.credentials, &scene.files.config] {
        if let Some(mode) = mode(&file.path)
            .filter(|mode| has_secret(file) && mode & 0o077 != 0 && is_reachable(&file.path))
        {
            let what = format!(
                "other users of this machine can {} the keys in {} (mode {mode:04o})",
                verb(mode),
                file.shown
            );
            let finding = Finding::warning("open-file", what).at(&file.shown);
            found.push(finding.fix(format!("chmod 600 {}", scene.fix.path(&file.path))));
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
                "every user of this machine can write tokens into {place} (mode {mode:04o})"
            );
            found.push(
                Finding::warning("open-folder", what)
                    .at(place)
                    .fix(format!("chmod 700 {}", scene.fix.path(folder))),
            );
        }
    }
    found
}

/// Files of another user in the home, which `sudo aws …` leaves behind: this user's tools cannot
/// write them, and may not be able to read them.
fn owner(scene: &Scene<'_>, uid: impl Fn(&Path) -> Option<u32>) -> Option<Finding> {
    let home = uid(scene.env.home()?)?;
    let aws = scene.env.aws_dir();
    let files = [&scene.files.config, &scene.files.credentials].map(|file| file.path.clone());
    let folders = folders(scene.env);
    let cached = folders
        .iter()
        .flat_map(|folder| json_files(folder))
        .map(|(path, _)| path);
    let all = std::iter::once(aws.clone())
        .chain(files)
        .chain(folders.clone())
        .chain(cached);
    let others: Vec<PathBuf> = all
        .filter(|path| path.starts_with(&aws) && uid(path).is_some_and(|uid| uid != home))
        .collect();
    let (first, more) = others.split_first()?;
    let place = scene.env.tilde(first);
    let who = match more.len() {
        0 => format!("{place} belongs"),
        more => format!("{place} and {} belong", count(more, "other file")),
    };
    let what = format!("{who} to another user: your tools cannot write there");
    let fix = format!("sudo chown -R \"$USER\" {}", scene.fix.path(&aws));
    Some(Finding::warning("other-owner", what).at(place).fix(fix))
}

/// One finding for all tokens, registrations and credentials of a folder.
fn files_of(scene: &Scene<'_>, folder: &Path) -> Option<Finding> {
    let open: Vec<(PathBuf, u32)> = json_files(folder)
        .into_iter()
        .map(|(path, status)| (path, status.mode))
        .filter(|(path, mode)| mode & 0o077 != 0 && is_reachable(path))
        .collect();
    let (_, worst) = open.iter().max_by_key(|(_, mode)| mode & 0o022)?;
    let fix = if open.len() < MANY {
        open.iter()
            .map(|(path, _)| scene.fix.path(path))
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        format!("{}/*.json", scene.fix.path(folder))
    };
    let place = scene.env.tilde(folder);
    let files = count(open.len(), "file");
    let what = format!(
        "other users of this machine can {} {files} with tokens or keys in {place} (mode \
         {worst:04o})",
        verb(*worst)
    );
    Some(
        Finding::warning("open-file", what)
            .at(place)
            .fix(format!("chmod 600 {fix}")),
    )
}

/// True if every folder above allows other users to enter.
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

/// The mode of a file; of the target of a link.
fn mode(path: &Path) -> Option<u32> {
    files::status(path).map(|status| status.mode)
}

/// True for a file with a secret key in it.
fn has_secret(file: &File) -> bool {
    file.text.contains("aws_secret_access_key") || file.text.contains("aws_session_token")
}

#[cfg(test)]
mod tests {
    use super::super::fix::Fix;
    use super::*;
    use crate::aws::config::Files;
    use crate::system::env::Env;

    #[test]
    fn a_mode_is_described_by_what_others_can_do() {
        assert_eq!(verb(0o644), "read");
        assert_eq!(verb(0o660), "change");
        assert_eq!(verb(0o602), "change");
    }

    #[test]
    fn files_of_another_user_are_named() {
        let look = |others: &[&str]| {
            let others: Vec<String> = others.iter().map(|&name| name.to_owned()).collect();
            let check = move |path: &Path| {
                let is_other = others.iter().any(|name| path.ends_with(name));
                Some(if is_other { 0 } else { 1000 })
            };
            let (env, files) = (Env::of(&[("HOME", "/home/u")]), Files::of("", ""));
            let fix = Fix {
                env: &env,
                shell: None,
                loaded: false,
            };
            let scene = Scene {
                env: &env,
                files: &files,
                profiles: &[],
                sessions: &[],
                fix,
                startup: &[],
            };
            owner(&scene, check).map(|finding| finding.what)
        };
        assert_eq!(look(&[]), None);
        assert_eq!(
            look(&["sso/cache"]).unwrap(),
            "~/.aws/sso/cache belongs to another user: your tools cannot write there"
        );
        assert!(
            look(&[".aws", "config"])
                .unwrap()
                .starts_with("~/.aws and 1 other file belong to another user")
        );
    }
}
