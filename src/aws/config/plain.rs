//! Reads the common lines byte by byte: `key = value` as awsp and the AWS CLI write it, and blank
//! lines. Of 15,000 profiles hardly one has other lines, and the full grammar takes six times as
//! long for each.

/// A line of the section, as the full grammar would read it.
pub(super) struct Plain<'a> {
    pub key: &'a str,
    pub value: &'a str,
    /// The number of lines above it.
    pub above: u32,
}

/// The meaning of a byte.
const KEY: u8 = 1;
const VALUE: u8 = 2;
/// It may end a value.
const SOLID: u8 = 4;

const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = u8::MAX;
    loop {
        let is_key = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
        // A `#` or `;` may begin a comment.
        let is_value = !matches!(byte, b'\n' | b'\r' | b'#' | b';');
        let is_solid = byte > b' ' && byte < 0x80;
        kinds[byte as usize] = if is_key { KEY } else { 0 }
            | if is_value { VALUE } else { 0 }
            | if is_value && is_solid { SOLID } else { 0 };
        if byte == 0 {
            break kinds;
        }
        byte -= 1;
    }
};

/// Calls `each` for the lines after a header. Returns the position of the next header, and the
/// number of lines above it; `None` if some line is of another kind, so that the full grammar must
/// read all of them.
pub(super) fn lines<'a>(
    text: &'a str,
    from: usize,
    mut each: impl FnMut(Plain<'a>),
) -> Option<(usize, u32)> {
    let bytes = text.as_bytes();
    let (mut at, mut above) = (from, 0);
    loop {
        match bytes.get(at) {
            None | Some(b'[') => return Some((at.min(bytes.len()), above)),
            Some(b'\n') => {
                at += 1;
                above += 1;
                continue;
            }
            _ => {}
        }
        let start = at;
        at = skip(bytes, at, KEY);
        let key = &text[start..at];
        at += usize::from(bytes.get(at) == Some(&b' '));
        if key.is_empty() || bytes.get(at) != Some(&b'=') {
            return None;
        }
        at += 1;
        at += usize::from(bytes.get(at) == Some(&b' '));
        let start = at;
        at = skip(bytes, at, VALUE);
        let value = &text[start..at];
        if !matches!(bytes.get(at), None | Some(b'\n')) || !is_solid(value) {
            return None;
        }
        at += 1;
        each(Plain { key, value, above });
        above += 1;
    }
}

fn skip(bytes: &[u8], from: usize, kind: u8) -> usize {
    let rest = &bytes[from..];
    let length = rest
        .iter()
        .position(|&byte| KINDS[usize::from(byte)] & kind == 0);
    from + length.unwrap_or(rest.len())
}

/// True if the value has no blanks around it. An empty one may begin a block.
fn is_solid(value: &str) -> bool {
    let is_solid = |byte: &u8| KINDS[usize::from(*byte)] & SOLID != 0;
    let bytes = value.as_bytes();
    bytes.first().is_some_and(is_solid) && bytes.last().is_some_and(is_solid)
}
