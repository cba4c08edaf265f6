//! Measures the width of text on a terminal, and cuts or wraps text to fit.
//!
//! Each character counts for itself, as in `wcwidth` and in most terminals. The few emoji sequences
//! that are shown as one picture then leave a gap, but a row is never too long.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar as _;

/// The columns that a character takes.
pub fn of_char(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The columns that a text takes. It must not contain control characters.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().map(of_char).sum()
    }
}

/// The text, cut to this many columns; a cut text ends in `…`.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let (fits, _) = split(text, columns.saturating_sub(1));
    let mark = if columns == 0 { "" } else { "…" };
    Cow::Owned(format!("{fits}{mark}"))
}

/// Splits the text at a width. Combining marks stay with the character before them.
pub fn split(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    let end = text.char_indices().find(|&(_, c)| {
        used += of_char(c);
        used > columns
    });
    text.split_at(end.map_or(text.len(), |(at, _)| at))
}

/// Wraps the text at blanks to this many columns. Continued lines are indented. A word that is
/// wider than a line loses its middle. Colours take no columns.
pub fn wrap(text: &str, columns: usize, indent: usize) -> Cow<'_, str> {
    if text.contains('\n') {
        let lines: Vec<_> = text
            .split('\n')
            .map(|line| wrap(line, columns, indent))
            .collect();
        return Cow::Owned(lines.join("\n"));
    }
    if width(&without_colour(text)) <= columns {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let (mut used, mut is_empty) = (0, true);
    let room = columns.saturating_sub(indent);
    for (number, word) in text.split(' ').enumerate() {
        let word = &*without_middle(word, room);
        let wide = width(&without_colour(word));
        if number > 0 {
            if used + 1 + wide > columns && !is_empty {
                // A blank at the end of a line would be invisible, and would be pasted too.
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                (used, is_empty) = (indent, true);
            } else {
                out.push(' ');
                used += 1;
            }
        }
        out.push_str(word);
        used += wide;
        is_empty &= wide == 0;
    }
    Cow::Owned(out)
}

/// A word, cut to this many columns in its middle, because the end of a path or a name tells more.
/// A word with colours keeps its width.
fn without_middle(word: &str, columns: usize) -> Cow<'_, str> {
    if width(word) <= columns || word.contains('\x1b') || columns < 8 {
        return Cow::Borrowed(word);
    }
    let (head, rest) = split(word, columns / 2);
    let most = columns - columns / 2 - 1;
    let fits = |&(at, c): &(usize, char)| of_char(c) > 0 && width(&rest[at..]) <= most;
    let tail = rest.char_indices().find(fits);
    let tail = tail.map_or("", |(at, _)| &rest[at..]);
    Cow::Owned(format!("{head}…{tail}"))
}

/// A command after its label, ready to be pasted. A command that does not fit beside the label gets
/// a line of its own, and so does the note after its `#`. One that is longer than a line is
/// continued with the `\` that all three shells know. Quoted text is never broken.
pub fn command(label: &str, command: &str, columns: usize) -> String {
    let first = width(&without_colour(label)) + 1;
    if first + width(command) <= columns {
        return format!("{label} {command}");
    }
    let (command, note) = match command.split_once("    # ") {
        Some((command, note)) => (command, Some(note)),
        None => (command, None),
    };
    let indent = " ".repeat(label.len() - label.trim_start().len() + 2);
    let mut out = label.to_owned();
    if first + width(command) <= columns {
        out.extend([" ", command]);
    } else {
        out.extend(["\n", &indent, &continued(command, columns, indent.len())]);
    }
    if let Some(note) = note {
        // Each line must be a comment in the shell that it is pasted to.
        for line in wrap(note, columns.saturating_sub(indent.len() + 2), 0).lines() {
            out.extend(["\n", &indent, "# ", line]);
        }
    }
    out
}

