//! The access portal: accounts, roles, credentials, logout.

use serde_json::json;

use crate::reply::{self, Reply, portal_error};
use crate::state::{Credentials, State, now};

/// The query of a request.
pub type Query = [(String, String)];

fn field<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    query
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn unauthorized() -> Reply {
    portal_error(
        401,
        "UnauthorizedException",
        "Session token not found or invalid",
    )
}

/// The rows of the page that the query asks for, and the token of the next.
fn page<'a, T>(
    state: &State,
    query: &Query,
    rows: &'a [T],
) -> Result<(&'a [T], Option<String>), Box<Reply>> {
    let wrong = |message: &str| Box::new(portal_error(400, "InvalidRequestException", message));
    let size = match field(query, "max_result") {
        Some(text) => text
            .parse()
            .ok()
            .filter(|size| (1..=100).contains(size))
            .ok_or_else(|| wrong("max_result must be 1 to 100"))?,
        None => state.options.page,
    };
    let start: usize = match field(query, "next_token") {
        Some(text) => text
            .strip_prefix("page-")
            .and_then(|text| text.parse().ok())
            .filter(|start| *start <= rows.len())
            .ok_or_else(|| wrong("Invalid next token"))?,
        None => 0,
    };
    let end = (start + size.min(state.options.page)).min(rows.len());
    Ok((
        &rows[start..end],
        (end < rows.len()).then(|| format!("page-{end}")),
    ))
}

pub fn accounts(state: &State, token: &str, query: &Query) -> Reply {
    if state.session_of(token).is_none() {
        return unauthorized();
    }
    match page(state, query, &state.options.accounts) {
        Ok((rows, next)) => {
            let list: Vec<_> = rows
                .iter()
                .map(|row| {
                    json!({
                        "accountId": row.id,
                        "accountName": row.name,
                        "emailAddress": row.email,
                    })
                })
                .collect();
            reply::json(&json!({"accountList": list, "nextToken": next}))
        }
        Err(error) => *error,
    }
}

pub fn roles(state: &State, token: &str, query: &Query) -> Reply {
    if state.session_of(token).is_none() {
        return unauthorized();
    }
    let id = field(query, "account_id").unwrap_or_default();
    let Some(account) = state.account(id) else {
        return portal_error(403, "ForbiddenException", "No access");
    };
    match page(state, query, &account.roles) {
        Ok((rows, next)) => {
            let list: Vec<_> = rows
                .iter()
                .map(|role| json!({"roleName": role, "accountId": id}))
                .collect();
            reply::json(&json!({"roleList": list, "nextToken": next}))
        }
        Err(error) => *error,
    }
}

pub fn credentials(state: &mut State, token: &str, query: &Query) -> Reply {
    if state.session_of(token).is_none() {
        return unauthorized();
    }
    let (id, role) = (
        field(query, "account_id").unwrap_or_default().to_owned(),
        field(query, "role_name").unwrap_or_default().to_owned(),
    );
    match state.account(&id) {
        None => return portal_error(404, "ResourceNotFoundException", "Account not found"),
        Some(account) if !account.roles.contains(&role) => {
            return portal_error(403, "ForbiddenException", "No access");
        }
        Some(_) => {}
    }
    let arn = format!(
        "arn:aws:sts::{id}:assumed-role/AWSReservedSSO_{role}_0123456789abcdef/jo@acme.example"
    );
    let (key, session, expires) = issue(state, arn, id);
    reply::json(&json!({"roleCredentials": {
        "accessKeyId": key,
        "secretAccessKey": format!("secret/{key}"),
        "sessionToken": session,
        "expiration": expires * 1000,
    }}))
}

/// New credentials: access key, session token, end.
pub fn issue(state: &mut State, arn: String, account: String) -> (String, String, i64) {
    let key = state.unique("ASIA").to_uppercase();
    let token = state.unique("session-token/");
    let expires = now() + state.options.role_lifetime;
    state.credentials.insert(
        key.clone(),
        Credentials {
            arn,
            account,
            token: Some(token.clone()),
            expires,
        },
    );
    (key, token, expires)
}

pub fn logout(state: &mut State, token: &str) -> Reply {
    match state.session_of(token) {
        Some(session) => {
            state.sessions[session].revoked = true;
            reply::build(200, "application/json", String::new())
        }
        None => unauthorized(),
    }
}
