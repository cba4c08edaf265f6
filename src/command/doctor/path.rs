//! Which `awsp` a shell starts: other projects install a command of this name.

use std::path::{Path, PathBuf};

use super::finding::{Finding, Scene};
use super::fix::Fix;
use crate::shell::Shell;
use crate::system::env::Env;
use crate::system::files::canonical;

/// Every program of this name in the order of PATH, each once.
pub fn programs(env: &Env, name: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut real: Vec<PathBuf> = Vec::new();
    for path in env.on_path(name) {
        let target = canonical(&path);
        if !real.contains(&target) {
            real.push(target);
            found.push(path);
        }
    }
    found
}

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(own) = scene.env.program() else {
        return Vec::new();
    };
    compare(scene.fix, &own, &programs(scene.env, "awsp"))
}

fn compare(fix: Fix<'_>, own: &Path, found: &[PathBuf]) -> Vec<Finding> {
    let is_own = |path: &PathBuf| canonical(path) == canonical(own);
    let shown = |path: &Path| fix.env.tilde(path);
    match found {
        [] => {
            let what = "`awsp` is not on PATH: the shell integration cannot start it";
            vec![
                Finding::warning("not-on-path", what)
                    .at(shown(own))
                    .fix(first(fix, own)),
            ]
        }
        [first_one, ..] if !is_own(first_one) => {
            let what = format!(
                "another `awsp` comes first on PATH, {}; this one is {}",
                shown(first_one),
                shown(own)
            );
            vec![
                Finding::wrong("other-awsp", what)
                    .at(shown(first_one))
                    .fix(first(fix, own)),
            ]
        }
        [_, others @ ..] => {
            let notes = others.iter().map(|other| {
                let what = format!(
                    "another `awsp` comes later on PATH, {}: it is never started",
                    shown(other)
                );
                Finding::note("other-awsp", what).at(shown(other))
            });
            notes.collect()
        }
    }
}

/// The command that puts this program's folder first on PATH.
fn first(fix: Fix<'_>, own: &Path) -> String {
    let folder = fix.path(own.parent().unwrap_or(own));
    if fix.shell == Some(Shell::Fish) {
        format!("fish_add_path --move {folder}")
    } else {
        format!("export PATH={folder}:\"$PATH\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::finding::Severity::{Note, Warning, Wrong};
    use crate::command::doctor::finding::names;

    #[test]
    fn which_awsp_comes_first() {
        let env = Env::of(&[("HOME", "/home/u")]);
        let fix = Fix {
            env: &env,
            shell: Some(Shell::Bash),
            loaded: true,
        };
        let own = Path::new("/home/u/bin/awsp");
        let compare = |paths: &[&str]| {
            compare(
                fix,
                own,
                &paths.iter().map(PathBuf::from).collect::<Vec<_>>(),
            )
        };
        assert_eq!(compare(&["/home/u/bin/awsp"]), []);
        assert_eq!(
            names(&compare(&["/home/u/bin/awsp", "/opt/awsp"])),
            [(Note, "other-awsp")]
        );
        let found = compare(&["/opt/awsp", "/home/u/bin/awsp"]);
        assert_eq!(names(&found), [(Wrong, "other-awsp")]);
        assert_eq!(found[0].fix.as_deref(), Some("export PATH=~/bin:\"$PATH\""));
        assert_eq!(names(&compare(&[])), [(Warning, "not-on-path")]);
    }
}
