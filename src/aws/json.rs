//! JSON like Python's `json.dumps`. The AWS CLI names cache files by the hash of such text, and
//! its files have this format (aws-contract 3.1, 3.3, 3.4). Pure.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// `json.dumps(value)`: `", "` and `": "` between parts, everything outside ASCII as `\uXXXX`.
pub fn python(value: &impl Serialize) -> String {
    write(
        value,
        Python {
            item: b", ",
            key: b": ",
        },
    )
}

/// `json.dumps(value, separators=(",", ":"))`.
pub fn python_minified(value: &impl Serialize) -> String {
    write(
        value,
        Python {
            item: b",",
            key: b":",
        },
    )
}

fn write(value: &impl Serialize, form: Python) -> String {
    let mut out = Vec::new();
    // This fails only for a map with keys that are not text. No caller has one.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, form));
    String::from_utf8(out).unwrap_or_default()
}

struct Python {
    item: &'static [u8],
    key: &'static [u8],
}

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first {
            Ok(())
        } else {
            out.write_all(self.item)
        }
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first {
            Ok(())
        } else {
            out.write_all(self.item)
        }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(self.key)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for c in fragment.chars() {
            if c.is_ascii() {
                out.write_all(&[c as u8])?;
            } else {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_pythons() {
        let value = json!({"a": [1, true, null], "ü": "é\"\\\n\u{1f600}"});
        assert_eq!(
            python(&value),
            r#"{"a": [1, true, null], "\u00fc": "\u00e9\"\\\n\ud83d\ude00"}"#
        );
        assert_eq!(
            python_minified(&json!({"a": [1, 2], "b": "c"})),
            r#"{"a":[1,2],"b":"c"}"#
        );
    }
}
