//! A home folder with a config file of every kind of profile.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const CONFIG: &str = "\
# A config file as it grows over the years.
[default]
region = eu-west-1

[sso-session acme]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = acme
sso_account_id = 111122223333
sso_account_name = acme-dev
sso_role_name = AdministratorAccess
region = eu-west-1

[profile staging]
sso_session = acme
sso_account_id = 222233334444
sso_account_name = acme-staging
sso_role_name = PowerUserAccess
region = eu-west-1

[profile prod]
sso_session = acme
sso_account_id = 333344445555
sso_account_name = acme-prod
sso_role_name = ReadOnlyAccess
region = eu-central-1

# A role of the deployment account, assumed through dev.
[profile deploy]
role_arn = arn:aws:iam::444455556666:role/Deploy
source_profile = dev
region = eu-west-1

# From before sso-sessions.
[profile old]
sso_start_url = https://d-9067example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 666677778888
sso_role_name = AdministratorAccess
region = us-east-1

[profile vendor]
credential_process = /bin/cat vendor.json

[profile 'two words']
sso_session = acme
sso_account_id = 555566667777
sso_account_name = security
sso_role_name = SecurityAudit
";

const CREDENTIALS: &str = "\
[static]
aws_access_key_id = AKIASTATICEXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
region = eu-west-1
";

/// Writes `.aws/config` and `.aws/credentials` below a home folder.
///
/// # Errors
/// The folder cannot be written.
pub fn write(home: &Path) -> io::Result<()> {
    let folder = home.join(".aws");
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join("vendor.json"),
        r#"{"Version": 1, "AccessKeyId": "AKIASTATICEXAMPLE", "SecretAccessKey": "vendor"}"#,
    )?;
    fs::write(
        folder.join("config"),
        CONFIG.replace("vendor.json", &folder.join("vendor.json").to_string_lossy()),
    )?;
    let credentials = folder.join("credentials");
    fs::write(&credentials, CREDENTIALS)?;
    fs::set_permissions(&credentials, fs::Permissions::from_mode(0o600))
}
