//! Decides which of several sections with one name are used.

use super::headers::Header;

/// Decides which of several sections with one name are used, in the order of the file.
///
/// Sections that the AWS CLI finds by that name come before those that only others find, and
/// `[profile default]` comes before `[default]`. For the AWS CLI each spelling of a name is a
/// section of its own, and the last one is used; sections with the same spelling are merged here,
/// as in all SDKs except Python's.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    rank: (bool, bool),
    /// The spelling of the section that is used.
    inner: &'a str,
    /// The spellings of the others.
    older: Vec<&'a str>,
}

/// The relation of a section to those above with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Only this one is used now.
    Replaces,
    /// It is used as well.
    Joins,
    /// It is not used.
    Nothing,
}

impl<'a> Choice<'a> {
    pub(super) const fn new(header: &Header<'a>) -> Self {
        Self {
            rank: (header.seen, header.prefixed),
            inner: header.inner,
            older: Vec::new(),
        }
    }

    /// True if `[profile default]` is the one that is used.
    pub(super) const fn is_prefixed(&self) -> bool {
        self.rank.1
    }

    pub(super) fn beside(&mut self, header: &Header<'a>) -> Beside {
        let rank = (header.seen, header.prefixed);
        if rank != self.rank {
            if rank < self.rank {
                return Beside::Nothing;
            }
            *self = Self::new(header);
            return Beside::Replaces;
        }
        // Sections that the AWS CLI does not find may have any spelling.
        if !header.seen || header.inner == self.inner {
            return Beside::Joins;
        }
        if self.older.contains(&header.inner) {
            return Beside::Nothing;
        }
        self.older.push(self.inner);
        self.inner = header.inner;
        Beside::Replaces
    }
}
