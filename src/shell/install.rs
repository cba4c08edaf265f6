//! Adds the line that loads the integration to a start-up file, and removes it again. Pure.
//!
//! Removing the line restores the file byte for byte. Nothing has to be remembered for that: a
//! line that was added to a file without a final newline has none either. The other lines are
//! bytes, because old start-up files are not always UTF-8.

use super::{Shell, startup};

/// What to do with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The line exists already, or there is none to remove.
    Nothing,
    Write(Vec<u8>),
    /// The file contained only our line.
    Remove,
}

/// The text with the line at its end; `None` for a file that does not exist.
pub fn with_line(text: Option<&[u8]>, shell: Shell, line: &str) -> Plan {
    let old = text.unwrap_or_default();
    if lines(old).any(|other| loads(other, shell)) {
        return Plan::Nothing;
    }
    let (before, after) = match text {
        None => ("", "\n"),
        Some([]) => ("", ""),
        Some([.., b'\n']) => ("", "\n"),
        Some(_) => ("\n", ""),
    };
    Plan::Write([old, before.as_bytes(), line.as_bytes(), after.as_bytes()].concat())
}

/// The text without every line that loads the integration for this shell.
pub fn without_line(text: Option<&[u8]>, shell: Shell) -> Plan {
    let Some(text) = text else {
        return Plan::Nothing;
    };
    let kept: Vec<&[u8]> = lines(text).filter(|line| !loads(line, shell)).collect();
    let mut kept = kept.concat();
    if kept.len() == text.len() {
        return Plan::Nothing;
    }
    let last = lines(text).last().unwrap_or_default();
    if loads(last, shell) && !last.ends_with(b"\n") {
        // The newline before it was added with it.
        kept.truncate(kept.strip_suffix(b"\n").map_or(kept.len(), <[u8]>::len));
        return Plan::Write(kept);
    }
    if kept.is_empty() {
        Plan::Remove
    } else {
        Plan::Write(kept)
    }
}

/// The lines, each with its newline.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

/// True for a line that is not a comment and loads the integration for this shell.
fn loads(line: &[u8], shell: Shell) -> bool {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    !line.starts_with('#') && startup::load(line).and_then(Shell::named) == Some(shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "eval \"$(command awsp init bash)\"";

    fn written(plan: Plan) -> String {
        match plan {
            Plan::Write(text) => String::from_utf8(text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_line_comes_last_and_once() {
        let text = written(with_line(Some(b"a\nb\n"), Shell::Bash, LINE));
        assert_eq!(text, format!("a\nb\n{LINE}\n"));
        assert_eq!(
            with_line(Some(text.as_bytes()), Shell::Bash, LINE),
            Plan::Nothing
        );
        for other in [
            "eval \"$(awsp init bash --no-prompt)\"\n",
            "  eval \"$(awsp init bash)\" # mine\nx\n",
        ] {
            assert_eq!(
                with_line(Some(other.as_bytes()), Shell::Bash, LINE),
                Plan::Nothing
            );
        }
        let comment = "# eval \"$(awsp init bash)\"\n";
        assert!(
            written(with_line(Some(comment.as_bytes()), Shell::Bash, LINE)).ends_with(LINE_END)
        );
    }

    const LINE_END: &str = "bash)\"\n";

    #[test]
    fn what_is_taken_out_leaves_no_trace() {
        for text in [
            "",
            "a",
            "a\n",
            "a\n\n",
            "a\r\nb\r\n",
            "a\n\n\nb",
            "\n",
            "# é\n",
        ] {
            let with = written(with_line(Some(text.as_bytes()), Shell::Bash, LINE));
            assert_eq!(
                written(without_line(Some(with.as_bytes()), Shell::Bash)),
                text,
                "{text:?}"
            );
        }
        let with = written(with_line(None, Shell::Bash, LINE));
        assert_eq!(
            without_line(Some(with.as_bytes()), Shell::Bash),
            Plan::Remove
        );
        assert_eq!(without_line(Some(b"a\n"), Shell::Bash), Plan::Nothing);
        assert_eq!(without_line(None, Shell::Bash), Plan::Nothing);
    }

    #[test]
    fn other_lines_of_the_file_stay() {
        let text = format!("a\n{LINE}\nb\n# eval \"$(awsp init bash)\"\n");
        assert_eq!(
            written(without_line(Some(text.as_bytes()), Shell::Bash)),
            "a\nb\n# eval \"$(awsp init bash)\"\n"
        );
        assert_eq!(
            without_line(Some(text.as_bytes()), Shell::Zsh),
            Plan::Nothing
        );
    }
}
