//! Who one is for AWS's tools by the environment alone: the variables that decide it, in one list,
//! and which of them answers.

use super::profile::{account_of, is_account, role_of};
use super::role_cache::Credentials;
use super::served::{ADDRESSES, Served};
use super::time;
use crate::system::env::Env;

/// What keys are made of, and what comes with them (aws-contract 2.1).
pub const KEYS: [&str; 8] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_ACCOUNT_ID",
];

/// A role by a token file. Who needs which is said by their order: the file without a role fails.
pub const WEB_IDENTITY: [&str; 3] = [
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
];

/// Credentials of the machine, which answer where the profile gives none.
pub const CONTAINER: [&str; 4] = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// What aws-vault, granted, awsume, awsu, the Elastic Beanstalk CLI and aws-sso-cli leave behind.
pub const LEFT_BEHIND: [&str; 21] = [
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

/// Every variable that makes a tool use another identity than the profile of `AWS_PROFILE`. A
/// switch clears them, and `awsp off` puts them back. The bearer tokens are not among them: see
/// [`is_bearer_token`].
pub fn variables() -> impl Iterator<Item = &'static str> {
    std::iter::once("AWS_DEFAULT_PROFILE")
        .chain(KEYS)
        .chain(WEB_IDENTITY)
        .chain(CONTAINER)
        .chain(LEFT_BEHIND)
}

/// What SDKs read the region from. They differ in which.
pub const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// The settings that `awsp exec` or `awsp export` gave as variables, by name. The next change of
/// identity takes them away: they are those of the profile before.
pub const EXPORTED: &str = "AWSP_EXPORTED";

const BEARER_TOKEN: &str = "AWS_BEARER_TOKEN_";

/// Who answers when a tool is run here and is told no profile. So it is for the AWS CLI, boto3 and
/// most SDKs; the JavaScript SDK alone prefers a profile to keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who<'a> {
    /// Both halves of a key are set.
    Keys {
        id: &'a str,
        account: Option<&'a str>,
    },
    /// A role by a token file.
    WebIdentity { role_arn: &'a str },
    /// The profile that a variable names.
    Profile(&'a str),
    /// A server of this container, or that of `awsp exec --server`; a profile `default` with
    /// credentials goes before it.
    Container {
        account: Option<&'a str>,
        /// What `awsp exec --server` says that it serves.
        served: Option<Served<'a>>,
    },
    /// None is named: the profile `default`, if there is one.
    Default,
}

impl<'a> Who<'a> {
    pub fn of(env: &'a Env) -> Self {
        let account = env.var("AWS_ACCOUNT_ID").filter(|id| is_account(id));
        if let (Some(id), Some(_)) = (
            env.var("AWS_ACCESS_KEY_ID"),
            env.var("AWS_SECRET_ACCESS_KEY"),
        ) {
            return Self::Keys { id, account };
        }
        if let (Some(role_arn), Some(_)) = (
            env.var("AWS_ROLE_ARN"),
            env.var("AWS_WEB_IDENTITY_TOKEN_FILE"),
        ) {
            return Self::WebIdentity { role_arn };
        }
        if let Some(name) = env.current_profile() {
            return Self::Profile(name);
        }
        if ADDRESSES.iter().any(|name| env.var(name).is_some()) {
            let served = Served::of(env);
            Self::Container { account, served }
        } else {
            Self::Default
        }
    }

    /// The account, as far as the variables tell.
    pub fn account(self) -> Option<&'a str> {
        match self {
            Self::Keys { account, .. } | Self::Container { account, .. } => account,
            Self::WebIdentity { role_arn } => account_of(role_arn),
            Self::Profile(_) | Self::Default => None,
        }
    }

    /// The role's name, as far as the variables tell.
    pub fn role(self) -> Option<&'a str> {
        match self {
            Self::WebIdentity { role_arn } => role_of(role_arn),
            _ => self.served()?.role,
        }
    }

    /// What `awsp exec --server` serves, if that answers.
    pub fn served(self) -> Option<Served<'a>> {
        match self {
            Self::Container { served, .. } => served,
            _ => None,
        }
    }

    /// What goes before every profile, in a word or two; `None` where a profile answers. Of a key
    /// only the end of its id is told, as the AWS CLI does.
    pub fn instead(self) -> Option<String> {
        match self {
            Self::Keys {
                account: Some(_), ..
            } => Some("keys".to_owned()),
            Self::Keys { id, account: None } => Some(format!("keys {}", key_end(id))),
            Self::WebIdentity { .. } => Some("web-identity".to_owned()),
            Self::Container { served, .. } => Some(served.map_or_else(
                || "container".to_owned(),
                |served| served.profile.to_owned(),
            )),
            Self::Profile(_) | Self::Default => None,
        }
    }
}

/// The region that a tool uses in this shell, for a profile with this one of its own.
pub fn region<'a>(env: &'a Env, own: Option<&'a str>) -> Option<&'a str> {
    of_shell(env).or(own)
}

/// The region of a profile that was named: a switch to it, or its credentials, bring its own along.
pub fn region_of<'a>(env: &'a Env, own: Option<&'a str>) -> Option<&'a str> {
    own.or_else(|| of_shell(env))
}

fn of_shell(env: &Env) -> Option<&str> {
    REGION.iter().find_map(|name| env.var(name))
}

/// `****MPLE`: the end of an access key's id.
pub fn key_end(id: &str) -> String {
    let end: Vec<char> = id.chars().rev().take(4).collect();
    format!("****{}", end.into_iter().rev().collect::<String>())
}

