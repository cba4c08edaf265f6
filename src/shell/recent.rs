//! Recent profiles, for the list of `awsp` alone.

use std::path::PathBuf;

use crate::system::env::Env;
use crate::system::files::{self, Draft};

/// How many are remembered.
const MOST: usize = 50;

/// Their names, the most recent first.
pub fn names(env: &Env) -> Vec<String> {
    // A file that cannot be read is replaced at the next switch.
    let text = files::text(&path(env), files::SMALL)
        .ok()
        .flatten()
        .unwrap_or_default();
    text.lines()
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Remembers a switch. If that fails, only the order of the list suffers.
pub fn add(env: &Env, name: &str) {
    if names(env).first().is_some_and(|first| first == name) || name.contains('\n') {
        return;
    }
    // Another shell may switch at the same time.
    let _ = Draft::new(&path(env)).map(|draft| {
        draft.lightly().update(|current| {
            let text = String::from_utf8_lossy(current.unwrap_or_default());
            let others = text.lines().filter(|other| *other != name);
            let names: Vec<&str> = [name].into_iter().chain(others).take(MOST).collect();
            Ok::<_, std::io::Error>(Some((names.join("\n") + "\n").into_bytes()))
        })
    });
}

fn path(env: &Env) -> PathBuf {
    env.state_dir().join("recent")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_comes_first_and_each_once() {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        assert!(names(&env).is_empty());
        for name in ["a", "b c", "a", "a", "x\ny"] {
            add(&env, name);
        }
        assert_eq!(names(&env), ["a", "b c"]);
        for number in 0..60 {
            add(&env, &number.to_string());
        }
        assert_eq!((names(&env).len(), names(&env)[0].as_str()), (MOST, "59"));
    }
}
