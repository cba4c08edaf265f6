//! Passwords in addresses, which no screen is to show.

use std::borrow::Cow;

/// The text with `****` for the password of each address in it: `http://jo:****@host`.
pub fn hidden(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let is_end = |c: char| matches!(c, '/' | '?' | '#' | '"' | '\'') || c.is_whitespace();
        let end = after.find(is_end).unwrap_or(after.len());
        out.push_str(before);
        match after[..end].rsplit_once('@') {
            Some((user, host)) if user.contains(':') => {
                let name = user.split(':').next().unwrap_or_default();
                out.push_str(name);
                out.push_str(":****@");
                out.push_str(host);
            }
            _ => out.push_str(&after[..end]),
        }
        rest = &after[end..];
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_hidden_and_nothing_else() {
        for (text, shown) in [
            ("http://jo:pw@host:1/a@b", "http://jo:****@host:1/a@b"),
            (
                "url = https://jo:p@w:x@h # c",
                "url = https://jo:****@h # c",
            ),
            (
                "http://:pw@h, http://a:b@c",
                "http://:****@h, http://a:****@c",
            ),
            ("https://host/start#/", "https://host/start#/"),
            ("https://jo@host:8080", "https://jo@host:8080"),
            ("arn:aws:iam::1:role/jo@x", "arn:aws:iam::1:role/jo@x"),
            ("", ""),
        ] {
            assert_eq!(hidden(text), shown);
        }
    }
}
