//! The profiles that a person has confirmed in this shell. Only the shell remembers them: it
//! passes them with each call, and gets new ones through the channel.

use super::channel::Channel;
use crate::system::env::Env;
use crate::system::text::percent;

/// The variable that the shell's function passes: names separated by blanks, each encoded as in a
/// URL.
const VARIABLE: &str = "AWSP_CONFIRMED";

pub fn has(env: &Env, name: &str) -> bool {
    let name = percent::encode(name);
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
    format!("{known} {}", percent::encode(name))
        .trim_start()
        .to_owned()
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
        assert!(has(&env, "two words") && !has(&env, "two") && !has(&env, ""));
    }
}
