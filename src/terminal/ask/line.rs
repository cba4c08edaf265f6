//! A line of text with the editing keys of readline. Pure.

use super::key::Key;
use crate::system::text::width::{of_char, width};

/// A text and the place of the cursor in it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    text: String,
    at: usize,
    /// The text that was cut last, for Ctrl-Y.
    cut: String,
}

/// The effect of a key on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Changed,
    /// The cursor moved, or tried to.
    Moved,
    /// The line does not use the key, or the key has no effect.
    None,
}

impl Line {
    pub fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            at: text.len(),
            cut: String::new(),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn key(&mut self, key: &Key) -> Effect {
        match key {
            Key::Char(c) => self.insert(c.encode_utf8(&mut [0; 4])),
            Key::Paste(text) => self.insert(text),
            Key::Left | Key::Ctrl('b') => self.go(self.before()),
            Key::Right | Key::Ctrl('f') => self.go(self.after()),
            Key::Home | Key::Ctrl('a') => self.go(0),
            Key::End | Key::Ctrl('e') => self.go(self.text.len()),
            Key::WordLeft | Key::Alt('b') => self.go(self.word_start()),
            Key::WordRight | Key::Alt('f') => self.go(self.word_end()),
            Key::Backspace | Key::Ctrl('h') => self.delete(self.before(), self.at),
            Key::Delete | Key::Ctrl('d') => self.delete(self.at, self.after()),
            Key::Ctrl('u') => self.cut(0, self.at),
            Key::Ctrl('k') => self.cut(self.at, self.text.len()),
            Key::Ctrl('w') => self.cut(self.blank_before(), self.at),
            Key::AltBackspace => self.cut(self.word_start(), self.at),
            Key::Alt('d') => self.cut(self.at, self.word_end()),
            Key::Ctrl('y') => self.insert(&self.cut.clone()),
            _ => Effect::None,
        }
    }

    /// The part of the text that fits into this many columns, and the cursor's column in it.
    pub fn view(&self, columns: usize) -> (&str, usize) {
        let (mut start, mut used) = (self.at, 0);
        // The cursor needs a column at the end.
        for (at, c) in self.text[..self.at].char_indices().rev() {
            if used + of_char(c) + 1 > columns {
                break;
            }
            used += of_char(c);
            start = at;
        }
        let (shown, _) = crate::system::text::width::split(&self.text[start..], columns);
        (shown, width(&self.text[start..self.at]))
    }

    fn insert(&mut self, text: &str) -> Effect {
        self.text.insert_str(self.at, text);
        self.at += text.len();
        if text.is_empty() {
            Effect::None
        } else {
            Effect::Changed
        }
    }

    fn go(&mut self, to: usize) -> Effect {
        self.at = to;
        Effect::Moved
    }

    fn delete(&mut self, start: usize, end: usize) -> Effect {
        if start == end {
            return Effect::None;
        }
        self.text.drain(start..end);
        self.at = start;
        Effect::Changed
    }

    fn cut(&mut self, start: usize, end: usize) -> Effect {
        if start < end {
            self.cut = self.text[start..end].to_owned();
        }
        self.delete(start, end)
    }

    /// The position before the character on the left; combining marks belong to their character.
    fn before(&self) -> usize {
        let mut left = self.text[..self.at].char_indices().rev();
        left.find(|&(_, c)| of_char(c) > 0).map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        let mut right = self.text[self.at..].char_indices().skip(1);
        right
            .find(|&(_, c)| of_char(c) > 0)
            .map_or(self.text.len(), |(at, _)| self.at + at)
    }

    /// The start of the word on the left: letters and digits.
    fn word_start(&self) -> usize {
        let left = self.text[..self.at].trim_end_matches(|c: char| !c.is_alphanumeric());
        left.trim_end_matches(char::is_alphanumeric).len()
    }

    fn word_end(&self) -> usize {
        let right = self.text[self.at..].trim_start_matches(|c: char| !c.is_alphanumeric());
        self.text.len() - right.trim_start_matches(char::is_alphanumeric).len()
    }

    /// The start of the text on the left, back to a blank.
    fn blank_before(&self) -> usize {
        let left = self.text[..self.at].trim_end();
        left.trim_end_matches(|c: char| !c.is_whitespace()).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after these keys, with `|` for the cursor.
    fn after(text: &str, keys: &[Key]) -> String {
        let mut line = Line::of(text);
        for key in keys {
            line.key(key);
        }
        format!("{}|{}", &line.text[..line.at], &line.text[line.at..])
    }

    #[test]
    fn the_keys_of_readline_do_what_they_do_there() {
        let home = Key::Ctrl('a');
        for (text, keys, left) in [
            ("dev", &[Key::Char('x')][..], "devx|"),
            ("dev", &[home.clone(), Key::Char('x')], "x|dev"),
            (
                "dev",
                &[home.clone(), Key::Ctrl('e'), Key::Backspace],
                "de|",
            ),
            ("dev", &[Key::Left, Key::Ctrl('h')], "d|v"),
            ("dev", &[home.clone(), Key::Ctrl('d')], "|ev"),
            ("two words", &[Key::Ctrl('w')], "two |"),
            ("two words ", &[Key::Ctrl('w')], "two |"),
            ("acme-dev.Admin", &[Key::AltBackspace], "acme-dev.|"),
            ("acme-dev.Admin", &[Key::Ctrl('w')], "|"),
            (
                "acme-dev.Admin",
                &[Key::Alt('b'), Key::Alt('b')],
                "acme-|dev.Admin",
            ),
            ("acme-dev", &[home.clone(), Key::Alt('f')], "acme|-dev"),
            ("acme-dev", &[home.clone(), Key::Alt('d')], "|-dev"),
            ("acme-dev", &[Key::Alt('b'), Key::Ctrl('u')], "|dev"),
            ("acme-dev", &[Key::Alt('b'), Key::Ctrl('k')], "acme-|"),
            (
                "acme-dev",
                &[Key::Ctrl('u'), Key::Ctrl('y'), Key::Ctrl('y')],
                "acme-devacme-dev|",
            ),
            (
                "",
                &[Key::Backspace, Key::Ctrl('w'), Key::Left, Key::Right],
                "|",
            ),
            ("e\u{301}x", &[Key::Left, Key::Backspace], "|x"),
            ("本番", &[Key::Left, Key::Ctrl('k')], "本|"),
        ] {
            assert_eq!(after(text, keys), left, "{text:?} {keys:?}");
        }
    }

    #[test]
    fn keys_that_are_not_the_lines_type_nothing() {
        for key in [
            Key::Ctrl('r'),
            Key::Ctrl('v'),
            Key::Ctrl('j'),
            Key::Alt('x'),
            Key::Tab,
            Key::Other,
            Key::Escape,
        ] {
            let mut line = Line::of("dev");
            assert_eq!(
                (line.key(&key), line.text()),
                (Effect::None, "dev"),
                "{key:?}"
            );
        }
        let nothing_to_cut = Line::of("dev").key(&Key::Ctrl('k'));
        assert_eq!(
            nothing_to_cut,
            Effect::None,
            "so that a list may move instead"
        );
    }

    #[test]
    fn the_cursor_is_always_in_sight() {
        let mut line = Line::of("https://acme.awsapps.com/start");
        assert_eq!(line.view(80), ("https://acme.awsapps.com/start", 30));
        assert_eq!(line.view(6), ("start", 5));
        line.key(&Key::Ctrl('a'));
        assert_eq!(line.view(6), ("https:", 0));
        assert_eq!(Line::of("本番").view(4), ("番", 2));
        assert_eq!(Line::of("dev").view(0), ("", 0));
    }
}
