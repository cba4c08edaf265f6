//! The session for the accounts: an existing one, changed by flags, or a new one.

use super::{Work, offers, session_changes};
use crate::aws::config::edit::{Change, is_writable};
use crate::aws::config::{Files, Section, is_plain};
use crate::aws::identity;
use crate::aws::profile::SsoSession;
use crate::aws::regions::is_region;
use crate::login::portal;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::quote;

/// Without a scope AWS issues no refresh token, and the browser would open every hour.
pub(super) const SCOPES: &str = "sso:account:access";

/// Printed before the question for the start URL.
const WHERE: &str = "\
The start URL is the address of your AWS access portal, such as
https://d-1234567890.awsapps.com/start
An administrator finds it in the AWS console: IAM Identity Center, Settings.
";
/// Where most portals are.
const LIKELIEST: &str = "us-east-1";

impl Work<'_> {
    /// The session, and the changes to write for it.
    pub(super) fn session(&self) -> Result<(SsoSession, Vec<Change>)> {
        let known = self.known()?;
        let asked = self.asked;
        let old = |key: &str| known.as_ref().and_then(|section| section.get(key));
        let given_or_old = |given: &Option<String>, key: &str| {
            given.clone().or_else(|| old(key).map(str::to_owned))
        };
        let start_url = given_or_old(&asked.start_url, "sso_start_url");
        if start_url.is_none() && self.questions.can_ask() {
            self.context.ui.say(WHERE.trim_end());
        }
        let start_url = self.questions.text(
            "--start-url",
            start_url.as_deref(),
            "start URL:",
            None,
            url_problem,
        )?;
        let region = given_or_old(&asked.sso_region, "sso_region");
        let region = self.sso_region(&start_url, region.as_deref())?;
        let name = asked
            .session
            .clone()
            .or_else(|| known.as_ref().map(|section| section.name.to_string()));
        let suggestion = suggested_name(&start_url);
        let name = self.questions.text(
            "--session",
            name.as_deref(),
            "name of the session:",
            Some(&suggestion),
            name_problem,
        )?;
        if known.is_none() && asked.session.is_none() {
            self.is_new(&name)?;
        }
        let scopes = given_or_old(&asked.scopes, "sso_registration_scopes");
        let scopes = match scopes {
            None if known.is_some() => None,
            scopes => self.questions.optional(
                "--scopes",
                scopes.as_deref(),
                "scopes of the login:",
                Some(SCOPES),
                scopes_problem,
            )?,
        };
        let scopes = scopes.map(|scopes| {
            scopes
                .split(',')
                .map(|scope| scope.trim().to_owned())
                .collect()
        });
        let session = SsoSession {
            name: Some(name),
            start_url,
            region,
            scopes,
        };
        let changes = session_changes(&session);
        Ok((session, changes))
    }

    /// Refuses a name that was typed for a new session, if there is a session of that name: it may
    /// be of another portal.
    fn is_new(&self, name: &str) -> Result<()> {
        let Some(other) = self.files.sso_session(name) else {
            return Ok(());
        };
        let message = format!(
            "there is a session `{name}` already ({})",
            self.files.shown(other.place)
        );
        let hint = quote::command_line(&["awsp", "configure", "--session", name]);
        Err(Error::new(Kind::Usage, message).hint(hint))
    }

    /// The section that the user means, if it exists.
    fn known(&self) -> Result<Option<Section<'_>>> {
        if let Some(name) = &self.asked.session {
            return Ok(self.files.sso_session(name));
        }
        let sessions = self.files.sso_sessions();
        if let Some(url) = &self.asked.start_url {
            return Ok(sessions.into_iter().find(|section| {
                section
                    .get("sso_start_url")
                    .is_some_and(|old| same_url(old, url))
            }));
        }
        if sessions.is_empty() {
            return Ok(None);
        }
        if !self.questions.can_ask() {
            return if sessions.len() == 1 {
                Ok(sessions.into_iter().next())
            } else {
                Err(self.questions.missing("--session"))
            };
        }
        let row = |section: &Section<'_>| {
            let url = section.get("sso_start_url").unwrap_or_default();
            vec![section.name.to_string(), url.to_owned()]
        };
        let mut rows: Vec<Vec<String>> = sessions.iter().map(row).collect();
        rows.push(vec!["a new one".to_owned()]);
        let chosen = self
            .questions
            .one("--session", "session:", "session", &rows)?;
        Ok(sessions.into_iter().nth(chosen))
    }

    fn sso_region(&self, start_url: &str, given: Option<&str>) -> Result<String> {
        if given.is_some() {
            return self
                .questions
                .text("--sso-region", given, "", None, region_problem);
        }
        let told = portal::region(&self.context.env, self.files, start_url)?;
        match told {
            // The address contains it.
            Some(region) => Ok(region),
            None => self.questions.name(
                "--sso-region",
                "region of IAM Identity Center:",
                "region",
                &offers::regions(
                    Some(identity::region(&self.context.env, None).unwrap_or(LIKELIEST)),
                    false,
                ),
                region_problem,
            ),
        }
    }
}

