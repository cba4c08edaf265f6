//! awsp's own settings: a file that is wrong in any way gives problems, and settings that work.

use super::parts;
use crate::settings::Settings;
use crate::settings::templates::{console_problem, prompt_problem};

pub fn holds(data: &[u8]) {
    for text in parts(data) {
        let (settings, problems, rows) = Settings::parse(&text);
        assert_eq!(prompt_problem(&settings.prompt.format), None);
        assert_eq!(console_problem(&settings.console.command), None);
        assert!(!settings.sync.name.is_empty());
        // Who reads the same text has the same settings.
        let (again, same_problems, same_rows) = Settings::parse(&text);
        let sizes = (problems.len(), rows.len());
        assert_eq!(sizes, (same_problems.len(), same_rows.len()));
        assert_eq!(format!("{settings:?}"), format!("{again:?}"));
    }
}
