//! awsp's own settings file.

use super::finding::{Finding, Scene};
use crate::settings::File;

pub fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let file = File::read(scene.env);
    let shown = scene.env.tilde(&file.path);
    let found = file.problems.iter().map(|problem| {
        let finding = Finding::warning(
            "settings",
            format!("a setting of awsp is ignored: {}", problem.text),
        );
        match problem.line.and_then(|line| u32::try_from(line).ok()) {
            Some(line) => finding
                .at(format!("{shown}:{line}"))
                .fix(scene.fix.edit(&file.path, line)),
            None => finding.at(shown.clone()),
        }
    });
    found.collect()
}
