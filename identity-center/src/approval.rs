//! The pages on which a user allows a login or denies it.

use hyper::Method;

use crate::oidc;
use crate::pages::{escape, page};
use crate::reply::{self, Reply};
use crate::server::Asked;
use crate::state::{Decision, State};

/// The approval page of the browser flow, and its answer.
pub fn authorize(state: &mut State, asked: &Asked, form: &[(String, String)]) -> Reply {
    let fields = fields(asked, form);
    let wanted = match oidc::authorize(state, fields) {
        Ok(wanted) => wanted,
        Err(why) => return reply::html(400, page("This login cannot go on", &escape(&why), None)),
    };
    match allows(form).or(state.options.approve_after.map(|_| true)) {
        Some(allow) => oidc::decide(state, &wanted, allow),
        None => {
            let hidden: Vec<(&str, &str)> = asked
                .query
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect();
            reply::html(
                200,
                page(
                    "Allow awsp to access your accounts?",
                    "It asks on behalf of the terminal that opened this page.",
                    Some(("/authorize", &hidden)),
                ),
            )
        }
    }
}

/// The page where a device code is approved.
pub fn device(state: &mut State, asked: &Asked, form: &[(String, String)]) -> Reply {
    let fields = fields(asked, form);
    let code = fields
        .iter()
        .find(|(key, _)| key == "user_code")
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    let Some(found) = state
        .devices
        .values_mut()
        .find(|device| device.user_code == code)
    else {
        return reply::html(
            404,
            page(
                "No such code",
                "Compare it with the code in your terminal.",
                None,
            ),
        );
    };
    match allows(form) {
        Some(allow) => {
            found.decision = if allow {
                Decision::Allowed
            } else {
                Decision::Denied
            };
            let text = if allow {
                "You can close this and go back to the terminal."
            } else {
                "The terminal shows it in a moment."
            };
            reply::html(
                200,
                page(if allow { "Allowed" } else { "Denied" }, text, None),
            )
        }
        None => {
            let text = format!(
                "Is this the code in your terminal?</p><p><code>{}</code>",
                escape(&code)
            );
            reply::html(
                200,
                page(
                    "Allow awsp to access your accounts?",
                    &text,
                    Some(("/device", &[("user_code", &code)])),
                ),
            )
        }
    }
}

/// The form of a POST, the query of a GET.
fn fields<'a>(asked: &'a Asked, form: &'a [(String, String)]) -> &'a [(String, String)] {
    if asked.method == Method::POST {
        form
    } else {
        &asked.query
    }
}

/// The user's answer on the page, if the form has one.
fn allows(form: &[(String, String)]) -> Option<bool> {
    let (_, answer) = form.iter().find(|(key, _)| key == "answer")?;
    Some(answer == "allow")
}