/// Start URLs that lead to the same portal.
pub(super) fn same_url(one: &str, other: &str) -> bool {
    let plain = |url: &str| url.trim_end_matches(['/', '#']).to_ascii_lowercase();
    plain(one) == plain(other)
}

/// A name for the session of a portal: the name in its address, if that is a word.
pub(super) fn suggested_name(start_url: &str) -> String {
    let host = start_url
        .trim_start_matches("https://")
        .split(['/', ':'])
        .next()
        .unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let label = match labels.as_slice() {
        [name, rest @ ..] if rest.first() == Some(&"awsapps") => name,
        // A company's own domain: the part before the ending.
        [.., name, end] if *end != "aws" && !host.contains("amazonaws") => name,
        _ => "",
    };
    let is_random = label.is_empty() || label.starts_with("d-") || label.starts_with("ssoins-");
    if is_random {
        "sso".to_owned()
    } else {
        label.to_owned()
    }
}

pub(super) fn url_problem(url: &str) -> Option<String> {
    let is_https = url
        .strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    if !is_https {
        return Some("it must begin with https:// and name a host".to_owned());
    }
    (!is_writable(url) || url.contains(char::is_whitespace))
        .then(|| "it contains a character that no address has".to_owned())
}

pub(super) fn name_problem(name: &str) -> Option<String> {
    match name.chars().find(|&c| !is_plain(c)) {
        _ if name.is_empty() => Some("a name has at least one letter".to_owned()),
        _ if name.starts_with('-') => {
            Some("a name that begins with `-` is taken for an option".to_owned())
        }
        Some(odd) => Some(format!("not every tool accepts `{odd}` in a name")),
        None => None,
    }
}

pub(super) fn region_problem(region: &str) -> Option<String> {
    (!is_region(region)).then(|| "a region is written as `eu-west-1`".to_owned())
}

pub(super) fn optional_region_problem(region: &str) -> Option<String> {
    if region.is_empty() {
        None
    } else {
        region_problem(region)
    }
}

fn scopes_problem(scopes: &str) -> Option<String> {
    let is_scope =
        |scope: &str| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
    (!scopes.split(',').all(|scope| is_scope(scope.trim())))
        .then(|| format!("scopes are written as `{SCOPES}`, separated by commas"))
}

/// The session of that name in these files, without an error if there is none.
pub(super) fn with_url<'a>(files: &'a Files, url: &str, region: &str) -> Option<Section<'a>> {
    let fits = |section: &Section<'_>| {
        section
            .get("sso_start_url")
            .is_some_and(|old| same_url(old, url))
            && section.get("sso_region") == Some(region)
    };
    files.sso_sessions().into_iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_checked() {
        assert!(url_problem("https://acme.awsapps.com/start").is_none());
        for url in [
            "",
            "acme.awsapps.com",
            "http://x",
            "https://",
            "https:///start",
            "https://x/ y",
            "https://x #y",
        ] {
            assert!(url_problem(url).is_some(), "{url}");
        }
        assert!(
            ["eu-west-1", "us-gov-west-1", "eusc-de-east-1"]
                .iter()
                .all(|region| region_problem(region).is_none())
        );
        assert!(
            ["", "ireland", "eu-west", "EU-west-1", "eu-west-1a", "eu--1"]
                .iter()
                .all(|region| region_problem(region).is_some())
        );
        assert!(
            ["", "-x", "two words", "é", "a]"]
                .iter()
                .all(|name| name_problem(name).is_some())
        );
        assert!(
            scopes_problem("a:b, c").is_none()
                && scopes_problem("a,,b").is_some()
                && scopes_problem("a b").is_some()
        );
    }

    #[test]
    fn a_name_is_suggested_where_the_address_is_a_word() {
        for (url, name) in [
            ("https://acme.awsapps.com/start", "acme"),
            ("https://d-9067example.awsapps.com/start", "sso"),
            ("https://ssoins-1.portal.eu-west-1.app.aws", "sso"),
            ("https://sso.acme.example/", "acme"),
            ("https://ssoins-1.us-east-2.portal.amazonaws.com", "sso"),
        ] {
            assert_eq!(suggested_name(url), name, "{url}");
        }
        assert!(same_url(
            "https://x.awsapps.com/start/",
            "https://X.awsapps.com/start#/"
        ));
    }
}
