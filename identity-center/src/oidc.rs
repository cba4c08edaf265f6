//! sso-oidc: clients, authorizations, tokens.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::reply::{self, Reply, oidc_error};
use crate::state::{Client, Code, Decision, Device, State, now};
use crate::sts::rfc3339;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list(body: &Value, name: &str) -> Vec<String> {
    let items = body
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

pub fn register(state: &mut State, base: &str, body: &Value) -> Reply {
    if text(body, "clientType") != "public" || text(body, "clientName").is_empty() {
        return oidc_error("InvalidClientMetadataException", "Invalid client metadata");
    }
    let redirects = list(body, "redirectUris");
    if redirects
        .iter()
        .any(|uri| !uri.starts_with("http://127.0.0.1/") && !uri.starts_with("https://"))
    {
        return oidc_error("InvalidRedirectUriException", "Invalid redirect URI");
    }
    let grants = list(body, "grantTypes");
    let issuer = text(body, "issuerUrl");
    if grants.iter().any(|grant| grant == "authorization_code")
        && !state.options.start_urls.iter().any(|url| url == issuer)
    {
        return oidc_error("InvalidRequestException", "Invalid issuer URL");
    }
    let (id, secret) = (state.unique("client-"), state.unique("secret-"));
    let expires = now() + state.options.registration_lifetime;
    let client = Client {
        secret: secret.clone(),
        expires,
        grants,
        redirects,
        scopes: list(body, "scopes"),
    };
    state.clients.insert(id.clone(), client);
    reply::json(&json!({
        "clientId": id, "clientSecret": secret, "clientIdIssuedAt": now(), "clientSecretExpiresAt": expires,
        "authorizationEndpoint": format!("{base}/authorize"), "tokenEndpoint": format!("{base}/token"),
    }))
}

/// The client of a request with id and secret.
fn client<'a>(state: &'a State, body: &Value) -> Result<&'a Client, Box<Reply>> {
    let found = state
        .clients
        .get(text(body, "clientId"))
        .filter(|client| client.secret == text(body, "clientSecret") && client.expires > now());
    found.ok_or_else(|| Box::new(oidc_error("InvalidClientException", "Invalid client")))
}

pub fn start_device(state: &mut State, base: &str, body: &Value) -> Reply {
    if let Err(error) = client(state, body) {
        return *error;
    }
    if !state
        .options
        .start_urls
        .iter()
        .any(|url| url == text(body, "startUrl"))
    {
        return oidc_error("InvalidRequestException", "Invalid start URL");
    }
    let number = state.unique("");
    let letters: Vec<char> = Sha256::digest(number.as_bytes())
        .iter()
        .map(|byte| char::from(b"BCDFGHJKLMNPQRSTVWXZ"[usize::from(*byte) % 20]))
        .collect();
    let user_code: String = letters[..4]
        .iter()
        .chain(&['-'])
        .chain(&letters[4..8])
        .collect();
    let code = state.unique("device-");
    let device = Device {
        user_code: user_code.clone(),
        client: text(body, "clientId").to_owned(),
        made: Instant::now(),
        polled: None,
        decision: Decision::Open,
    };
    state.devices.insert(code.clone(), device);
    reply::json(&json!({
        "deviceCode": code, "userCode": user_code, "verificationUri": format!("{base}/device"),
        "verificationUriComplete": format!("{base}/device?user_code={user_code}"),
        "expiresIn": state.options.device_lifetime, "interval": state.options.device_interval,
    }))
}

pub fn token(state: &mut State, body: &Value) -> Reply {
    let (scoped, grants) = match client(state, body) {
        Ok(client) => (!client.scopes.is_empty(), client.grants.clone()),
        Err(error) => return *error,
    };
    let client_id = text(body, "clientId").to_owned();
    let of_browser = grants.iter().any(|grant| grant == "authorization_code");
    let session = match text(body, "grantType") {
        DEVICE_GRANT if of_browser => {
            return oidc_error(
                "UnauthorizedClientException",
                "The client may not use this grant",
            );
        }
        DEVICE_GRANT => match poll(state, text(body, "deviceCode"), &client_id) {
            Ok(session) => session,
            Err(exception) => return oidc_error(exception, ""),
        },
        "authorization_code" => match redeem(state, body, &client_id) {
            Some(session) => session,
            None => return oidc_error("InvalidGrantException", "Invalid code"),
        },
        "refresh_token" => {
            let taken = state.refresh.remove(text(body, "refreshToken"));
            let good = taken.filter(|(session, owner)| {
                *owner == client_id
                    && state
                        .sessions
                        .get(*session)
                        .is_some_and(|session| !session.revoked && session.ends > now())
            });
            match good {
                Some((session, _)) => {
                    state.renewals += 1;
                    session
                }
                None => return oidc_error("InvalidGrantException", "Invalid refresh token"),
            }
        }
        _ => return oidc_error("UnsupportedGrantTypeException", "Unsupported grant type"),
    };
    // A client without scopes gets the old eight-hour kind of session, which cannot be renewed.
    reply::json(&tokens(state, session, scoped.then_some(client_id)))
}

