//! Settings of a profile that have a variable, for tools that are given keys instead of a profile
//! (aws-contract 11.9). Pure.

use super::config::{Files, Section};
use super::identity::REGION;

/// Key and variable, as the SDK reference guide and botocore have them. Endpoints and the region
/// have rules of their own.
const SETTINGS: [(&str, &str); 36] = [
    ("account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE"),
    ("auth_scheme_preference", "AWS_AUTH_SCHEME_PREFERENCE"),
    ("ca_bundle", "AWS_CA_BUNDLE"),
    ("cli_auto_prompt", "AWS_CLI_AUTO_PROMPT"),
    ("cli_pager", "AWS_PAGER"),
    ("csm_client_id", "AWS_CSM_CLIENT_ID"),
    ("csm_enabled", "AWS_CSM_ENABLED"),
    ("csm_host", "AWS_CSM_HOST"),
    ("csm_port", "AWS_CSM_PORT"),
    ("data_path", "AWS_DATA_PATH"),
    ("defaults_mode", "AWS_DEFAULTS_MODE"),
    (
        "disable_host_prefix_injection",
        "AWS_DISABLE_HOST_PREFIX_INJECTION",
    ),
    (
        "disable_request_compression",
        "AWS_DISABLE_REQUEST_COMPRESSION",
    ),
    (
        "ec2_metadata_service_endpoint",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    ),
    (
        "ec2_metadata_service_endpoint_mode",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    ),
    ("ec2_metadata_v1_disabled", "AWS_EC2_METADATA_V1_DISABLED"),
    (
        "endpoint_discovery_enabled",
        "AWS_ENDPOINT_DISCOVERY_ENABLED",
    ),
    (
        "ignore_configured_endpoint_urls",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ),
    ("imds_use_ipv6", "AWS_IMDS_USE_IPV6"),
    ("max_attempts", "AWS_MAX_ATTEMPTS"),
    (
        "metadata_service_num_attempts",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    ),
    ("metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT"),
    ("output", "AWS_DEFAULT_OUTPUT"),
    (
        "request_checksum_calculation",
        "AWS_REQUEST_CHECKSUM_CALCULATION",
    ),
    (
        "request_min_compression_size_bytes",
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    ),
    (
        "response_checksum_validation",
        "AWS_RESPONSE_CHECKSUM_VALIDATION",
    ),
    ("retry_mode", "AWS_RETRY_MODE"),
    (
        "s3_disable_express_session_auth",
        "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
    ),
    (
        "s3_disable_multiregion_access_points",
        "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
    ),
    (
        "s3_us_east_1_regional_endpoint",
        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    ),
    ("s3_use_arn_region", "AWS_S3_USE_ARN_REGION"),
    ("sdk_ua_app_id", APP_ID),
    ("sigv4a_signing_region_set", "AWS_SIGV4A_SIGNING_REGION_SET"),
    ("sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS"),
    ("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
    ("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
];

/// What names the application in each request, and so in CloudTrail.
pub const APP_ID: &str = "AWS_SDK_UA_APP_ID";
/// Where AWS's tools find their two files.
pub const FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
/// What `AWS_CONFIG_FILE` was before awsp gave one in its place.
pub const OWN_CONFIG: &str = "AWSP_CONFIG_FILE";
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// The settings of a profile that have a variable, the region apart. A variable that is set goes
/// before a profile's setting in every tool, so such a setting is left out; `is_set` tells.
pub fn of(
    files: &Files,
    profile: &Section,
    is_set: impl Fn(&str) -> bool,
) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for (key, variable) in SETTINGS {
        if let Some(value) = value(profile, key).filter(|_| !is_set(variable)) {
            out.push((variable.to_owned(), value.to_owned()));
        }
    }
    // It goes before the endpoints of a profile, for all services.
    if is_set(ENDPOINT) {
        return out;
    }
    if let Some(url) = profile.get("endpoint_url") {
        out.push((ENDPOINT.to_owned(), url.to_owned()));
    }
    let services = profile
        .get("services")
        .and_then(|name| files.services(name));
    for service in services.iter().flat_map(|services| &services.settings) {
        let variable = format!("{ENDPOINT}_{}", service.key.to_ascii_uppercase());
        let url = service
            .nested
            .iter()
            .find(|(key, value)| key == "endpoint_url" && !value.is_empty());
        if let Some((_, url)) = url.filter(|_| is_setting(&variable) && !is_set(&variable)) {
            out.push((variable, url.clone()));
        }
    }
    out
}

/// The value of a setting. `cli_pager` means something without one too: no pager. Those of S3 may
/// stand in a block of their own.
fn value<'a>(profile: &'a Section<'_>, key: &str) -> Option<&'a str> {
    let own = || {
        let setting = profile.setting(key)?;
        let counts = !setting.value.is_empty() || key == "cli_pager";
        counts.then_some(&*setting.value)
    };
    own().or_else(|| {
        let short = key.strip_prefix("s3_")?;
        let mut block = profile.setting("s3")?.nested.iter();
        let (_, value) = block.find(|(name, _)| name == short || name == key)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    })
}

/// True when `[default]` would give a setting to those who have keys, no profile, and these
/// variables besides what is set.
pub fn default_fills_a_gap(
    files: &Files,
    is_set: impl Fn(&str) -> bool,
    given: &[(String, String)],
    has_region: bool,
) -> bool {
    let Some(default) = files.profile("default") else {
        return false;
    };
    let has = |variable: &str| is_set(variable) || given.iter().any(|(name, _)| name == variable);
    let gap = |key: &str, variable: &str| value(&default, key).is_some() && !has(variable);
    (!has_region && default.get("region").is_some())
        || SETTINGS.iter().any(|(key, variable)| gap(key, variable))
        || gap("endpoint_url", ENDPOINT)
        || gap("services", ENDPOINT)
}

/// True for the variable of a setting: its value is no identity and no secret.
pub fn is_setting(name: &str) -> bool {
    let is_endpoint = name.strip_prefix(ENDPOINT).is_some_and(|rest| {
        rest.is_empty()
            || rest.strip_prefix('_').is_some_and(|service| {
                !service.is_empty()
                    && service.bytes().all(|byte| {
                        byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
                    })
            })
    });
    is_endpoint
        || REGION.contains(&name)
        || FILES.contains(&name)
        || SETTINGS.iter().any(|(_, variable)| *variable == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "[default]\nregion = eu-west-1\n[profile gov]\nregion = us-gov-west-1\n\
                          use_fips_endpoint = true\n\
        ca_bundle = ~/ca.pem\nendpoint_url = https://all.example\nservices = own\nsso_session = s\n\
        cli_history = enabled\n\
        cli_pager =\ns3 =\n  use_arn_region = true\n  max_queue_size = 3\n[services own]\n\
        s3 =\n  endpoint_url = https://s3.example\n  addressing_style = path\n\
        elastic_beanstalk =\n  endpoint_url =\n\
        [profile bare]\n";

    fn given(name: &str, set: &[&str]) -> Vec<String> {
        let files = Files::of(CONFIG, "");
        of(&files, &files.profile(name).unwrap(), |name| {
            set.contains(&name)
        })
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
    }

    #[test]
    fn what_a_variable_exists_for_is_given_unless_it_is_set() {
        assert_eq!(
            given("gov", &[]),
            [
                "AWS_CA_BUNDLE=~/ca.pem",
                "AWS_PAGER=",
                "AWS_S3_USE_ARN_REGION=true",
                "AWS_USE_FIPS_ENDPOINT=true",
                "AWS_ENDPOINT_URL=https://all.example",
                "AWS_ENDPOINT_URL_S3=https://s3.example"
            ]
        );
        assert_eq!(
            given(
                "gov",
                &[
                    "AWS_CA_BUNDLE",
                    "AWS_ENDPOINT_URL",
                    "AWS_PAGER",
                    "AWS_S3_USE_ARN_REGION"
                ]
            ),
            ["AWS_USE_FIPS_ENDPOINT=true"]
        );
        assert!(given("bare", &[]).is_empty());
    }

    #[test]
    fn a_gap_is_a_setting_that_only_default_has() {
        let files = Files::of(CONFIG, "");
        let bare = |_: &str| false;
        assert!(default_fills_a_gap(&files, bare, &[], false));
        assert!(!default_fills_a_gap(&files, bare, &[], true));
        let files = Files::of("[default]\nuse_fips_endpoint = true\n[profile a]\n", "");
        assert!(default_fills_a_gap(&files, bare, &[], true));
        let set = |name: &str| name == "AWS_USE_FIPS_ENDPOINT";
        assert!(!default_fills_a_gap(&files, set, &[], true));
        assert!(!default_fills_a_gap(&Files::of("", ""), bare, &[], false));
    }

    #[test]
    fn nothing_but_settings_is_one() {
        for name in [
            "AWS_CA_BUNDLE",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_SSO_OIDC",
            "AWS_REGION",
        ] {
            assert!(is_setting(name), "{name}");
        }
        for name in [
            "PATH",
            "AWS_ENDPOINT_URL_",
            "AWS_ENDPOINT_URLX",
            "AWS_ACCESS_KEY_ID",
            "AWS_ENDPOINT_URL_a=b",
        ] {
            assert!(!is_setting(name), "{name}");
        }
    }
}
