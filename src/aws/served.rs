//! What `awsp exec --server` says that it serves, for awsp in the command that it runs.

use super::identity::CONTAINER;
use crate::system::env::Env;

/// Where the server of a container is, the first of them before the second.
pub const ADDRESSES: [&str; 2] = [CONTAINER[0], CONTAINER[1]];

/// What the server of `awsp exec --server` serves: its address, the role, the account's name and
/// the profile, separated by tabs. What is not known is empty.
pub const SERVED: &str = "AWSP_SERVED";

/// The value of [`SERVED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served<'a> {
    pub url: &'a str,
    pub role: Option<&'a str>,
    pub account_name: Option<&'a str>,
    pub profile: &'a str,
}

impl<'a> Served<'a> {
    /// `None` if tools here ask another server than that of awsp.
    pub fn of(env: &'a Env) -> Option<Self> {
        let [relative, full] = ADDRESSES.map(|name| env.var(name));
        let mut parts = env.var(SERVED)?.splitn(4, '\t');
        let url = parts.next()?;
        let [role, account_name] =
            [parts.next()?, parts.next()?].map(|part| Some(part).filter(|part| !part.is_empty()));
        let served = Self {
            url,
            role,
            account_name,
            profile: parts.next()?,
        };
        (relative.is_none() && full == Some(url)).then_some(served)
    }

    /// The value, as [`Self::of`] reads it.
    pub fn value(&self) -> String {
        let [role, account] =
            [self.role, self.account_name].map(|part| part.unwrap_or_default().replace('\t', " "));
        format!("{}\t{role}\t{account}\t{}", self.url, self.profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::identity::Who;

    #[test]
    fn a_server_of_awsps_names_its_profile_and_no_other_server_has_it() {
        let url = "http://127.0.0.1:1/credentials";
        let served = |role| Served {
            url,
            role,
            account_name: role.map(|_| "Acme Inc"),
            profile: "two words",
        };
        let full = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
        for role in [Some("Admin"), None] {
            let value = served(role).value();
            let env = Env::of(&[full, (SERVED, &value)]);
            let who = Who::of(&env);
            let container = Who::Container {
                account: None,
                served: Some(served(role)),
            };
            assert_eq!((who, who.role()), (container, role));
            assert_eq!(who.instead().unwrap(), "two words");
        }
        let value = served(None).value();
        for variables in [
            &[(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:2/credentials",
            )][..],
            &[full, ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x")],
        ] {
            let env = Env::of(&[variables, &[(SERVED, &value)]].concat());
            assert_eq!(Who::of(&env).instead().unwrap(), "container");
        }
        for odd in ["", url, "http://127.0.0.1:1/credentials\tAdmin\tdev"] {
            let env = Env::of(&[full, (SERVED, odd)]);
            assert_eq!(Who::of(&env).instead().unwrap(), "container", "{odd}");
        }
    }
}
