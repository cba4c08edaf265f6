//! STS.

use crate::portal::issue;
use crate::reply::{self, NAMESPACE, REQUEST_ID, Reply, sts_error};
use crate::state::{Credentials, State, now};
use crate::time::rfc3339;

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
    let known = signer.known(state).cloned();
    match (action, known) {
        // The token in the form is enough.
        ("AssumeRoleWithWebIdentity", _) | ("AssumeRole", Ok(_)) => assume(state, action, form),
        (_, Err(error)) => *error,
        ("GetCallerIdentity", Ok(known)) => answer(
            action,
            &format!(
                "<Arn>{}</Arn><UserId>AROAEXAMPLE:jo@acme.example</UserId><Account>{}</Account>",
                known.arn, known.account
            ),
        ),
        _ => sts_error(400, "InvalidAction", "Could not find operation"),
    }
}

fn assume(state: &mut State, action: &str, form: &[(String, String)]) -> Reply {
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let invalid = |message| sts_error(400, "ValidationError", message);
    let denied = |message| sts_error(403, "AccessDenied", message);
    let (Some(role), Some(name)) = (field("RoleArn"), field("RoleSessionName")) else {
        return invalid("RoleArn and RoleSessionName are required");
    };
    let parts: Vec<&str> = role.split(':').collect();
    let (Some(account), Some(path)) = (
        parts.get(4),
        parts.get(5).and_then(|part| part.strip_prefix("role/")),
    ) else {
        return invalid("RoleArn is invalid");
    };
    if field("SerialNumber").is_some() && field("TokenCode") != Some("123456") {
        return denied("MultiFactorAuthentication failed with invalid MFA one time pass code.");
    }
    if path.ends_with("External") && field("ExternalId") != Some("external-1") {
        return denied("not authorized to perform: sts:AssumeRole");
    }
    let arn = format!("arn:aws:sts::{account}:assumed-role/{path}/{name}");
    let (key, token, expires) = issue(state, arn.clone(), (*account).to_owned());
    answer(
        action,
        &format!(
            "<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:{name}</AssumedRoleId><Arn>{arn}</Arn>\
             </AssumedRoleUser><Credentials><AccessKeyId>{key}</AccessKeyId>\
             <SecretAccessKey>secret/{key}</SecretAccessKey><SessionToken>{token}</SessionToken>\
             <Expiration>{}</Expiration></Credentials>",
            rfc3339(expires)
        ),
    )
}

fn answer(action: &str, body: &str) -> Reply {
    reply::xml(
        200,
        format!(
            "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{body}</{action}Result>\
             <ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>\
             </{action}Response>"
        ),
    )
}
