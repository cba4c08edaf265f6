//! How long other programs take for the same.

use std::path::PathBuf;

use crate::home::{Home, program};
use crate::program::Case;

/// Only a few, because the AWS CLI is slow.
pub const ROUNDS: usize = 5;

/// Another program, its arguments, and the arguments of awsp that do the same. Version 1 of the AWS
/// CLI lists no profiles and exports no credentials.
const PAIRS: [(&str, &[&str], &[&str]); 4] = [
    (
        "aws",
        &["configure", "export-credentials", "--format", "process"],
        &["export", "--format", "process"],
    ),
    ("aws", &["configure", "list-profiles"], &["list", "--names"]),
    ("aws", &["configure", "get", "region"], &["show", "--json"]),
    ("starship", &["module", "aws"], &["__prompt"]),
];

pub fn cases(home: &Home, binaries: &[(String, PathBuf)]) -> Vec<Case> {
    let mut cases = vec![Case::new("/bin/true", "", "/bin/true", &[], home)];
    for (peer, words, ours) in PAIRS {
        let shown = format!("{peer} {}", words.join(" "));
        cases.push(program(peer).map_or_else(
            || Case::missing(&shown),
            |path| Case::new(&shown, "", path, words, home),
        ));
        for (binary, path) in binaries {
            cases.push(Case::new(
                &format!("  awsp {}", ours.join(" ")),
                binary,
                path,
                ours,
                home,
            ));
        }
    }
    cases
}
