//! Start URLs: which are AWS's own, and what their hosts tell (aws-contract 4.4, as the AWS CLI
//! since 2.35.13). Pure.

const AWS_SUFFIXES: [&str; 8] = [
    ".awsapps.com",
    ".awsapps.cn",
    ".app.aws",
    ".portal.amazonaws.com",
    ".portal.amazonaws.com.cn",
    ".portal.amazonaws.eu",
    ".app.amazonwebservices.com.cn",
    ".api.amazonwebservices.eu",
];
const AWS_HOSTS: [&str; 4] = [
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
];

/// The host of an https URL, as a browser would ask it.
pub fn https_host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then_some(host)
}

/// True for the hosts of AWS access portals.
pub fn is_aws_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    AWS_HOSTS.contains(&host.as_str()) || AWS_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

/// The region in `X.portal.REGION.app.aws` and `X.REGION.portal.amazonaws.*`.
pub fn region_of(host: &str) -> Option<&str> {
    let parts: Vec<&str> = host.split('.').collect();
    match parts.as_slice() {
        [_, "portal", region, "app", "aws"] | [_, region, "portal", "amazonaws", ..] => {
            Some(region)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awss_own_hosts_are_known_and_lookalikes_are_not() {
        for host in [
            "d-1.awsapps.com",
            "ssoins-1.portal.eu-west-1.app.aws",
            "D-1.AWSAPPS.COM",
            "identitycenter.amazonaws.com",
        ] {
            assert!(is_aws_host(host), "{host}");
        }
        for host in [
            "awsapps.com.evil.example",
            "evilawsapps.com",
            "sso.acme.example",
            "x.identitycenter.amazonaws.com",
        ] {
            assert!(!is_aws_host(host), "{host}");
        }
    }

    #[test]
    fn the_host_is_what_the_browser_would_ask() {
        assert_eq!(
            https_host("https://d-1.awsapps.com/start#/"),
            Some("d-1.awsapps.com")
        );
        assert_eq!(
            https_host("https://d-1.awsapps.com@evil.example/start"),
            Some("evil.example")
        );
        assert_eq!(https_host("http://d-1.awsapps.com/start"), None);
        assert_eq!(https_host("https:///start"), None);
    }

    #[test]
    fn a_host_may_name_its_region() {
        assert_eq!(
            region_of("ssoins-1.portal.eu-west-1.app.aws"),
            Some("eu-west-1")
        );
        assert_eq!(
            region_of("ssoins-1.us-east-2.portal.amazonaws.com"),
            Some("us-east-2")
        );
        assert_eq!(region_of("d-1.awsapps.com"), None);
    }
}
