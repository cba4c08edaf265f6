//! Answers in the format of the real services.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

pub type Reply = Response<Full<Bytes>>;

/// The id of every request.
pub const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";
/// The XML namespace of STS.
pub const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub fn json(body: &Value) -> Reply {
    build(200, "application/json", body.to_string())
}

pub fn html(status: u16, body: String) -> Reply {
    build(status, "text/html; charset=utf-8", body)
}

pub fn xml(status: u16, body: String) -> Reply {
    build(status, "text/xml", body)
}

pub fn redirect(target: &str) -> Reply {
    let mut reply = build(302, "text/plain", String::new());
    if let Ok(value) = target.parse() {
        reply.headers_mut().insert("location", value);
    }
    reply
}

/// An error of sso-oidc: the type is in a header, with a suffix that clients cut off, and the OAuth
/// code is in the body.
pub fn oidc_error(exception: &str, description: &str) -> Reply {
    let (status, code) = match exception {
        "AccessDeniedException" => (400, "access_denied"),
        "AuthorizationPendingException" => (400, "authorization_pending"),
        "ExpiredTokenException" => (400, "expired_token"),
        "InternalServerException" => (500, "server_error"),
        "InvalidClientException" => (401, "invalid_client"),
        "InvalidClientMetadataException" => (400, "invalid_client_metadata"),
        "InvalidGrantException" => (400, "invalid_grant"),
        "InvalidRedirectUriException" => (400, "invalid_redirect_uri"),
        "InvalidScopeException" => (400, "invalid_scope"),
        "SlowDownException" => (400, "slow_down"),
        "UnauthorizedClientException" => (400, "unauthorized_client"),
        "UnsupportedGrantTypeException" => (400, "unsupported_grant_type"),
        _ => (400, "invalid_request"),
    };
    let description = (!description.is_empty()).then_some(description);
    let body = json!({"error": code, "error_description": description});
    typed(
        build(status, "application/json", body.to_string()),
        exception,
        "sso.oidc",
    )
}

/// An error of the portal: the type is in a header and in the body.
pub fn portal_error(status: u16, exception: &str, message: &str) -> Reply {
    let name = format!("com.amazonaws.switchboard.portal#{exception}");
    let body = json!({"message": message, "__type": name});
    typed(
        build(status, "application/json", body.to_string()),
        exception,
        "switchboard.portal",
    )
}

pub fn sts_error(status: u16, code: &str, message: &str) -> Reply {
    let kind = if status < 500 { "Sender" } else { "Receiver" };
    xml(
        status,
        format!(
            "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{kind}</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error><RequestId>{REQUEST_ID}</RequestId>\
             </ErrorResponse>"
        ),
    )
}

fn typed(mut reply: Reply, exception: &str, service: &str) -> Reply {
    let value = format!("{exception}:http://internal.amazon.com/coral/com.amazonaws.{service}/");
    if let Ok(value) = value.parse() {
        reply.headers_mut().insert("x-amzn-errortype", value);
    }
    reply
}

pub fn build(status: u16, kind: &'static str, body: String) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply.headers_mut().insert(
        "content-type",
        hyper::header::HeaderValue::from_static(kind),
    );
    reply
}
