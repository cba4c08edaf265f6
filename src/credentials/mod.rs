//! Credentials for any kind of profile: from the caches if they are valid, else from AWS, with one
//! request however many processes need them.

pub mod assignments;
mod credential_source;
pub mod endpoint;
mod environment;
pub mod given;
mod login;
mod process;
mod role;
mod served;
mod sso;
pub mod twin;
mod web_identity;

use crate::aws::config::{Files, Section};
use crate::aws::connection::Connection;
use crate::aws::identity;
use crate::aws::profile::{Kind as ProfileKind, Profile};
use crate::aws::role_cache::{self, Credentials, Entry};
use crate::net::Net;
use crate::net::fault::Fault;
use crate::net::sts::{Identity, Sts};
use crate::settings::Settings;
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::failure::Failures;
use crate::system::lock::{self, Waiter};
use crate::system::presence::Presence;
use crate::system::text::{clean, length, quote};
use crate::terminal::ui::Ui;

/// Gives credentials to the profiles of these files.
pub struct Provider<'a> {
    pub env: &'a Env,
    pub ui: Ui,
    pub files: &'a Files,
    pub settings: &'a Settings,
    /// True if nobody typed this command: sessions are renewed, but nobody has to log in.
    pub unasked: bool,
    /// Cached credentials are used if they are valid for at least this many seconds.
    pub margin: i64,
}

impl<'a> Provider<'a> {
    pub const fn new(env: &'a Env, ui: Ui, files: &'a Files, settings: &'a Settings) -> Self {
        Self {
            env,
            ui,
            files,
            settings,
            unasked: false,
            margin: role_cache::MARGIN,
        }
    }
}

impl Provider<'_> {
    /// The profile's credentials.
    ///
    /// # Errors
    /// A login that is needed or failed, a role that is not assigned, AWS or the network.
    pub fn credentials(&self, profile: &Profile) -> Result<Credentials> {
        self.is_no_circle(profile)?;
        self.of(profile, &self.user(profile))
    }

    /// Uses the profile's credentials, and requests new ones once if AWS refuses them: AWS may have
    /// ended credentials that the cache calls valid. The inner result is that of the last attempt.
    ///
    /// # Errors
    /// As [`Self::credentials`], and those of `attempt`.
    pub fn with_credentials<T, R>(
        &self,
        profile: &Profile,
        attempt: impl Fn(&Credentials) -> Result<Result<T, R>>,
        is_refusal: impl Fn(&R) -> bool,
    ) -> Result<Result<T, R>> {
        let done = attempt(&self.credentials(profile)?)?;
        if done
            .as_ref()
            .err()
            .is_none_or(|refusal| !is_refusal(refusal))
        {
            return Ok(done);
        }
        self.forget(profile);
        attempt(&self.credentials(profile)?)
    }

    /// Forgets cached credentials of the profile that AWS has refused.
    fn forget(&self, profile: &Profile) {
        if let Some(entry) = Entry::of(self.env, profile) {
            entry.remove();
        }
    }

    /// Credentials of `profile`, used by `user`: the settings of the profile in use decide for the
    /// whole chain which STS is asked, in which region, and at which endpoints (aws-contract 11).
    fn of(&self, profile: &Profile, user: &User) -> Result<Credentials> {
        match &profile.kind {
            ProfileKind::Sso {
                session,
                account,
                role,
            } => self.sso(profile, user, (session, account, role)),
            ProfileKind::Role { .. } => self.role(profile, user),
            ProfileKind::Static(keys) => self.living(&profile.name, keys.clone()),
            ProfileKind::Process { command } => self.process(profile, command),
            ProfileKind::WebIdentity { role, token_file } => {
                self.web_identity(&profile.name, user, role, token_file)
            }
            ProfileKind::CredentialSource { source, role } => {
                self.credential_source(profile, user, source, role.as_ref())
            }
            ProfileKind::Login { .. } => self.aws_login(profile),
            ProfileKind::Token { .. } => Err(self.none(
                &profile.name,
                "it has an sso_session but no sso_account_id and sso_role_name",
            )),
            ProfileKind::Plain => {
                Err(self.none(&profile.name, "it has no settings that give credentials"))
            }
        }
    }

    /// The cached credentials, or the result of `ask`, which only one process runs at a time. `ask`
    /// may return nothing for now; that is not a failure for the processes that wait.
    fn once<T: From<Credentials>>(
        &self,
        entry: &Entry,
        name: &str,
        user: &User,
        ask: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        if let Some(keys) = entry.read(self.env.now(), self.margin) {
            self.ui
                .verbose(|| format!("the cached credentials of `{name}` are good"));
            return Ok(keys.into());
        }
        let what = format!("the credentials of `{}`", clean(name));
        let asked = self.connection(user).fingerprint();
        let failures = Failures::new(self.env, &entry.key, asked);
        let before = failures.before();
        let waiter = Waiter::of(Presence::of(self.env).is_person() && !self.unasked);
        let say = &mut |line: &str| self.ui.say(line);
        let lock = lock::take_as(waiter, self.env, &entry.key, &what, say)?;
        if let Some(keys) = entry.read(self.env.now(), self.margin) {
            return Ok(keys.into());
        }
        // A process that waited reports the failure of the one that asked.
        if let Some(error) = failures.meanwhile(&lock, &before) {
            return Err(error);
        }
        ask().inspect_err(|error| failures.note(&lock, error))
    }

    /// If the cache cannot be written, the next command makes another request. That is no reason to
    /// fail.
    fn keep(&self, written: Result<()>) {
        if let Err(error) = written {
            self.ui
                .verbose(|| format!("{error}: {}", error.causes.join(": ")));
        }
    }

    fn user(&self, profile: &Profile) -> User<'_> {
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

    /// The identity that AWS returns for these credentials, with this profile's connection
    /// settings. The outer error is Ctrl-C.
    ///
    /// # Errors
    /// A CA bundle that cannot be used; Ctrl-C.
    pub fn caller(
        &self,
        profile: Option<&Profile>,
        keys: &Credentials,
    ) -> Result<Result<Identity, Fault>> {
        let user = profile.map_or_else(|| self.nobody(), |profile| self.user(profile));
        Sts::new(&self.net(&user)?, &user.region, Some(keys)).caller()
    }

    /// The region of STS: the profile's, else the shell's, else the session's.
    pub fn sts_region(&self, profile: &Profile) -> String {
        let own = identity::region_of(self.env, profile.region.as_deref());
        own.or_else(|| profile.session().map(|session| session.region.as_str()))
            .unwrap_or("us-east-1")
            .to_owned()
    }

    /// Credentials from elsewhere, unless they have expired: AWS's error for expired ones is hard
    /// to understand.
    fn living(&self, name: &str, keys: Credentials) -> Result<Credentials> {
        let now = self.env.now();
        let Some(end) = keys.expiration.filter(|end| *end <= now) else {
            return Ok(keys);
        };
        let error = Error::new(
            Kind::Failed,
            format!("the credentials of `{name}` have expired"),
        );
        Err(error
            .cause(format!("they ended {} ago", length(now - end)))
            .hint(quote::command_line(&["awsp", "show", name])))
    }

    fn none(&self, name: &str, cause: &str) -> Error {
        Error::new(Kind::Usage, format!("cannot get credentials for `{name}`"))
            .cause(cause)
            .hint(quote::command_line(&["awsp", "show", name]))
    }
}

/// The profile in use, whose settings apply to its whole chain.
struct User<'a> {
    section: Option<Section<'a>>,
    /// The region of STS.
    region: String,
}
