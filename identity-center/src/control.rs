//! `/_control/…`: the record of calls and what tests change, over HTTP, for tests that are not in
//! Rust.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::json;

use crate::faults::Fault;
use crate::oidc;
use crate::reply::{self, Reply};
use crate::state::State;

/// Carries out `what`:
/// - `calls`, `counts`, `forget-calls`: the record
/// - `expire-tokens`, `revoke`, `forget-clients`, `deny?on=true`: what the service refuses now
/// - `sign-in`: logs in, and answers with the content of a token file
/// - `refreshable?token=…`: whether a refresh token still works
/// - `fault?operation=CreateToken&times=2` with one of `status=500&exception=…`, `body=…`,
///   `delay=…`, `late=…` (milliseconds), `drop=…`: orders faults
/// - `faults?operation=…`: how many of them are left; `forget-faults`
pub fn handle(state: &mut State, what: &str, query: &[(String, String)]) -> Reply {
    let field = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    match what {
        "calls" => return reply::json(&json!(state.calls)),
        "counts" => {
            return reply::json(&json!({
                "logins": state.logins,
                "renewals": state.renewals,
                "calls": state.calls.len(),
            }));
        }
        "forget-calls" => state.calls.clear(),
        "expire-tokens" => state.expire_tokens(),
        "revoke" => state.revoke(),
        "forget-faults" => state.faults.clear(),
        "sign-in" => return reply::json(&oidc::signed_in(state)),
        "faults" => {
            let left = field("operation").and_then(|name| state.faults.get(name));
            return reply::json(&json!({"faults": left.map_or(0, VecDeque::len)}));
        }
        "refreshable" => {
            let good = field("token").is_some_and(|token| state.refresh.contains_key(token));
            return reply::json(&json!({"refreshable": good}));
        }
        "forget-clients" => state.clients.clear(),
        "deny" => state.deny = field("on") != Some("false"),
        "fault" => {
            let times = field("times").and_then(|text| text.parse().ok());
            state
                .faults
                .entry(field("operation").unwrap_or("*").to_owned())
                .or_default()
                .extend(std::iter::repeat_n(fault(field), times.unwrap_or(1)));
        }
        _ => return reply::build(404, "text/plain", "no such control\n".to_owned()),
    }
    reply::json(&json!({"done": what}))
}

/// The fault that the fields of a query describe.
fn fault<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Fault {
    let time = |name| Some(Duration::from_millis(field(name)?.parse().ok()?));
    let status = field("status").and_then(|text| text.parse().ok());
    let status = status.unwrap_or(500);
    if let Some(body) = field("body") {
        Fault::Body {
            status,
            body: body.to_owned(),
        }
    } else if let Some(time) = time("delay") {
        Fault::Delay(time)
    } else if let Some(time) = time("late") {
        Fault::Late(time)
    } else if field("drop").is_some() {
        Fault::Drop
    } else {
        let exception = field("exception").unwrap_or("InternalServerException");
        Fault::error(status, exception)
    }
}

impl State {
    /// Every access token expires; renewal still works.
    pub fn expire_tokens(&mut self) {
        for (_, ends) in self.access.values_mut() {
            *ends = 0;
        }
    }

    /// Every session ends, as after a logout elsewhere.
    pub fn revoke(&mut self) {
        for session in &mut self.sessions {
            session.revoked = true;
        }
    }
}
