//! Work on plain text: what a terminal must not get, numbers and lengths of time for people,
//! hashes, patterns, templates, the nearest of many names, quoting. Pure.

pub mod hash;
pub mod nearest;
pub mod pattern;
pub mod percent;
pub mod quote;
pub mod span;
pub mod template;
pub mod width;
pub mod words;

/// The text without a character that a terminal would act on: control characters, and the Unicode
/// marks that reorder what is shown, become U+FFFD.
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

/// The lines of a text, each as [`clean`] makes it.
pub fn clean_lines(text: &str) -> String {
    text.split('\n').map(clean).collect::<Vec<_>>().join("\n")
}

/// True for characters that change a terminal's state, or the order of what it shows: the controls,
/// Unicode's own line breaks, and every mark of its bidirectional algorithm (UAX #9).
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
