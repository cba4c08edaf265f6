//! Turns profiles with a start URL of their own into profiles of an sso-session.

use super::session::{SCOPES, name_problem, same_url, suggested_name, with_url};
use super::{Work, session_changes, set, unset};
use crate::aws::config::edit::SectionId;
use crate::aws::config::{Section, Which};
use crate::aws::profile::SsoSession;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{clean, count, quote};

/// The keys that move to the session.
const MOVED: [&str; 3] = ["sso_start_url", "sso_region", "sso_registration_scopes"];

/// The profiles of one portal.
struct Group {
    session: SsoSession,
    profiles: Vec<String>,
}

impl Work<'_> {
    pub(super) fn convert(&self) -> Result<()> {
        let groups = self.groups()?;
        if groups.is_empty() {
            self.context
                .ui
                .say("awsp: nothing to change: no profile has a start URL of its own");
            return Ok(());
        }
        let mut changes = Vec::new();
        for group in &groups {
            changes.extend(session_changes(&group.session));
            for name in &group.profiles {
                let section = SectionId::profile(name);
                changes.push(set(&section, "sso_session", group.session.label()));
                changes.extend(MOVED.map(|key| unset(&section, key)));
            }
        }
        let (is_new, ()) = self.write(|_| Ok((changes.clone(), ())))?;
        let profiles = groups.iter().map(|group| group.profiles.len()).sum();
        for group in &groups {
            let text = format!(
                "awsp: {}: session `{}`",
                group.profiles.join(", "),
                group.session.label()
            );
            self.context.ui.say(&clean(&text));
        }
        self.context
            .ui
            .say("awsp: one login serves them all now, and is renewed without a browser");
        let first = groups[0].session.label();
        self.done(
            &count(profiles, "profile"),
            is_new,
            &["awsp", "login", "--session", first],
        );
        Ok(())
    }

    fn groups(&self) -> Result<Vec<Group>> {
        let mut groups: Vec<Group> = Vec::new();
        for section in self.files.profiles() {
            let (Some(url), Some(region), None) = (
                section.get("sso_start_url"),
                section.get("sso_region"),
                section.get("sso_session"),
            ) else {
                continue;
            };
            if let Some(why) = self.why_not(&section) {
                let text = format!("`{}` stays as it is: {why}", section.name);
                self.context.ui.warn(&text);
                continue;
            }
            let fits = |group: &&mut Group| {
                same_url(&group.session.start_url, url) && group.session.region == region
            };
            if let Some(group) = groups.iter_mut().find(fits) {
                group.profiles.push(section.name.into_owned());
                continue;
            }
            let session = self.session_for(&section, url, region, &groups)?;
            groups.push(Group {
                session,
                profiles: vec![section.name.into_owned()],
            });
        }
        Ok(groups)
    }

    /// The reason why a profile must not be converted, if there is one.
    fn why_not(&self, section: &Section) -> Option<String> {
        if stands_in_credentials(section) {
            let place = &self.files.credentials.shown;
            return Some(format!("its start URL is in {place}"));
        }
        let wins = |key: &&str| section.get(key).is_some();
        let key = WINNING.into_iter().find(wins)?;
        let place = section.setting(key).map(|it| self.files.shown(it.place))?;
        Some(format!(
            "tools would use its {key} instead of the session; remove that first ({place})"
        ))
    }

    /// The session of this portal: the existing one, else a new one.
    fn session_for(
        &self,
        section: &Section,
        url: &str,
        region: &str,
        groups: &[Group],
    ) -> Result<SsoSession> {
        let list = |text: &str| {
            text.split(',')
                .map(|scope| scope.trim().to_owned())
                .collect::<Vec<_>>()
        };
        let session = |name: String, url: &str, scopes: Option<Vec<String>>| SsoSession {
            name: Some(name),
            start_url: url.to_owned(),
            region: region.to_owned(),
            scopes,
        };
        if let Some(there) = with_url(self.files, url, region) {
            let url = there.get("sso_start_url").unwrap_or(url).to_owned();
            let scopes = there.get("sso_registration_scopes").map(list);
            return Ok(session(there.name.into_owned(), &url, scopes));
        }
        let question = format!("name of the session for {url}:");
        let given = self.asked.session.as_deref();
        let name = self.questions.text(
            "--session",
            given,
            &question,
            Some(&suggested_name(url)),
            name_problem,
        )?;
        if self.files.sso_session(&name).is_some()
            || groups.iter().any(|group| group.session.label() == name)
        {
            let message =
                format!("cannot name the session of {url} `{name}`: another portal has that name");
            let hint = quote::command_line(&[
                "awsp",
                "configure",
                "--profile",
                &section.name,
                "--session",
                &name,
            ]);
            return Err(Error::new(Kind::Usage, message)
                .hint(format!("{hint}    # one profile alone, when it is right")));
        }
        let scopes = list(section.get("sso_registration_scopes").unwrap_or(SCOPES));
        Ok(session(name, url, Some(scopes)))
    }
}

/// Settings that some or all clients would continue to use instead of the session (aws-contract
/// 2.2).
const WINNING: [&str; 4] = [
    "credential_process",
    "aws_access_key_id",
    "role_arn",
    "web_identity_token_file",
];

fn stands_in_credentials(section: &Section) -> bool {
    MOVED
        .iter()
        .filter_map(|key| section.setting(key))
        .any(|setting| setting.place.which == Which::Credentials)
}
