//! The times in AWS's caches. Pure.

use jiff::Timestamp;

/// The last second of the year 9999: the end of what has none that is known.
pub const NEVER: i64 = 253_402_300_799;

/// Seconds since 1970 in UTC. Reads every form that a client was seen to write: `Z`, an offset, the
/// suffix `UTC`, fractions of a second (aws-contract 3.1).
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let zulu = text
        .strip_suffix("UTC")
        .map(|head| format!("{}Z", head.trim_end()));
    zulu.as_deref()
        .unwrap_or(text)
        .parse()
        .ok()
        .map(Timestamp::as_second)
}

/// `2026-11-23T16:02:11Z`: the one form that every client reads.
pub fn format(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_a_client_writes_is_read() {
        for text in [
            "2026-11-23T16:02:11Z",
            "2026-11-23T16:02:11UTC",
            "2026-11-23T16:02:11+00:00",
            "2026-11-23T18:02:11+02:00",
            "2026-11-23T16:02:11.123456Z",
            " 2026-11-23T16:02:11.9Z\n",
        ] {
            assert_eq!(parse(text), Some(1_795_449_731), "{text}");
        }
        for text in ["", "soon", "2026-11-23", "2026-13-23T16:02:11Z", "0"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn whole_seconds_and_z_are_written() {
        assert_eq!(format(1_795_449_731), "2026-11-23T16:02:11Z");
        assert_eq!(parse(&format(0)), Some(0));
    }
}
