//! The sections of one file, each with the settings that apply.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use memchr::memmem;

use super::choice::{Beside, Choice};
use super::grammar::{Lines, Part, Parts};
use super::headers::{Header, Headers, SectionKind, header, header_at, may_begin};
use super::python::{breaks, line_end, trim};
use super::{File, Place, Section, Setting, Which, plain};

/// Sections of one kind.
pub struct Sections<'a> {
    /// In the order in which their names first appear in the file.
    found: Vec<Section<'a>>,
    /// The index of each, by its name.
    at: HashMap<Cow<'a, str>, usize>,
    choices: Vec<Choice<'a>>,
}

impl File {
    /// The names of the sections of a kind, with repetitions.
    pub(super) fn names(&self, kind: SectionKind) -> impl Iterator<Item = Cow<'_, str>> {
        Headers::beginning(&self.text, self.which, kind, "")
            .map(|at| header_at(&self.text, self.which, at))
            .filter(move |header| header.kind == kind)
            .map(|header| header.name)
    }

    /// An estimate of the number of sections.
    pub(super) fn most(&self) -> usize {
        Headers::new(&self.text, self.which).most()
    }

    /// The section with this name.
    pub(super) fn section(&self, kind: SectionKind, name: &str) -> Option<Section<'_>> {
        let named = self.gather(kind, name, |found| found == name);
        named.found.into_iter().next()
    }

    /// Those whose names begin like this. Of the others only the headers are read.
    pub(super) fn sections(&self, kind: SectionKind, beginning: &str) -> Sections<'_> {
        self.gather(kind, beginning, |name| name.starts_with(beginning))
    }

    /// The sections with the wanted names, all of which begin like this.
    fn gather(
        &self,
        kind: SectionKind,
        beginning: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Sections<'_> {
        let (text, which) = (self.text.as_str(), self.which);
        let bytes = text.as_bytes();
        let mut headers = Headers::beginning(text, which, kind, beginning);
        let most = if beginning.is_empty() {
            headers.most()
        } else {
            0
        };
        let mut sections = Sections::with_capacity(most);
        let (mut counted, mut line) = (0, 1);
        while let Some(at) = headers.next() {
            if !may_begin(&bytes[at + 1..], which, kind, beginning) {
                continue;
            }
            let below = line_end(text, at);
            let header = header(trim(&text[at..below]), which);
            if header.kind != kind || !is_wanted(&header.name) {
                continue;
            }
            line += breaks(&bytes[counted..at]);
            counted = at;
            let Some(section) = sections.that_counts(header, Place { which, line }) else {
                continue;
            };
            let read = plain::lines(text, below, |plain| {
                let line = line + 1 + plain.above;
                section.add(Setting::plain(
                    plain.key,
                    plain.value,
                    Place { which, line },
                ));
            });
            if let Some((end, above)) = read {
                headers.skip_to(end);
                counted = end;
                line += 1 + above;
            } else {
                let end = Headers::after(text, which, at).next().unwrap_or(text.len());
                for part in Parts::of(Lines::from(&text[..end], which, below, line + 1)) {
                    if let Part::Entry(entry) = part {
                        section.add(Setting::new(which, text, &entry));
                    }
                }
            }
        }
        if let Some(defaults) = self.defaults(kind) {
            for section in &mut sections.found {
                section.complete(&defaults);
            }
        }
        sections
    }

    /// The settings of `[DEFAULT]` for the profiles of the credentials file.
    fn defaults(&self, kind: SectionKind) -> Option<Section<'_>> {
        if self.which == Which::Config || kind != SectionKind::Profile {
            return None;
        }
        let name = SectionKind::Defaults.word();
        memmem::find(self.text.as_bytes(), name.as_bytes())?;
        self.section(SectionKind::Defaults, name)
    }
}

impl<'a> Sections<'a> {
    fn with_capacity(most: usize) -> Self {
        Self {
            found: Vec::with_capacity(most),
            at: HashMap::with_capacity(most),
            choices: Vec::with_capacity(most),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Section<'a>> {
        self.at.get(name).map(|&at| &self.found[at])
    }

    pub fn iter(&self) -> impl Iterator<Item = &Section<'a>> {
        self.found.iter()
    }

    pub(super) fn into_vec(self) -> Vec<Section<'a>> {
        self.found
    }

    /// Adds the sections of the credentials file, whose settings override the others.
    pub(super) fn merge(&mut self, over: Self) {
        for section in over.found {
            match self.at.entry(section.name.clone()) {
                Entry::Occupied(entry) => self.found[*entry.get()].merge(section),
                Entry::Vacant(entry) => {
                    entry.insert(self.found.len());
                    self.found.push(section);
                }
            }
        }
    }

    /// The section to which the settings below this header belong; `None` if it is not used.
    fn that_counts(&mut self, header: Header<'a>, place: Place) -> Option<&mut Section<'a>> {
        let at = match self.at.entry(header.name.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(self.found.len());
                self.choices.push(Choice::new(&header));
                self.found.push(Section::new(header.name, place));
                return self.found.last_mut();
            }
            Entry::Occupied(entry) => *entry.get(),
        };
        match self.choices[at].beside(&header) {
            Beside::Joins => {}
            Beside::Nothing => return None,
            Beside::Replaces => self.found[at] = Section::new(header.name, place),
        }
        self.found.get_mut(at)
    }
}
