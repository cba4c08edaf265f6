//! The AWS CLI: whether it is installed, and new enough for the files. And versions, as programs
//! print them.

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
    /// The first number with a point in the output of `--version`.
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
    /// It did not print its version in time, or not as the AWS CLI does.
    Silent,
    Has(Version),
}

impl Cli {
    /// From the output of `aws --version`.
    pub fn of(answer: Option<&str>) -> Self {
        let version = answer
            .and_then(|text| text.split_once("aws-cli/"))
            .and_then(|(_, rest)| Version::first(rest));
        version.map_or(Self::Silent, Self::Has)
    }
}

pub fn look(scene: &Scene<'_>, cli: Cli) -> Option<Finding> {
    match cli {
        Cli::Missing => Some(missing(first(scene, is_login))),
        Cli::Silent => Some(
            Finding::note("silent-aws-cli", "`aws --version` prints no version")
                .at("aws")
                .fix("aws --version"),
        ),
        Cli::Has(version) => {
            let (severity, what) = too_old(scene, version)?;
            let what = format!("the AWS CLI {version} {what}");
            let finding = Finding::new(severity, "old-aws-cli", what);
            Some(finding.at("aws").fix("type -a aws"))
        }
    }
}

/// `login` is a profile of `aws login`, if there is one.
fn missing(login: Option<&str>) -> Finding {
    match login {
        Some(name) => Finding::warning(
            "no-aws-cli",
            format!("there is no `aws` on PATH, and `{name}` needs the AWS CLI 2.32 to log in"),
        ),
        None => Finding::note(
            "no-aws-cli",
            "there is no `aws` on PATH; only profiles of `aws login` need it, and you have none",
        ),
    }
}

/// What this version of the AWS CLI cannot do.
fn too_old(scene: &Scene<'_>, version: Version) -> Option<(Severity, String)> {
    if let Some(name) = first(scene, is_login)
        && version.is_before(2, 32)
    {
        let what = format!("has no `aws login`, which `{name}` needs: 2.32 or later has it");
        return Some((Severity::Warning, what));
    }
    if version.is_before(2, 0) {
        let what = "cannot log in to Identity Center; from 1.32 on it can use a login of awsp";
        return Some((Severity::Note, what.to_owned()));
    }
    let mut names = scene
        .sessions
        .iter()
        .filter_map(|session| session.name.as_ref());
    if let Some(name) = names.next().filter(|_| version.is_before(2, 9)) {
        let what = format!("cannot read the sso-session `{name}`: 2.9 or later can");
        return Some((Severity::Warning, what));
    }
    if let Some(name) = first(scene, is_chained).filter(|_| version.is_before(2, 11)) {
        let what =
            format!("may not assume the role of `{name}` through its session: 2.11 or later does");
        return Some((Severity::Warning, what));
    }
    let what = "cannot read an sso-session: 2.9 or later can";
    version
        .is_before(2, 9)
        .then(|| (Severity::Note, what.to_owned()))
}

/// The name of the first profile of this kind.
fn first<'a>(scene: &Scene<'a>, is: fn(&Profile) -> bool) -> Option<&'a str> {
    let mut profiles = scene.profiles.iter();
    let (name, _) = profiles.find(|(_, found)| found.as_ref().is_ok_and(is))?;
    Some(name)
}

const fn is_login(profile: &Profile) -> bool {
    matches!(profile.kind, Kind::Login { .. })
}

fn is_chained(profile: &Profile) -> bool {
    matches!(profile.kind, Kind::Role { .. }) && profile.session().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::finding::Severity::{Note, Warning};
    use crate::command::doctor::finding::findings;

    const SESSION: &str =
        "[sso-session s]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = eu-west-1\n";
    const ROLE: &str = "[sso-session s]\n\
                        sso_start_url = https://d-1.awsapps.com/start\n\
                        sso_region = eu-west-1\n\
                        [profile d]\n\
                        sso_session = s\n\
                        sso_account_id = 111122223333\n\
                        sso_role_name = r\n\
                        [profile r]\n\
                        role_arn = arn:aws:iam::111122223333:role/r\n\
                        source_profile = d\n";
    const LOGIN: &str = "[profile l]\nlogin_session = arn:aws:iam::111122223333:user/me\n";

    #[test]
    fn versions_are_read_from_the_output_of_programs() {
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
    fn an_aws_cli_that_cannot_do_what_the_profiles_need_is_found() {
        const fn has(major: u32, minor: u32) -> Cli {
            Cli::Has(Version { major, minor })
        }
        macro_rules! found {
            ($config:expr, $cli:expr) => {
                findings(&[], $config, "", |scene| {
                    look(scene, $cli).into_iter().collect()
                })
                .first()
                .map(|finding| (finding.severity, finding.id))
            };
        }
        assert_eq!(found!("", Cli::Missing), Some((Note, "no-aws-cli")));
        assert_eq!(found!(LOGIN, Cli::Missing), Some((Warning, "no-aws-cli")));
        assert_eq!(found!("", Cli::Silent), Some((Note, "silent-aws-cli")));
        assert_eq!(found!(SESSION, has(2, 8)), Some((Warning, "old-aws-cli")));
        assert_eq!(found!("", has(2, 8)), Some((Note, "old-aws-cli")));
        assert_eq!(found!(SESSION, has(2, 9)), None);
        assert_eq!(found!(SESSION, has(1, 45)), Some((Note, "old-aws-cli")));
        assert_eq!(found!(ROLE, has(2, 10)), Some((Warning, "old-aws-cli")));
        assert_eq!(found!(ROLE, has(2, 11)), None);
        assert_eq!(found!(LOGIN, has(2, 31)), Some((Warning, "old-aws-cli")));
        assert_eq!(found!(LOGIN, has(2, 32)), None);
    }
}
