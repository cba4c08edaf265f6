//! The data for the prompt hooks. The hooks start no process: they compare `AWS_PROFILE` and the
//! age of the token file with what they know, and compare the clock with the three times in a
//! small state file.

use super::channel::{Channel, unfit};
use super::confirmed;
use crate::aws::profile::Profile;
use crate::aws::session_file::SessionFile;
use crate::aws::{account, identity};
use crate::guard::{self, Case, Decision, Door, Subject, decide};
use crate::settings::Settings;
use crate::settings::rules::Colour;
use crate::settings::templates::{PROMPT_DEFAULT, PROMPT_FIELDS};
use crate::system::env::Env;
use crate::system::presence::Presence;
use crate::system::text::template::Part;
use crate::system::text::{clean, template};

/// The longest text for a prompt (characters).
const LONGEST: usize = 160;

/// The plain text of the prompt. Unknown fields leave no blank.
pub fn text(format: &str, shown: Subject<'_>, region: Option<&str>) -> String {
    let value = |field: &str| match field {
        "profile" => shown.name,
        "account" if format == PROMPT_DEFAULT => {
            account::beside(shown.name, shown.account_id, shown.account_name)
        }
        "account" => account::label(shown.name, shown.account_id, shown.account_name),
        "account_id" => shown.account_id,
        "account_name" => shown.account_name,
        "role" => shown.role,
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
    short(&clean(&out))
}

/// The text, cut to a length that does not slow shells down.
fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let head: String = text.chars().take(LONGEST - 1).collect();
    format!("{head}…")
}

/// The data about a profile.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub env: &'a Env,
    pub settings: &'a Settings,
    pub profile: &'a Profile,
    pub session: Option<&'a SessionFile>,
    /// The region that tools would use.
    pub region: Option<&'a str>,
    /// True if a person has just confirmed it.
    pub confirmed: bool,
    /// True for a switch, which clears the bearer tokens.
    pub switched: bool,
}

/// Tells the hooks about the profile that is now active.
pub fn tell(channel: &mut Channel, told: Told<'_>) {
    let Told {
        env,
        settings,
        profile,
        ..
    } = told;
    let subject = Subject::from(profile);
    name(channel, &profile.name);
    let mut line = text(&settings.prompt.format, subject, told.region);
    if !told.switched {
        add_tokens(&mut line, env);
    }
    let colour = guard::colour(&settings.rules, subject).or(settings.prompt.colour);
    paint(channel, env, &line, colour);
    let confirmed = told.confirmed || confirmed::has(env, &profile.name);
    guarded(channel, settings, subject, confirmed);
    let Some(session) = told.session else {
        return forget_session(channel);
    };
    channel.set("__awsp_until", &session.times.valid_until.to_string());
    channel.set("__awsp_renew", &session.times.renewable_until.to_string());
    channel.set("__awsp_expires", &session.times.expires_at.to_string());
    channel.set("__awsp_token", &session.path.to_string_lossy());
    match session.publish(env) {
        Ok(path) => channel.set("__awsp_state", &path.to_string_lossy()),
        // If the home cannot be written, the prompt uses only the data from here.
        Err(_) => channel.unset("__awsp_state"),
    }
}

/// Tells the hooks which identity is used instead of a profile, with its account if that is known;
/// with nothing of the subject, only the bearer tokens.
pub fn tell_instead(
    channel: &mut Channel,
    env: &Env,
    settings: &Settings,
    subject: Subject<'_>,
    colour: Colour,
) {
    match env.current_profile() {
        Some(current) => name(channel, current),
        None => channel.unset("__awsp_profile"),
    }
    let region = identity::region(env, None);
    let mut line = subject.name.map_or_else(String::new, |_| {
        text(&settings.prompt.format, subject, region)
    });
    add_tokens(&mut line, env);
    paint(channel, env, &line, Some(colour));
    channel.unset("__awsp_guarded");
    forget_session(channel);
}

/// Tells the hooks about a profile that does not exist.
pub fn tell_unknown(channel: &mut Channel, profile: &str) {
    name(channel, profile);
    channel.set(
        "__awsp_text",
        &short(&format!("{} unknown", clean(profile))),
    );
    channel.set("__awsp_style", "red");
    channel.unset("__awsp_guarded");
    forget_session(channel);
}

/// Makes the hooks ask again, because the program cannot know which profile is active.
pub fn forget(channel: &mut Channel) {
    channel.set("__awsp_key", "none");
    tell_none(channel);
}

/// Tells the hooks that there is no known identity.
pub fn tell_none(channel: &mut Channel) {
    for name in [
        "__awsp_profile",
        "__awsp_text",
        "__awsp_style",
        "__awsp_guarded",
    ] {
        channel.unset(name);
    }
    forget_session(channel);
}

/// The profile that the data is about; if its name cannot be sent, the hooks know it.
fn name(channel: &mut Channel, profile: &str) {
    if unfit(profile).is_none() {
        channel.set("__awsp_profile", profile);
    } else {
        channel.unset("__awsp_profile");
    }
}

fn paint(channel: &mut Channel, env: &Env, line: &str, colour: Option<Colour>) {
    channel.set("__awsp_text", line);
    channel.set("__awsp_style", colour.map_or("", Colour::as_str));
    channel.set("__awsp_now", &env.now().to_string());
}

/// Adds the bearer tokens, which override the profile for their services.
fn add_tokens(line: &mut String, env: &Env) {
    for service in identity::bearer_services(env) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&short(&clean(&service)));
        line.push_str("-token");
    }
}

/// Tells the hooks whether to ask before a command that uses the profile.
fn guarded(channel: &mut Channel, settings: &Settings, subject: Subject<'_>, confirmed: bool) {
    let decision = decide(&Case {
        rules: &settings.rules,
        who: Presence::Person { can_type: true },
        door: Door::Command,
        subject,
        confirmed,
        yes: false,
        stay: None,
    });
    if matches!(decision, Decision::Confirm(_)) {
        channel.set("__awsp_guarded", "1");
    } else {
        channel.unset("__awsp_guarded");
    }
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
    use crate::settings::templates::prompt_problem;

    #[test]
    fn what_a_profile_lacks_leaves_no_gap() {
        let config = "[profile dev]\nsso_session = s\nsso_account_id = 111122223333\n\
                      sso_account_name = acme  {role}\n\
                      sso_role_name = Admin\n[sso-session s]\nsso_start_url = https://x\n\
                      sso_region = r\n[profile keys]\n";
        let files = Files::of(config, "");
        let (dev, keys) = (
            resolve(&files, "dev").unwrap(),
            resolve(&files, "keys").unwrap(),
        );
        assert_eq!(
            text(PROMPT_DEFAULT, (&dev).into(), None),
            "dev acme  {role}"
        );
        assert_eq!(text(PROMPT_DEFAULT, (&keys).into(), None), "keys");
        let all = "{account_id}:{role} ({region})";
        assert_eq!(
            text(all, (&dev).into(), Some("eu-west-1")),
            "111122223333:Admin (eu-west-1)"
        );
        assert_eq!(
            prompt_problem("{accounts}").unwrap(),
            format!(
                "unknown field {{accounts}}: the fields are {}",
                template::list(&PROMPT_FIELDS)
            )
        );
    }
}
