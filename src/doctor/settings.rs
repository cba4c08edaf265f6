//! awsp's own settings file.

use std::fs;
use std::io::ErrorKind;

use super::{Finding, Scene};
use crate::settings::Settings;

pub fn look(scene: &Scene<'_>) -> Option<Finding> {
    let path = scene.env.settings_dir().join("config.toml");
    let shown = scene.env.tilde(&path);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return None,
        Err(error) => {
            let what = format!("cannot read the settings of awsp: {}", error.kind());
            return Some(Finding::warning("settings", what).at(shown));
        }
    };
    let (line, message) = problem(&text)?;
    let what = format!("the settings of awsp do not count: {message}");
    Some(Finding::warning("settings", what).at(format!("{shown}:{line}")).fix(scene.mend.edit(&path, line)))
}

/// The line and the message of what is wrong in the text.
fn problem(text: &str) -> Option<(u32, String)> {
    let error = toml::from_str::<Settings>(text).err()?;
    let before = error.span().map_or(0, |span| text[..span.start].matches('\n').count());
    // The message may go on with a picture of the line.
    let message = error.message().lines().next().unwrap_or_default().to_owned();
    Some((u32::try_from(before + 1).unwrap_or(u32::MAX), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_with_its_line() {
        assert_eq!(problem(""), None);
        assert_eq!(problem("[login]\nqr = true\n"), None);
        let (line, message) = problem("[login]\nqr = true\nflw = \"device\"\n").unwrap();
        assert_eq!(line, 3);
        assert!(message.contains("`flw`"), "{message}");
        assert_eq!(problem("[login\n").unwrap().0, 1);
    }
}
