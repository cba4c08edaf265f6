//! `awsp login`: make a session usable.

use clap::Args;

use super::{Context, Run, choose, learn};
use crate::aws::config::{Files, Section};
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::session::{Outcome, State, Times};
use crate::aws::session_file::SessionFile;
use crate::aws::{profile, token_cache};
use crate::login::target::only_session;
use crate::login::{Request, target};
use crate::settings::flow::Flow;
use crate::system::error::Result;
use crate::system::text::clean;
use crate::terminal::describe;
use crate::terminal::describe::Clock;

/// Make a session usable; does nothing when it already is
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/login.txt")
)]
pub struct Login {
    /// The profile whose session is meant; without it the current one
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// A session by its name in `[sso-session NAME]`
    #[arg(long, value_name = "NAME", conflicts_with = "profile", add = crate::command::complete::sessions())]
    pub session: Option<String>,
    /// Log in with a code, in a browser on any device
    #[arg(long)]
    pub device_code: bool,
    /// Print the page to open, and open none
    #[arg(long)]
    pub no_browser: bool,
    /// Log in even though the session is good
    #[arg(long)]
    pub force: bool,
    /// Show the page as a QR code too
    #[arg(long)]
    pub qr: bool,
}

impl Run for Login {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        let Some((session, section)) = self.target(context, &files)? else {
            return Ok(());
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

    /// The session that is meant, and the profile that led to it. `None` where there is nothing to
    /// log in to.
    fn target<'a>(
        &self,
        context: &Context,
        files: &'a Files,
    ) -> Result<Option<(SsoSession, Option<Section<'a>>)>> {
        if let Some(name) = &self.session {
            return Ok(Some((profile::session(files, name)?, None)));
        }
        let given = self
            .profile
            .as_deref()
            .or_else(|| context.env.current_profile());
        let chosen = match given {
            Some(_) => None,
            None => match only_session(files, "login") {
                Ok(session) => return Ok(Some((session, None))),
                // Which of several is what the list is for.
                Err(error) => Some(choose::missing(context, files)?.ok_or(error)?),
            },
        };
        let name = given.or(chosen.as_deref()).unwrap_or_default();
        let found = match profile::resolve(files, name) {
            Ok(found) => found,
            // What else is wrong with the profile does not matter to its session.
            Err(error) => {
                return match target::named_by(files, name) {
                    Some(session) => Ok(Some((session, files.profile(name)))),
                    None => Err(error),
                };
            }
        };
        if let Some(session) = found.session() {
            return Ok(Some((session.clone(), files.profile(name))));
        }
        if found.login_session().is_some() {
            let outcome = login(context, files)
                .aws_login(&found, &self.request())?
                .outcome;
            if let Some(file) = SessionFile::of(&context.env, &found) {
                done(context, &found.end().name, file.times, outcome);
            }
        } else {
            context.ui.say(&clean(&format!(
                "awsp: `{name}` needs no login ({})",
                found.kind.as_str()
            )));
        }
        Ok(None)
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

/// Makes a session usable. A new login tells the names of its accounts too.
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

/// Makes the session of a profile usable, if it has one, and looks at it afterwards.
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
