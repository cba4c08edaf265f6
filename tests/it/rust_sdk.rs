//! The crate `aws-config`, the way of the SDK for Rust from a profile to credentials, against the
//! same files and the same Identity Center.

use std::fs;

use aws_config::BehaviorVersion;
use aws_config::profile::ProfileSet;
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_types::os_shim_internal::{Env, Fs};

use crate::place::{AWSP, Place};

/// The SDK in an environment of nothing but a home and the Identity Center. It keeps no credentials
/// from one call to the next.
pub struct Sdk {
    runtime: tokio::runtime::Runtime,
    env: Env,
    http: SharedHttpClient,
}

impl Sdk {
    pub fn new(place: &Place) -> Self {
        let center = place.center.variables();
        let mut variables = vec![
            ("HOME", place.home.path().to_str().unwrap()),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        variables.extend(center.iter().map(|(name, value)| (*name, value.as_str())));
        Self::of(&variables)
    }

    /// The SDK in an environment of just these.
    pub fn of(variables: &[(&str, &str)]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        // No TLS: it would want certificates, which a container may not have.
        Self {
            runtime,
            env: Env::from_slice(variables),
            http: Builder::new().build_http(),
        }
    }

    /// Account and ARN that STS tells the holder of a profile's credentials.
    pub fn whoami(&self, profile: &str) -> (String, String) {
        self.asked(Some(profile))
            .unwrap_or_else(|error| panic!("{profile}: {error}"))
    }

    /// The same for the identity that the SDK takes from the environment, in its own order.
    pub fn whoami_here(&self) -> Result<(String, String), String> {
        self.asked(None)
    }

    fn asked(&self, profile: Option<&str>) -> Result<(String, String), String> {
        self.runtime.block_on(async {
            let mut config = aws_config::defaults(BehaviorVersion::latest())
                .env(self.env.clone())
                .http_client(self.http.clone());
            if let Some(profile) = profile {
                config = config.profile_name(profile);
            }
            let client = aws_sdk_sts::Client::new(&config.load().await);
            let answer = client.get_caller_identity().send().await;
            let answer = answer.map_err(|error| DisplayErrorContext(error).to_string())?;
            Ok((answer.account.unwrap(), answer.arn.unwrap()))
        })
    }

    /// The files as the SDK reads them.
    pub fn profiles(&self) -> ProfileSet {
        #[expect(
            deprecated,
            reason = "its successor is of a crate that says it is not for use"
        )]
        let files = aws_config::profile::profile_file::ProfileFiles::default();
        self.runtime
            .block_on(aws_config::profile::load(
                &Fs::real(),
                &self.env,
                &files,
                None,
            ))
            .unwrap()
    }
}

/// Account and ARN of a role of the portal.
pub fn sso(account: &str, role: &str) -> (String, String) {
    (
        account.to_owned(),
        format!(
            "arn:aws:sts::{account}:assumed-role/AWSReservedSSO_{role}_0123456789abcdef/\
             jo@acme.example"
        ),
    )
}

#[test]
fn the_rust_sdk_uses_the_sessions_that_awsp_made() {
    let place = Place::new();
    place.log_in();
    let sdk = Sdk::new(&place);
    assert_eq!(
        sdk.whoami("dev"),
        sso("111122223333", "AdministratorAccess")
    );
    assert_eq!(sdk.whoami("prod"), sso("333344445555", "ReadOnlyAccess"));
    let (account, arn) = sdk.whoami("deploy");
    assert_eq!(account, "444455556666");
    assert!(
        arn.starts_with("arn:aws:sts::444455556666:assumed-role/Deploy/assume-role-from-profile-"),
        "{arn}"
    );

    let done = place.run(&["login", "old", "--device-code", "--no-browser"]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert_eq!(
        sdk.whoami("old"),
        sso("666677778888", "AdministratorAccess")
    );
    assert_eq!(place.center.grants("refresh_token"), 0);
}

#[test]
fn the_rust_sdk_takes_credentials_from_awsp_as_credential_process() {
    let place = Place::new();
    place.log_in();
    // The SDK passes on the environment of this test process, not that of the home.
    let mut process = format!("env -i HOME={}", place.home.path().display());
    for (name, value) in place.center.variables() {
        process = format!("{process} {name}={value}");
    }
    place.config(&format!(
        "{}\n\
         [profile tool]\n\
         credential_process = {process} '{AWSP}' export staging --format process\n\
         region = eu-west-1\n",
        fs::read_to_string(place.path(".aws/config")).unwrap()
    ));
    assert_eq!(
        Sdk::new(&place).whoami("tool"),
        sso("222233334444", "PowerUserAccess")
    );
}

#[test]
fn awsp_uses_the_session_that_the_rust_sdk_renewed_and_the_sdk_awsps() {
    let place = Place::new();
    place.log_in();
    let sdk = Sdk::new(&place);
    place.make_renewable();
    let before = place.token();
    sdk.whoami("dev");
    assert_eq!(place.center.grants("refresh_token"), 1, "the SDK renewed");
    let text = fs::read_to_string(place.token_file("acme")).unwrap();
    assert!(
        !text.contains("\": \""),
        "the file is the SDK's own now: {text}"
    );
    for field in ["accessToken", "refreshToken"] {
        assert_ne!(place.token()[field], before[field]);
    }
    let calls = place.center.calls().len();
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid\n")
    );
    assert_eq!(place.switch(&["dev"], &[]).0.status, 0);
    assert_eq!(
        place.center.calls().len(),
        calls,
        "and awsp had nothing to do"
    );

    place.make_renewable();
    assert_eq!(
        place.run(&["login", "--session", "acme"]).stderr,
        "awsp: acme: session valid (renewed)\n"
    );
    assert_eq!(
        place.center.grants("refresh_token"),
        2,
        "awsp renewed what the SDK wrote"
    );
    sdk.whoami("dev");
    assert_eq!(
        place.center.grants("refresh_token"),
        2,
        "the SDK had nothing to renew"
    );
}
