//! Who answers in this shell instead of a profile, told alike in the prompt and on the screen.

use crate::aws::account;
use crate::aws::account_names::AccountNames;
use crate::aws::config::Files;
use crate::aws::identity::{self, Who};
use crate::aws::profile::{self, Kind, Profile};
use crate::guard::{self, Subject};
use crate::settings::rules::{Colour, Rule};
use crate::system::env::Env;
use crate::system::text::clean;

/// Keys and their like, with the account where that is known.
#[derive(Debug)]
pub struct Instead<'a> {
    env: &'a Env,
    who: Who<'a>,
    what: String,
    account_name: Option<String>,
}

impl<'a> Instead<'a> {
    /// `None` where a profile answers, or nobody.
    pub fn of(env: &'a Env, files: Option<&Files>) -> Option<Self> {
        let who = Who::of(env);
        let what = who.instead()?;
        // A profile `default` with credentials goes before those of a container.
        if matches!(who, Who::Container { .. }) && files.and_then(default).is_some() {
            return None;
        }
        let names = AccountNames::new(env);
        let served = who.served().and_then(|served| served.account_name);
        let account_name = served.map(str::to_owned).or_else(|| {
            let account = who.account()?;
            let configured = files.and_then(|files| account::name(files, account));
            configured.or_else(|| names.of(account).map(str::to_owned))
        });
        Some(Self {
            env,
            who,
            what,
            account_name,
        })
    }

    pub fn subject(&self) -> Subject<'_> {
        Subject {
            name: Some(&self.what),
            account_id: self.who.account(),
            account_name: self.account_name.as_deref(),
            role: self.who.role(),
        }
    }

    /// The profile that `awsp exec --server` serves.
    pub fn profile(&self) -> Option<&'a str> {
        self.who.served().map(|served| served.profile)
    }

    /// What a rule gives the account, or the profile that is served. An unusual state, so never
    /// without a colour.
    pub fn colour(&self, rules: &[Rule]) -> Colour {
        let known = Subject {
            name: self.profile(),
            ..self.subject()
        };
        guard::colour(rules, known).unwrap_or(Colour::Yellow)
    }

    /// What it is, for programs.
    pub const fn kind(&self) -> &'static str {
        match self.who {
            Who::WebIdentity { .. } => "web-identity",
            Who::Container { .. } => "container",
            _ => "keys",
        }
    }

    /// The identity in one line, and the profile that does not count beside it.
    pub fn line(&self, paint: impl Fn(&str) -> String) -> String {
        let what = match self.who {
            Who::WebIdentity { .. } => "web identity in the environment".to_owned(),
            Who::Container { .. } => self
                .profile()
                .map_or_else(|| "credentials of this container".to_owned(), clean),
            _ => "keys in the environment".to_owned(),
        };
        let from = self.profile().map_or("", |_| ", from `awsp exec --server`");
        let account = self.account_name.as_deref().or_else(|| self.who.account());
        let key = match self.who {
            Who::Keys { id, .. } if account.is_none() => Some(identity::key_end(id)),
            _ => None,
        };
        let region = identity::region(self.env, None).unwrap_or("no region");
        let parts = [account, key.as_deref(), self.who.role(), Some(region)];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        let before = self
            .env
            .current_profile()
            .map_or_else(String::new, |name| format!("; before the profile {name}"));
        let rest = format!("{}{from}{before}", parts.join(", "));
        format!("{}: {}", paint(&what), clean(&rest))
    }
}

/// The profile that answers where none is named: one called `default`, with credentials.
pub fn default(files: &Files) -> Option<Profile> {
    files.profile("default")?;
    let found = profile::resolve(files, "default").ok()?;
    (!matches!(found.kind, Kind::Plain | Kind::Token { .. })).then_some(found)
}

/// The line about the bearer tokens that are set: each answers for its service.
pub fn tokens(env: &Env) -> Option<String> {
    let services = identity::bearer_services(env);
    (!services.is_empty()).then(|| {
        let services = clean(&services.join(", "));
        format!("bearer token in the environment: for {services}, before everything else")
    })
}
