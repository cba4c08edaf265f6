//! The AWS CLI: whether it is there, and can read what the files say. And versions, as programs
//! tell them.

use std::fmt;

use super::finding::{Finding, Scene, Severity};
use crate::aws::profile::{Kind, Profile};

/// Major and minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// The first number with a point in what a program says of itself.
    pub fn first(text: &str) -> Option<Self> {
        let words = text.split(|c: char| !c.is_ascii_digit() && c != '.');
        words
            .filter_map(|word| word.split_once('.'))
            .find_map(|(major, rest)| {
                let minor = rest.split('.').next().unwrap_or(rest);
                Some(Self {
                    major: major.parse().ok()?,
                    minor: minor.parse().ok()?,
                })
            })
    }

    pub const fn is_before(self, major: u32, minor: u32) -> bool {
        self.major < major || (self.major == major && self.minor < minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What is known of the AWS CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cli {
    /// No `aws` on PATH.
    Missing,
    /// It did not say its version in time, or in another way than the AWS CLI does.
    Silent,
    Has(Version),
}

impl Cli {
    /// From what `aws --version` says.
    pub fn of(answer: Option<&str>) -> Self {
        let version = answer
            .and_then(|text| text.split_once("aws-cli/"))
            .and_then(|(_, rest)| Version::first(rest));
        version.map_or(Self::Silent, Self::Has)
    }
}

pub fn look(scene: &Scene<'_>, cli: Cli) -> Option<Finding> {
    let first = |is: fn(&Profile) -> bool| {
        scene
            .profiles
            .iter()
            .find(|(_, found)| found.as_ref().is_ok_and(is))
            .map(|(name, _)| name.as_str())
    };
    let session = scene
        .sessions
        .iter()
        .find_map(|session| session.name.as_ref());
    let old = |version: Version, severity, what: String| {
        Some(
            Finding::new(
                severity,
                "old-aws-cli",
                format!("the AWS CLI {version} {what}"),
            )
            .at("aws")
            .fix("type -a aws"),
        )
    };
    let login = first(|found| matches!(found.kind, Kind::Login { .. }));
    let chained =
        first(|found| matches!(found.kind, Kind::Role { .. }) && found.session().is_some());
    match cli {
        Cli::Missing => Some(match login {
            Some(name) => {
                let what = format!(
                    "there is no `aws` on PATH, and `{name}` can log in with the AWS CLI only, \
                     2.32 or later"
                );
                Finding::warning("no-aws-cli", what)
            }
            None => Finding::note(
                "no-aws-cli",
                "there is no `aws` on PATH; only profiles of `aws login` need it, and here is none",
            ),
        }),
        Cli::Silent => Some(
            Finding::note("silent-aws-cli", "`aws` does not say its version")
                .at("aws")
                .fix("aws --version"),
        ),
        Cli::Has(version) => match (login, session, chained) {
            (Some(name), ..) if version.is_before(2, 32) => old(
                version,
                Severity::Warning,
                format!("has no `aws login`, which `{name}` needs: 2.32 or later does"),
            ),
            (_, Some(name), _) if !version.is_before(2, 0) && version.is_before(2, 9) => old(
                version,
                Severity::Warning,
                format!("cannot read the sso-session `{name}`: 2.9 or later can"),
            ),
            (_, _, Some(name)) if !version.is_before(2, 0) && version.is_before(2, 11) => old(
                version,
                Severity::Warning,
                format!(
                    "may not take the role of `{name}` through its session: 2.11 or later does"
                ),
            ),
            _ if version.is_before(2, 0) => old(
                version,
                Severity::Note,
                "cannot log in to Identity Center; it uses the login of awsp from 1.32 on"
                    .to_owned(),
            ),
            _ if version.is_before(2, 9) => old(
                version,
                Severity::Note,
                "cannot read an sso-session: 2.9 or later can".to_owned(),
            ),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::finding::Severity::{Note, Warning};
    use crate::command::doctor::finding::findings;

    const SESSION: &str =
        "[sso-session s]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = eu-west-1\n";
    const LOGIN: &str = "[profile l]\nlogin_session = arn:aws:iam::111122223333:user/me\n";

    #[test]
    fn versions_are_read_from_what_programs_say() {
        for (text, version) in [
            (
                "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)",
                Some((5, 2)),
            ),
            ("zsh 5.9 (x86_64-debian-linux-gnu)", Some((5, 9))),
            ("fish, version 3.6.0", Some((3, 6))),
            ("tcsh", None),
            ("", None),
        ] {
            assert_eq!(
                Version::first(text),
                version.map(|(major, minor)| Version { major, minor }),
                "{text}"
            );
        }
        assert_eq!(
            Cli::of(Some("aws-cli/2.9.19 Python/3.11.2")),
            Cli::Has(Version { major: 2, minor: 9 })
        );
        assert_eq!(Cli::of(Some("command not found 1.2")), Cli::Silent);
        assert_eq!(Cli::of(None), Cli::Silent);
    }

    #[test]
    fn what_is_found_of_the_aws_cli() {
        fn told(
            config: &str,
            check: fn(&Scene<'_>) -> Vec<Finding>,
        ) -> Option<(Severity, &'static str)> {
            findings(&[], config, "", check)
                .first()
                .map(|finding| (finding.severity, finding.id))
        }
        macro_rules! told {
            ($config:expr, $cli:expr) => {
                told($config, |scene| look(scene, $cli).into_iter().collect())
            };
        }
        const fn has(major: u32, minor: u32) -> Cli {
            Cli::Has(Version { major, minor })
        }
        assert_eq!(told!("", Cli::Missing), Some((Note, "no-aws-cli")));
        assert_eq!(told!(LOGIN, Cli::Missing), Some((Warning, "no-aws-cli")));
        assert_eq!(told!("", Cli::Silent), Some((Note, "silent-aws-cli")));
        assert_eq!(told!(SESSION, has(2, 8)), Some((Warning, "old-aws-cli")));
        assert_eq!(told!("", has(2, 8)), Some((Note, "old-aws-cli")));
        assert_eq!(told!(SESSION, has(2, 9)), None);
        assert_eq!(told!(SESSION, has(1, 45)), Some((Note, "old-aws-cli")));
        assert_eq!(told!(LOGIN, has(2, 31)), Some((Warning, "old-aws-cli")));
        assert_eq!(told!(LOGIN, has(2, 32)), None);
    }
}
