//! What holds for any file and any change.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::*;
use crate::aws::config::grammar::BOM;
use crate::aws::config::python::{lines, trim};
use crate::aws::config::tests::properties::{a_thousand, text};

fn section() -> impl Strategy<Value = SectionId> {
    prop_oneof![
        proptest::sample::select(&["a", "ab", "a b", "default", "new", "it's"][..])
            .prop_map(SectionId::profile),
        proptest::sample::select(&["a", "new"][..]).prop_map(sso_session),
    ]
}

proptest! {
    #![proptest_config(a_thousand())]

    #[test]
    fn setting_changes_that_and_nothing_else(
        old in text(),
        section in section(),
        key in "k|key|region|s3|a",
        to in "v|x y|w#1",
    ) {
        sets_only(&old, &section, &key, &to)?;
    }

    #[test]
    fn removing_changes_that_and_nothing_else(
        old in text(),
        section in section(),
        key in "k|key|region|s3|a",
    ) {
        unsets_only(&old, &section, &key)?;
        removes_only(&old, &section)?;
    }

    #[test]
    fn all_at_once_means_what_one_by_one_means(
        old in text(),
        changes in proptest::collection::vec((section(), 0..3, "k|region", "v|w"), 0..6),
    ) {
        let changes = changes.into_iter().map(|(section, what, key, value)| match what {
            0 => Change::Set { section, key, value },
            1 => Change::Unset { section, key },
            _ => Change::Remove { section },
        });
        let changes: Vec<Change> = changes.collect();
        let at_once = config(&old, &changes);
        let one_by_one = changes
            .iter()
            .fold(old, |text, change| config(&text, std::slice::from_ref(change)));
        let nothing = SectionId { kind: SectionKind::Other, name: String::new() };
        prop_assert_eq!(
            settings(&at_once, &nothing, None),
            settings(&one_by_one, &nothing, None)
        );
    }
}

/// Setting a key changes its value and nothing else.
fn sets_only(old: &str, section: &SectionId, key: &str, to: &str) -> TestCaseResult {
    let new = set(old, Which::Config, section, key, to).unwrap();
    prop_assert_eq!(value(&new, section, key), Some(to.to_owned()));
    prop_assert_eq!(
        settings(&new, section, Some(key)),
        settings(old, section, Some(key))
    );
    prop_assert_eq!(&set(&new, Which::Config, section, key, to).unwrap(), &new);

    // In bytes: all before and all after one place is as it was.
    let same = |(old, new): &(u8, u8)| old == new;
    let before = old.bytes().zip(new.bytes()).take_while(same).count();
    let backwards = old.bytes().rev().zip(new.bytes().rev());
    let after = backwards.take_while(same).count();
    let end = (old.len() - after).max(before);
    let lost = &old[old.floor_char_boundary(before)..old.ceil_char_boundary(end)];
    let document = Document::parse(old, Which::Config);
    let mut entries = document
        .sections
        .iter()
        .flat_map(|section| document.entries(section));
    let within =
        entries.any(|entry| entry.span.start <= before && old.len() - after <= entry.span.end);
    prop_assert!(lost.is_empty() || within, "lost {:?}", lost);
    Ok(())
}

/// Taking a key out takes out that key and nothing else.
fn unsets_only(old: &str, section: &SectionId, key: &str) -> TestCaseResult {
    let changes = [without(section, key)];
    let new = config(old, &changes);
    prop_assert_eq!(value(&new, section, key), None);
    prop_assert_eq!(
        settings(&new, section, Some(key)),
        settings(old, section, Some(key))
    );
    prop_assert_eq!(&config(&new, &changes), &new);
    prop_assert!(is_part(&new, old));
    Ok(())
}

/// Taking a section out takes out that section and nothing else.
fn removes_only(old: &str, section: &SectionId) -> TestCaseResult {
    let removal = [Change::Remove {
        section: section.clone(),
    }];
    let new = config(old, &removal);
    prop_assert_eq!(settings(&new, section, None), settings(old, section, None));
    let files = Files::of(&new, "");
    let is_there = files
        .profile_names()
        .iter()
        .any(|name| *name == section.name);
    prop_assert!(!is_there || section.kind != SectionKind::Profile);
    prop_assert_eq!(&config(&new, &removal), &new);
    prop_assert!(is_part(&new, old));
    Ok(())
}

/// True when all lines of `part`, blanks before them aside, are lines of `whole` in that order.
fn is_part(part: &str, whole: &str) -> bool {
    let trimmed = |text: &'_ str| -> Vec<String> {
        lines(text.trim_start_matches(BOM))
            .map(|line| trim(line).to_owned())
            .collect()
    };
    let whole = trimmed(whole);
    let mut whole = whole.iter();
    trimmed(part)
        .iter()
        .all(|line| whole.any(|other| other == line))
}
