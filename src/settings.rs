//! awsp's own settings, `awsp/config.toml` under the XDG config folder. All optional.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use crate::aws::flow::Flow;
use crate::aws::profile::Profile;
use crate::browser::encode;
use crate::env::Env;
use crate::sync::names;
use crate::ui::Ui;

/// The commands before which an ended session is logged in: what most people run against AWS. Not `copilot`, which is
/// GitHub's as often as Amazon's.
pub const AUTO_LOGIN: [&str; 19] = [
    "aws",
    "terraform",
    "tofu",
    "terragrunt",
    "cdk",
    "sam",
    "eksctl",
    "kubectl",
    "helm",
    "k9s",
    "pulumi",
    "packer",
    "sls",
    "serverless",
    "chalice",
    "eb",
    "ecs-cli",
    "s5cmd",
    "steampipe",
];

/// The settings in force.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub login: Login,
    pub browser: Browser,
    pub console: Console,
    pub sync: Sync,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Login {
    /// `browser` or `device`; none lets awsp choose.
    pub flow: Option<Flow>,
    /// Print the page as a QR code too.
    pub qr: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Browser {
    /// Program and arguments; `%s` stands for the page.
    pub command: Vec<String>,
}

/// How `awsp console` opens its page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Console {
    /// Program and arguments, with `{url}`, `{encoded_url}`, `{profile}` and `{account}`; without it the browser's.
    pub command: Vec<String>,
}

impl Console {
    /// The program and arguments for this profile's page.
    pub fn command_for(&self, profile: &Profile, url: &str) -> Option<Vec<String>> {
        let in_link = |argument: &str| argument.contains("{encoded_url}");
        let fill = |argument: &String| {
            // A name within a link must not end it.
            let name = |text: &str| if in_link(argument) { encode(text) } else { text.to_owned() };
            let values = [
                ("{encoded_url}", encode(url)),
                ("{profile}", name(&profile.name)),
                ("{account}", name(profile.account_id.as_deref().unwrap_or_default())),
                ("{url}", url.to_owned()),
            ];
            // In one pass: a name that holds `{url}` is only a name.
            let (mut out, mut rest) = (String::new(), argument.as_str());
            while let Some(at) = rest.find('{') {
                out.push_str(&rest[..at]);
                rest = &rest[at..];
                let found = values.iter().find(|(field, _)| rest.starts_with(field));
                let (field, value) = found.map_or(("{", "{"), |(field, value)| (*field, value.as_str()));
                out.push_str(value);
                rest = &rest[field.len()..];
            }
            out + rest
        };
        let mut command: Vec<String> = self.command.iter().map(fill).collect();
        if !self.command.iter().any(|argument| argument.contains("{url}") || in_link(argument)) {
            command.push(url.to_owned());
        }
        (!self.command.is_empty()).then_some(command)
    }
}

/// How `awsp sync` and `awsp configure` name and choose profiles. Patterns know `*` and `?`; none of them means all.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sync {
    /// Of `{account_name}`, `{account_id}`, `{role}` and `{session}`.
    pub name: String,
    /// Short names for roles.
    pub aliases: BTreeMap<String, String>,
    /// For new profiles.
    pub region: Option<String>,
    pub output: Option<String>,
    /// Accounts by name or number.
    pub accounts: Vec<String>,
    pub exclude_accounts: Vec<String>,
    pub roles: Vec<String>,
    pub exclude_roles: Vec<String>,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            name: names::DEFAULT.to_owned(),
            aliases: BTreeMap::new(),
            region: None,
            output: None,
            accounts: Vec::new(),
            exclude_accounts: Vec::new(),
            roles: Vec::new(),
            exclude_roles: Vec::new(),
        }
    }
}

impl Settings {
    /// The settings of the file; what it gets wrong is said, and never stops the work.
    pub fn load(env: &Env, ui: Ui) -> Self {
        let path = env.settings_dir().join("config.toml");
        let Ok(text) = fs::read_to_string(&path) else { return Self::default() };
        toml::from_str(&text).unwrap_or_else(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            ui.warn(&format!("{}:{line}: {}; the defaults are used", env.tilde(&path), error.message()));
            Self::default()
        })
    }

    pub fn browser_command(&self) -> Option<&[String]> {
        (!self.browser.command.is_empty()).then_some(self.browser.command.as_slice())
    }
}
