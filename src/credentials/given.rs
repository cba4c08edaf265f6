//! What a command or a shell gets instead of a profile: its credentials and settings as variables,
//! and what to unset so that no other identity is used.

use crate::aws::config::Files;
use crate::aws::identity::{self, EXPORTED, REGION};
use crate::aws::profile::Profile;
use crate::aws::role_cache::Credentials;
use crate::aws::served::{SERVED, Served};
use crate::aws::variables::{self, APP_ID, FILES, OWN_CONFIG};
use crate::aws::{stand_in, time};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::short;
use crate::system::{files, presence};

/// The longest application id that the SDKs accept (characters).
const APP_ID_LONGEST: usize = 50;
/// The longest value of a setting (bytes): as a switch can send it to a shell.
const LONGEST: usize = 4096;

/// How the command gets the credentials.
#[derive(Clone, Copy)]
pub enum Way<'a> {
    Keys(&'a Credentials),
    /// From the server of this run, at this address and with this token.
    Server {
        token: &'a str,
        account: Option<&'a str>,
        served: Served<'a>,
    },
}

/// Variables to set and to unset. No `Debug`, because most of it is secret.
pub struct Given {
    pub set: Vec<(String, String)>,
    /// Only variables that are not in `set`.
    pub unset: Vec<String>,
}

/// The profile that the command gets.
#[derive(Clone, Copy)]
pub struct Taker<'a> {
    pub env: &'a Env,
    pub files: &'a Files,
    pub profile: &'a Profile,
    /// True to hide all other profiles.
    pub only: bool,
}

impl Taker<'_> {
    /// Builds the changes.
    ///
    /// # Errors
    /// A file of its own that cannot be written.
    pub fn given(&self, way: Way<'_>) -> Result<Given> {
        let mut set = credentials(way);
        let settings = self.settings()?;
        if let Some((name, _)) = settings.iter().find(|(_, value)| value.len() > LONGEST) {
            let message = format!(
                "cannot give out the settings of `{}`",
                short(&self.profile.name)
            );
            let cause = format!("the value for {name} is longer than 4,096 bytes");
            return Err(Error::new(Kind::Usage, message).cause(cause));
        }
        let names: Vec<&str> = settings.iter().map(|(name, _)| name.as_str()).collect();
        if !names.is_empty() {
            set.push((EXPORTED.to_owned(), names.join(" ")));
        }
        if names.contains(&FILES[0])
            && let Some(own) = self.env.var(OWN_CONFIG).or_else(|| self.own(FILES[0]))
        {
            set.push((OWN_CONFIG.to_owned(), own.to_owned()));
        }
        set.extend(settings);
        let gone = ["AWS_PROFILE", OWN_CONFIG, SERVED]
            .map(str::to_owned)
            .into_iter()
            .chain(identity::cleared(self.env))
            .filter(|name| !set.iter().any(|(other, _)| other == name));
        Ok(Given {
            unset: gone.collect(),
            set,
        })
    }

    /// The settings that have a variable, the region, the application id, and the files that
    /// replace the user's.
    fn settings(&self) -> Result<Vec<(String, String)>> {
        let (env, files) = (self.env, self.files);
        let section = files.profile(&self.profile.name);
        let is_set = |name: &str| self.own(name).is_some();
        let mut out: Vec<(String, String)> = self
            .profile
            .region
            .iter()
            .flat_map(|region| REGION.map(|name| (name.to_owned(), region.clone())))
            .collect();
        if let Some(section) = &section {
            out.extend(variables::of(files, section, is_set));
        }
        out.retain(|(name, _)| name != APP_ID);
        let theirs = self
            .own(APP_ID)
            .or_else(|| section.as_ref()?.get("sdk_ua_app_id"));
        let app_id = app_id(theirs, presence::agent_name(env).as_deref());
        if self.own(APP_ID) != Some(&app_id) {
            out.push((APP_ID.to_owned(), app_id));
        }
        if self.only {
            let paths = stand_in::alone_paths(env, &files.config, &self.profile.name);
            let text = section.map_or_else(String::new, |own| stand_in::alone(files, &own));
            let empty = "# Written by `awsp exec`: no credentials.\n".to_owned();
            for ((name, path), text) in FILES.iter().zip(paths).zip([text, empty]) {
                files::keep(&path, text.as_bytes())
                    .map_err(|error| files::unwritable(env, &path, &error))?;
                out.push(((*name).to_owned(), path.to_string_lossy().into_owned()));
            }
            return Ok(out);
        }
        let has_region =
            self.profile.region.is_some() || REGION.iter().any(|name| self.own(name).is_some());
        if variables::default_fills_a_gap(files, is_set, &out, has_region) {
            let path = stand_in::without_default_path(env, &files.config);
            let text = stand_in::without_default(&files.config)?;
            files::keep(&path, text.as_bytes())
                .map_err(|error| files::unwritable(env, &path, &error))?;
            out.push((FILES[0].to_owned(), path.to_string_lossy().into_owned()));
        }
        Ok(out)
    }

    /// The user's own value, but not one that an outer `awsp exec` has set for its profile.
    fn own(&self, name: &str) -> Option<&str> {
        self.env
            .var(name)
            .filter(|_| !identity::exported(self.env).any(|given| given == name))
    }
}

