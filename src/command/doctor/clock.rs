//! This machine's clock beside that of AWS. Every client judges tokens by the local one, and AWS
//! refuses requests that are signed five minutes away from its own.

use super::finding::{Finding, Scene};
use crate::system::env::Env;
use crate::system::text::length;

/// Seconds apart at which AWS refuses.
const WRONG: i64 = 300;
/// Seconds apart that are worth a word.
const WARNING: i64 = 60;

/// `ahead` is how far the service's clock is before this one (seconds), or why it could not be
/// asked.
pub fn look(scene: &Scene<'_>, session: &str, ahead: Result<i64, &str>) -> Option<Finding> {
    let ahead = match ahead {
        Ok(ahead) => ahead,
        Err(why) => {
            let what = format!("cannot compare the clock with that of `{session}`: {why}");
            let by_date = why.contains("certificate")
                && (why.contains("not valid yet") || why.contains("expired"));
            // A clock that is months away sees no certificate that is good, and so hears no time.
            return Some(if by_date {
                Finding::warning("clock-unknown", what).fix(set_clock(scene.env))
            } else {
                Finding::note("clock-unknown", what)
            });
        }
    };
    let apart = ahead.abs();
    let way = if ahead > 0 { "behind" } else { "ahead of" };
    let what = format!(
        "this machine's clock is {} {way} that of AWS",
        length(apart)
    );
    let finding = if apart > WRONG {
        Finding::wrong(
            "clock-skew",
            format!("{what}: signed requests are refused, and sessions end at the wrong time"),
        )
    } else if apart >= WARNING {
        Finding::warning(
            "clock-skew",
            format!("{what}: from 5m on requests are refused"),
        )
    } else {
        return None;
    };
    Some(finding.fix(set_clock(scene.env)))
}

fn set_clock(env: &Env) -> &'static str {
    if env.var("WSL_DISTRO_NAME").is_some() {
        // WSL 2 stands still while Windows sleeps.
        "sudo hwclock -s"
    } else if cfg!(target_os = "macos") {
        "sudo sntp -sS time.apple.com"
    } else {
        "sudo timedatectl set-ntp true"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config::Files;
    use crate::command::doctor::finding::Severity::{Note, Warning, Wrong};
    use crate::command::doctor::finding::findings;
    use crate::command::doctor::fix::Fix;

    #[test]
    fn clocks_apart_are_told_by_how_far() {
        let env = Env::of(&[]);
        let files = Files::of("", "");
        let fix = Fix {
            env: &env,
            shell: None,
            loaded: true,
        };
        let scene = Scene {
            env: &env,
            files: &files,
            profiles: &[],
            sessions: &[],
            fix,
            startup: &[],
        };
        let told = |ahead: i64| {
            look(&scene, "acme", Ok(ahead)).map(|finding| (finding.severity, finding.what))
        };
        assert_eq!(told(0), None);
        assert_eq!(told(-59), None);
        assert_eq!(told(60).unwrap().0, Warning);
        assert_eq!(told(-300).unwrap().0, Warning);
        assert_eq!(told(301).unwrap().0, Wrong);
        assert!(
            told(900)
                .unwrap()
                .1
                .starts_with("this machine's clock is 15m behind that of AWS")
        );
        assert!(
            told(-900)
                .unwrap()
                .1
                .starts_with("this machine's clock is 15m ahead of that of AWS")
        );
    }

    #[test]
    fn a_clock_that_cannot_be_asked_is_a_note() {
        let found = findings(&[], "", "", |scene| {
            look(scene, "acme", Err("no network")).into_iter().collect()
        });
        assert_eq!(found[0].severity, Note);
        let found = findings(&[], "", "", |scene| {
            look(
                scene,
                "acme",
                Err("invalid peer certificate: certificate not valid yet"),
            )
            .into_iter()
            .collect()
        });
        assert_eq!(found[0].severity, Warning);
    }
}
