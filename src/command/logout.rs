//! `awsp logout`: end a session, at AWS and here.

use clap::Args;

use super::login::login;
use super::{Context, Run, choose};
use crate::aws::config::{Files, Section};
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::role_cache::Entry;
use crate::aws::{profile, refused, token_cache};
use crate::login::target;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{clean, quote};
use crate::system::{files, lock};

/// End a session, at AWS and here
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/logout.txt")
)]
pub struct Logout {
    /// The profile whose session is meant; without it the current one
    #[arg(value_name = "PROFILE", add = crate::command::complete::profiles())]
    pub profile: Option<String>,
    /// A session by its name in `[sso-session NAME]`
    #[arg(long, value_name = "NAME", conflicts_with = "profile", add = crate::command::complete::sessions())]
    pub session: Option<String>,
    /// Every session of the config file
    #[arg(long, conflicts_with_all = ["profile", "session"])]
    pub all: bool,
}

impl Run for Logout {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        let sessions = self.sessions(context, &files)?;
        // They may hold tokens.
        files::sweep_home(&context.env);
        let mut last = Ok(());
        for (session, section) in &sessions {
            if let Err(error) = end(context, &files, session, section.as_ref()) {
                if last.is_err() {
                    context.ui.error(&error);
                } else {
                    last = Err(error);
                }
            }
        }
        last
    }
}

impl Logout {
    fn sessions<'a>(
        &self,
        context: &Context,
        files: &'a Files,
    ) -> Result<Vec<(SsoSession, Option<Section<'a>>)>> {
        if self.all {
            let all = profile::all_sessions(files).into_iter();
            return Ok(all
                .map(|used| (SsoSession::clone(&used.session), used.first))
                .collect());
        }
        if let Some(name) = &self.session {
            return Ok(vec![(profile::session(files, name)?, None)]);
        }
        let given = self
            .profile
            .as_deref()
            .or_else(|| context.env.current_profile());
        let chosen = match given {
            Some(_) => None,
            None => Some(choose::missing(context, files)?.ok_or_else(|| {
                Error::new(Kind::Usage, "no profile is active: which session is meant?")
                    .hint("awsp logout --all")
                    .hint("awsp logout PROFILE")
            })?),
        };
        let name = given.or(chosen.as_deref()).unwrap_or_default();
        let found = profile::resolve(files, name);
        if let Ok(profile) = &found
            && let Some(session) = profile.session()
        {
            return Ok(vec![(session.clone(), files.profile(name))]);
        }
        // What else is wrong with the profile does not matter to its session.
        if found.is_err()
            && let Some(session) = target::named_by(files, name)
        {
            return Ok(vec![(session, files.profile(name))]);
        }
        let found = found?;
        let error = Error::new(Kind::Usage, format!("`{name}` has no session to end"));
        Err(match found.login_session() {
            Some(_) => {
                let owner = &found.end().name;
                error
                    .cause("the AWS CLI made its login, and ends it")
                    .hint(quote::command_line(&["aws", "logout", "--profile", owner]))
            }
            None => error,
        })
    }
}

fn end(
    context: &Context,
    files: &Files,
    session: &SsoSession,
    section: Option<&Section>,
) -> Result<()> {
    let (env, ui) = (&context.env, context.ui);
    let name = clean(session.label());
    let what = format!("the login of `{name}`");
    let _lock = lock::take(env, session.cache_key(), &what, &mut |line| ui.say(line))?;
    let path = token_cache::token_path(env, session);
    let told = token_cache::token(env, session).map(|_| {
        ui.say(&format!("awsp: logging out of {name}"));
        login(context, files).sign_out(session, section)
    });
    // Credentials first: without the token nobody would look for them any more.
    let credentials = remove_role_credentials(context, files, session);
    let removed = files::remove(&path).map_err(|error| files::unwritable(env, &path, &error))?;
    refused::forget(env, session.cache_key());
    match told {
        Some(Err(error)) => {
            ui.warn(&format!("{error}: {}", error.causes.join(": ")));
            ui.say(&format!(
                "awsp: {name}: removed here, but AWS was not told; the session there ends by \
                 itself"
            ));
        }
        _ if removed || credentials > 0 => ui.say(&format!("awsp: {name}: logged out")),
        _ => ui.say(&format!("awsp: {name}: was not logged in")),
    }
    Ok(())
}

/// Removes the cached credentials of this session's roles, and of the roles taken through them.
/// Returns how many.
fn remove_role_credentials(context: &Context, files: &Files, session: &SsoSession) -> usize {
    let mut entries = Vec::new();
    profile::resolve_each(files, |_, found| {
        let is_ours = |found: &Profile| {
            found
                .session()
                .is_some_and(|other| other.cache_key() == session.cache_key())
        };
        if let Some(found) = found.ok().filter(is_ours) {
            entries.extend(Entry::of(&context.env, &found));
        }
    });
    entries.iter().filter(|entry| entry.remove()).count()
}
