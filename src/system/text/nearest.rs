//! Finds names that are similar to a name that does not exist.

/// The number of names to show.
const MOST: usize = 3;
/// Nobody types a name that is longer, and the time grows with the square of it.
const LONGEST: usize = 256;

/// How much more than the likeliest the others may differ.
const FARTHER: u32 = 3;

/// The names that were probably meant, the likeliest first, three at most: names that differ in
/// case or by a typing error, that begin with the name, contain it, or are the beginning of it.
///
/// Takes well under a microsecond per name: the edit distance is only computed if the letters allow
/// it.
pub fn nearest<'a>(name: &str, among: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_ascii_lowercase();
    let mask = letters(&wanted);
    // One typing error per three letters.
    let most = wanted.chars().count().div_ceil(3).min(4);
    let mut best: Vec<((u32, usize), &str)> = Vec::with_capacity(MOST + 1);
    let is_short = |name: &&str| name.len() <= LONGEST;
    for candidate in among.filter(|name| is_short(name) && is_short(&&*wanted)) {
        let Some(score) = score(&wanted, mask, most, candidate) else {
            continue;
        };
        let score = (score, candidate.len().abs_diff(wanted.len()));
        let place = best
            .iter()
            .position(|(other, _)| score < *other)
            .unwrap_or(best.len());
        if place < MOST && !best.iter().any(|(_, other)| *other == candidate) {
            best.insert(place, (score, candidate));
            best.truncate(MOST);
        }
    }
    // Beside a single slip, what is much farther away is not meant.
    let likeliest = best.first().map_or(0, |((score, _), _)| *score);
    best.retain(|((score, _), _)| *score < likeliest + FARTHER);
    best.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The lower, the more similar; `None` if the candidate is not similar.
fn score(wanted: &str, mask: u64, most: usize, candidate: &str) -> Option<u32> {
    if wanted.is_empty() {
        return None;
    }
    if candidate.eq_ignore_ascii_case(wanted) {
        return Some(0);
    }
    // A typing error changes at most two letters of the set.
    let close = candidate.len().abs_diff(wanted.len()) <= 4 * most
        && (letters(candidate) ^ mask).count_ones() as usize <= 2 * most;
    let distance = if close {
        strsim::osa_distance(wanted, &candidate.to_ascii_lowercase())
    } else {
        usize::MAX
    };
    if distance == 1 {
        return Some(1);
    }
    if contains(candidate, wanted) {
        let begins = candidate.as_bytes()[..wanted.len()].eq_ignore_ascii_case(wanted.as_bytes());
        return Some(if begins { 2 } else { 3 });
    }
    if distance <= most {
        return u32::try_from(distance).ok().map(|distance| distance + 2);
    }
    let begins = candidate.len() >= 3 && wanted.len() > candidate.len();
    (begins && wanted.as_bytes()[..candidate.len()].eq_ignore_ascii_case(candidate.as_bytes()))
        .then_some(9)
}

fn contains(candidate: &str, wanted: &str) -> bool {
    candidate
        .as_bytes()
        .windows(wanted.len())
        .any(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// The set of letters, as bits.
fn letters(text: &str) -> u64 {
    text.bytes()
        .fold(0, |mask, byte| mask | 1 << (byte.to_ascii_lowercase() % 64))
}

#[cfg(test)]
mod tests {
    use crate::system::text::nearest::nearest;

    fn of(name: &str, among: &[&'static str]) -> Vec<&'static str> {
        nearest(name, among.iter().copied())
    }

    #[test]
    fn the_likeliest_comes_first() {
        let names = [
            "dev",
            "prod",
            "prod-admin",
            "staging",
            "Sandbox",
            "team/prod",
            "produce",
        ];
        assert_eq!(of("prdo", &names), ["prod"]);
        assert_eq!(of("prod", &names[1..2]), ["prod"]);
        assert_eq!(of("pro", &names), ["prod", "produce", "prod-admin"]);
        assert_eq!(of("SANDBOX", &names), ["Sandbox"]);
        assert_eq!(of("pord", &["old", "prod", "dev"]), ["prod"]);
        assert_eq!(of("stagign", &names), ["staging"]);
        assert_eq!(of("dev-admin", &names)[0], "dev");
        assert_eq!(of("team", &names), ["team/prod"]);
    }

    #[test]
    fn what_is_far_away_is_not_offered() {
        let names = ["dev", "prod", ""];
        assert!(of("zebra", &names).is_empty());
        assert!(of("", &names).is_empty());
        assert!(of("x", &["y"]).len() <= 1);
    }

    #[test]
    fn any_text_will_do() {
        assert_eq!(of("größe", &["grösse", "größe2", "ß"])[0], "größe2");
        assert_eq!(of("a", &["ab", "ab", "ba"]), ["ab", "ba"]);
    }
}
