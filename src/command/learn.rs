//! Fetches the names of accounts at a login, when there is a new token and a person waits anyway.

use std::time::Duration;

use super::Context;
use crate::aws::account_names::{self, AccountNames};
use crate::aws::config::{Files, Section};
use crate::aws::connection::Connection;
use crate::aws::profile::SsoSession;
use crate::aws::token_cache;
use crate::net::Net;
use crate::net::listing::Listing;
use crate::system::later::Later;

/// Names are optional: nobody waits longer for them.
const LIMIT: Duration = Duration::from_secs(2);

/// Asks for the names of the session's accounts, if a profile has an account whose name is not
/// known. The profile that led to the session, if any, may have settings for the connection.
/// Failures are only reported with `--verbose`.
pub fn account_names(
    context: &Context,
    files: &Files,
    session: &SsoSession,
    profile: Option<&Section>,
) {
    let (env, ui) = (&context.env, context.ui);
    if !AccountNames::new(env).lacks(files, session.cache_key()) {
        return;
    }
    let Some(token) = token_cache::token(env, session) else {
        return;
    };
    ui.progress("awsp: asking for the names of your accounts");
    let connection = Connection::of(env, files, profile);
    let region = token.region.unwrap_or_else(|| session.region.clone());
    let asked = Later::start(LIMIT, move || {
        let net = Net::new(&connection)?;
        Listing::new(&net, &region, &token.access_token).accounts()
    });
    let answer = asked.wait();
    ui.progress_done();
    match answer {
        Some(Ok(accounts)) => account_names::learn(env, files, &accounts),
        _ => ui.verbose(|| "AWS did not return the names of the accounts".to_owned()),
    }
}