/// Wraps the command to this many columns; lines after the first are indented further.
fn continued(command: &str, columns: usize, indent: usize) -> String {
    let (mut out, mut used) = (String::new(), indent);
    let mut words = words(command).peekable();
    while let Some(word) = words.next() {
        // Two more columns for the ` \` of the next break.
        let end = if words.peek().is_some() { 2 } else { 0 };
        if out.is_empty() {
            out.push_str(word);
        } else if used + 1 + width(word) + end > columns {
            let indent = indent + 2;
            out = format!("{out} \\\n{}{word}", " ".repeat(indent));
            used = indent + width(word);
            continue;
        } else {
            out = format!("{out} {word}");
            used += 1;
        }
        used += width(word);
    }
    out
}

/// The words of a command line, with their quotes.
fn words(command: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    let mut is_escaped = false;
    command.split(move |c| {
        if is_escaped {
            is_escaped = false;
            return false;
        }
        match (c, quote) {
            ('\\', None | Some('"')) => is_escaped = true,
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (' ', None) => return true,
            _ => {}
        }
        false
    })
}

/// The text without the colour codes that `Style` puts around a word.
fn without_colour(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split('\x1b');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_and_not_letters() {
        for (text, columns) in [
            ("", 0),
            ("dev", 3),
            ("größe", 5),
            ("本番", 4),
            ("🚀prod", 6),
            ("e\u{301}", 1),
            ("한국어", 6),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn what_is_cut_ends_in_an_ellipsis_and_fits() {
        for (text, columns, shown) in [
            ("production", 10, "production"),
            ("production", 9, "producti…"),
            ("production", 1, "…"),
            ("production", 0, ""),
            ("本番環境", 8, "本番環境"),
            ("本番環境", 7, "本番環…"),
            ("本番環境", 6, "本番…"),
            ("cafe\u{301}-dev", 5, "cafe\u{301}…"),
            ("🚀🚀", 3, "🚀…"),
        ] {
            assert_eq!(cut(text, columns), shown, "{text} in {columns}");
            assert!(width(&cut(text, columns)) <= columns, "{text} in {columns}");
        }
        for text in ["production-本番", "🚀e\u{301}🚀"] {
            for columns in 0..20 {
                assert!(width(&cut(text, columns)) <= columns, "{text} in {columns}");
            }
        }
    }

    #[test]
    fn lines_break_between_words_only() {
        assert_eq!(
            wrap("awsp: cannot do it at all", 12, 2),
            "awsp: cannot\n  do it at\n  all"
        );
        assert_eq!(
            wrap("cannot read ~/a/very/long/path/config now", 20, 2),
            "cannot read\n  ~/a/very/…h/config\n  now"
        );
        assert_eq!(wrap("本番環境管理者の環境", 12, 0), "本番環…環境");
        assert_eq!(
            wrap("a averyverylongword b", 8, 2),
            "a\n  averyverylongword\n  b",
            "there is no room for anything"
        );
        assert_eq!(wrap("one\ntwo three", 5, 1), "one\ntwo\n three");
        let bold = "\x1b[1mbold\x1b[0m";
        assert_eq!(
            wrap(&format!("{bold} {bold}"), 9, 0),
            format!("{bold} {bold}")
        );
        assert_eq!(wrap("本番 環境", 9, 0), "本番 環境");
        assert_eq!(wrap("本番 環境", 8, 0), "本番\n環境");
    }

    #[test]
    fn a_command_can_be_pasted_at_any_width() {
        for (columns, shown) in [
            (40, "hint: awsp off    # or unset it"),
            (24, "hint: awsp off\n  # or unset it"),
            (12, "hint:\n  awsp off\n  # or unset\n  # it"),
            (4, "hint:\n  awsp \\\n    off\n  # or\n  # unset\n  # it"),
        ] {
            assert_eq!(
                command("hint:", "awsp off    # or unset it", columns),
                shown
            );
        }
        let long = "awsp configure --name 'two words and more' \"three \\\" of\" a\\ b";
        assert_eq!(
            command("hint:", long, 26),
            "hint:\n  awsp configure --name \\\n    'two words and more' \\\n    \
             \"three \\\" of\" a\\ b"
        );
        let label = "  \x1b[36mfix:\x1b[0m";
        assert_eq!(command(label, "awsp off", 15), format!("{label} awsp off"));
        assert_eq!(
            command(label, "awsp off", 14),
            format!("{label}\n    awsp off")
        );
    }
}
