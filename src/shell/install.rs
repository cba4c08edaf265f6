//! Adds the line that loads the integration to a start-up file, and removes it again. Pure.
//!
//! Removing the line restores the file byte for byte. Nothing has to be remembered for that: a
//! line that was added to a file without a final newline has none either.

use super::{Shell, startup};

/// What to do with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The line exists already, or there is none to remove.
    Nothing,
    Write(String),
    /// The file contained only our line.
    Remove,
}

/// The text with the line at its end; `None` for a file that does not exist.
pub fn with_line(text: Option<&str>, shell: Shell, line: &str) -> Plan {
    let old = text.unwrap_or_default();
    if old.lines().any(|other| loads(other, shell)) {
        return Plan::Nothing;
    }
    Plan::Write(match text {
        None => format!("{line}\n"),
        Some("") => line.to_owned(),
        Some(old) if old.ends_with('\n') => format!("{old}{line}\n"),
        Some(old) => format!("{old}\n{line}"),
    })
}

/// The text without every line that loads the integration for this shell.
pub fn without_line(text: Option<&str>, shell: Shell) -> Plan {
    let Some(text) = text else {
        return Plan::Nothing;
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut kept: String = lines
        .iter()
        .filter(|line| !loads(line, shell))
        .copied()
        .collect();
    if kept.len() == text.len() {
        return Plan::Nothing;
    }
    let last = lines.last().copied().unwrap_or_default();
    if loads(last, shell) && !last.ends_with('\n') {
        // The newline before it was added with it.
        kept.truncate(kept.strip_suffix('\n').map_or(kept.len(), str::len));
        return Plan::Write(kept);
    }
    if kept.is_empty() {
        Plan::Remove
    } else {
        Plan::Write(kept)
    }
}

/// True for a line that is not a comment and loads the integration for this shell.
fn loads(line: &str, shell: Shell) -> bool {
    let line = line.trim();
    !line.starts_with('#') && startup::load(line).and_then(Shell::named) == Some(shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "eval \"$(command awsp init bash)\"";

    fn written(plan: Plan) -> String {
        match plan {
            Plan::Write(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_line_comes_last_and_once() {
        let text = written(with_line(Some("a\nb\n"), Shell::Bash, LINE));
        assert_eq!(text, format!("a\nb\n{LINE}\n"));
        assert_eq!(with_line(Some(&text), Shell::Bash, LINE), Plan::Nothing);
        for other in [
            "eval \"$(awsp init bash --no-prompt)\"\n",
            "  eval \"$(awsp init bash)\" # mine\nx\n",
        ] {
            assert_eq!(with_line(Some(other), Shell::Bash, LINE), Plan::Nothing);
        }
        let comment = "# eval \"$(awsp init bash)\"\n";
        assert!(written(with_line(Some(comment), Shell::Bash, LINE)).ends_with(LINE_END));
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
            let with = written(with_line(Some(text), Shell::Bash, LINE));
            assert_eq!(
                written(without_line(Some(&with), Shell::Bash)),
                text,
                "{text:?}"
            );
        }
        let with = written(with_line(None, Shell::Bash, LINE));
        assert_eq!(without_line(Some(&with), Shell::Bash), Plan::Remove);
        assert_eq!(without_line(Some("a\n"), Shell::Bash), Plan::Nothing);
        assert_eq!(without_line(None, Shell::Bash), Plan::Nothing);
    }

    #[test]
    fn other_lines_of_the_file_stay() {
        let text = format!("a\n{LINE}\nb\n# eval \"$(awsp init bash)\"\n");
        assert_eq!(
            written(without_line(Some(&text), Shell::Bash)),
            "a\nb\n# eval \"$(awsp init bash)\"\n"
        );
        assert_eq!(without_line(Some(&text), Shell::Zsh), Plan::Nothing);
    }
}
