//! Requests in, answers out: the operation of a request, the faults that a test ordered, the record
//! of calls.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use crate::control;
use crate::faults::Fault;
use crate::reply::{self, REQUEST_ID, Reply, oidc_error, portal_error, sts_error};
use crate::state::{Call, State, now};
use crate::time::http_date;
use crate::{approval, federation, oidc, portal, sts};

pub type Shared = Arc<Mutex<State>>;

/// A request that has been read.
pub struct Asked {
    pub method: Method,
    path: String,
    pub query: Vec<(String, String)>,
    body: Bytes,
    bearer: String,
    authorization: String,
    session_token: Option<String>,
}

impl Asked {
    /// The region in the scope of its signature: `Credential=KEY/DAY/REGION/SERVICE/aws4_request`.
    fn region(&self) -> Option<&str> {
        let (_, scope) = self.authorization.split_once("Credential=")?;
        scope.split('/').nth(2)
    }
}

/// Answers until the listener's task is dropped.
pub async fn serve(listener: TcpListener, state: Shared, base: String) {
    while let Ok((stream, _)) = listener.accept().await {
        let (state, base) = (Arc::clone(&state), base.clone());
        tokio::spawn(connection(stream, state, base));
    }
}

async fn connection(stream: TcpStream, state: Shared, base: String) {
    let service = service_fn(move |request| {
        let (state, base) = (Arc::clone(&state), base.clone());
        async move { answer(request, &state, &base).await }
    });
    // An error here is a connection that a test ordered to drop, or a client that went away.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    state: &Shared,
    base: &str,
) -> Result<Reply, io::Error> {
    let asked = read(request).await?;
    let form = form(&asked.body);
    let (operation, grant) = operation(&asked, &form);
    let mut fault = lock(state).next_fault(&operation);
    while let Some(Fault::Hold(gate)) = fault {
        gate.opened().await;
        fault = lock(state).next_fault(&operation);
    }
    let cut = || io::Error::other("a test ordered this connection to drop");
    let carry_out = || {
        let mut state = lock(state);
        let reply = if state.allows(&operation) {
            route(&mut state, base, &operation, &asked, &form)
        } else {
            throttled(Some(1))
        };
        state.record(
            &operation,
            &asked,
            grant.as_deref(),
            reply.status().as_u16(),
        );
        reply
    };
    let mut reply = match fault {
        None | Some(Fault::Hold(_)) => carry_out(),
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            carry_out()
        }
        Some(Fault::Late(time)) => {
            let reply = carry_out();
            tokio::time::sleep(time).await;
            reply
        }
        Some(Fault::DropAfter) => {
            carry_out();
            return Err(cut());
        }
        Some(Fault::Drop) => {
            lock(state).record(&operation, &asked, grant.as_deref(), 0);
            return Err(cut());
        }
        Some(Fault::Body { status, body }) => {
            lock(state).record(&operation, &asked, grant.as_deref(), status);
            reply::build(status, "text/html", body)
        }
        Some(Fault::Error {
            status,
            exception,
            retry_after,
        }) => {
            lock(state).record(&operation, &asked, grant.as_deref(), status);
            fail(&asked, status, &exception, retry_after)
        }
    };
    stamp(&mut reply, lock(state).options.clock_skew);
    Ok(reply)
}

