//! This machine's clock compared with that of AWS. Clients use the local clock to decide whether a
//! token is valid, and AWS refuses a request whose signature is five minutes away from its own.

use super::finding::{Finding, Scene};
use crate::system::env::Env;
use crate::system::text::length;

/// Seconds from which on AWS refuses requests.
const WRONG: i64 = 300;
/// Seconds from which on a warning makes sense.
const WARNING: i64 = 60;

/// `ahead` is how many seconds the service's clock is ahead of this one, or why that is not known.
pub fn look(scene: &Scene<'_>, session: &str, ahead: Result<i64, &str>) -> Option<Finding> {
    let ahead = match ahead {
        Ok(ahead) => ahead,
        Err(why) => {
            let what = format!("cannot compare the clock with that of `{session}`: {why}");
            let by_date = why.contains("certificate")
                && (why.contains("not valid yet") || why.contains("expired"));
            // With a clock that is months away no certificate is valid, so the time cannot be read.
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
        "this machine's clock is {} {way} the clock of AWS",
        length(apart)
    );
    let finding = if apart > WRONG {
        Finding::wrong(
            "clock-skew",
            format!("{what}: AWS refuses signed requests, and sessions end at the wrong time"),
        )
    } else if apart >= WARNING {
        Finding::warning(
            "clock-skew",
            format!("{what}: from 5m on AWS refuses signed requests"),
        )
    } else {
        return None;
    };
    Some(finding.fix(set_clock(scene.env)))
}

fn set_clock(env: &Env) -> &'static str {
    if env.var("WSL_DISTRO_NAME").is_some() {
        // The clock of WSL 2 stops while Windows sleeps.
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
    fn the_severity_depends_on_how_far_the_clocks_are_apart() {
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
        let found = |ahead: i64| {
            look(&scene, "acme", Ok(ahead)).map(|finding| (finding.severity, finding.what))
        };
        assert_eq!(found(0), None);
        assert_eq!(found(-59), None);
        assert_eq!(found(60).unwrap().0, Warning);
        assert_eq!(found(-300).unwrap().0, Warning);
        assert_eq!(found(301).unwrap().0, Wrong);
        assert!(
            found(900)
                .unwrap()
                .1
                .starts_with("this machine's clock is 15m behind the clock of AWS")
        );
        assert!(
            found(-900)
                .unwrap()
                .1
                .starts_with("this machine's clock is 15m ahead of the clock of AWS")
        );
    }

    #[test]
    fn a_clock_that_cannot_be_read_is_a_note_or_a_warning() {
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
