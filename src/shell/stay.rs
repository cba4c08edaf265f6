//! A switch that ends by itself. The shell gets the time of the end and the profile to go back to,
//! and goes back without starting a program: see `__awsp_stay` in the scripts.
//!
//! The three variables are exported, so that a sub-shell goes back as well.

use super::channel::Channel;
use crate::system::env::Env;
use crate::system::text::span::Span;

/// Its beginning and its end, in seconds since 1970. If the clock is before the beginning, it was
/// set back, and the switch ends too.
const TIMES: &str = "AWSP_STAY";
/// The profile of the switch. If another one is active, nothing happens at the end.
const PROFILE: &str = "AWSP_STAY_PROFILE";
/// The profile to go back to; `None` to restore the environment from before the first switch.
const BACK: &str = "AWSP_STAY_BACK";

/// Limits the switch to this profile to a time.
pub fn begin(channel: &mut Channel, env: &Env, profile: &str, span: Span) {
    let now = env.now();
    channel.set(TIMES, &format!("{now} {}", now + span.seconds()));
    channel.set(PROFILE, profile);
    match back(env) {
        Some(name) => channel.set(BACK, name),
        None => channel.unset(BACK),
    }
}

/// True if the time in this profile is over, and the shell has not gone back yet.
pub fn is_over(env: &Env, profile: &str) -> bool {
    let times = env.var(TIMES).and_then(|times| times.split_once(' '));
    let Some((begin, end)) =
        times.and_then(|(begin, end)| Some((begin.parse().ok()?, end.parse().ok()?)))
    else {
        return false;
    };
    let is_there = env.var(PROFILE) == Some(profile) && env.current_profile() == Some(profile);
    let during: std::ops::Range<i64> = begin..end;
    is_there && !during.contains(&env.now())
}

/// Removes the limit.
pub fn end(channel: &mut Channel, env: &Env) {
    for name in [TIMES, PROFILE, BACK] {
        if env.raw(name).is_some() {
            channel.unset(name);
        }
    }
}

/// The profile to go back to at the end. If one limited switch follows another, it is the profile
/// from before the first.
pub fn back(env: &Env) -> Option<&str> {
    if env.var(TIMES).is_some() && env.var(PROFILE) == env.current_profile() {
        return env.var(BACK);
    }
    // The environment from before the first switch is restored completely, with everything that
    // the switch cleared.
    env.var("AWSP_SWITCHED").and(env.current_profile())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stay_ends_where_the_shell_was_before() {
        let switched = ("AWSP_SWITCHED", "1");
        let stay = [(TIMES, "1 2"), (PROFILE, "prod"), (BACK, "dev")];
        for (vars, expected) in [
            (&[][..], None),
            (&[("AWS_PROFILE", "dev")], None),
            (&[("AWS_PROFILE", "dev"), switched], Some("dev")),
            (
                &[("AWS_PROFILE", "prod"), switched, stay[0], stay[1], stay[2]],
                Some("dev"),
            ),
            (&[("AWS_PROFILE", "prod"), switched, stay[0], stay[1]], None),
            (
                &[("AWS_PROFILE", "old"), switched, stay[0], stay[1], stay[2]],
                Some("old"),
            ),
        ] {
            assert_eq!(back(&Env::of(vars)), expected, "{vars:?}");
        }
    }
}
