//! What a profile's own settings give, provider by provider.

use std::sync::Arc;

use super::{
    Catalog, ENDS, Link, SOURCES, contradicted, dangling, errors, place, role, scopes, session_in,
    wrong,
};
use crate::aws::config::{Files, Section};
use crate::aws::profile::{Kind, SsoSession, is_account};
use crate::aws::role_cache::Credentials;
use crate::aws::time;
use crate::system::error::Result;
use crate::system::text::words;

impl Catalog<'_> {
    /// A profile with `role_arn` and one source.
    pub(super) fn role(&self, profile: &Section) -> Result<Link> {
        let wrong = |message: &str, key: &str| {
            let message = format!("profile `{}` {message}", profile.name);
            Err(wrong(self.files, &message, place(profile, key)))
        };
        self.filled(profile, "role_arn")?;
        let source = profile.setting("source_profile");
        match (source, profile.setting("credential_source")) {
            (Some(_), Some(_)) => wrong(
                "has both `source_profile` and `credential_source`",
                "credential_source",
            ),
            (None, None) => wrong(
                "has `role_arn` and neither `source_profile` nor `credential_source`",
                "role_arn",
            ),
            (None, Some(source)) if SOURCES.contains(&&*source.value) => {
                Ok(Link::End(Kind::CredentialSource {
                    source: source.value.to_string(),
                    role: Some(role(profile)),
                }))
            }
            (None, Some(source)) => wrong(
                &format!(
                    "has the credential_source `{}`; there are {}",
                    source.value,
                    SOURCES.join(", ")
                ),
                "credential_source",
            ),
            (Some(source), None) => {
                let name = self.filled(profile, "source_profile")?;
                Ok(Link::Through(role(profile), name, source.place))
            }
        }
    }

    /// A `credential_process` whose words can be told apart, as Python does.
    pub(super) fn process(&self, profile: &Section) -> Result<Kind> {
        let command = self.filled(profile, "credential_process")?;
        let why = match words::split(&command) {
            Some(words) if words.first().is_some_and(|program| !program.is_empty()) => {
                return Ok(Kind::Process { command });
            }
            Some(_) => "names no program",
            None => "has an open quote",
        };
        let message = format!("`credential_process` of profile `{}` {why}", profile.name);
        let place = place(profile, "credential_process");
        Err(wrong(self.files, &message, place))
    }

    pub(super) fn sso(&self, profile: &Section) -> Result<Kind> {
        let session = self.session_of(profile)?;
        let account = self
            .required(profile, "profile", "sso_account_id")?
            .to_owned();
        let role = self
            .required(profile, "profile", "sso_role_name")?
            .to_owned();
        if !is_account(&account) {
            let message = format!(
                "`sso_account_id` of profile `{}` is not twelve digits",
                profile.name
            );
            return Err(wrong(
                self.files,
                &message,
                place(profile, "sso_account_id"),
            ));
        }
        Ok(Kind::Sso {
            session,
            account,
            role,
        })
    }

    /// The access key of a profile that has the id of one. Both halves stand in one file.
    pub(super) fn keys(&self, profile: &Section) -> Result<Kind> {
        let access_key_id = self.filled(profile, "aws_access_key_id")?;
        let id = place(profile, "aws_access_key_id");
        let own = (place(profile, "aws_secret_access_key").which != id.which)
            .then(|| self.files.in_file(id.which, &profile.name))
            .flatten();
        let own = own.as_ref().unwrap_or(profile);
        let Some(secret) = own
            .get("aws_secret_access_key")
            .filter(|_| place(own, "aws_secret_access_key").which == id.which)
        else {
            let message = format!(
                "profile `{}` has `aws_access_key_id` and no `aws_secret_access_key` beside it",
                profile.name
            );
            return Err(wrong(self.files, &message, id));
        };
        let token = ["aws_security_token", "aws_session_token"]
            .into_iter()
            .find_map(|key| own.get(key));
        Ok(Kind::Static(Credentials {
            access_key_id,
            secret_access_key: secret.to_owned(),
            session_token: token.map(str::to_owned),
            expiration: ENDS.into_iter().find_map(|key| time::parse(own.get(key)?)),
            account_id: own.get("aws_account_id").map(str::to_owned),
        }))
    }

    /// The session of a profile that has `sso_session` or `sso_start_url`.
    pub(super) fn session_of(&self, profile: &Section) -> Result<Arc<SsoSession>> {
        let files = self.files;
        let Some(setting) = profile.setting("sso_session") else {
            let Some(start_url) = profile.get("sso_start_url").map(str::to_owned) else {
                let key = ["sso_account_id", "sso_role_name"]
                    .into_iter()
                    .find(|key| profile.setting(key).is_some())
                    .unwrap_or("sso_start_url");
                let message = format!(
                    "profile `{}` has `{key}` and neither `sso_session` nor `sso_start_url`",
                    profile.name
                );
                return Err(wrong(files, &message, place(profile, key)));
            };
            let region = self.required(profile, "profile", "sso_region")?.to_owned();
            return Ok(Arc::new(SsoSession {
                name: None,
                start_url,
                region,
                scopes: scopes(profile),
            }));
        };
        let name = self.filled(profile, "sso_session")?;
        let Some(section) = self.sso_session(&name) else {
            let message = format!(
                "profile `{}` names the sso-session `{name}`, which does not exist",
                profile.name
            );
            return Err(dangling(
                self,
                &message,
                setting.place,
                &name,
                Files::sso_session_names,
            ));
        };
        for theirs in &section.settings {
            if let Some(ours) = profile
                .setting(&theirs.key)
                .filter(|ours| ours.value != theirs.value)
            {
                return Err(contradicted(files, profile, &section, ours, theirs));
            }
        }
        if let Some(known) = self.sessions.borrow().get(&name) {
            return Ok(Arc::clone(known));
        }
        let session = Arc::new(session_in(files, &section)?);
        self.sessions
            .borrow_mut()
            .insert(name, Arc::clone(&session));
        Ok(session)
    }

    /// The value of a key that is there.
    pub(super) fn filled(&self, profile: &Section, key: &str) -> Result<String> {
        match profile.get(key) {
            Some(value) => Ok(value.to_owned()),
            None => Err(errors::empty(self.files, profile, key)),
        }
    }
}
