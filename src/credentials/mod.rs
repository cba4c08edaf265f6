//! Credentials for a profile of any kind, from the caches where they are good, else from AWS, with
//! one request however many processes ask.

pub mod assignments;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;

use crate::aws::config::{Files, Section};
use crate::aws::connection::Connection;
use crate::aws::profile::{Kind as ProfileKind, Profile, Role, SsoSession};
use crate::aws::refused::Which;
use crate::aws::role_cache::{Credentials, Entry};
use crate::aws::{profile, time, token_cache};
use crate::login::{Login, Request};
use crate::net::Net;
use crate::net::fault::Fault;
use crate::net::portal::Portal;
use crate::net::sts::{RoleRequest, Sts};
use crate::settings::Settings;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::failure::Failures;
use crate::system::process::Limits;
use crate::system::text::{clean, quote};
use crate::system::{files, lock, process};
use crate::terminal::ui::Ui;

/// What a `credential_process` may cost: it may have a person log in, and says a few hundred bytes.
const PROCESS: Limits = Limits {
    time: Duration::from_mins(10),
    bytes: 1 << 20,
};

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
        let profile = profile::resolve(self.files, name)?;
        self.of(&profile, &self.user(&profile))
    }

    /// Forgets cached credentials of the profile that AWS has refused.
    pub fn forget(&self, profile: &Profile) {
        if let Some(entry) = Entry::of(self.env, profile) {
            entry.remove();
        }
    }

    /// Credentials of `profile`, as all that `user` is used for: its settings say for the whole
    /// chain where STS is, in which region, and by which endpoints (aws-contract 11).
    fn of(&self, profile: &Profile, user: &User) -> Result<Credentials> {
        match &profile.kind {
            ProfileKind::Sso {
                session,
                account,
                role,
            } => self.sso(profile, user, (session, account, role)),
            ProfileKind::Role { role, source } => self.role(profile, user, role, source),
            ProfileKind::Static(keys) => Ok(keys.clone()),
            ProfileKind::Process { command } => self.process(profile, command),
            ProfileKind::WebIdentity { role, token_file } => {
                self.web_identity(profile, user, role, token_file)
            }
            ProfileKind::CredentialSource { source, role } => {
                self.credential_source(profile, user, source, role.as_ref())
            }
            ProfileKind::Login { .. } => self.aws_login(profile),
            ProfileKind::Token { .. } => Err(self.none(
                profile,
                "it has an sso_session but no sso_account_id and sso_role_name",
            )),
            ProfileKind::Plain => {
                Err(self.none(profile, "it has no settings that give credentials"))
            }
        }
    }

    fn sso(
        &self,
        profile: &Profile,
        user: &User,
        (session, account, role): (&SsoSession, &str, &str),
    ) -> Result<Credentials> {
        let entry = Entry::sso(self.env, session, account, role);
        self.once(&entry, profile, user, || {
            let mut refused: Option<String> = None;
            loop {
                let request = Request::token(refused.clone());
                let section = user.section.as_ref();
                let token = self.login().token(session, section, &request)?;
                let net = self.net(user)?;
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
        let words = match &session.name {
            Some(name) => vec!["awsp", "login", "--session", name, "--force"],
            None => vec!["awsp", "login", &profile.name, "--force"],
        };
        Error::new(Kind::Network, message)
            .cause("the access portal refuses a new token")
            .hint(quote::command_line(&words))
    }

    fn login(&self) -> Login<'_> {
        Login {
            env: self.env,
            ui: self.ui,
            settings: self.settings,
            files: self.files,
        }
    }

    fn role(
        &self,
        profile: &Profile,
        user: &User,
        role: &Role,
        source: &Profile,
    ) -> Result<Credentials> {
        let entry = Entry::role(self.env, role);
        self.once(&entry, profile, user, || {
            let mfa_code = role
                .mfa_serial
                .as_deref()
                .map(|serial| self.ui.ask(self.env, &format!("MFA code for {serial}")))
                .transpose()?;
            let request = RoleRequest {
                mfa_code,
                ..self.request(role)
            };
            let mut tried_again = false;
            loop {
                let keys = self.of(source, user)?;
                let net = self.net(user)?;
                self.ui
                    .verbose(|| format!("assuming {} through {}", role.arn, source.name));
                match Sts::new(&net, &user.region, Some(&keys)).assume(&request)? {
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
                        self.forget(source);
                    }
                    Err(fault) => return Err(cannot_assume(fault, role, profile)),
                }
            }
        })
    }

    fn web_identity(
        &self,
        profile: &Profile,
        user: &User,
        role: &Role,
        file: &str,
    ) -> Result<Credentials> {
        let cannot = |why: &str| self.none(profile, &format!("cannot read {file}: {why}"));
        let token = files::text(Path::new(file), files::SMALL)
            .map_err(|error| cannot(&files::why(&error)))?
            .ok_or_else(|| cannot("there is no such file"))?;
        let net = self.net(user)?;
        let request = RoleRequest {
            external_id: None,
            mfa_serial: None,
            ..self.request(role)
        };
        let made = Sts::new(&net, &user.region, None).assume_by_token(&request, token.trim())?;
        made.map(|made| made.credentials)
            .map_err(|fault| cannot_assume(fault, role, profile))
    }

    fn credential_source(
        &self,
        profile: &Profile,
        user: &User,
        source: &str,
        role: Option<&Role>,
    ) -> Result<Credentials> {
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
        let Some(role) = role else {
            return Ok(keys);
        };
        let net = self.net(user)?;
        let request = RoleRequest {
            mfa_serial: None,
            ..self.request(role)
        };
        let made = Sts::new(&net, &user.region, Some(&keys)).assume(&request)?;
        made.map(|made| made.credentials)
            .map_err(|fault| cannot_assume(fault, role, profile))
    }

    /// What STS is asked for, without an MFA code.
    fn request(&self, role: &Role) -> RoleRequest {
        RoleRequest {
            role_arn: role.arn.clone(),
            session_name: role
                .session_name
                .clone()
                .unwrap_or_else(|| format!("awsp-{}", self.env.now())),
            external_id: role.external_id.clone(),
            duration: role.duration,
            mfa_serial: role.mfa_serial.clone(),
            mfa_code: None,
        }
    }

    fn process(&self, profile: &Profile, line: &str) -> Result<Credentials> {
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
        let words = shlex::split(line)
            .filter(|words| !words.is_empty())
            .ok_or_else(|| {
                self.none(profile, "its credential_process cannot be split into words")
            })?;
        let output = process::run(
            process::command(&words[0])
                .args(&words[1..])
                .stderr(Stdio::inherit()),
            PROCESS,
        );
        let output =
            output.map_err(|cut| self.none(profile, &format!("cannot use {}: {cut}", words[0])))?;
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
            let name = &profile.end().name;
            Error::new(
                Kind::PersonNeeded,
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
        user: &User,
        ask: impl FnOnce() -> Result<Credentials>,
    ) -> Result<Credentials> {
        if let Some(keys) = entry.read(self.env.now()) {
            return Ok(keys);
        }
        let what = format!("the credentials of `{}`", clean(&profile.name));
        let asked = self.connection(user).fingerprint();
        let failures = Failures::new(self.env, &entry.key, asked);
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

    fn user(&self, profile: &Profile) -> User {
        User {
            section: self.files.profile(&profile.name),
            region: self.sts_region(profile),
        }
    }

    fn connection(&self, user: &User) -> Connection {
        Connection::of(self.env, self.files, user.section.as_ref())
    }

    fn net(&self, user: &User) -> Result<Net> {
        Net::new(&self.connection(user))
    }

    /// Where STS is asked: the profile's region, else the shell's, else the session's.
    pub fn sts_region(&self, profile: &Profile) -> String {
        let own = profile
            .region
            .as_deref()
            .or_else(|| self.env.var("AWS_REGION"))
            .or_else(|| self.env.var("AWS_DEFAULT_REGION"));
        own.or_else(|| profile.session().map(|session| session.region.as_str()))
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

/// The profile in use, for all that its chain asks of AWS.
struct User {
    section: Option<Section>,
    /// Where STS is asked.
    region: String,
}

fn cannot_assume(fault: Fault, role: &Role, profile: &Profile) -> Error {
    fault.told(
        &format!("cannot assume {} for `{}`", role.arn, profile.name),
        "STS",
    )
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
