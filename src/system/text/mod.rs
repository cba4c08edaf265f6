//! Work on plain text: removing control characters, numbers and lengths of time for people, hashes,
//! patterns, templates, similar names, quoting. Pure.

use std::fmt::Write as _;

use serde::Serialize;

pub mod hash;
pub mod nearest;
pub mod password;
pub mod pattern;
pub mod percent;
pub mod quote;
pub mod span;
pub mod template;
pub mod width;
pub mod words;

/// The text without characters that a terminal would act on: control characters and the Unicode
/// marks that reorder text become U+FFFD.
pub fn clean(text: &str) -> String {
    // Nearly all is ASCII without a control character.
    let is_plain = |plain, byte| plain & (0x20..0x7f).contains(&byte);
    if text.bytes().fold(true, is_plain) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if is_live(c) { '\u{fffd}' } else { c })
        .collect()
}

/// The longest text of a cell, and of a prompt's part (characters). The names of AWS have at most
/// 128.
const LONGEST: usize = 1000;

/// The text as long as any that is meant, else its beginning: a file, or AWS, could hold one that
/// fills the screen.
pub fn short(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// The text with each line cleaned by [`clean`].
pub fn clean_lines(text: &str) -> String {
    text.split('\n').map(clean).collect::<Vec<_>>().join("\n")
}

/// JSON on a line of its own. What a terminal would act on is escaped: for programs it is the same.
pub fn json_line(shape: &impl Serialize) -> String {
    let mut line = json(shape);
    line.push('\n');
    line
}

/// The same without the end of the line.
pub fn json(shape: &impl Serialize) -> String {
    let text = serde_json::to_string(shape).unwrap_or_default();
    if !text.chars().any(is_live) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_live(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// True for characters that change the state of a terminal or the order of its text: control
/// characters, Unicode's line breaks, and all marks of its bidirectional algorithm (UAX #9).
fn is_live(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A number as people read it: `15,000`.
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 profile`, `2 profiles`.
pub fn count(of: usize, what: &str) -> String {
    format!("{} {what}{}", number(of), if of == 1 { "" } else { "s" })
}

/// `7h 58m`, `14m`, `40s`: a length of time for a person.
pub fn length(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, minutes) => format!("{hours}h {minutes:02}m"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_never_reaches_it() {
        assert_eq!(
            clean("a\x1b]0;b\x07\n\u{202e}c\u{9b}é"),
            "a\u{fffd}]0;b\u{fffd}\u{fffd}\u{fffd}c\u{fffd}é"
        );
        for mark in [
            '\u{061c}',
            '\u{200f}',
            '\u{202e}',
            '\u{2067}',
            '\u{e0041}',
            '\r',
            '\u{85}',
        ] {
            assert_eq!(clean(&format!("a{mark}b")), "a\u{fffd}b", "{mark:?}");
        }
        assert_eq!(clean_lines("a\x1b\nb\r\n"), "a\u{fffd}\nb\u{fffd}\n");
    }

    #[test]
    fn a_text_without_measure_is_cut() {
        let (just, wide) = ("x".repeat(1000), "é".repeat(1000));
        for whole in ["", "x", &just, &wide] {
            assert_eq!(short(whole), whole);
        }
        assert_eq!(short(&"é".repeat(65_536)), wide);
    }

    #[test]
    fn json_that_is_printed_is_the_same_and_acts_on_no_terminal() {
        let text = "a\u{1b}\u{9b}\u{202e}\u{61c}\u{e0041}\u{7f}é\"";
        let line = json_line(&[text]);
        assert_eq!(clean_lines(&line), line);
        let read: Vec<String> = serde_json::from_str(&line).unwrap();
        assert_eq!(read, [text]);
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(
            [0, 999, 1000, 15_000, 1_234_567].map(number),
            ["0", "999", "1,000", "15,000", "1,234,567"]
        );
        assert_eq!(
            (count(1, "role"), count(2, "role")),
            ("1 role".to_owned(), "2 roles".to_owned())
        );
    }

    #[test]
    fn a_length_of_time_is_short() {
        let shown = [
            (-5, "0s"),
            (40, "40s"),
            (60, "1m"),
            (3_599, "59m"),
            (28_680, "7h 58m"),
            (90_000, "1d 1h"),
        ];
        for (seconds, text) in shown {
            assert_eq!(length(seconds), text);
        }
    }
}
