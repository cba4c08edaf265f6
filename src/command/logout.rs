//! `awsp logout`: end a session, at AWS and here.

use clap::Args;

use super::login::{login, target};
use super::{Context, Run, complete};
use crate::aws::config::{Files, Section};
use crate::aws::profile::{Profile, SsoSession};
use crate::aws::role_cache::Entry;
use crate::aws::{profile, refused, token_cache};
use crate::login::target::Target;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{clean, quote};
use crate::system::{files, lock};

/// End a session, at AWS and on this machine
#[derive(Args, Clone, Debug)]
#[command(
    after_help = include_str!("help/logout.txt")
)]
pub struct Logout {
    /// The profile whose session to use; by default the current one
    #[arg(value_name = "PROFILE", add = complete::profiles())]
    pub profile: Option<String>,
    /// A session by its name in `[sso-session NAME]`
    #[arg(long, value_name = "NAME", conflicts_with = "profile", add = complete::sessions())]
    pub session: Option<String>,
    /// Every session of the config file
    #[arg(long, conflicts_with_all = ["profile", "session"])]
    pub all: bool,
}

impl Run for Logout {
    fn run(&self, context: &Context) -> Result<()> {
        let files = context.files()?;
        let sessions = self.sessions(context, &files)?;
        // They may contain tokens.
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
        let named = (self.session.as_deref(), self.profile.as_deref());
        let found = match target(context, files, named, "logout")? {
            Target::Session { session, section } => return Ok(vec![(session, section)]),
            Target::Other(found) => found,
        };
        let name = &found.name;
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
    // Credentials first: after the token is gone, nobody would look for them.
    let credentials = remove_role_credentials(context, files, session);
    let removed = files::remove(&path).map_err(|error| files::unwritable(env, &path, &error))?;
    refused::forget(env, session.cache_key());
    match told {
        Some(Err(error)) => {
            ui.warn(&format!("{error}: {}", error.causes.join(": ")));
            ui.say(&format!(
                "awsp: {name}: removed here, but AWS could not be told; the session there ends by \
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
