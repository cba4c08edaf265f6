//! Which of the sections with one name count.

use super::headers::Header;

/// Which of the sections with one name count, as they come.
///
/// Those that the AWS CLI finds by that name go before those that only others find, and
/// `[profile default]` goes before `[default]`. The AWS CLI takes each way of writing the name for
/// a section of its own, and the last of them whole; what is written twice in the same way is one
/// section here, as for all SDKs but Python's.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    rank: (bool, bool),
    /// How the section that counts is written.
    inner: &'a str,
    /// How others were written.
    older: Vec<&'a str>,
}

/// What a section is beside those above with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Only this one counts now.
    Replaces,
    /// It counts as well.
    Joins,
    /// It does not count.
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

    /// True when `[profile default]` is what counts.
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
        // What the AWS CLI does not find may be written in any way.
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
