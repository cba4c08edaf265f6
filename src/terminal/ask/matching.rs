//! Finds the rows of a list that match the typed text, and how well. Pure.
//!
//! Each word must be found in one of a row's cells: as it is, or, if no row has it, with letters
//! left out, as `stg` in `staging`. Upper and lower case are the same.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

/// The matched letters may spread over this many times the length of the word.
const SPREAD: usize = 4;

/// The words to find.
#[derive(Debug)]
pub struct Query {
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    text: String,
    finder: memmem::Finder<'static>,
}

/// How well a word matches a cell; higher is better.
pub type Score = u32;

const EQUAL: Score = 1000;
const BEGINS: Score = 900;
const BEGINS_WORD: Score = 800;
const WITHIN: Score = 700;
const SCATTERED: Score = 600;
/// The first cell is the name.
const IN_NAME: Score = 50;

impl Query {
    pub fn of(typed: &str) -> Self {
        let word = |text: &str| {
            let text = text.to_ascii_lowercase();
            Word {
                finder: memmem::Finder::new(&text).into_owned(),
                text,
            }
        };
        Self {
            words: typed.split_whitespace().map(word).collect(),
        }
    }

    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well the query matches a row's cells, which are in lower case; `None` if it does not.
    /// With `is_loose`, letters may be left out.
    pub fn score<'a>(
        &self,
        cells: &(impl Iterator<Item = &'a str> + Clone),
        is_loose: bool,
    ) -> Option<Score> {
        self.words.iter().try_fold(0, |sum, word| {
            let scores = cells.clone().enumerate().filter_map(|(number, cell)| {
                Some(word.score(cell, is_loose)? + if number == 0 { IN_NAME } else { 0 })
            });
            Some(sum + scores.max()?)
        })
    }

    /// The parts of a cell that match, in order and without overlaps.
    pub fn hits(&self, cell: &str) -> Vec<Range<usize>> {
        let mut hits: Vec<Range<usize>> =
            self.words.iter().flat_map(|word| word.hits(cell)).collect();
        hits.sort_by_key(|hit| hit.start);
        hits.dedup_by(|next, last| {
            let touch = next.start <= last.end;
            if touch {
                last.end = last.end.max(next.end);
            }
            touch
        });
        hits
    }
}

impl Word {
    fn score(&self, cell: &str, is_loose: bool) -> Option<Score> {
        let Some(at) = self.finder.find(cell.as_bytes()) else {
            return if is_loose { self.scattered(cell) } else { None };
        };
        Some(if self.text.len() == cell.len() {
            EQUAL
        } else if at == 0 {
            BEGINS
        } else if cell[..at].ends_with(char::is_alphanumeric) {
            WITHIN
        } else {
            BEGINS_WORD
        })
    }

    /// The letters in order with others between them: the closer, the better.
    fn scattered(&self, cell: &str) -> Option<Score> {
        let (start, end) = self.span(cell)?;
        let between = (end - start).saturating_sub(self.text.len());
        let apart = Score::try_from(between).unwrap_or(Score::MAX);
        Some(SCATTERED.saturating_sub(10 * apart.min(50)))
    }

    /// The shortest part of the cell that ends at the first place where all letters were found. It
    /// begins a word: `stg` does not match `cost-management`.
    fn span(&self, cell: &str) -> Option<(usize, usize)> {
        let bytes = cell.as_bytes();
        let (mut end, mut buffer) = (0, [0; 4]);
        for c in self.text.chars() {
            end += find(&bytes[end..], c.encode_utf8(&mut buffer))? + c.len_utf8();
        }
        let mut start = end;
        for c in self.text.chars().rev() {
            start = rfind(&bytes[..start], c.encode_utf8(&mut buffer))?;
        }
        let begins = !cell[..start].ends_with(char::is_alphanumeric);
        (begins && end - start <= SPREAD * self.text.len().max(2)).then_some((start, end))
    }

