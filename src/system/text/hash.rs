//! Hashes as text, by which the AWS CLI names its cache files. Pure.

use std::fmt::Write as _;

use sha1::{Digest as _, Sha1};

/// `sha1(text)` in lower-case hex.
pub fn sha1_hex(text: &str) -> String {
    hex(&Sha1::digest(text.as_bytes()))
}

/// The bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
