//! What must be true whatever a file holds. Each takes any bytes, and panics where it is not so.

pub mod edit;
pub mod parse;
pub mod resolve;
pub mod settings;
pub mod sync;

use std::borrow::Cow;
use std::path::PathBuf;

use crate::aws::config::{File, Files, Which};

/// Between the parts of an input, such as two files.
pub const PART: u8 = 0x1e;
/// Between the fields of a part.
pub const FIELD: char = '\u{1f}';

/// The parts of an input; what is not UTF-8 becomes U+FFFD.
fn parts(data: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    data.split(|&byte| byte == PART)
        .map(String::from_utf8_lossy)
}

/// Both files with these texts.
fn files(config: &str, credentials: &str) -> Files {
    let file = |which, name: &str, text: &str| File {
        which,
        path: PathBuf::from("/home/u/.aws").join(name),
        shown: format!("~/.aws/{name}"),
        text: text.to_owned(),
        not_utf8: None,
        exists: !text.is_empty(),
    };
    Files {
        config: file(Which::Config, "config", config),
        credentials: file(Which::Credentials, "credentials", credentials),
    }
}
