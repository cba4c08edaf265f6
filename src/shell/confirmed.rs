//! The profiles that a person has confirmed in this shell. Only the shell remembers them: it
//! passes them with each call, and gets new ones through the channel.

use super::channel::Channel;
use crate::system::env::Env;
use crate::system::text::hash::sha1_hex;
use crate::system::text::percent;

/// The variable that the shell's function passes: names separated by blanks, each encoded as in a
/// URL.
const VARIABLE: &str = "AWSP_CONFIRMED";

/// The longest list (bytes), which must fit through the channel. The oldest names go first.
const LONGEST: usize = 4000;
/// A longer name is kept by its hash.
const LONGEST_NAME: usize = 400;

pub fn has(env: &Env, name: &str) -> bool {
    let name = key(name);
    env.var(VARIABLE)
        .is_some_and(|names| names.split(' ').any(|known| known == name))
}

/// Makes the shell remember one more.
pub fn add(env: &Env, channel: &mut Channel, name: &str) {
    if !has(env, name) {
        channel.set("__awsp_confirmed", &with(env, name));
    }
}

/// The names, with one more.
pub fn with(env: &Env, name: &str) -> String {
    let known = env.var(VARIABLE).unwrap_or_default();
    let all = format!("{known} {}", key(name));
    let mut kept = all.trim_start();
    while kept.len() > LONGEST {
        let Some((_, newer)) = kept.split_once(' ') else {
            break;
        };
        kept = newer;
    }
    kept.to_owned()
}

fn key(name: &str) -> String {
    let key = percent::encode(name);
    if key.len() > LONGEST_NAME {
        sha1_hex(name)
    } else {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_remembered_whole() {
        let mut env = Env::default();
        for name in ["prod", "two words", "100% é", "a'b$(x)"] {
            assert!(!has(&env, name));
            let known = with(&env, name);
            assert!(!known.contains(['\'', '$', '\n', '"', '\\']), "{known}");
            env = Env::of(&[(VARIABLE, known.as_str())]);
            assert!(has(&env, name));
        }
        let long = "é".repeat(2_000);
        let known = with(&env, &long);
        assert!(has(&Env::of(&[(VARIABLE, &known)]), &long) && !has(&env, &long));
        assert!(has(&env, "two words") && !has(&env, "two") && !has(&env, ""));
    }

    #[test]
    fn the_oldest_names_make_room() {
        let mut env = Env::default();
        let name = |at: usize| format!("{at:03}{}", "x".repeat(97));
        for at in 0..100 {
            let known = with(&env, &name(at));
            assert!(known.len() <= LONGEST && !known.contains("  "), "{known}");
            env = Env::of(&[(VARIABLE, known.as_str())]);
            assert!(has(&env, &name(at)));
        }
        assert!(!has(&env, &name(0)) && has(&env, &name(90)));
    }
}
