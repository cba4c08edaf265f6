//! The choices of the wizard.

use crate::aws::regions::REGIONS;

/// The row for no answer.
pub(super) const NONE: &str = "none";

/// All regions by name and place, the likeliest first, and with `none` a way to have none.
pub(super) fn regions(likeliest: Option<&str>, none: bool) -> Vec<Vec<String>> {
    let row = |name: &str, place: &str| vec![name.to_owned(), place.to_owned()];
    let place = |name: &str| {
        let known = REGIONS.iter().find(|(known, _)| *known == name);
        known.map_or("", |(_, place)| place)
    };
    let mut rows: Vec<_> = likeliest
        .iter()
        .map(|name| row(name, place(name)))
        .collect();
    rows.extend(none.then(|| row(NONE, "write no region; most tools want one")));
    let others = REGIONS.iter().filter(|(name, _)| Some(*name) != likeliest);
    rows.extend(others.map(|(name, place)| row(name, place)));
    rows
}

/// The output formats of the AWS CLI, the likeliest first.
pub(super) fn outputs(likeliest: Option<&str>) -> Vec<Vec<String>> {
    let row = |name: &str, what: &str| vec![name.to_owned(), what.to_owned()];
    let rows = [
        (NONE, "write none; the AWS CLI then prints JSON"),
        ("json", "JSON"),
        ("yaml", "YAML"),
        ("yaml-stream", "YAML while it comes"),
        ("text", "columns for scripts"),
        ("table", "tables for people"),
        ("off", "nothing, and the status"),
    ];
    let mut rows: Vec<_> = rows.iter().map(|(name, what)| row(name, what)).collect();
    rows.sort_by_key(|row| likeliest != Some(row[0].as_str()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_comes_first_and_once() {
        let rows = regions(Some("eu-west-1"), true);
        assert_eq!(rows[0], ["eu-west-1", "Ireland"]);
        assert_eq!(rows[1][0], NONE);
        assert_eq!(rows.len(), REGIONS.len() + 1);
        assert_eq!(regions(Some("xx-new-1"), false)[0], ["xx-new-1", ""]);
        assert_eq!(regions(None, false).len(), REGIONS.len());
        assert_eq!(outputs(Some("text"))[0][0], "text");
        assert_eq!(outputs(None)[0][0], NONE);
    }
}
