//! STS, and the federation endpoint of the console.

use serde_json::{Value, json};

use crate::portal::issue;
use crate::reply::{self, Reply, sts_error};
use crate::state::{Credentials, State, now};

/// Who signed: the access key of the `Authorization` header, and the session token.
pub struct Signer<'a> {
    pub authorization: &'a str,
    pub session_token: Option<&'a str>,
}

impl Signer<'_> {
    fn known<'s>(&self, state: &'s State) -> Result<&'s Credentials, Box<Reply>> {
        let key = self
            .authorization
            .split("Credential=")
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_default();
        let found = state
            .credentials
            .get(key)
            .filter(|known| known.token.as_deref() == self.session_token);
        let known = found.ok_or_else(|| {
            Box::new(sts_error(
                403,
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            ))
        })?;
        if known.expires <= now() {
            return Err(Box::new(sts_error(
                403,
                "ExpiredToken",
                "The security token included in the request is expired",
            )));
        }
        Ok(known)
    }
}

pub fn handle(
    state: &mut State,
    action: &str,
    form: &[(String, String)],
    signer: &Signer<'_>,
) -> Reply {
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let known = match signer.known(state) {
        Ok(known) => known.clone(),
        Err(_) if action == "AssumeRoleWithWebIdentity" => Credentials {
            arn: String::new(),
            account: String::new(),
            token: None,
            expires: 0,
        },
        Err(error) => return *error,
    };
    match action {
        "GetCallerIdentity" => answer(
            action,
            &format!(
                "<Arn>{}</Arn><UserId>AROAEXAMPLE:jo@acme.example</UserId><Account>{}</Account>",
                known.arn, known.account
            ),
        ),
        "AssumeRole" | "AssumeRoleWithWebIdentity" => {
            let (Some(role), Some(name)) = (field("RoleArn"), field("RoleSessionName")) else {
                return sts_error(
                    400,
                    "ValidationError",
                    "RoleArn and RoleSessionName are required",
                );
            };
            let parts: Vec<&str> = role.split(':').collect();
            let (Some(account), Some(path)) = (
                parts.get(4),
                parts.get(5).and_then(|part| part.strip_prefix("role/")),
            ) else {
                return sts_error(400, "ValidationError", "RoleArn is invalid");
            };
            if field("SerialNumber").is_some() && field("TokenCode") != Some("123456") {
                return sts_error(
                    403,
                    "AccessDenied",
                    "MultiFactorAuthentication failed with invalid MFA one time pass code.",
                );
            }
            if path.ends_with("External") && field("ExternalId") != Some("external-1") {
                return sts_error(
                    403,
                    "AccessDenied",
                    "not authorized to perform: sts:AssumeRole",
                );
            }
            let arn = format!("arn:aws:sts::{account}:assumed-role/{path}/{name}");
            let (key, token, expires) = issue(state, arn.clone(), (*account).to_owned());
            answer(
                action,
                &format!(
                    "<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:{name}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser><Credentials>\
                     <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret/{key}</SecretAccessKey><SessionToken>{token}</SessionToken>\
                     <Expiration>{}</Expiration></Credentials>",
                    rfc3339(expires)
                ),
            )
        }
        _ => sts_error(400, "InvalidAction", "Could not find operation"),
    }
}

fn answer(action: &str, body: &str) -> Reply {
    reply::xml(
        200,
        format!(
            "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{body}</{action}Result>\
             <ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></{action}Response>"
        ),
    )
}

/// `2026-11-23T16:02:11Z`.
pub fn rfc3339(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days to a date of the Gregorian calendar, counted from March so that the leap day is the
    // last.
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (
        doy - (153 * mp + 2) / 5 + 1,
        if mp < 10 { mp + 3 } else { mp - 9 },
    );
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// The console's sign-in: a token for temporary credentials, and the page it opens.
pub fn federation(state: &State, query: &[(String, String)]) -> Reply {
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
                _ => reply::build(
                    400,
                    "text/html",
                    "<html><body>400 Bad Request</body></html>".to_owned(),
                ),
            }
        }
        Some("login") => reply::html(
            200,
            format!(
                "<!doctype html><title>console</title><p>console of {}</p>",
                field("SigninToken").unwrap_or("nobody")
            ),
        ),
        _ => reply::build(
            400,
            "text/html",
            "<html><body>400 Bad Request</body></html>".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_aws_writes_them() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_795_449_731), "2026-11-23T16:02:11Z");
        assert_eq!(rfc3339(1_709_164_800), "2024-02-29T00:00:00Z");
    }
}
