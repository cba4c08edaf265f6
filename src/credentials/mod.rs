//! Credentials for a profile of any kind, from the caches where they are good, else from AWS, with
//! one request however many processes ask.

pub mod assignments;

use std::fs;

use serde::Deserialize;

use crate::aws::config::{Files, Section};
use crate::aws::endpoint::Endpoints;
use crate::aws::profile::{Kind as ProfileKind, Profile, Role, SsoSession};
use crate::aws::role_cache::{Credentials, Entry};
use crate::aws::{login_session, profile, time, token_cache};
use crate::login::{Asking, Need, Wish};
use crate::net::Net;
use crate::net::fault::Fault;
use crate::net::portal::Portal;
use crate::net::sts::{RoleRequest, Sts};
use crate::settings::Settings;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::lock::{Attempt, Lock};
use crate::system::text::quote;
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
            ProfileKind::Login { login_session } => self.login(profile, login_session),
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
        self.once(&entry, || {
            let mut need = Need::Usable;
            loop {
                let token = self.token(session, user.section.as_ref(), need)?;
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
                    Err(fault) if fault.is("UnauthorizedException") && need == Need::Usable => {
                        need = Need::Other;
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

    /// The session's token, made usable first.
    pub fn token(
        &self,
        session: &SsoSession,
        section: Option<&Section>,
        need: Need,
    ) -> Result<crate::aws::session::Token> {
        use crate::aws::session::{State, Times};
        let token = token_cache::token(self.env, session);
        if need == Need::Usable
            && Times::of(token.as_ref(), session).state(self.env.now()) == State::Valid
            && let Some(token) = token
        {
            return Ok(token);
        }
        let mut asking = Asking::of(
            self.env,
            self.ui,
            self.settings,
            self.files,
            section,
            session,
        );
        asking.wish = Wish {
            need,
            ..Wish::default()
        };
        asking.bring_up()?;
        token_cache::token(self.env, session).ok_or_else(|| {
            Error::new(
                Kind::Failed,
                format!("the token of `{}` is gone again", session.label()),
            )
        })
    }

    fn role(
        &self,
        profile: &Profile,
        user: &User,
        role: &Role,
        source: &Profile,
    ) -> Result<Credentials> {
        let entry = Entry::role(self.env, role);
        self.once(&entry, || {
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
        let token = fs::read_to_string(file)
            .map_err(|error| self.none(profile, &format!("cannot read {file}: {error}")))?;
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
        let output = process::command(&words[0])
            .args(&words[1..])
            .stderr(std::process::Stdio::inherit())
            .output();
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
    fn login(&self, profile: &Profile, login: &str) -> Result<Credentials> {
        let name = profile.name.as_str();
        if let Some(keys) = login_session::credentials(self.env, login) {
            return Ok(keys);
        }
        let arguments = [
            "configure",
            "export-credentials",
            "--profile",
            name,
            "--format",
            "process",
        ];
        let output = process::command("aws")
            .args(arguments)
            .stderr(std::process::Stdio::null())
            .output();
        let answer = output
            .ok()
            .filter(|output| output.status.success())
            .and_then(|output| serde_json::from_slice::<serde_json::Value>(&output.stdout).ok());
        let field = |name: &str| answer.as_ref()?.get(name)?.as_str().map(str::to_owned);
        match (field("AccessKeyId"), field("SecretAccessKey")) {
            (Some(access_key_id), Some(secret_access_key)) => Ok(Credentials {
                access_key_id,
                secret_access_key,
                session_token: field("SessionToken"),
                expiration: field("Expiration").as_deref().and_then(time::parse),
                account_id: profile.account_id().map(str::to_owned),
            }),
            _ => Err(Error::new(
                Kind::PersonNeeded,
                format!("the login of `{name}` has ended"),
            )
            .hint(quote::command_line(&["aws", "login", "--profile", name]))),
        }
    }

    /// The cached credentials, or what `ask` gives while nobody else asks for the same.
    fn once(
        &self,
        entry: &Entry,
        ask: impl FnOnce() -> Result<Credentials>,
    ) -> Result<Credentials> {
        if let Some(keys) = entry.read(self.env.now()) {
            return Ok(keys);
        }
        let _lock = self.lock(&entry.key)?;
        match entry.read(self.env.now()) {
            Some(keys) => Ok(keys),
            None => ask(),
        }
    }

    fn lock(&self, key: &str) -> Result<Lock> {
        match lock::attempt(self.env, key)? {
            Attempt::Got(lock) => Ok(lock),
            Attempt::Busy(waiting) => waiting.wait(),
        }
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

    fn net(&self, user: &User) -> Result<Net> {
        let section = user.section.as_ref();
        Net::new(
            self.env,
            Endpoints::of(self.env, self.files, section),
            section.and_then(|section| section.get("ca_bundle")),
        )
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