    fn hits(&self, cell: &str) -> Vec<Range<usize>> {
        if let Some(at) = self.finder.find(cell.as_bytes()) {
            return std::iter::once(at..at + self.text.len()).collect();
        }
        let Some((mut at, _)) = self.span(cell) else {
            return Vec::new();
        };
        let mut hits = Vec::new();
        let mut buffer = [0; 4];
        for c in self.text.chars() {
            let Some(found) = find(&cell.as_bytes()[at..], c.encode_utf8(&mut buffer)) else {
                break;
            };
            hits.push(at + found..at + found + c.len_utf8());
            at += found + c.len_utf8();
        }
        hits
    }
}

fn find(bytes: &[u8], letter: &str) -> Option<usize> {
    match letter.as_bytes() {
        [byte] => memchr(*byte, bytes),
        letter => memmem::find(bytes, letter),
    }
}

fn rfind(bytes: &[u8], letter: &str) -> Option<usize> {
    match letter.as_bytes() {
        [byte] => memrchr(*byte, bytes),
        letter => memmem::rfind(bytes, letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows that match, the best first.
    fn found<'a>(typed: &str, rows: &[&'a str]) -> Vec<&'a str> {
        let query = Query::of(typed);
        let fit = |is_loose| -> Vec<(Score, &str)> {
            let score = |row: &str| query.score(&row.to_lowercase().split('|'), is_loose);
            let all = rows.iter().filter_map(|row| Some((score(row)?, *row)));
            all.collect()
        };
        let mut fit = Some(fit(false))
            .filter(|fit| !fit.is_empty())
            .unwrap_or_else(|| fit(true));
        fit.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
        fit.into_iter().map(|(_, row)| row).collect()
    }

    #[test]
    fn the_closest_comes_first() {
        let rows = ["predev", "acme-dev", "develop", "dev", "d-e-v", "prod"];
        assert_eq!(
            found("dev", &rows),
            ["dev", "develop", "acme-dev", "predev"]
        );
        let rows = ["sandbox|acme|settings", "staging|acme", "x|acme-staging"];
        assert_eq!(
            found("stg", &rows),
            ["staging|acme", "x|acme-staging", rows[0]]
        );
    }

    #[test]
    fn every_word_must_be_in_some_cell() {
        let rows = [
            "acme-dev|111122223333|Admin",
            "acme-prod|333344445555|Admin",
        ];
        assert_eq!(found("admin dev", &rows), [rows[0]]);
        assert_eq!(found("3333 prod", &rows), [rows[1]]);
        assert_eq!(found("prod dev", &rows), [""; 0]);
        assert_eq!(
            found("devadmin", &rows),
            [""; 0],
            "no word runs over two cells"
        );
        assert_eq!(found("PROD", &rows), [rows[1]]);
    }

    #[test]
    fn letters_that_lie_far_apart_are_no_match() {
        assert_eq!(found("stg", &["acme-dev.cost-management"]), [""; 0]);
        let role = "x|aws-reserved-support-and-billing-role-for-auditors";
        assert_eq!(found("arf", &[role]), [""; 0]);
        assert_eq!(found("rsrv", &[role]), [role]);
    }

    #[test]
    fn what_fits_is_marked() {
        let hits = |typed: &str, cell: &str| -> Vec<(usize, usize)> {
            let hits = Query::of(typed).hits(cell);
            hits.iter().map(|hit| (hit.start, hit.end)).collect()
        };
        assert_eq!(hits("dev", "acme-dev"), [(5, 8)]);
        assert_eq!(hits("stg", "staging"), [(0, 2), (3, 4)]);
        assert_eq!(hits("dev ev", "acme-dev"), [(5, 8)]);
        assert_eq!(hits("本", "日本"), [(3, 6)]);
        assert!(hits("x", "acme-dev").is_empty() && hits("", "acme").is_empty());
    }
}
