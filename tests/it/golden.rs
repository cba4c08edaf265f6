//! Expected text that is too long for a test: files below `tests/it/golden`.
//!
//! `AWSP_TEST_GOLDEN=write cargo test` writes what the program prints now, and fails, so that
//! nobody leaves it on.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden")
}

/// Each text is that of its file, byte for byte.
#[track_caller]
pub fn are<'a>(texts: impl IntoIterator<Item = (String, &'a str)>) {
    let write = std::env::var_os("AWSP_TEST_GOLDEN").is_some_and(|value| value == "write");
    let mut different = String::new();
    for (name, text) in texts {
        let path = folder().join(&name);
        if write {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            let _ = write!(different, "not tests/it/golden/{name}, but\n{text}\n");
        }
    }
    assert!(
        !write,
        "written: look at `git diff tests/it/golden`, then run without AWSP_TEST_GOLDEN"
    );
    assert!(
        different.is_empty(),
        "{different}To accept what is right: AWSP_TEST_GOLDEN=write cargo test"
    );
}

/// The text is one line of JSON without spaces; its members and their order are those of the file,
/// which has one a line.
#[track_caller]
pub fn is_json(name: &str, text: &str) {
    let value: serde_json::Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(text, format!("{value}\n"), "one line, without spaces");
    are([(name.to_owned(), format!("{value:#}\n").as_str())]);
}

/// The files in a folder of these, without what follows the dot.
pub fn names(below: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder().join(below)).unwrap();
    files
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}
