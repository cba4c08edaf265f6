//! What the prompt hooks are told. The hooks start no process: they compare `AWS_PROFILE` and the age of the token
//! file with what they know, and judge by the clock with the three times of a small state file.

use std::fs::{self, File, FileTimes};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::aws::cache::{self, sha1_hex};
use crate::aws::login_session;
use crate::aws::profile::Profile;
use crate::aws::session::Times;
use crate::env::Env;
use crate::file::make_private_dir;
use crate::shell::channel::Channel;
use crate::ui::clean;

/// The file that holds a profile's session, and what it says.
#[derive(Debug)]
pub struct Watch {
    token: PathBuf,
    /// When the token file was last written, looked up before it was read.
    written: Option<SystemTime>,
    key: String,
    pub times: Times,
}

impl Watch {
    /// The session of a profile, from disk; `None` for a profile without one.
    pub fn of(env: &Env, profile: &Profile) -> Option<Self> {
        let (token, key) = match (&profile.session, &profile.login_session) {
            (Some(session), _) => (cache::token_path(env, session), session.cache_key()),
            (None, Some(login)) => (login_session::path(env, login), login.as_str()),
            (None, None) => return None,
        };
        let written = fs::metadata(&token).and_then(|data| data.modified()).ok();
        let times = match &profile.session {
            Some(session) => Times::of(cache::token(env, session).as_ref(), session),
            None => login_session::times(&token),
        };
        Some(Self { key: sha1_hex(key), token, written, times })
    }

    /// Writes the times where every shell's hook reads them, with the token file's own time of writing: while the two
    /// agree, what the file says is true.
    fn publish(&self, env: &Env) -> std::io::Result<PathBuf> {
        let path = env.state_dir().join("prompt").join(&self.key);
        let text = format!("{} {} {}\n", self.times.until, self.times.renew, self.times.expires);
        let written = self.written.unwrap_or(SystemTime::UNIX_EPOCH + Duration::from_secs(1));
        let is_same = || Some(fs::metadata(&path).ok()?.modified().ok()? == written && fs::read_to_string(&path).ok()? == text);
        if is_same() == Some(true) {
            return Ok(path);
        }
        let folder = path.parent().unwrap_or(&path);
        make_private_dir(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        File::set_times(file.as_file(), FileTimes::new().set_modified(written))?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(path)
    }
}

/// The plain text of the prompt: profile and account, by name where it is known.
pub fn text(profile: &Profile) -> String {
    let account = profile.account_name.as_deref().or(profile.account_id.as_deref());
    clean(&account.map_or_else(|| profile.name.clone(), |account| format!("{} {account}", profile.name)))
}

/// Tells the hooks about the profile that is active from now on.
pub fn tell(channel: &mut Channel, env: &Env, profile: &Profile, watch: Option<&Watch>) {
    channel.set("__awsp_profile", &profile.name);
    channel.set("__awsp_text", &text(profile));
    channel.set("__awsp_style", "");
    channel.set("__awsp_now", &env.now().to_string());
    let Some(watch) = watch else { return forget_session(channel) };
    channel.set("__awsp_until", &watch.times.until.to_string());
    channel.set("__awsp_renew", &watch.times.renew.to_string());
    channel.set("__awsp_expires", &watch.times.expires.to_string());
    channel.set("__awsp_token", &watch.token.to_string_lossy());
    match watch.publish(env) {
        Ok(path) => channel.set("__awsp_state", &path.to_string_lossy()),
        // A home that cannot be written: the prompt goes by what it was told here.
        Err(_) => channel.unset("__awsp_state"),
    }
}

/// Tells the hooks about a name that no file knows.
pub fn tell_unknown(channel: &mut Channel, name: &str) {
    channel.set("__awsp_profile", name);
    channel.set("__awsp_text", &format!("{} unknown", clean(name)));
    channel.set("__awsp_style", "red");
    forget_session(channel);
}

/// Tells the hooks that no profile of awsp's doing is active.
pub fn tell_none(channel: &mut Channel) {
    for name in ["__awsp_profile", "__awsp_text", "__awsp_style"] {
        channel.unset(name);
    }
    forget_session(channel);
}

fn forget_session(channel: &mut Channel) {
    for name in ["__awsp_token", "__awsp_state", "__awsp_until", "__awsp_renew", "__awsp_expires"] {
        channel.unset(name);
    }
}
