//! Lengths of time as people write them: `90s`, `30m`, `2h`, `1h30m`. Pure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A length of time of at least a second and at most [`Span::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(i64);

impl Span {
    /// A day (seconds): a switch for longer makes no sense.
    pub const MOST: i64 = 86_400;

    pub const fn seconds(self) -> i64 {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let odd = || format!("`{text}` is not a length of time, as in 90s, 30m or 2h");
        let (mut seconds, mut rest) = (0_i64, text.trim());
        if rest.is_empty() {
            return Err(odd());
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at(digits);
            let unit = match after.bytes().next() {
                Some(b's') => 1,
                Some(b'm') => 60,
                Some(b'h') => 3600,
                _ => return Err(odd()),
            };
            let number: i64 = number.parse().map_err(|_| odd())?;
            seconds = number
                .checked_mul(unit)
                .and_then(|more| seconds.checked_add(more))
                .ok_or_else(odd)?;
            rest = &after[1..];
        }
        match seconds {
            0 => Err(format!("`{text}` is shorter than a second")),
            1..=Self::MOST => Ok(Self(seconds)),
            _ => Err(format!("`{text}` is longer than a day")),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (size, unit) in [(3600, 'h'), (60, 'm'), (1, 's')] {
            let number = match unit {
                'h' => self.0 / size,
                _ => self.0 % (size * 60) / size,
            };
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written() {
        for (text, seconds) in [
            ("90s", 90),
            ("30m", 1_800),
            ("2h", 7_200),
            ("1h30m", 5_400),
            (" 24h ", 86_400),
        ] {
            assert_eq!(
                text.parse::<Span>().map(Span::seconds),
                Ok(seconds),
                "{text}"
            );
        }
        for text in ["30m", "2h", "1h30m", "24h", "59s"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("90s".parse::<Span>().unwrap().to_string(), "1m30s");
    }

    #[test]
    fn zero_a_week_and_nonsense_are_refused() {
        let told = |text: &str| text.parse::<Span>().unwrap_err();
        for text in [
            "",
            "30",
            "m",
            "1d",
            "-1m",
            "1.5h",
            "30 m",
            "x",
            "9999999999999999999h",
        ] {
            assert!(told(text).contains("is not a length of time"), "{text}");
        }
        assert_eq!(told("0m"), "`0m` is shorter than a second");
        assert_eq!(told("168h"), "`168h` is longer than a day");
    }
}
