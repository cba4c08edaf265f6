//! `awsp exec --server`: awsp keeps running and serves credentials to the command.

use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use super::Exec;
use crate::aws::profile::Profile;
use crate::aws::role_cache::Credentials;
use crate::aws::served::Served;
use crate::credentials::Provider;
use crate::credentials::endpoint::{Endpoint, PATH};
use crate::credentials::given::{Taker, Way};
use crate::net::interrupt;
use crate::net::local::{self, Local};
use crate::system::error::{Error, Kind, Result};
use crate::system::supervise::{self, End};
use crate::system::text::quote;

/// The pause between two checks of the credentials.
const TICK: Duration = Duration::from_secs(5);

pub fn run(
    exec: &Exec,
    provider: &Provider<'_>,
    taker: &Taker<'_>,
    whose: Profile,
    keys: Credentials,
) -> Result<()> {
    let plain = quote::command_line(&["awsp", "exec", &exec.profile]);
    if keys.session_token.is_none() {
        return Err(Error::new(
            Kind::Usage,
            format!("cannot serve the credentials of `{}`", exec.profile),
        )
        .cause("they are a user's own keys, without a session token, and do not expire")
        .hint(format!("{plain} -- CMD")));
    }
    let failed = |error: io::Error| {
        Error::new(Kind::Failed, "cannot serve credentials on 127.0.0.1")
            .cause(error)
            .hint(format!("{plain} -- CMD    # without --server"))
    };
    let local = Local::bind().map_err(failed)?;
    let token = local::secret().map_err(failed)?;
    let url = format!("http://{}{PATH}", local.host);
    let account = keys.account_id.clone();
    let mut command = exec.command(&taker.given(Way::Server {
        token: &token,
        account: account.as_deref(),
        served: Served {
            url: &url,
            role: whose.role(),
            account_name: taker.profile.account_name.as_deref(),
            profile: &taker.profile.name,
        },
    })?)?;
    let endpoint = Arc::new(Endpoint::new(provider, whose, keys, token));
    let answering = Arc::clone(&endpoint);
    local
        .serve(move |request| answering.answer(request))
        .map_err(failed)?;
    let renewing = move || {
        loop {
            thread::sleep(TICK);
            endpoint.renew();
        }
    };
    thread::Builder::new().spawn(renewing).map_err(failed)?;
    interrupt::leave_alone();
    let end = supervise::run(&mut command).map_err(|error| exec.cannot_run(error))?;
    match end {
        End::Status(0) => Ok(()),
        end => Err(Error::new(
            Kind::Ended(supervise::follow(end)),
            String::new(),
        )),
    }
}
