//! Patterns for names: `*` for any text, `?` for one character. Pure.

/// True if the whole text matches the pattern; upper and lower case are the same.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (
        pattern.to_lowercase().chars().collect(),
        text.to_lowercase().chars().collect(),
    );
    let (mut p, mut t) = (0, 0);
    // The position of the last `*`, and how much text it has matched so far.
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// True if one of the patterns matches one of the texts.
pub fn any(patterns: &[String], texts: &[&str]) -> bool {
    patterns
        .iter()
        .any(|pattern| texts.iter().any(|text| matches(pattern, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in [
            ("*", ""),
            ("acme-*", "acme-dev"),
            ("*prod*", "eu-Prod-1"),
            ("a?c", "aéc"),
            ("a*b*c", "a-b-b-c"),
            ("x", "X"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("acme", "acme-dev"),
            ("a?c", "ac"),
            ("*b", "abc"),
            ("a*b*c", "acb"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
        // Not exponential.
        assert!(!matches(&"*a".repeat(40), &"a".repeat(39)));
    }
}
