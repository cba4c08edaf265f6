//! The token of a session and what state it is in. Pure: a token and a time in, values out.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::profile::SsoSession;
use super::refused::{Refused, Which};
use super::time;

/// A token is renewed, or logged in for again, when it has less than this left. Seconds; the SDKs
/// use the same five minutes (aws-contract 3.2).
pub const SAFETY_MARGIN: i64 = 300;

/// `~/.aws/sso/cache/<sha1>.json`, the AWS CLI's own (aws-contract 3.1). No `Debug`: it is all
/// secrets.
#[derive(Clone, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    pub access_token: String,
    pub expires_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// What other tools put beside it is kept.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a session can do for its user now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The access token is good for more than [`SAFETY_MARGIN`].
    Valid,
    /// The access token is over, and the refresh token can make another without a login.
    Renewable,
    /// Only a login helps.
    Ended,
}

impl State {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Renewable => "renewable",
            Self::Ended => "ended",
        }
    }
}

/// The times that a token's state turns on, in seconds since 1970; 0 for a missing one. The
/// prompt hooks get just these, and judge by the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The state is valid before this.
    pub valid_until: i64,
    /// The state is renewable before this.
    pub renewable_until: i64,
    /// When the access token itself ends.
    pub expires_at: i64,
    /// AWS does not take the access token, whatever the dates in its file say.
    pub refused: bool,
}

impl Times {
    /// The times of the token in a session's file, but for what AWS has refused.
    pub fn of(token: Option<&Token>, session: &SsoSession, refused: &Refused) -> Self {
        let Some(token) = token.filter(|token| token.belongs_to(session)) else {
            return Self::default();
        };
        let Some(expires_at) = time::parse(&token.expires_at) else {
            return Self::default();
        };
        let renewal = token
            .renewal(session)
            .filter(|renewal| !refused.has(Which::Refresh, renewal.refresh_token));
        let renewable_until = renewal.map_or(0, |renewal| renewal.ends);
        if refused.has(Which::Access, &token.access_token) {
            return Self {
                renewable_until,
                refused: true,
                ..Self::default()
            };
        }
        Self {
            valid_until: expires_at - SAFETY_MARGIN,
            renewable_until,
            expires_at,
            refused: false,
        }
    }

    pub const fn state(self, now: i64) -> State {
        if now < self.valid_until {
            State::Valid
        } else if now < self.renewable_until {
            State::Renewable
        } else {
            State::Ended
        }
    }

    /// True when the access token, margin or not, still opens doors.
    pub const fn is_alive(self, now: i64) -> bool {
        now < self.expires_at
    }

    /// True when the session goes on by itself after the access token.
    pub const fn is_renewable(self, now: i64) -> bool {
        now < self.renewable_until
    }
}

/// How the session came to be usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was, or another process made it so while we waited.
    Good,
    Renewed,
    LoggedIn,
}

/// What a renewal needs.
pub struct Renewal<'a> {
    pub refresh_token: &'a str,
    pub client_id: &'a str,
    pub client_secret: &'a str,
    /// When the client registration ends.
    pub ends: i64,
}

impl Token {
    /// True for the same tokens, whatever else their files say.
    pub fn is_same(&self, other: &Self) -> bool {
        self.access_token == other.access_token && self.refresh_token == other.refresh_token
    }

    /// False for a token that another configuration with the same session name made for another
    /// portal.
    fn belongs_to(&self, session: &SsoSession) -> bool {
        !self.access_token.is_empty()
            && self
                .start_url
                .as_ref()
                .is_none_or(|url| *url == session.start_url)
    }

    /// What is needed to renew this token, when it is all there. The SDKs never renew a legacy
    /// profile's token, and all but two want the registration's end in the file (aws-contract
    /// 3.2): a session is called renewable only when the other tools think so too.
    pub fn renewal<'a>(&'a self, session: &SsoSession) -> Option<Renewal<'a>> {
        session.name.as_ref()?;
        Some(Renewal {
            refresh_token: self.refresh_token.as_deref()?,
            client_id: self.client_id.as_deref()?,
            client_secret: self.client_secret.as_deref()?,
            ends: time::parse(self.registration_expires_at.as_deref()?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn session(name: Option<&str>) -> SsoSession {
        SsoSession {
            name: name.map(str::to_owned),
            start_url: "https://d-1.awsapps.com/start".to_owned(),
            region: "eu-west-1".to_owned(),
            scopes: None,
        }
    }

    fn token(left: i64, refresh: bool, registration_left: i64) -> Token {
        Token {
            start_url: Some("https://d-1.awsapps.com/start".to_owned()),
            region: Some("eu-west-1".to_owned()),
            access_token: "a".to_owned(),
            expires_at: time::format(NOW + left),
            client_id: Some("c".to_owned()),
            client_secret: Some("s".to_owned()),
            registration_expires_at: Some(time::format(NOW + registration_left)),
            refresh_token: refresh.then(|| "r".to_owned()),
            extra: Map::new(),
        }
    }

    fn state(token: Option<&Token>, session: &SsoSession) -> State {
        Times::of(token, session, &Refused::default()).state(NOW)
    }

    #[test]
    fn a_token_is_valid_while_more_than_the_margin_is_left() {
        let corp = session(Some("corp"));
        assert_eq!(state(Some(&token(301, false, 0)), &corp), State::Valid);
        assert_eq!(state(Some(&token(300, false, 0)), &corp), State::Ended);
        assert_eq!(state(Some(&token(300, true, 60)), &corp), State::Renewable);
        assert_eq!(
            state(Some(&token(-9_999, true, 60)), &corp),
            State::Renewable
        );
        assert_eq!(
            state(Some(&token(-1, true, 0)), &corp),
            State::Ended,
            "the registration is over"
        );
        assert_eq!(state(None, &corp), State::Ended);
    }

    #[test]
    fn the_times_mean_what_the_table_of_the_shells_says() {
        let time = |text: &str| text.parse().map_or(0, |seconds: i64| NOW + seconds);
        let mut cases = 0;
        for line in include_str!("../../tests/states.txt").lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let &[valid, renewable, expires, state, says] = words.as_slice() else {
                continue;
            };
            if line.starts_with('#') {
                continue;
            }
            let times = Times {
                valid_until: time(valid),
                renewable_until: time(renewable),
                expires_at: time(expires),
                refused: false,
            };
            assert_eq!(times.state(NOW).as_str(), state, "{line}");
            assert_eq!(state == "ended", says == "login", "{line}");
            cases += 1;
        }
        assert!(cases > 10, "only {cases} cases");
    }

    #[test]
    fn a_legacy_token_is_never_renewable() {
        assert_eq!(
            state(Some(&token(10, true, 60)), &session(None)),
            State::Ended
        );
        assert_eq!(
            state(Some(&token(400, true, 60)), &session(None)),
            State::Valid
        );
    }

    #[test]
    fn a_token_for_another_portal_is_not_ours() {
        let mut other = session(Some("corp"));
        other.start_url = "https://d-2.awsapps.com/start".to_owned();
        assert_eq!(
            state(Some(&token(4_000, true, 9_000)), &other),
            State::Ended
        );
    }

    #[test]
    fn a_time_that_cannot_be_read_means_ended() {
        let mut broken = token(4_000, true, 9_000);
        broken.expires_at = "tomorrow".to_owned();
        assert_eq!(state(Some(&broken), &session(Some("corp"))), State::Ended);
    }
}
