//! `awsp login`: make a session usable.

use clap::Args;

use super::{Context, Run};
use crate::aws::config::{Files, Section};
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::session::{Outcome, State, Times};
use crate::aws::session_file::SessionFile;
use crate::aws::{login_session, profile, token_cache};
use crate::login::{Asking, Need, Wish};
use crate::settings::Settings;
use crate::settings::flow::Flow;
use crate::system::error::{Error, Kind, Result};
use crate::system::presence::Presence;
use crate::system::process;
use crate::system::text::{clean, quote};
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
        let files = Files::load(&context.env)?;
        let Some((session, section)) = self.target(context, &files)? else {
            return Ok(());
        };
        let env = &context.env;
        let times = || Times::of(token_cache::token(env, &session).as_ref(), &session);
        let settings = context.settings();
        if !self.force && times().state(env.now()) == State::Valid {
            done(context, settings, &session, times(), Outcome::Good);
            return Ok(());
        }
        let mut asking = Asking::of(
            env,
            context.ui,
            settings,
            &files,
            section.as_ref(),
            &session,
        );
        asking.wish = Wish {
            need: if self.force {
                Need::Login
            } else {
                Need::Usable
            },
            flow: self.device_code.then_some(Flow::Device),
            no_browser: self.no_browser,
            qr: self.qr,
            explicit: self.device_code || self.no_browser,
        };
        let outcome = asking.bring_up()?;
        done(context, settings, &session, times(), outcome);
        Ok(())
    }
}

impl Login {
    /// The session that is meant, and the profile that led to it. `None` where there is nothing to
    /// log in to.
    fn target(
        &self,
        context: &Context,
        files: &Files,
    ) -> Result<Option<(SsoSession, Option<Section>)>> {
        if let Some(name) = &self.session {
            return Ok(Some((profile::session(files, name)?, None)));
        }
        let Some(name) = self
            .profile
            .as_deref()
            .or_else(|| context.env.current_profile())
        else {
            return Ok(Some((only_session(files, "login")?, None)));
        };
        let found = profile::resolve(files, name)?;
        match (found.session(), found.login_session()) {
            (Some(session), _) => Ok(Some((session.clone(), files.profile(name)))),
            (None, Some(login)) => {
                let times = login_session::times(&login_session::path(&context.env, login));
                if self.force || times.state(context.env.now()) == State::Ended {
                    by_aws_cli(context, &found)?;
                }
                Ok(None)
            }
            (None, None) => {
                context.ui.say(&clean(&format!(
                    "awsp: `{name}` needs no login ({})",
                    found.kind.as_str()
                )));
                Ok(None)
            }
        }
    }
}

/// Makes the session of a profile usable, if it has one, and looks at it afterwards.
///
/// # Errors
/// As [`Asking::bring_up`].
pub fn bring_up(
    context: &Context,
    settings: &Settings,
    files: &Files,
    profile: &Profile,
) -> Result<(Option<SessionFile>, Outcome)> {
    let watch = SessionFile::of(&context.env, profile);
    let now = context.env.now();
    let Some(state) = watch.as_ref().map(|watch| watch.times.state(now)) else {
        return Ok((None, Outcome::Good));
    };
    let outcome = match (profile.session(), state) {
        (_, State::Valid) => return Ok((watch, Outcome::Good)),
        (Some(session), _) => {
            let section = files.profile(&profile.name);
            Asking::of(
                &context.env,
                context.ui,
                settings,
                files,
                section.as_ref(),
                session,
            )
            .bring_up()?
        }
        (None, State::Renewable) => return Ok((watch, Outcome::Good)),
        (None, State::Ended) => by_aws_cli(context, profile)?,
    };
    Ok((SessionFile::of(&context.env, profile), outcome))
}

/// The one session of the config file. `command` is what would take one by its name, for hints.
///
/// # Errors
/// There is none, or more than one.
pub fn only_session(files: &Files, command: &str) -> Result<SsoSession> {
    let names: Vec<String> = files
        .sso_sessions()
        .into_iter()
        .map(|section| section.name)
        .collect();
    match names.as_slice() {
        [name] => profile::session(files, name),
        [] => Err(Error::new(
            Kind::NotFound,
            "no profile is active, and no sso-session is configured",
        )
        .hint("awsp configure")),
        names => {
            let hints = names
                .iter()
                .map(|name| quote::command_line(&["awsp", command, "--session", name]));
            Err(hints.fold(
                Error::new(
                    Kind::Usage,
                    "no profile is active, and there is more than one session",
                ),
                Error::hint,
            ))
        }
    }
}

/// Hands an ended `aws login` session to the AWS CLI, which alone can sign its requests.
///
/// # Errors
/// Nobody is there, the AWS CLI is not, or its login failed.
pub fn by_aws_cli(context: &Context, profile: &Profile) -> Result<Outcome> {
    let name = profile.end().name.as_str();
    let line = quote::command_line(&["aws", "login", "--profile", name]);
    let failed = |kind, cause: String| {
        Error::new(kind, format!("the login of `{name}` has ended"))
            .cause(cause)
            .hint(line.clone())
    };
    let presence = Presence::of(&context.env);
    if !presence.is_person() {
        return Err(failed(Kind::PersonNeeded, presence.why_not()));
    }
    context.ui.say(&clean(&format!("awsp: {line}")));
    match process::command("aws")
        .args(["login", "--profile", name])
        .status()
    {
        Ok(status) if status.success() => Ok(Outcome::LoggedIn),
        Ok(status) => Err(failed(
            Kind::LoginFailed,
            format!("the AWS CLI ended with {status}"),
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(failed(
            Kind::PersonNeeded,
            "it needs the AWS CLI, 2.32 or later, and there is no `aws` on PATH".to_owned(),
        )),
        Err(error) => Err(failed(Kind::Failed, error.to_string())),
    }
}

fn done(
    context: &Context,
    settings: &Settings,
    session: &SsoSession,
    times: Times,
    outcome: Outcome,
) {
    let how = match outcome {
        Outcome::Good => "",
        Outcome::Renewed => " (renewed)",
        Outcome::LoggedIn => " (logged in)",
    };
    let state = describe::state(times, Clock::of(&context.env, settings));
    context
        .ui
        .say(&clean(&format!("awsp: {}: {state}{how}", session.label())));
}