/// The tokens of a session, with one to renew them for this client.
fn tokens(state: &mut State, session: usize, renewed_by: Option<String>) -> Value {
    let access = state.unique("access-");
    let lifetime = state.options.token_lifetime;
    let ends = now() + lifetime;
    state.access.insert(access.clone(), (session, ends));
    let mut answer = json!({"accessToken": access, "tokenType": "Bearer", "expiresIn": lifetime});
    if let Some(client) = renewed_by {
        let refresh = state.unique("refresh-");
        state.refresh.insert(refresh.clone(), (session, client));
        answer["refreshToken"] = refresh.into();
    }
    answer
}

/// A login without its flow, as the file that the AWS CLI would write after it.
pub fn signed_in(state: &mut State) -> Value {
    let (id, secret) = (state.unique("client-"), state.unique("secret-"));
    let expires = now() + state.options.registration_lifetime;
    let client = Client {
        secret: secret.clone(),
        expires,
        grants: vec![DEVICE_GRANT.to_owned(), "refresh_token".to_owned()],
        redirects: Vec::new(),
        scopes: vec!["sso:account:access".to_owned()],
    };
    state.clients.insert(id.clone(), client);
    let session = state.sign_in();
    let tokens = tokens(state, session, Some(id.clone()));
    json!({
        "startUrl": state.options.start_urls.first(), "region": state.options.region,
        "accessToken": tokens["accessToken"],
        "expiresAt": rfc3339(now() + state.options.token_lifetime),
        "clientId": id, "clientSecret": secret, "registrationExpiresAt": rfc3339(expires),
        "refreshToken": tokens["refreshToken"],
    })
}

fn poll(state: &mut State, code: &str, client: &str) -> Result<usize, &'static str> {
    let (interval, lifetime) = (state.options.device_interval, state.options.device_lifetime);
    let (approve_after, deny) = (state.options.approve_after, state.deny);
    let device = state
        .devices
        .get_mut(code)
        .filter(|device| device.client == client)
        .ok_or("InvalidGrantException")?;
    if device.made.elapsed() >= Duration::from_secs(u64::try_from(lifetime).unwrap_or(0)) {
        return Err("ExpiredTokenException");
    }
    // A little early is forgiven: the interval is measured at the other end.
    let least = Duration::from_millis(u64::try_from(interval).unwrap_or(0) * 900);
    let too_soon = device.polled.is_some_and(|polled| polled.elapsed() < least);
    device.polled = Some(Instant::now());
    if too_soon {
        return Err("SlowDownException");
    }
    if device.decision == Decision::Open
        && approve_after.is_some_and(|after| device.made.elapsed() >= after)
    {
        device.decision = if deny {
            Decision::Denied
        } else {
            Decision::Allowed
        };
    }
    match device.decision {
        Decision::Open => Err("AuthorizationPendingException"),
        Decision::Denied => Err("AccessDeniedException"),
        Decision::Allowed => {
            state.devices.remove(code);
            Ok(state.sign_in())
        }
    }
}

fn redeem(state: &mut State, body: &Value, client: &str) -> Option<usize> {
    // Single use, whatever comes of it.
    let code = state.codes.remove(text(body, "code"))?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(text(body, "codeVerifier").as_bytes()));
    (code.client == client
        && code.redirect == text(body, "redirectUri")
        && code.challenge == challenge)
        .then(|| state.sign_in())
}

/// An authorize request that is in order: where to go back to, and what to bring.
pub struct Authorize {
    pub redirect: String,
    pub state: String,
    pub challenge: String,
    pub client: String,
}

pub fn authorize(state: &State, query: &[(String, String)]) -> Result<Authorize, String> {
    let field = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let client = field("client_id");
    let known = state
        .clients
        .get(&client)
        .filter(|client| client.expires > now())
        .ok_or("invalid_client: no such client")?;
    let redirect = field("redirect_uri");
    let bare = without_port(&redirect)
        .ok_or("invalid_request: redirect_uri must be http://127.0.0.1:PORT/…")?;
    if !known.redirects.contains(&bare) {
        return Err(format!("invalid_request: {bare} is not registered"));
    }
    if field("response_type") != "code"
        || field("code_challenge_method") != "S256"
        || field("code_challenge").len() != 43
    {
        return Err(
            "invalid_request: response_type=code with an S256 challenge is needed".to_owned(),
        );
    }
    let wanted = field("scopes");
    if wanted
        .split(' ')
        .any(|scope| !known.scopes.iter().any(|known| known == scope))
    {
        return Err("invalid_scope: not registered".to_owned());
    }
    Ok(Authorize {
        redirect,
        state: field("state"),
        challenge: field("code_challenge"),
        client,
    })
}

fn without_port(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("http://127.0.0.1")?;
    let path = rest.find('/').map(|at| &rest[at..])?;
    let port = &rest[..rest.len() - path.len()];
    (port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.parse::<u16>().is_ok()))
    .then(|| format!("http://127.0.0.1{path}"))
}

/// Goes back to the client with a code, or with the refusal.
pub fn decide(state: &mut State, authorize: &Authorize, allow: bool) -> Reply {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let back = encode(&authorize.state);
    if !allow || state.deny {
        return reply::redirect(&format!(
            "{}?error=access_denied&state={back}",
            authorize.redirect
        ));
    }
    let code = state.unique("code-");
    let redirect = authorize.redirect.clone();
    state.codes.insert(
        code.clone(),
        Code {
            client: authorize.client.clone(),
            redirect: redirect.clone(),
            challenge: authorize.challenge.clone(),
        },
    );
    reply::redirect(&format!("{redirect}?code={}&state={back}", encode(&code)))
}
