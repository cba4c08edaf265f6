//! `/_control/…`: the record and the switches over HTTP, for tests that run in a shell.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::json;

use crate::faults::Fault;
use crate::oidc;
use crate::reply::{self, Reply};
use crate::state::State;

/// `calls`, `counts`, `forget-calls`, `expire-tokens`, `revoke`, `forget-clients`, `deny?on=true`,
/// `forget-faults`, `faults?operation=…` (how many are left), `sign-in` (a token file's content), `refreshable?token=…`, and
/// `fault?operation=CreateToken&times=2` with one of `status=500&exception=…`, `body=…`, `delay=…`,
/// `late=…` (milliseconds), `drop=…`.
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
            return reply::json(
                &json!({"logins": state.logins, "renewals": state.renewals, "calls": state.calls.len()}),
            );
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
            let status = field("status")
                .and_then(|text| text.parse().ok())
                .unwrap_or(500);
            let fault = if let Some(body) = field("body") {
                Fault::Body {
                    status,
                    body: body.to_owned(),
                }
            } else if let Some(time) = field("delay").and_then(|text| text.parse().ok()) {
                Fault::Delay(Duration::from_millis(time))
            } else if let Some(time) = field("late").and_then(|text| text.parse().ok()) {
                Fault::Late(Duration::from_millis(time))
            } else if field("drop").is_some() {
                Fault::Drop
            } else {
                Fault::error(
                    status,
                    field("exception").unwrap_or("InternalServerException"),
                )
            };
            let times = field("times")
                .and_then(|text| text.parse().ok())
                .unwrap_or(1);
            state
                .faults
                .entry(field("operation").unwrap_or("*").to_owned())
                .or_default()
                .extend(std::iter::repeat_n(fault, times));
        }
        _ => return reply::build(404, "text/plain", "no such control\n".to_owned()),
    }
    reply::json(&json!({"done": what}))
}

impl State {
    /// Every access token is over; renewal still works.
    pub fn expire_tokens(&mut self) {
        for (_, ends) in self.access.values_mut() {
            *ends = 0;
        }
    }

    /// Every sign-in is over, as after a logout elsewhere.
    pub fn revoke(&mut self) {
        for session in &mut self.sessions {
            session.revoked = true;
        }
    }
}
