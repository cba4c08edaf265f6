//! `awsp login`: make a session valid.

use clap::Args;

use super::{Context, Run, choose, complete, learn};
use crate::aws::config::{Files, Section};
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::session::{Outcome, State, Times};
use crate::aws::session_file::SessionFile;
use crate::aws::token_cache;
use crate::login::Request;
use crate::login::target::Target;
use crate::settings::flow::Flow;
use crate::system::error::Result;
use crate::system::text::clean;
use crate::terminal::describe;
use crate::terminal::describe::Clock;

/// Log in to a session; does nothing if it is already valid
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/login.txt")
)]
pub struct Login {
    /// The profile whose session to use; by default the current one
    #[arg(value_name = "PROFILE", add = complete::profiles())]
    pub profile: Option<String>,
    /// A session by its name in `[sso-session NAME]`
    #[arg(long, value_name = "NAME", conflicts_with = "profile", add = complete::sessions())]
    pub session: Option<String>,
    /// Log in with a code, in a browser on any device
    #[arg(long)]
    pub device_code: bool,
    /// Print the page's address instead of opening it
    #[arg(long)]
    pub no_browser: bool,
    /// Log in even if the session is valid
    #[arg(long)]
    pub force: bool,
    /// Also show the page as a QR code
    #[arg(long)]
    pub qr: bool,
}

impl Run for Login {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        let named = (self.session.as_deref(), self.profile.as_deref());
        let (session, section) = match target(context, &files, named, "login")? {
            Target::Session { session, section } => (session, section),
            Target::Other(profile) => return self.without_session(context, &files, &profile),
        };
        let env = &context.env;
        let times = || token_cache::times(env, &session);
        let is_good = !self.force && times().state(env.now()) == State::Valid;
        let outcome = if is_good && !token_cache::is_torn(env, &session) {
            Outcome::Good
        } else {
            log_in(context, &files, &session, section.as_ref(), &self.request())?
        };
        done(context, session.label(), times(), outcome);
        Ok(())
    }
}

impl Login {
    fn request(&self) -> Request {
        Request {
            force: self.force,
            flow: self.device_code.then_some(Flow::Device),
            no_browser: self.no_browser,
            qr: self.qr,
            explicit: self.device_code || self.no_browser,
            ..Request::default()
        }
    }

    /// A profile without Identity Center: the AWS CLI logs in, or no login is needed.
    fn without_session(&self, context: &Context, files: &Files, found: &Profile) -> Result<()> {
        if found.login_session().is_some() {
            let outcome = login(context, files)
                .aws_login(found, &self.request())?
                .outcome;
            if let Some(file) = SessionFile::of(&context.env, found) {
                done(context, &found.end().name, file.times, outcome);
            }
        } else {
            context.ui.say(&clean(&format!(
                "awsp: `{}` needs no login ({})",
                found.name,
                found.kind.as_str()
            )));
        }
        Ok(())
    }
}

/// The target of a command about sessions: the session or the profile that it names, else what
/// this shell uses. If that is not clear, a person chooses from the list.
///
/// # Errors
/// As [`Target`]'s functions.
pub fn target<'f>(
    context: &Context,
    files: &'f Files,
    (session, profile): (Option<&str>, Option<&str>),
    command: &str,
) -> Result<Target<'f>> {
    if let Some(name) = session {
        return Target::of_name(files, name);
    }
    let current = profile.or_else(|| context.env.current_profile());
    match Target::of_shell(files, current, command) {
        Err(error) if current.is_none() => {
            let chosen = choose::missing(context, files)?.ok_or(error)?;
            Target::of_profile(files, &chosen)
        }
        target => target,
    }
}

/// Logs in for the profiles of these files.
pub fn login<'a>(context: &'a Context, files: &'a Files) -> crate::login::Login<'a> {
    crate::login::Login {
        env: &context.env,
        ui: context.ui,
        settings: context.settings(),
        files,
    }
}

/// Makes a session valid. A new login also fetches the names of its accounts.
fn log_in(
    context: &Context,
    files: &Files,
    session: &SsoSession,
    section: Option<&Section>,
    request: &Request,
) -> Result<Outcome> {
    let login = login(context, files);
    let outcome = login.bring_up(session, section, request)?.outcome;
    if outcome == Outcome::LoggedIn {
        learn::account_names(context, files, session, section);
    }
    Ok(outcome)
}

/// Makes the session of a profile valid, if it has one, and returns its state.
///
/// # Errors
/// As [`crate::login::Login::bring_up`].
pub fn bring_up(
    context: &Context,
    files: &Files,
    profile: &Profile,
    request: &Request,
) -> Result<(Option<SessionFile>, Outcome)> {
    let watch = SessionFile::of(&context.env, profile);
    let state = watch
        .as_ref()
        .map(|watch| watch.times.state(context.env.now()));
    if state.is_none_or(|state| state == State::Valid) {
        return Ok((watch, Outcome::Good));
    }
    let outcome = match profile.session() {
        Some(session) => {
            let section = files.profile(&profile.name);
            log_in(context, files, session, section.as_ref(), request)?
        }
        None => login(context, files).aws_login(profile, request)?.outcome,
    };
    Ok((SessionFile::of(&context.env, profile), outcome))
}

fn done(context: &Context, label: &str, times: Times, outcome: Outcome) {
    let how = match outcome {
        Outcome::Good => "",
        Outcome::Renewed => " (renewed)",
        Outcome::LoggedIn => " (logged in)",
    };
    let state = describe::state(times, Clock::of(&context.env, context.settings()));
    context
        .ui
        .say(&clean(&format!("awsp: {label}: {state}{how}")));
}