/// The keys in the environment.
pub fn keys(env: &Env) -> Option<Credentials> {
    Some(Credentials {
        access_key_id: env.var("AWS_ACCESS_KEY_ID")?.to_owned(),
        secret_access_key: env.var("AWS_SECRET_ACCESS_KEY")?.to_owned(),
        // botocore's order.
        session_token: env
            .var("AWS_SECURITY_TOKEN")
            .or_else(|| env.var("AWS_SESSION_TOKEN"))
            .map(str::to_owned),
        expiration: env.var("AWS_CREDENTIAL_EXPIRATION").and_then(time::parse),
        account_id: env
            .var("AWS_ACCOUNT_ID")
            .filter(|id| is_account(id))
            .map(str::to_owned),
    })
}

/// True for `AWS_BEARER_TOKEN_BEDROCK` and its kin: each goes before every profile, for its service
/// (aws-contract 11).
pub fn is_bearer_token(name: &str) -> bool {
    name.len() > BEARER_TOKEN.len() && name.starts_with(BEARER_TOKEN)
}

/// The services that a bearer token in the environment is for, in lower case: `bedrock`.
pub fn bearer_services(env: &Env) -> Vec<String> {
    let mut services: Vec<String> = env
        .names()
        .filter(|name| is_bearer_token(name) && env.var(name).is_some())
        .map(|name| name[BEARER_TOKEN.len()..].to_ascii_lowercase())
        .collect();
    services.sort();
    services
}

/// Everything that a change of identity takes away: [`variables`], set or not, then the bearer
/// tokens that are set, then what [`EXPORTED`] names.
pub fn cleared(env: &Env) -> Vec<String> {
    let mut names: Vec<String> = variables().map(str::to_owned).collect();
    let mut tokens: Vec<&str> = env.names().filter(|name| is_bearer_token(name)).collect();
    tokens.sort_unstable();
    names.extend(tokens.into_iter().map(str::to_owned));
    names.extend(exported(env).map(str::to_owned));
    if env.raw(EXPORTED).is_some() {
        names.push(EXPORTED.to_owned());
    }
    names
}

/// The variables that awsp gave for the settings of another profile. Whatever the variable says,
/// nothing but settings of AWS's tools is believed.
pub fn exported(env: &Env) -> impl Iterator<Item = &str> {
    env.var(EXPORTED)
        .unwrap_or_default()
        .split(' ')
        .filter(|name| super::variables::is_setting(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_before_what() {
        let keys = [
            ("AWS_ACCESS_KEY_ID", "AKIAX"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
        ];
        let web = [
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/p/Ci"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"),
        ];
        let profile = [("AWS_PROFILE", "dev")];
        let container = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")];
        let all = [&keys[..], &web, &profile, &container];
        let expected = [
            Who::Keys {
                id: "AKIAX",
                account: None,
            },
            Who::WebIdentity {
                role_arn: "arn:aws:iam::111122223333:role/p/Ci",
            },
            Who::Profile("dev"),
            Who::Container {
                account: None,
                served: None,
            },
            Who::Default,
        ];
        for (without, expected) in expected.into_iter().enumerate() {
            let env = Env::of(&all[without..].concat());
            assert_eq!(Who::of(&env), expected);
        }
    }

    #[test]
    fn half_of_a_pair_is_not_used() {
        for half in [
            ("AWS_ACCESS_KEY_ID", "AKIAX"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Ci"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"),
        ] {
            let env = Env::of(&[half, ("AWS_PROFILE", "dev")]);
            assert_eq!(Who::of(&env), Who::Profile("dev"), "{half:?}");
        }
        let empty = Env::of(&[("AWS_PROFILE", ""), ("AWS_DEFAULT_PROFILE", "prod")]);
        assert_eq!(Who::of(&empty), Who::Profile("prod"));
    }

    #[test]
    fn accounts_and_roles_are_shown_if_variables_have_them() {
        let mut vars = vec![
            ("AWS_ACCESS_KEY_ID", "AKIASECRETMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
        ];
        assert_eq!(Who::of(&Env::of(&vars)).instead().unwrap(), "keys ****MPLE");
        vars.push(("AWS_ACCOUNT_ID", "111122223333"));
        let env = Env::of(&vars);
        assert_eq!(Who::of(&env).account(), Some("111122223333"));
        assert_eq!(Who::of(&env).instead().unwrap(), "keys");
        let web = Who::WebIdentity {
            role_arn: "arn:aws:iam::111122223333:role/p/Ci",
        };
        assert_eq!(
            (web.account(), web.role()),
            (Some("111122223333"), Some("Ci"))
        );
    }

    #[test]
    fn all_that_names_another_identity_is_cleared_and_only_settings_are_believed() {
        let env = Env::of(&[
            ("AWS_BEARER_TOKEN_BEDROCK", "t"),
            ("AWS_BEARER_TOKEN_", "t"),
            (EXPORTED, "AWS_CA_BUNDLE PATH AWS_ENDPOINT_URL_S3 HOME"),
        ]);
        let cleared = cleared(&env);
        assert_eq!(
            cleared[variables().count()..],
            [
                "AWS_BEARER_TOKEN_BEDROCK",
                "AWS_CA_BUNDLE",
                "AWS_ENDPOINT_URL_S3",
                EXPORTED
            ]
        );
        assert_eq!(bearer_services(&env), ["bedrock"]);
    }
}
