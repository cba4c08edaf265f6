//! A switch that ends by itself. The shell is told when and what comes then, and goes back without
//! starting a program: see `__awsp_stay` in the scripts.
//!
//! The three variables are exported, so that a shell below this one goes back as well.

use super::channel::Channel;
use crate::system::env::Env;
use crate::system::text::span::Span;

/// When it began and when it ends, in seconds since 1970. A clock that is before the beginning was
/// set back, and ends it too.
const TIMES: &str = "AWSP_STAY";
/// The profile that one stays in. Where another is active, the stay sleeps.
const PROFILE: &str = "AWSP_STAY_PROFILE";
/// The profile to go back to; none where the environment is to be as before the first switch.
const BACK: &str = "AWSP_STAY_BACK";

/// Has the shell stay in this profile for so long.
pub fn begin(channel: &mut Channel, env: &Env, profile: &str, span: Span) {
    let now = env.now();
    channel.set(TIMES, &format!("{now} {}", now + span.seconds()));
    channel.set(PROFILE, profile);
    match back(env) {
        Some(name) => channel.set(BACK, name),
        None => channel.unset(BACK),
    }
}

/// True when the stay in this profile is over, and the shell has not gone back yet.
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

/// Has the shell stay in whatever profile it is in.
pub fn end(channel: &mut Channel, env: &Env) {
    for name in [TIMES, PROFILE, BACK] {
        if env.raw(name).is_some() {
            channel.unset(name);
        }
    }
}

/// Where the shell goes after the stay that begins now. Not from one stay to the next: to where it
/// was before the first of them.
pub fn back(env: &Env) -> Option<&str> {
    if env.var(TIMES).is_some() && env.var(PROFILE) == env.current_profile() {
        return env.var(BACK);
    }
    // What was there before the first switch comes back whole, with all that the switch cleared.
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
