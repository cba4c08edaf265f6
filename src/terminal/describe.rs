//! Describes a profile and its session in one line.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::aws::profile::{Kind, Profile};
use crate::aws::session::{Outcome, State, Times};
use crate::aws::time;
use crate::settings::{Settings, TimeFormat};
use crate::system::env::Env;
use crate::system::text::{clean, length, short};

/// The current time, and the format for other times.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Seconds since 1970.
    pub now: i64,
    format: TimeFormat,
}

impl Clock {
    pub fn of(env: &Env, settings: &Settings) -> Self {
        Self {
            now: env.now(),
            format: settings.time.format,
        }
    }

    /// `for 7h 58m` or `until 17:42`.
    pub fn lasting(self, end: i64) -> String {
        match self.format {
            TimeFormat::Left => format!("for {}", length(end - self.now)),
            TimeFormat::Clock => format!("until {}", of_day(end, self.now)),
        }
    }

    /// `in 4m` or `at 17:42`.
    fn ending(self, end: i64) -> String {
        match self.format {
            TimeFormat::Left => format!("in {}", length(end - self.now)),
            TimeFormat::Clock => format!("at {}", of_day(end, self.now)),
        }
    }
}

/// `17:42` in the local time zone (`TZ`, else the system's), with the day of the week if it is not
/// today.
fn of_day(seconds: i64, now: i64) -> String {
    let here = |seconds| {
        Timestamp::from_second(seconds)
            .ok()
            .map(|time| time.to_zoned(TimeZone::system()))
    };
    let (Some(end), Some(now)) = (here(seconds), here(now)) else {
        return time::format(seconds);
    };
    let form = if end.date() == now.date() {
        "%H:%M"
    } else {
        "%a %H:%M"
    };
    end.strftime(form).to_string()
}

/// The line that confirms a switch.
pub fn switched(
    profile: &Profile,
    times: Option<Times>,
    outcome: Outcome,
    clock: Clock,
    cleared: &[&str],
    paint: impl Fn(&str) -> String,
) -> String {
    let mut line = format!("awsp: {}", line(profile, times, clock, paint));
    match outcome {
        Outcome::Good | Outcome::Renewed => {}
        Outcome::LoggedIn => line.push_str(", logged in"),
    }
    if !cleared.is_empty() {
        line.push_str("; cleared ");
        line.push_str(&cleared.join(", "));
    }
    line
}

/// Profile, account, role and region, and the session if there is something to say about it.
/// `paint` colours the name.
pub fn line(
    profile: &Profile,
    times: Option<Times>,
    clock: Clock,
    paint: impl Fn(&str) -> String,
) -> String {
    let name = profile.name.as_str();
    let mut parts = Vec::new();
    let (account, role) = (profile.account(), profile.role());
    // `acme-dev.Admin` contains both already.
    let says = |part: &str| name.contains(part);
    if !(account.is_none_or(says) && role.is_some_and(says)) {
        parts.extend(account.map(str::to_owned));
        let via = |role: &str| match profile.chain().nth(1) {
            Some(source) => format!("{role} through {}", source.name),
            None => role.to_owned(),
        };
        parts.extend(role.map(via));
    }
    parts.extend(kind(&profile.kind).map(str::to_owned));
    parts.push(
        profile
            .region
            .clone()
            .unwrap_or_else(|| "no region".to_owned()),
    );
    parts.extend(times.and_then(|times| news(times, clock)));
    let parts: Vec<&str> = parts.iter().map(|part| short(part)).collect();
    format!("{}: {}", paint(&clean(name)), clean(&parts.join(", ")))
}

/// What to say about a session: nothing if it is valid and renews by itself.
fn news(times: Times, clock: Clock) -> Option<String> {
    match times.state(clock.now) {
        State::Valid if times.is_renewable(clock.now) => None,
        State::Valid => Some(format!("session ends {}", clock.ending(times.expires_at))),
        State::Renewable => None,
        State::Ended => Some(state(times, clock)),
    }
}

/// The state of a session in words, with `session` before it.
pub fn state(times: Times, clock: Clock) -> String {
    format!("session {}", words(times, clock))
}

/// The state of a session in words, with its end if it does not renew by itself.
pub fn words(times: Times, clock: Clock) -> String {
    let now = clock.now;
    match times.state(now) {
        State::Valid if times.is_renewable(now) => "valid".to_owned(),
        State::Valid => format!("valid {}", clock.lasting(times.expires_at)),
        State::Renewable => "renews by itself".to_owned(),
        State::Ended if times.is_alive(now) => format!("ends {}", clock.ending(times.expires_at)),
        State::Ended => "ended".to_owned(),
    }
}

/// The kind of profile, if account and role do not show it.
const fn kind(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Sso { .. } | Kind::Role { .. } => None,
        Kind::Static(_) => Some("static keys"),
        Kind::Process { .. } => Some("credential process"),
        Kind::WebIdentity { .. } => Some("web identity"),
        Kind::CredentialSource { .. } => Some("credentials of this machine"),
        Kind::Login { .. } => Some("aws login"),
        Kind::Token { .. } => Some("bearer token only"),
        Kind::Plain => Some("no credentials of its own"),
    }
}
