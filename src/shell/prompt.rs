//! What the prompt hooks are told. The hooks start no process: they compare `AWS_PROFILE` and the
//! age of the token file with what they know, and judge by the clock with the three times of a
//! small state file.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::channel::Channel;
use crate::aws::profile::Profile;
use crate::aws::session_file::SessionFile;
use crate::guard;
use crate::settings::Settings;
use crate::settings::rules::Colour;
use crate::settings::templates::PROMPT_FIELDS;
use crate::system::env::Env;
use crate::system::files::{self, Draft};
use crate::system::text::template::Part;
use crate::system::text::{clean, template};

/// Writes the times where every shell's hook reads them, with the token file's own time of
/// writing: while the two agree, what the file says is true.
fn publish(env: &Env, session: &SessionFile) -> std::io::Result<PathBuf> {
    let path = env.state_dir().join("prompt").join(&session.key);
    let text = format!(
        "{} {} {}\n",
        session.times.until, session.times.renew, session.times.expires
    );
    let written = session
        .written
        .unwrap_or(SystemTime::UNIX_EPOCH + Duration::from_secs(1));
    let is_same = || {
        Some(
            fs::metadata(&path).ok()?.modified().ok()? == written
                && files::text(&path, files::SMALL).ok()?? == text,
        )
    };
    if is_same() == Some(true) {
        return Ok(path);
    }
    Draft::new(&path)?
        .lightly()
        .commit_at(text.as_bytes(), written)?;
    Ok(path)
}

/// The plain text of the prompt. What a profile does not have leaves no blank.
pub fn text(format: &str, profile: &Profile, region: Option<&str>) -> String {
    let value = |field: &str| match field {
        "profile" => Some(profile.name.as_str()),
        "account" => profile.account_name.as_deref().or(profile.account_id()),
        "account_id" => profile.account_id(),
        "account_name" => profile.account_name.as_deref(),
        "role" => profile.role(),
        _ => region,
    };
    let mut out = String::new();
    for part in template::parse(format, &PROMPT_FIELDS).unwrap_or_default() {
        match part {
            Part::Text(text) => out.push_str(if out.is_empty() {
                text.trim_start()
            } else {
                &text
            }),
            Part::Field(field) => match value(field) {
                Some(value) => out.push_str(value),
                None => out.truncate(out.trim_end().len()),
            },
        }
    }
    clean(&out)
}

/// The region that a tool would use in this shell with this profile.
pub fn region<'a>(env: &'a Env, profile: &'a Profile) -> Option<&'a str> {
    env.var("AWS_REGION")
        .or_else(|| env.var("AWS_DEFAULT_REGION"))
        .or(profile.region.as_deref())
}

/// Tells the hooks about the profile that is active from now on, in the region that is.
pub fn tell(
    channel: &mut Channel,
    env: &Env,
    settings: &Settings,
    profile: &Profile,
    session: Option<&SessionFile>,
    region: Option<&str>,
) {
    let colour = guard::colour(&settings.rules, profile.into()).or(settings.prompt.colour);
    channel.set("__awsp_profile", &profile.name);
    channel.set(
        "__awsp_text",
        &text(&settings.prompt.format, profile, region),
    );
    channel.set("__awsp_style", colour.map_or("", Colour::as_str));
    channel.set("__awsp_now", &env.now().to_string());
    let Some(session) = session else {
        return forget_session(channel);
    };
    channel.set("__awsp_until", &session.times.until.to_string());
    channel.set("__awsp_renew", &session.times.renew.to_string());
    channel.set("__awsp_expires", &session.times.expires.to_string());
    channel.set("__awsp_token", &session.path.to_string_lossy());
    match publish(env, session) {
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
    for name in [
        "__awsp_token",
        "__awsp_state",
        "__awsp_until",
        "__awsp_renew",
        "__awsp_expires",
    ] {
        channel.unset(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config::Files;
    use crate::aws::profile::resolve;
    use crate::settings::templates::{PROMPT_DEFAULT, prompt_problem};

    #[test]
    fn what_a_profile_lacks_leaves_no_gap() {
        let config = "[profile dev]\nsso_session = s\nsso_account_id = 111122223333\nsso_account_name = acme  {role}\n\
                      sso_role_name = Admin\n[sso-session s]\nsso_start_url = https://x\nsso_region = r\n[profile keys]\n";
        let files = Files::of(config, "");
        let (dev, keys) = (
            resolve(&files, "dev").unwrap(),
            resolve(&files, "keys").unwrap(),
        );
        assert_eq!(text(PROMPT_DEFAULT, &dev, None), "dev acme  {role}");
        assert_eq!(text(PROMPT_DEFAULT, &keys, None), "keys");
        let all = "{account_id}:{role} ({region})";
        assert_eq!(
            text(all, &dev, Some("eu-west-1")),
            "111122223333:Admin (eu-west-1)"
        );
        assert_eq!(
            prompt_problem("{accounts}").unwrap(),
            format!(
                "there is no {{accounts}}, but {}",
                template::list(&PROMPT_FIELDS)
            )
        );
    }
}
