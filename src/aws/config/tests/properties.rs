//! What holds for any text.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::*;

/// A thousand cases, and no files about failures.
pub(in crate::aws) fn a_thousand() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Files made of the pieces that matter to the grammar.
pub(in crate::aws) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        8 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => "\\PC{0,6}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "[profile a]", "[profile 'a b']", "[default]", "[profile default]", "[sso-session a]", "[a]",
    "[profile a'b']", "[profile a\\b]", "[profile \"ab\"]", "[ profile ab ]", "[profile\tab]",
    "[profile a b]", "[a b]", "[profile", "[profile ab", "[profile  a]", "[DEFAULT]", "[a ]",
    "] # [x]", "[]", "\u{feff}", "\u{a0}", "\u{2028}", "[services a]",
    "key", "k = v", "region=x", "a:b", "=", ":", " # c", "# c", ";", "s3 =", " ", "  ", "\t", "\r",
    "[", "]", "'", "\"", "\\", "é",
];

proptest! {
    #![proptest_config(a_thousand())]

    #[test]
    fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let files = Files::of(&text, &text);
        files.profiles();
        files.problems();
    }

    #[test]
    fn spans_tile_the_file(text in text()) {
        for which in [Which::Config, Which::Credentials] {
            is_tiled(&text, which)?;
        }
    }

    #[test]
    fn those_that_begin_alike_are_found_without_the_rest(
        config in text(),
        credentials in text(),
        beginning in "|a|ab?|a b|d|\\[|e|é| ",
    ) {
        let files = Files::of(&config, &credentials);
        let mut all = files.profiles();
        all.retain(|profile| profile.name.starts_with(&beginning));
        prop_assert_eq!(files.profiles_beginning(&beginning), all);
    }

    #[test]
    fn plain_lines_read_as_with_the_full_grammar(
        lines in "([a-z_=#; \\t\u{a0}é\\[\\]-]{0,3}( ?= ?)?[a-z#; é\u{a0}]{0,4}\
                  (\n|\n|\n|\r\n|\r)){0,6}",
    ) {
        plain_is_full(&format!("[profile a]\n{lines}"))?;
    }

    #[test]
    fn headers_are_found_without_the_rest(text in text()) {
        for which in [Which::Config, Which::Credentials] {
            let quick = Headers::new(&text, which).map(|at| header_at(&text, which, at));
            let document = Document::parse(&text, which);
            let full = document.sections.into_iter().map(|section| section.header);
            prop_assert_eq!(quick.collect::<Vec<_>>(), full.collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_profile_reads_as_among_all(config in text(), credentials in text()) {
        one_is_as_among_all(&Files::of(&config, &credentials))?;
    }
}

/// The spans of lines, sections and entries, joined, are the text, and in order.
fn is_tiled(text: &str, which: Which) -> TestCaseResult {
    let lines: String = Lines::new(text, which)
        .map(|line| &text[line.span])
        .collect();
    prop_assert_eq!(&lines, text);
    let document = Document::parse(text, which);
    let mut joined = text[document.preamble.clone()].to_owned();
    for section in &document.sections {
        joined.push_str(&text[section.span.clone()]);
        prop_assert_eq!(section.header_span.start, section.span.start);
        let mut at = section.header_span.end;
        for entry in document.entries(section) {
            let property = &entry.property;
            let order = [
                at,
                entry.span.start,
                property.key.start,
                property.key.end,
                property.value.start,
                property.value.end,
                entry.first,
                entry.span.end,
                section.span.end,
            ];
            prop_assert!(order.is_sorted(), "{:?}", order);
            let above = text[..entry.span.start]
                .replace("\r\n", "\n")
                .replace('\r', "\n");
            prop_assert_eq!(entry.line as usize, 1 + above.matches('\n').count());
            at = entry.span.end;
        }
    }
    prop_assert_eq!(&joined, text);
    Ok(())
}

/// Where the quick reader reads a section, it reads what the full grammar reads.
fn plain_is_full(text: &str) -> TestCaseResult {
    let mut plain = Vec::new();
    let from = "[profile a]\n".len();
    let read = plain::lines(text, from, |line| {
        plain.push((line.key.to_owned(), line.value.to_owned(), 2 + line.above));
    });
    let Some((end, above)) = read else {
        return Ok(());
    };
    let document = Document::parse(text, Which::Config);
    let section = &document.sections[0];
    let full = document.entries(section).iter().map(|entry| {
        let (key, (value, _)) = (entry.key(text), entry.value(text));
        (key.into_owned(), value.into_owned(), entry.line)
    });
    prop_assert_eq!(plain, full.collect::<Vec<_>>());
    prop_assert_eq!(end, section.span.end);
    let lines = Lines::new(&text[from..end], Which::Config).count();
    prop_assert_eq!(above as usize, lines);
    Ok(())
}

/// A profile or session that is looked up alone is the one that is read among all.
fn one_is_as_among_all(files: &Files) -> TestCaseResult {
    let profiles = files.profiles();
    let names: Vec<_> = profiles
        .iter()
        .map(|profile| profile.name.clone())
        .collect();
    prop_assert_eq!(names, files.profile_names());
    for profile in &profiles {
        prop_assert_eq!(files.profile(&profile.name), Some(profile.clone()));
    }
    for session in files.sso_sessions() {
        prop_assert_eq!(files.sso_session(&session.name), Some(session));
    }
    for name in ["", "a", "ab", "a b", "default", "nobody", "é"] {
        let among = profiles.iter().find(|profile| profile.name == name);
        prop_assert_eq!(files.profile(name), among.cloned());
    }
    Ok(())
}
