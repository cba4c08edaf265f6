//! Reading: nothing of a file is lost or invented, and a profile read alone is the same as among
//! all.

use super::{files, parts};
use crate::aws::config::grammar::{Document, Lines};
use crate::aws::config::{Files, Which};

/// The config file, and the credentials file.
pub fn holds(data: &[u8]) {
    let mut parts = parts(data);
    let config = parts.next().unwrap_or_default();
    let credentials = parts.next().unwrap_or_default();
    for (text, which) in [(&config, Which::Config), (&credentials, Which::Credentials)] {
        the_spans_are_the_text(text, which);
    }
    let files = files(&config, &credentials);
    one_reads_as_among_all(&files);
    problems_are_in_the_file(&files);
}

fn the_spans_are_the_text(text: &str, which: Which) {
    let lines: String = Lines::new(text, which)
        .map(|line| &text[line.span])
        .collect();
    assert_eq!(lines, text);
    let document = Document::parse(text, which);
    let mut joined = text[document.preamble.clone()].to_owned();
    for section in &document.sections {
        joined.push_str(&text[section.span.clone()]);
        let mut at = section.header_span.end;
        for entry in document.entries(section) {
            assert!(at <= entry.span.start && entry.span.end <= section.span.end);
            assert!(!entry.key(text).is_empty());
            at = entry.span.end;
        }
    }
    assert_eq!(joined, text);
}

fn one_reads_as_among_all(files: &Files) {
    let profiles = files.profiles();
    let names: Vec<&str> = profiles
        .iter()
        .map(|profile| profile.name.as_ref())
        .collect();
    assert_eq!(names, files.profile_names());
    for profile in &profiles {
        assert_eq!(files.profile(&profile.name).as_ref(), Some(profile));
    }
    let sessions = files.sso_sessions();
    let names: Vec<&str> = sessions
        .iter()
        .map(|session| session.name.as_ref())
        .collect();
    assert_eq!(names, files.sso_session_names());
    for session in &sessions {
        assert_eq!(files.sso_session(&session.name).as_ref(), Some(session));
    }
}

fn problems_are_in_the_file(files: &Files) {
    for problem in files.problems() {
        let text = &files.file(problem.place.which).text;
        let lines = 1 + text.matches(['\n', '\r']).count();
        assert!(
            (1..=lines).contains(&(problem.place.line as usize)),
            "{problem:?}"
        );
    }
}
