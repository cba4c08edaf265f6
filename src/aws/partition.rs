//! AWS's partitions, and the addresses of their web consoles. Pure.

use super::profile::{Kind, Profile};
use crate::system::text::percent::encode;

/// A part of AWS with its own accounts, regions and console.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its name in an ARN.
    pub id: &'static str,
    /// The beginning of its regions' names; empty for the partition of all others.
    regions: &'static str,
    /// The console's region if none is given.
    pub region: &'static str,
    /// The domain, without `signin.` and `console.`.
    domain: &'static str,
    /// True if the region also comes before `signin.`.
    regional: bool,
}

/// A test compares them with botocore; the domains are from the endpoint rules of its service
/// `signin` (aws-contract 11.5).
pub static PARTITIONS: [Partition; 8] = [
    partition("aws-cn", "cn-", "cn-northwest-1", "amazonaws.cn", false),
    partition(
        "aws-us-gov",
        "us-gov-",
        "us-gov-west-1",
        "amazonaws-us-gov.com",
        false,
    ),
    partition(
        "aws-eusc",
        "eusc-",
        "eusc-de-east-1",
        "amazonaws-eusc.eu",
        true,
    ),
    partition(
        "aws-iso",
        "us-iso-",
        "us-iso-east-1",
        "c2shome.ic.gov",
        true,
    ),
    partition(
        "aws-iso-b",
        "us-isob-",
        "us-isob-east-1",
        "sc2shome.sgov.gov",
        true,
    ),
    partition(
        "aws-iso-e",
        "eu-isoe-",
        "eu-isoe-west-1",
        "csphome.adc-e.uk",
        true,
    ),
    partition(
        "aws-iso-f",
        "us-isof-",
        "us-isof-south-1",
        "csphome.hci.ic.gov",
        true,
    ),
    partition("aws", "", "us-east-1", "aws.amazon.com", false),
];

const fn partition(
    id: &'static str,
    regions: &'static str,
    region: &'static str,
    domain: &'static str,
    regional: bool,
) -> Partition {
    Partition {
        id,
        regions,
        region,
        domain,
        regional,
    }
}

impl Partition {
    /// The partition of a region.
    pub fn of_region(region: &str) -> &'static Self {
        let last = &PARTITIONS[PARTITIONS.len() - 1];
        PARTITIONS
            .iter()
            .find(|partition| region.starts_with(partition.regions))
            .unwrap_or(last)
    }

    /// The partition of an ARN, if it is known.
    fn of_arn(arn: &str) -> Option<&'static Self> {
        let id = arn.strip_prefix("arn:")?.split(':').next()?;
        PARTITIONS.iter().find(|partition| partition.id == id)
    }

    /// The partition of a profile: of its role's ARN, else of its session's region, else of the
    /// region in use.
    pub fn of(profile: &Profile, region: Option<&str>) -> &'static Self {
        let arn = match &profile.kind {
            Kind::Login { login_session } => Some(login_session.as_str()),
            _ => profile.role_to_take().map(|role| role.arn.as_str()),
        };
        arn.and_then(Self::of_arn).unwrap_or_else(|| {
            let region = profile
                .session()
                .map(|session| session.region.as_str())
                .or(region);
            Self::of_region(region.unwrap_or_default())
        })
    }

    pub fn has(&self, region: &str) -> bool {
        Self::of_region(region) == self
    }
}

/// The console in one region of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// The sign-in's address, without a path.
    pub signin: String,
    /// The page to open.
    pub destination: String,
}

impl Console {
    /// The front page, or that of a service.
    pub fn of(partition: &Partition, region: &str, service: Option<&str>) -> Self {
        let domain = partition.domain;
        let regional = if partition.regional {
            format!("{region}.")
        } else {
            String::new()
        };
        let service = service.unwrap_or("console");
        Self {
            signin: format!("https://{regional}signin.{domain}"),
            destination: format!(
                "https://console.{domain}/{service}/home?region={}",
                encode(region)
            ),
        }
    }

    /// The page that signs in. Anyone with the address can use it for 15 minutes. When the
    /// console's session has ended, it points to `issuer`.
    pub fn page(&self, token: &str, issuer: &str) -> String {
        let (issuer, destination, token) =
            (encode(issuer), encode(&self.destination), encode(token));
        format!(
            "{}/federation?Action=login&Issuer={issuer}&Destination={destination}&\
             SigninToken={token}",
            self.signin
        )
    }

