//! A profile and its session in one line. Pure.

use crate::aws::net::login::Outcome;
use crate::aws::profile::{Kind, Profile};
use crate::aws::session::{State, Times};
use crate::aws::time;
use crate::ui::clean;

/// The line that confirms a switch.
pub fn switched(profile: &Profile, times: Option<Times>, outcome: Outcome, now: i64, cleared: &[&str]) -> String {
    let mut line = format!("awsp: {}", line(profile, times, now));
    match outcome {
        Outcome::Good => {}
        Outcome::Renewed => line.push_str(" (renewed)"),
        Outcome::LoggedIn => line.push_str(" (logged in)"),
    }
    if !cleared.is_empty() {
        line.push_str("; cleared ");
        line.push_str(&cleared.join(", "));
    }
    line
}

/// Profile, account, role, region, and the state of the session.
pub fn line(profile: &Profile, times: Option<Times>, now: i64) -> String {
    let mut parts = Vec::new();
    match (&profile.account_id, &profile.account_name) {
        (Some(id), Some(name)) => parts.push(format!("account {id} ({name})")),
        (Some(id), None) => parts.push(format!("account {id}")),
        (None, Some(name)) => parts.push(format!("account {name}")),
        (None, None) => {}
    }
    if let Some(role) = &profile.role {
        let via = profile.chain.get(1).map_or_else(String::new, |source| format!(" through {source}"));
        parts.push(format!("role {role}{via}"));
    }
    if let Some(kind) = kind(profile.kind) {
        parts.push(kind.to_owned());
    }
    parts.push(profile.region.as_ref().map_or_else(|| "no region".to_owned(), |region| format!("region {region}")));
    if let Some(times) = times {
        parts.push(state(times, now));
    }
    clean(&format!("{}: {}", profile.name, parts.join(", ")))
}

/// The state of a session in words.
pub fn state(times: Times, now: i64) -> String {
    match times.state(now) {
        State::Valid if times.is_renewable(now) => "session valid".to_owned(),
        State::Valid => format!("session valid for {}", time::length(times.expires - now)),
        State::Renewable => "session renews by itself".to_owned(),
        State::Ended if times.is_alive(now) => format!("session ends in {}", time::length(times.expires - now)),
        State::Ended => "session ended".to_owned(),
    }
}

/// What kind of profile it is, where account and role do not say it.
const fn kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Sso | Kind::SsoLegacy | Kind::Role => None,
        Kind::Static => Some("static keys"),
        Kind::Process => Some("credential process"),
        Kind::WebIdentity => Some("web identity"),
        Kind::CredentialSource => Some("credentials of this machine"),
        Kind::Login => Some("aws login"),
        Kind::Token => Some("bearer token only"),
        Kind::Plain => Some("no credentials of its own"),
    }
}

/// A command line that can be pasted: each word quoted where a shell needs it.
pub fn command(words: &[&str]) -> String {
    let quoted = words.iter().map(|word| shlex::try_quote(word).unwrap_or(std::borrow::Cow::Borrowed("PROFILE")));
    quoted.collect::<Vec<_>>().join(" ")
}
