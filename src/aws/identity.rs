//! The environment variables that decide who and where one is.

/// Variables that make a tool use another identity than the profile (aws-contract 2.1), with what
/// aws-vault, granted, awsume and aws-sso-cli leave behind. A switch clears them, and `awsp off`
/// puts them back.
pub const IDENTITY: [&str; 33] = [
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_ACCOUNT_ID",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_SESSION_NAME",
    "AWS_VAULT",
    "AWS_SESSION_EXPIRATION",
    "AWS_SSO",
    "AWS_SSO_PROFILE",
    "AWS_SSO_ACCOUNT_ID",
    "AWS_SSO_ROLE_NAME",
    "AWS_SSO_ROLE_ARN",
    "AWS_SSO_SESSION_EXPIRATION",
    "AWS_SSO_DEFAULT_REGION",
    "AWSUME_PROFILE",
    "AWSUME_EXPIRATION",
    "AWSUME_COMMAND",
    "AWSU_PROFILE",
    "AWS_EB_PROFILE",
    "AWS_PROFILE_REGION",
    "GRANTED_SSO",
    "GRANTED_SSO_START_URL",
    "GRANTED_SSO_ROLE_NAME",
    "GRANTED_SSO_ACCOUNT_ID",
    "GRANTED_SSO_REGION",
    "GRANTED_COMMAND",
];

/// What SDKs read the region from. They differ in which.
pub const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