    /// The access portal's link to the page, with a role. It contains no secret, and works for
    /// anyone who is logged in to the portal in the browser (aws-contract 11.15).
    pub fn portal_link(&self, start_url: &str, account: &str, role: &str) -> String {
        // `…/start`, `…/start/` and `…/start#/` are the same portal.
        let base = start_url.split('#').next().unwrap_or(start_url);
        format!(
            "{}/#/console?account_id={}&role_name={}&destination={}",
            base.trim_end_matches('/'),
            encode(account),
            encode(role),
            encode(&self.destination)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config::Files;
    use crate::aws::profile::resolve;

    #[test]
    fn every_partition_has_its_own_console() {
        for (region, signin, destination) in [
            (
                "eu-west-1",
                "signin.aws.amazon.com",
                "console.aws.amazon.com",
            ),
            (
                "us-gov-west-1",
                "signin.amazonaws-us-gov.com",
                "console.amazonaws-us-gov.com",
            ),
            ("cn-north-1", "signin.amazonaws.cn", "console.amazonaws.cn"),
            (
                "eusc-de-east-1",
                "eusc-de-east-1.signin.amazonaws-eusc.eu",
                "console.amazonaws-eusc.eu",
            ),
            (
                "us-iso-east-1",
                "us-iso-east-1.signin.c2shome.ic.gov",
                "console.c2shome.ic.gov",
            ),
            (
                "us-isob-east-1",
                "us-isob-east-1.signin.sc2shome.sgov.gov",
                "console.sc2shome.sgov.gov",
            ),
            (
                "us-isof-south-1",
                "us-isof-south-1.signin.csphome.hci.ic.gov",
                "console.csphome.hci.ic.gov",
            ),
            (
                "eu-isoe-west-1",
                "eu-isoe-west-1.signin.csphome.adc-e.uk",
                "console.csphome.adc-e.uk",
            ),
        ] {
            let partition = Partition::of_region(region);
            let console = Console::of(partition, region, Some("s3"));
            assert_eq!(
                (console.signin, console.destination),
                (
                    format!("https://{signin}"),
                    format!("https://{destination}/s3/home?region={region}")
                )
            );
        }
    }

    #[test]
    fn the_partition_is_the_roles_then_the_sessions_then_the_regions() {
        let config = "[profile gov]\nsso_session = g\nsso_account_id = 111122223333\n\
                      sso_role_name = R\n\
            [profile chain]\nrole_arn = arn:aws-cn:iam::111122223333:role/R\nsource_profile = gov\n\
            [profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n\
            [profile odd]\nrole_arn = arn:aws-moon:iam::111122223333:role/R\nsource_profile = gov\n\
            [sso-session g]\nsso_start_url = https://x\nsso_region = us-gov-west-1\n";
        let files = Files::of(config, "");
        for (name, region, expected) in [
            ("gov", None, "aws-us-gov"),
            ("gov", Some("eu-west-1"), "aws-us-gov"),
            ("chain", Some("eu-west-1"), "aws-cn"),
            ("odd", None, "aws-us-gov"),
            ("keys", None, "aws"),
            ("keys", Some("eusc-de-east-1"), "aws-eusc"),
            ("keys", Some("mars-1"), "aws"),
        ] {
            let profile = resolve(&files, name).unwrap();
            assert_eq!(
                Partition::of(&profile, region).id,
                expected,
                "{name} {region:?}"
            );
        }
        let gov = Partition::of_region("us-gov-east-1");
        assert!(gov.has("us-gov-west-1") && !gov.has("us-west-1") && !gov.has("us-iso-east-1"));
    }

    #[test]
    fn pages_and_links_are_encoded() {
        let aws = Partition::of_region("eu-west-1");
        let console = Console::of(aws, "eu-west-1", None);
        assert_eq!(
            console.page("a+b", "https://d-1.awsapps.com/start"),
            "https://signin.aws.amazon.com/federation?Action=login\
             &Issuer=https%3A%2F%2Fd-1.awsapps.com%2Fstart&Destination=\
             https%3A%2F%2Fconsole.aws.amazon.com%2Fconsole%2Fhome%3Fregion%3Deu-west-1&SigninToken\
             =a%2Bb"
        );
        for start_url in [
            "https://d-1.awsapps.com/start",
            "https://d-1.awsapps.com/start/",
            "https://d-1.awsapps.com/start#/",
            "https://d-1.awsapps.com/start/#",
        ] {
            assert_eq!(
                console.portal_link(start_url, "111122223333", "A&b"),
                "https://d-1.awsapps.com/start/#/console?account_id=111122223333&role_n\
                 ame=A%26b&destination=\
                 https%3A%2F%2Fconsole.aws.amazon.com%2Fconsole%2Fhome%3Fregion%3Deu-west-1"
            );
        }
    }
}
