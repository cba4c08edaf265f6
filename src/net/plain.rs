//! Rewords the libraries' error messages for people. Some messages contain the whole request with
//! its token, which must not be printed.

/// The cause in plain words; `None` if it adds nothing to the others.
pub fn cause(text: &str) -> Option<String> {
    const SILENT: [&str; 5] = [
        "client error (Connect)",
        "tcp connect error",
        "endpoint is not a valid URI",
        "invalid format",
        "invalid uri character",
    ];
    if text.starts_with("failed to apply endpoint") {
        return Some("the address of the endpoint cannot be used".to_owned());
    }
    if SILENT.contains(&text) || is_dump(text) {
        return None;
    }
    if text == "dns error" {
        return Some("the host's address cannot be found".to_owned());
    }
    if text.starts_with("tunnel error") {
        return Some("the proxy refuses the connection".to_owned());
    }
    Some(words(text))
}

/// True for the debug output of a library's values.
fn is_dump(text: &str) -> bool {
    ["SdkBody", "Extensions {", "headers: {", "HeaderMap"]
        .iter()
        .any(|mark| text.contains(mark))
}

/// The text with `UnknownIssuer` as `unknown issuer`, and without the brackets of
/// `Other(OtherError(…))`.
fn words(text: &str) -> String {
    let inner = text.find("Other(OtherError(").map(|at| {
        let (before, name) = (&text[..at], &text[at + "Other(OtherError(".len()..]);
        format!("{before}{}", name.trim_end_matches(')'))
    });
    let text = inner.as_deref().unwrap_or(text);
    let mut out = String::with_capacity(text.len() + 8);
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 {
            out.push(' ');
        }
        if is_name(word) {
            for (at, c) in word.char_indices() {
                if at > 0 && c.is_ascii_uppercase() {
                    out.push(' ');
                }
                out.push(c.to_ascii_lowercase());
            }
        } else {
            out.push_str(word);
        }
    }
    out
}

/// True for a name such as `UnknownIssuer`.
fn is_name(word: &str) -> bool {
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    capitals > 1
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphabetic())
        && !word
            .as_bytes()
            .windows(2)
            .any(|two| two.iter().all(u8::is_ascii_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_in_words_and_without_a_request() {
        for (text, told) in [
            (
                "Connection refused (os error 111)",
                Some("Connection refused (os error 111)"),
            ),
            ("client error (Connect)", None),
            ("dns error", Some("the host's address cannot be found")),
            (
                "invalid peer certificate: UnknownIssuer",
                Some("invalid peer certificate: unknown issuer"),
            ),
            (
                "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
                Some("invalid peer certificate: ca used as end entity"),
            ),
            (
                "received corrupt message of type InvalidContentType",
                Some("received corrupt message of type invalid content type"),
            ),
            (
                "failed to apply endpoint `x y` to request `Request { headers: {\"token\": \"t\"} \
                 }`",
                Some("the address of the endpoint cannot be used"),
            ),
            ("oh: Request { body: SdkBody { .. } }", None),
            ("TLS handshake failed", Some("TLS handshake failed")),
        ] {
            assert_eq!(cause(text).as_deref(), told);
        }
    }
}