async fn read(request: Request<Incoming>) -> Result<Asked, io::Error> {
    let (head, body) = request.into_parts();
    let header = |name: &str| {
        head.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Ok(Asked {
        path: head.uri.path().to_owned(),
        query: form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect(),
        bearer: header("x-amz-sso_bearer_token").unwrap_or_default(),
        authorization: header("authorization").unwrap_or_default(),
        session_token: header("x-amz-security-token"),
        body: body.collect().await.map_err(io::Error::other)?.to_bytes(),
        method: head.method,
    })
}

fn form(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// The API's name of a request, and the grant of `CreateToken`.
fn operation(asked: &Asked, form: &[(String, String)]) -> (String, Option<String>) {
    let json: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    let name = match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/client/register") => "RegisterClient",
        ("POST", "/device_authorization") => "StartDeviceAuthorization",
        ("POST", "/token") => "CreateToken",
        ("GET" | "POST", "/authorize") => "Authorize",
        ("GET" | "POST", "/device") => "Device",
        ("GET", "/assignment/accounts") => "ListAccounts",
        ("GET", "/assignment/roles") => "ListAccountRoles",
        ("GET", "/federation/credentials") => "GetRoleCredentials",
        ("POST", "/logout") => "Logout",
        ("GET" | "POST", "/federation") => "Federation",
        ("POST", "/") => form
            .iter()
            .find(|(key, _)| key == "Action")
            .map_or("Unknown", |(_, value)| value.as_str()),
        _ if asked.path.starts_with("/_control/") => "Control",
        _ => "Unknown",
    };
    let grant = json
        .get("grantType")
        .and_then(Value::as_str)
        .and_then(|grant| grant.rsplit(':').next())
        .map(str::to_owned);
    (name.to_owned(), grant)
}

fn route(
    state: &mut State,
    base: &str,
    operation: &str,
    asked: &Asked,
    form: &[(String, String)],
) -> Reply {
    let body = || serde_json::from_slice::<Value>(&asked.body);
    match operation {
        "RegisterClient" | "StartDeviceAuthorization" | "CreateToken" => {
            match (body(), operation) {
                (Ok(body), "RegisterClient") => oidc::register(state, base, &body),
                (Ok(body), "StartDeviceAuthorization") => oidc::start_device(state, base, &body),
                (Ok(body), _) => oidc::token(state, &body),
                (Err(_), _) => {
                    oidc_error("InvalidRequestException", "The request body is not JSON")
                }
            }
        }
        "Authorize" => approval::authorize(state, asked, form),
        "Device" => approval::device(state, asked, form),
        "ListAccounts" => portal::accounts(state, &asked.bearer, &asked.query),
        "ListAccountRoles" => portal::roles(state, &asked.bearer, &asked.query),
        "GetRoleCredentials" => portal::credentials(state, &asked.bearer, &asked.query),
        "Logout" => portal::logout(state, &asked.bearer),
        "Federation" => federation::handle(
            state,
            if asked.query.is_empty() {
                form
            } else {
                &asked.query
            },
        ),
        "Control" => control::handle(
            state,
            asked.path.trim_start_matches("/_control/"),
            &asked.query,
        ),
        "Unknown" => reply::build(
            404,
            "text/html",
            "<html><body>404 Not Found</body></html>".to_owned(),
        ),
        action => {
            let signer = sts::Signer {
                authorization: &asked.authorization,
                session_token: asked.session_token.as_deref(),
            };
            sts::handle(state, action, form, &signer)
        }
    }
}

/// An error in the format of the service that was asked.
fn fail(asked: &Asked, status: u16, exception: &str, retry_after: Option<u64>) -> Reply {
    let mut reply = match asked.path.as_str() {
        "/client/register" | "/device_authorization" | "/token" => {
            oidc_error(exception, "ordered by a test")
        }
        "/" => sts_error(status, exception, "ordered by a test"),
        _ => portal_error(status, exception, "ordered by a test"),
    };
    *reply.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    if let Some(seconds) = retry_after {
        reply.headers_mut().insert("retry-after", seconds.into());
    }
    reply
}

fn throttled(retry_after: Option<u64>) -> Reply {
    let mut reply = portal_error(429, "TooManyRequestsException", "HTTP 429 Unknown Code");
    if let Some(seconds) = retry_after {
        reply.headers_mut().insert("retry-after", seconds.into());
    }
    reply
}

fn stamp(reply: &mut Reply, skew: i64) {
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = value.parse() {
            reply.headers_mut().insert(name, value);
        }
    };
    put("x-amzn-requestid", REQUEST_ID.to_owned());
    put("date", http_date(now() + skew));
}

impl State {
    /// The fault that a test ordered for an operation, if any; `*` is for all.
    fn next_fault(&mut self, operation: &str) -> Option<Fault> {
        if operation == "Control" {
            return None;
        }
        let name = if self
            .faults
            .get(operation)
            .is_some_and(|queue| !queue.is_empty())
        {
            operation
        } else {
            "*"
        };
        self.faults.get_mut(name)?.pop_front()
    }

    fn record(&mut self, operation: &str, asked: &Asked, grant: Option<&str>, status: u16) {
        if operation != "Control" {
            self.calls.push(Call {
                operation: operation.to_owned(),
                grant: grant.map(str::to_owned),
                region: asked.region().map(str::to_owned),
                status,
            });
        }
    }

    /// True if the portal's limit allows one more request now. The bucket holds the requests of a
    /// quarter of a second.
    fn allows(&mut self, operation: &str) -> bool {
        let Some(rate) = self.options.throttle else {
            return true;
        };
        if !matches!(
            operation,
            "ListAccounts" | "ListAccountRoles" | "GetRoleCredentials"
        ) {
            return true;
        }
        let now = Instant::now();
        let most = (rate / 4.0).max(1.0);
        let (tokens, filled) = self.bucket.unwrap_or((most, now));
        let tokens = (tokens + now.duration_since(filled).as_secs_f64() * rate).min(most);
        let allowed = tokens >= 1.0;
        self.bucket = Some((if allowed { tokens - 1.0 } else { tokens }, now));
        allowed
    }
}

/// The state, even after a panic in another thread.
pub fn lock(state: &Shared) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