fn credentials(way: Way<'_>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut put = |name: &str, value: Option<&str>| {
        out.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    };
    match way {
        Way::Keys(keys) => {
            put("AWS_ACCESS_KEY_ID", Some(&keys.access_key_id));
            put("AWS_SECRET_ACCESS_KEY", Some(&keys.secret_access_key));
            put("AWS_SESSION_TOKEN", keys.session_token.as_deref());
            let end = keys.expiration.map(time::format);
            put("AWS_CREDENTIAL_EXPIRATION", end.as_deref());
            put("AWS_ACCOUNT_ID", keys.account_id.as_deref());
        }
        Way::Server {
            token,
            account,
            served,
        } => {
            put(SERVED, Some(&served.value()));
            put("AWS_CONTAINER_CREDENTIALS_FULL_URI", Some(served.url));
            put("AWS_CONTAINER_AUTHORIZATION_TOKEN", Some(token));
            put("AWS_ACCOUNT_ID", account);
        }
    }
    out
}

/// The application id, which CloudTrail shows: awsp, and the agent if there is one. An id of the
/// user's own stays in front, with the agent after it if there is room.
fn app_id(theirs: Option<&str>, agent: Option<&str>) -> String {
    let ours = agent.map_or_else(|| "awsp".to_owned(), |agent| format!("awsp+{agent}"));
    match theirs {
        None => ours.chars().take(APP_ID_LONGEST).collect(),
        Some(theirs) => {
            let both = format!("{theirs}+{ours}");
            let is_there = theirs.contains(&ours);
            if agent.is_some() && !is_there && both.chars().count() <= APP_ID_LONGEST {
                both
            } else {
                theirs.to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::profile::resolve;

    const CONFIG: &str = "[profile gov]\n\
                          region = us-gov-west-1\n\
                          use_fips_endpoint = true\n\
                          sdk_ua_app_id = mine\n\
                          aws_access_key_id = A\n\
                          aws_secret_access_key = s\n\
                          [profile bare]\n\
                          aws_access_key_id = A\n\
                          aws_secret_access_key = s\n";

    fn given(vars: &[(&str, &str)], name: &str) -> (Vec<String>, Vec<String>) {
        let (env, files) = (Env::of(vars), Files::of(CONFIG, ""));
        let profile = resolve(&files, name).unwrap();
        let taker = Taker {
            env: &env,
            files: &files,
            profile: &profile,
            only: false,
        };
        let keys = Credentials {
            access_key_id: "A".to_owned(),
            secret_access_key: "s".to_owned(),
            session_token: None,
            expiration: None,
            account_id: Some("111122223333".to_owned()),
        };
        let given = taker.given(Way::Keys(&keys)).unwrap();
        let set = given
            .set
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        (set.collect(), given.unset)
    }

    #[test]
    fn settings_of_an_outer_profile_go_and_those_of_the_user_stay() {
        let (outer, _) = given(&[], "gov");
        assert_eq!(
            outer,
            [
                "AWS_ACCESS_KEY_ID=A",
                "AWS_SECRET_ACCESS_KEY=s",
                "AWS_ACCOUNT_ID=111122223333",
                "AWSP_EXPORTED=AWS_REGION AWS_DEFAULT_REGION AWS_USE_FIPS_ENDPOINT \
                 AWS_SDK_UA_APP_ID",
                "AWS_REGION=us-gov-west-1",
                "AWS_DEFAULT_REGION=us-gov-west-1",
                "AWS_USE_FIPS_ENDPOINT=true",
                "AWS_SDK_UA_APP_ID=mine",
            ]
        );
        let vars: Vec<(&str, &str)> = outer
            .iter()
            .map(|line| line.split_once('=').unwrap())
            .collect();
        let (inner, gone) = given(&vars, "bare");
        assert_eq!(
            inner[3..],
            ["AWSP_EXPORTED=AWS_SDK_UA_APP_ID", "AWS_SDK_UA_APP_ID=awsp"]
        );
        for name in [
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_USE_FIPS_ENDPOINT",
            "AWS_PROFILE",
        ] {
            assert!(gone.iter().any(|gone| gone == name), "{name}");
        }
        let own = [
            ("AWS_REGION", "eu-west-1"),
            ("AWS_USE_FIPS_ENDPOINT", "false"),
        ];
        let (inner, gone) = given(&own, "bare");
        assert!(
            !inner.iter().any(|line| line.contains("REGION=")),
            "{inner:?}"
        );
        assert!(!gone.iter().any(|name| name == "AWS_REGION"), "{gone:?}");
        let (inner, _) = given(&own, "gov");
        assert!(inner.contains(&"AWS_REGION=us-gov-west-1".to_owned()));
        assert!(!inner.contains(&"AWS_USE_FIPS_ENDPOINT=true".to_owned()));
    }

    #[test]
    fn cloudtrail_can_tell_awsp_and_the_agent() {
        let long = "x".repeat(45);
        for (theirs, agent, expected) in [
            (None, None, "awsp"),
            (None, Some("claude-code"), "awsp+claude-code"),
            (Some("mine"), None, "mine"),
            (Some("mine"), Some("codex"), "mine+awsp+codex"),
            (Some("awsp+codex"), Some("codex"), "awsp+codex"),
            (Some(long.as_str()), Some("codex"), &long),
        ] {
            assert_eq!(app_id(theirs, agent), expected);
        }
    }
}
