//! The federation endpoint of the web console.

use serde_json::{Value, json};

use crate::reply::{self, Reply};
use crate::state::{State, now};

/// Answers with a token for temporary credentials, or with the page that the token opens.
pub fn handle(state: &State, query: &[(String, String)]) -> Reply {
    let field = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    match field("Action") {
        Some("getSigninToken") => {
            let session: Value = field("Session")
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default();
            let text = |name: &str| session.get(name).and_then(Value::as_str);
            let known = text("sessionId").and_then(|key| state.credentials.get(key));
            match known {
                Some(known)
                    if known.token.is_some()
                        && known.token.as_deref() == text("sessionToken")
                        && known.expires > now() =>
                {
                    reply::json(&json!({"SigninToken": format!("signin-{}", known.account)}))
                }
                _ => bad_request(),
            }
        }
        Some("login") => reply::html(
            200,
            format!(
                "<!doctype html><title>console</title><p>console of {}</p>",
                field("SigninToken").unwrap_or("nobody")
            ),
        ),
        _ => bad_request(),
    }
}

fn bad_request() -> Reply {
    let body = "<html><body>400 Bad Request</body></html>";
    reply::build(400, "text/html", body.to_owned())
}
