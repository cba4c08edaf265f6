//! Turns the bytes that a terminal sends into keys. Pure.

/// A key, or a text that was pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Char(char),
    /// With the control key, by its letter in lower case.
    Ctrl(char),
    /// With the alt or meta key, or after Esc.
    Alt(char),
    Enter,
    Tab,
    BackTab,
    Backspace,
    AltBackspace,
    Delete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Escape,
    Paste(String),
    /// An unknown sequence.
    Other,
}

const ESC: u8 = 0x1b;
const PASTE_END: &[u8] = b"\x1b[201~";
/// The limit for a paste: start URLs and names are short.
const MOST_PASTED: usize = 4096;

/// Bytes that are not a whole key yet.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
}

impl Decoder {
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next key. With `is_all` no more bytes are coming: an incomplete sequence ends here, and
    /// a lone Esc is a key.
    pub fn next(&mut self, is_all: bool) -> Option<Key> {
        let (key, length) = match decode(&self.bytes) {
            Some(found) => found,
            None if is_all && !self.bytes.is_empty() => {
                let length = self.bytes.len();
                match self.bytes[0] {
                    ESC if length == 1 => (Key::Escape, 1),
                    ESC if self.bytes.starts_with(b"\x1b[200~") => return None,
                    _ => (Key::Other, length),
                }
            }
            None => return None,
        };
        self.bytes.drain(..length);
        Some(key)
    }
}

/// The first key and its length in bytes; `None` if it is incomplete.
fn decode(bytes: &[u8]) -> Option<(Key, usize)> {
    match *bytes.first()? {
        ESC => after_escape(bytes),
        b'\r' => Some((Key::Enter, 1)),
        b'\t' => Some((Key::Tab, 1)),
        0x7f => Some((Key::Backspace, 1)),
        byte @ 0x01..=0x1a => Some((Key::Ctrl(char::from(byte - 1 + b'a')), 1)),
        0x00..=0x1f => Some((Key::Other, 1)),
        _ => character(bytes).map(|(c, length)| (c.map_or(Key::Other, Key::Char), length)),
    }
}

fn after_escape(bytes: &[u8]) -> Option<(Key, usize)> {
    match *bytes.get(1)? {
        b'[' => control_sequence(bytes),
        // Cursor and function keys in application mode.
        b'O' => {
            let key = match *bytes.get(2)? {
                b'A' => Key::Up,
                b'B' => Key::Down,
                b'C' => Key::Right,
                b'D' => Key::Left,
                b'H' => Key::Home,
                b'F' => Key::End,
                _ => Key::Other,
            };
            Some((key, 3))
        }
        ESC => Some((Key::Escape, 1)),
        0x7f | 0x08 => Some((Key::AltBackspace, 2)),
        0x00..=0x1f => Some((Key::Other, 2)),
        _ => character(&bytes[1..]).map(|(c, length)| (c.map_or(Key::Other, Key::Alt), length + 1)),
    }
}

/// `ESC [`, numbers, and a byte that names the key.
fn control_sequence(bytes: &[u8]) -> Option<(Key, usize)> {
    let last = 2 + bytes[2..]
        .iter()
        .position(|byte| (0x40..=0x7e).contains(byte))?;
    let numbers = &bytes[2..last];
    // Shift, alt and control are a second number.
    let is_word = matches!(
        numbers.split(|&byte| byte == b';').nth(1),
        Some(b"3" | b"5" | b"9")
    );
    let key = match bytes[last] {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' if is_word => Key::WordRight,
        b'C' => Key::Right,
        b'D' if is_word => Key::WordLeft,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'Z' => Key::BackTab,
        b'~' => match numbers.split(|&byte| byte == b';').next() {
            Some(b"1" | b"7") => Key::Home,
            Some(b"4" | b"8") => Key::End,
            Some(b"3") => Key::Delete,
            Some(b"5") => Key::PageUp,
            Some(b"6") => Key::PageDown,
            Some(b"200") => return pasted(bytes, last + 1),
            _ => Key::Other,
        },
        _ => Key::Other,
    };
    Some((key, last + 1))
}

/// Line breaks in a paste become blanks.
fn pasted(bytes: &[u8], start: usize) -> Option<(Key, usize)> {
    let end = memchr::memmem::find(&bytes[start..], PASTE_END)? + start;
    let text = String::from_utf8_lossy(&bytes[start..end.min(start + MOST_PASTED)]);
    let line = text.split(char::is_control).collect::<Vec<_>>().join(" ");
    Some((Key::Paste(line.trim().to_owned()), end + PASTE_END.len()))
}

/// The first character (`None` for invalid bytes) and its length.
fn character(bytes: &[u8]) -> Option<(Option<char>, usize)> {
    let length = match bytes.first()? {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => 1,
    };
    let bytes = bytes.get(..length)?;
    Some((
        std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.chars().next()),
        length,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut decoder = Decoder::default();
        decoder.feed(bytes);
        std::iter::from_fn(|| decoder.next(true)).collect()
    }

    #[test]
    fn what_a_terminal_sends_is_a_key() {
        for (bytes, key) in [
            (&b"a"[..], Key::Char('a')),
            ("é".as_bytes(), Key::Char('é')),
            ("本".as_bytes(), Key::Char('本')),
            (b"\x01", Key::Ctrl('a')),
            (b"\n", Key::Ctrl('j')),
            (b"\r", Key::Enter),
            (b"\x08", Key::Ctrl('h')),
            (b"\x7f", Key::Backspace),
            (b"\x1b\x7f", Key::AltBackspace),
            (b"\x1bb", Key::Alt('b')),
            (b"\x1b[A", Key::Up),
            (b"\x1bOA", Key::Up),
            (b"\x1b[1;5C", Key::WordRight),
            (b"\x1b[1;3D", Key::WordLeft),
            (b"\x1b[3~", Key::Delete),
            (b"\x1b[Z", Key::BackTab),
            (b"\x1b[1;2P", Key::Other),
            (b"\x1b", Key::Escape),
            (b"\x1b[", Key::Other),
            (b"\xff", Key::Other),
            (b"\x00", Key::Other),
        ] {
            assert_eq!(keys(bytes), [key], "{bytes:?}");
        }
        assert_eq!(keys(b"\x1b[6~\x1b[F"), [Key::PageDown, Key::End]);
    }

    #[test]
    fn bytes_may_come_one_at_a_time() {
        let text = "é\u{1b}[1;5Dx\u{1b}[200~a\nb\u{1b}[201~y";
        let mut decoder = Decoder::default();
        let mut found = Vec::new();
        for byte in text.bytes() {
            decoder.feed(&[byte]);
            found.extend(std::iter::from_fn(|| decoder.next(false)));
        }
        let pasted = Key::Paste("a b".to_owned());
        assert_eq!(
            found,
            [
                Key::Char('é'),
                Key::WordLeft,
                Key::Char('x'),
                pasted,
                Key::Char('y')
            ]
        );
    }

    #[test]
    fn a_paste_that_is_not_over_waits() {
        let mut decoder = Decoder::default();
        decoder.feed(b"\x1b[200~half");
        assert_eq!(decoder.next(true), None);
        decoder.feed(b" whole \r\n\x1b[201~");
        assert_eq!(
            decoder.next(true),
            Some(Key::Paste("half whole".to_owned()))
        );
    }
}
