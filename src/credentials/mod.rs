//! Credentials for a profile of any kind, from the caches where they are good, else from AWS, with
//! one request however many processes ask.

pub mod assignments;

use std::fs;
use std::process::{Child, Stdio};

use serde::Deserialize;

use crate::aws::config::{Files, Section};
use crate::aws::connection::Connection;
use crate::aws::profile::{Kind as ProfileKind, Profile, SsoSession};
use crate::aws::refused::Which;
use crate::aws::role_cache::{Credentials, Entry};
use crate::aws::{profile, time, token_cache};
use crate::login::{Login, Request};
use crate::net::Net;
use crate::net::portal::Portal;
use crate::net::sts::{RoleRequest, Sts};
use crate::settings::Settings;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::failure::Failures;
use crate::system::text::{clean, quote};
use crate::system::{lock, process};
use crate::terminal::ui::Ui;

/// Gives credentials to the profiles of these files.
pub struct Provider<'a> {
    pub env: &'a Env,
    pub ui: Ui,
    pub files: &'a Files,
    pub settings: &'a Settings,
}

impl Provider<'_> {
    /// The profile's credentials.
    ///
    /// # Errors
    /// No such profile, a login that is needed or failed, a role that is not assigned, AWS or the
    /// network.
    pub fn credentials(&self, name: &str) -> Result<Credentials> {
        self.of(&profile::resolve(self.files, name)?, true)
    }

    /// Forgets cached credentials of the profile that AWS has refused.
    pub fn forget(&self, profile: &Profile) {
        let Some(section) = self.files.profile(&profile.name) else {
            return;
        };
        if let Some(entry) = Entry::of_role_profile(self.env, &section) {
            entry.remove();
        }
        if let (Some(session), Some(account), Some(role)) = (
            &profile.session,
            section.get("sso_account_id"),
            section.get("sso_role_name"),
        ) {
            Entry::sso(self.env, session, account, role).remove();
        }
    }

    /// `is_first` is false for a source: there static keys go before everything (aws-contract 2.4).
    fn of(&self, profile: &Profile, is_first: bool) -> Result<Credentials> {
        let section = self
            .files
            .profile(&profile.name)
            .ok_or_else(|| self.none(profile, "its section is gone"))?;
        if !is_first && let Some(keys) = static_keys(&section) {
            return Ok(keys);
        }
        match profile.kind {
            ProfileKind::Sso | ProfileKind::SsoLegacy => self.sso(profile, &section),
            ProfileKind::Role => self.role(profile, &section),
            ProfileKind::Static => static_keys(&section).ok_or_else(|| {
                self.none(
                    profile,
                    "it has half a key: aws_access_key_id and aws_secret_access_key belong \
                     together",
                )
            }),
            ProfileKind::Process => self.process(profile, &section),
            ProfileKind::WebIdentity => self.web_identity(profile, &section),
            ProfileKind::CredentialSource => self.credential_source(profile, &section),
            ProfileKind::Login => self.aws_login(profile),
            ProfileKind::Token => Err(self.none(
                profile,
                "it has an sso_session but no sso_account_id and sso_role_name",
            )),
            ProfileKind::Plain => {
                Err(self.none(profile, "it has no settings that give credentials"))
            }
        }
    }

    fn sso(&self, profile: &Profile, section: &Section) -> Result<Credentials> {
        let (Some(session), Some(account), Some(role)) =
            (&profile.session, &profile.account_id, &profile.role)
        else {
            return Err(self.none(profile, "it has no account and role"));
        };
        let entry = Entry::sso(self.env, session, account, role);
        self.once(&entry, profile, || {
            let mut refused: Option<String> = None;
            loop {
                let request = Request::token(refused.clone());
                let token = self.login().token(session, Some(section), &request)?;
                let net = self.net(section)?;
                // The token knows the portal's real region where the config file has another.
                let region = token.region.as_deref().unwrap_or(&session.region);
                self.ui.verbose(|| {
                    format!("asking for credentials of role {role} in account {account}")
                });
                match Portal::new(&net, region, &token.access_token)
                    .role_credentials(account, role)?
                {
                    Ok(credentials) => {
                        self.keep(entry.write_sso(self.env, &credentials));
                        return Ok(credentials);
                    }
                    // Logged out elsewhere, or cut off by an administrator: the token's own dates
                    // are worth nothing then.
                    Err(fault) if fault.is("UnauthorizedException") => {
                        let which = Which::Access;
                        token_cache::refuse(self.env, session, which, &token.access_token);
                        if refused.is_some() {
                            return Err(self.refuses_all(profile, session));
                        }
                        refused = Some(token.access_token);
                    }
                    Err(fault)
                        if fault.is("ForbiddenException")
                            || fault.is("ResourceNotFoundException") =>
                    {
                        return Err(fault
                            .told(
                                &format!(
                                    "cannot get credentials for `{}`: role {role} in account \
                                     {account} is not assigned to you",
                                    profile.name
                                ),
                                "the access portal",
                            )
                            .hint(self.sync_command(session)));
                    }
                    Err(fault) => {
                        return Err(fault.told(
                            &format!("cannot get credentials for `{}`", profile.name),
                            "the access portal",
                        ));
                    }
                }
            }
        })
    }

    /// What brings the profiles up to date with what is assigned.
    fn sync_command(&self, session: &SsoSession) -> String {
        let words = session
            .name
            .as_deref()
            .map(|name| ["awsp", "sync", "--session", name, "--dry-run"]);
        let line = words.map_or_else(
            || "awsp list".to_owned(),
            |words| quote::command_line(&words),
        );
        format!("{line}    # what is assigned to you; ask whoever assigns roles for more")
    }

    /// The error for a portal that takes no token, however new.
    fn refuses_all(&self, profile: &Profile, session: &SsoSession) -> Error {
        let message = format!("cannot get credentials for `{}`", profile.name);
        let error = Error::new(Kind::Network, message);
        let error = error.cause("the access portal refuses a new token");
        let label = session.label();
        match &session.name {
            Some(_) => error.hint(quote::command_line(&[
                "awsp",
                "login",
                "--session",
                label,
                "--force",
            ])),
            None => error.hint(quote::command_line(&[
                "awsp",
                "login",
                &profile.name,
                "--force",
            ])),
        }
    }

    fn login(&self) -> Login<'_> {
        Login {
            env: self.env,
            ui: self.ui,
            settings: self.settings,
            files: self.files,
        }
    }

    fn role(&self, profile: &Profile, section: &Section) -> Result<Credentials> {
        let (Some(entry), Some(role_arn)) = (
            Entry::of_role_profile(self.env, section),
            section.get("role_arn"),
        ) else {
            return Err(self.none(profile, "it has no role_arn"));
        };
        self.once(&entry, profile, || {
            let mfa_serial = section.get("mfa_serial").map(str::to_owned);
            let request = RoleRequest {
                role_arn: role_arn.to_owned(),
                session_name: section
                    .get("role_session_name")
                    .map_or_else(|| format!("awsp-{}", self.env.now()), str::to_owned),
                external_id: section.get("external_id").map(str::to_owned),
                duration: section
                    .get("duration_seconds")
                    .and_then(|text| text.parse().ok()),
                mfa_code: mfa_serial
                    .as_deref()
                    .map(|serial| self.ui.ask(self.env, &format!("MFA code for {serial}")))
                    .transpose()?,
                mfa_serial,
            };
            let source = section.get("source_profile").unwrap_or(&profile.name);
            let mut tried_again = false;
            loop {
                let keys = self.source(profile, section, source)?;
                let net = self.net(section)?;
                let region = self.sts_region(profile);
                self.ui
                    .verbose(|| format!("assuming {role_arn} through {source}"));
                match Sts::new(&net, &region, Some(&keys)).assume(&request)? {
                    Ok(made) => {
                        self.keep(entry.write_role(
                            self.env,
                            &made.credentials,
                            &made.assumed_role_id,
                            &made.arn,
                        ));
                        return Ok(made.credentials);
                    }
                    Err(fault) if fault.is_dead_credentials() && !tried_again => {
                        tried_again = true;
                        self.forget(&profile::resolve(self.files, source)?);
                    }
                    Err(fault) => {
                        return Err(fault.told(
                            &format!("cannot assume {role_arn} for `{}`", profile.name),
                            "STS",
                        ));
                    }
                }
            }
        })
    }

    fn source(&self, profile: &Profile, section: &Section, source: &str) -> Result<Credentials> {
        if source == profile.name {
            return static_keys(section)
                .ok_or_else(|| self.none(profile, "it is its own source_profile and has no keys"));
        }
        self.of(&profile::resolve(self.files, source)?, false)
    }

    fn web_identity(&self, profile: &Profile, section: &Section) -> Result<Credentials> {
        let (Some(role_arn), Some(file)) = (
            section.get("role_arn"),
            section.get("web_identity_token_file"),
        ) else {
            return Err(self.none(profile, "it has a web_identity_token_file but no role_arn"));
        };
        let token = fs::read_to_string(file)
            .map_err(|error| self.none(profile, &format!("cannot read {file}: {error}")))?;
        let request = RoleRequest {
            role_arn: role_arn.to_owned(),
            session_name: section
                .get("role_session_name")
                .map_or_else(|| format!("awsp-{}", self.env.now()), str::to_owned),
            duration: section
                .get("duration_seconds")
                .and_then(|text| text.parse().ok()),
            ..RoleRequest::default()
        };
        let net = self.net(section)?;
        let made = Sts::new(&net, &self.sts_region(profile), None)
            .assume_by_token(&request, token.trim())?;
        made.map(|made| made.credentials).map_err(|fault| {
            fault.told(
                &format!("cannot assume {role_arn} for `{}`", profile.name),
                "STS",
            )
        })
    }

    fn credential_source(&self, profile: &Profile, section: &Section) -> Result<Credentials> {
        let source = section.get("credential_source").unwrap_or_default();
        let Some(keys) = from_environment(self.env).filter(|_| source == "Environment") else {
            let why = if source == "Environment" {
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set".to_owned()
            } else {
                format!("credential_source = {source} is read by the AWS CLI and SDKs alone")
            };
            return Err(self.none(profile, &why).hint(quote::command_line(&[
                "aws",
                "sts",
                "get-caller-identity",
                "--profile",
                &profile.name,
            ])));
        };
        let Some(role_arn) = section.get("role_arn") else {
            return Ok(keys);
        };
        let request = RoleRequest {
            role_arn: role_arn.to_owned(),
            session_name: section
                .get("role_session_name")
                .map_or_else(|| format!("awsp-{}", self.env.now()), str::to_owned),
            external_id: section.get("external_id").map(str::to_owned),
            duration: section
                .get("duration_seconds")
                .and_then(|text| text.parse().ok()),
            ..RoleRequest::default()
        };
        let net = self.net(section)?;
        let made = Sts::new(&net, &self.sts_region(profile), Some(&keys)).assume(&request)?;
        made.map(|made| made.credentials).map_err(|fault| {
            fault.told(
                &format!("cannot assume {role_arn} for `{}`", profile.name),
                "STS",
            )
        })
    }

    fn process(&self, profile: &Profile, section: &Section) -> Result<Credentials> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            version: u32,
            access_key_id: String,
            secret_access_key: String,
            session_token: Option<String>,
            expiration: Option<String>,
            account_id: Option<String>,
        }
        let line = section.get("credential_process").unwrap_or_default();
        let words = shlex::split(line)
            .filter(|words| !words.is_empty())
            .ok_or_else(|| {
                self.none(profile, "its credential_process cannot be split into words")
            })?;
        let mut command = process::command(&words[0]);
        command
            .args(&words[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let output = process::spawn(&mut command).and_then(Child::wait_with_output);
        let output = output
            .map_err(|error| self.none(profile, &format!("cannot run {}: {error}", words[0])))?;
        if !output.status.success() {
            return Err(self.none(
                profile,
                &format!("{} ended with {}", words[0], output.status),
            ));
        }
        match serde_json::from_slice::<Answer>(&output.stdout) {
            Ok(answer) if answer.version == 1 => Ok(Credentials {
                access_key_id: answer.access_key_id,
                secret_access_key: answer.secret_access_key,
                session_token: answer.session_token,
                expiration: answer.expiration.as_deref().and_then(time::parse),
                account_id: answer.account_id,
            }),
            Ok(answer) => Err(self.none(
                profile,
                &format!(
                    "{} answered with Version {}, not 1",
                    words[0], answer.version
                ),
            )),
            // serde's own text could quote a part of a key.
            Err(_) => Err(self.none(
                profile,
                &format!("{} answered with something else than credentials", words[0]),
            )),
        }
    }

    /// Credentials of `aws login`. A renewal needs a signature that only the AWS CLI and the SDKs
    /// can make.
    fn aws_login(&self, profile: &Profile) -> Result<Credentials> {
        let ready = self.login().aws_login(profile, &Request::token(None))?;
        ready.keys.ok_or_else(|| {
            let name = profile.chain.last().unwrap_or(&profile.name);
            Error::new(
                Kind::LoginNeeded,
                format!("the login of `{name}` has no keys that are good"),
            )
            .cause("only the AWS CLI can renew them, and there is no `aws` on PATH")
            .hint(quote::command_line(&["aws", "login", "--profile", name]))
        })
    }

    /// The cached credentials, or what `ask` gives while nobody else asks for the same.
    fn once(
        &self,
        entry: &Entry,
        profile: &Profile,
        ask: impl FnOnce() -> Result<Credentials>,
    ) -> Result<Credentials> {
        if let Some(keys) = entry.read(self.env.now()) {
            return Ok(keys);
        }
        let what = format!("the credentials of `{}`", clean(&profile.name));
        let connection = self.connection(self.files.profile(&profile.name).as_ref());
        let failures = Failures::new(self.env, &entry.key, connection.fingerprint());
        let before = failures.before();
        let lock = lock::take(self.env, &entry.key, &what, &mut |line| self.ui.say(line))?;
        if let Some(keys) = entry.read(self.env.now()) {
            return Ok(keys);
        }
        // Who waited takes the failure of the one who asked, too.
        if let Some(error) = failures.meanwhile(&lock, &before) {
            return Err(error);
        }
        ask().inspect_err(|error| failures.note(&lock, error))
    }

    /// A cache that cannot be written costs the next command a request, and this one nothing.
    fn keep(&self, written: Result<()>) {
        if let Err(error) = written {
            self.ui
                .verbose(|| format!("{error}: {}", error.causes.join(": ")));
        }
    }

    fn connection(&self, section: Option<&Section>) -> Connection {
        Connection::of(self.env, self.files, section)
    }

    fn net(&self, section: &Section) -> Result<Net> {
        Net::new(&self.connection(Some(section)))
    }

    /// Where STS is asked: the profile's region, else the shell's, else the session's.
    pub fn sts_region(&self, profile: &Profile) -> String {
        let own = profile
            .region
            .as_deref()
            .or_else(|| self.env.var("AWS_REGION"))
            .or_else(|| self.env.var("AWS_DEFAULT_REGION"));
        own.or_else(|| {
            profile
                .session
                .as_ref()
                .map(|session| session.region.as_str())
        })
        .unwrap_or("us-east-1")
        .to_owned()
    }

    fn none(&self, profile: &Profile, cause: &str) -> Error {
        Error::new(
            Kind::Usage,
            format!("cannot get credentials for `{}`", profile.name),
        )
        .cause(cause)
        .hint(quote::command_line(&["awsp", "show", &profile.name]))
    }
}

/// The keys in the profile's own section.
fn static_keys(section: &Section) -> Option<Credentials> {
    Some(Credentials {
        access_key_id: section.get("aws_access_key_id")?.to_owned(),
        secret_access_key: section.get("aws_secret_access_key")?.to_owned(),
        session_token: section.get("aws_session_token").map(str::to_owned),
        expiration: None,
        account_id: section.get("aws_account_id").map(str::to_owned),
    })
}

/// The keys in the environment, which go before `AWS_PROFILE` in almost every tool (aws-contract
/// 2.1).
pub fn from_environment(env: &Env) -> Option<Credentials> {
    Some(Credentials {
        access_key_id: env.var("AWS_ACCESS_KEY_ID")?.to_owned(),
        secret_access_key: env.var("AWS_SECRET_ACCESS_KEY")?.to_owned(),
        session_token: env.var("AWS_SESSION_TOKEN").map(str::to_owned),
        expiration: env.var("AWS_CREDENTIAL_EXPIRATION").and_then(time::parse),
        account_id: env.var("AWS_ACCOUNT_ID").map(str::to_owned),
    })
}
