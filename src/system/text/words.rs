//! A command line as Python's `shlex.split` reads it, by which the AWS CLI and boto3 run a
//! `credential_process`. Shells and other libraries differ: for Python `#` begins no comment, and
//! between double quotes a backslash stands for itself but before `"` and `\`.

/// The words; `None` where a quote is open or a backslash is the last character.
pub fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut chars = line.chars();
    // A word has begun, if only by quotes around nothing.
    let mut word: Option<String> = None;
    while let Some(char) = chars.next() {
        match char {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        char => word.push(char),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            char @ ('"' | '\\') => word.push(char),
                            char => word.extend(['\\', char]),
                        },
                        char => word.push(char),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            char => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_python() {
        for (line, words) in [
            ("a b", Some(&["a", "b"][..])),
            ("  a\t b\n", Some(&["a", "b"])),
            ("", Some(&[])),
            ("'' b", Some(&["", "b"])),
            ("a'b c'\"d e\"", Some(&["ab cd e"])),
            (r#""a\"b\\c\d\$e""#, Some(&[r#"a"b\c\d\$e"#])),
            (r"'a\b' c\ d \# #e", Some(&[r"a\b", "c d", "#", "#e"])),
            ("'open", None),
            ("\"open", None),
            ("end\\", None),
            ("\"end\\", None),
        ] {
            let found = split(line);
            let found = found
                .as_ref()
                .map(|words| words.iter().map(String::as_str).collect());
            assert_eq!(found, words.map(<[&str]>::to_vec), "{line}");
        }
    }
}
