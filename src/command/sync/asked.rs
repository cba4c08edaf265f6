//! Lists the accounts and roles of a session, in several runs if interrupted.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::progress::Progress;
use crate::aws::account::Account;
use crate::aws::account_names;
use crate::aws::config::Files;
use crate::aws::connection::Connection;
use crate::aws::profile::SsoSession;
use crate::aws::session::Token;
use crate::command::Context;
use crate::command::login::login;
use crate::credentials::assignments::Kept;
use crate::login::{Request, TokenRefused};
use crate::net::Net;
use crate::net::listing::{Heard, Listing, Stop};
use crate::sync::plan::Listed;
use crate::system::error::{Error, Kind, Result};
use crate::system::text::{count, quote};

/// A session whose accounts and roles are listed.
pub struct Asked<'a> {
    context: &'a Context,
    files: &'a Files,
    session: &'a SsoSession,
    pub request: Request,
    pub kept: Kept,
}

impl<'a> Asked<'a> {
    pub fn of(context: &'a Context, files: &'a Files, session: &'a SsoSession) -> Self {
        Self {
            context,
            files,
            session,
            request: Request::default(),
            kept: Kept::load(&context.env, session),
        }
    }

    /// All accounts, and the roles of those that are `wanted`. After an interruption the hint names
    /// `command`, which continues.
    ///
    /// # Errors
    /// A login is needed or failed; AWS or the network failed; Ctrl-C. What was listed is kept for
    /// the next run.
    pub fn list(&mut self, wanted: &dyn Fn(&Account) -> bool, command: &str) -> Result<Listed> {
        let login = login(self.context, self.files);
        let session = self.session;
        let listed = login.with_token(session, None, self.request.clone(), |token| {
            let before = self.kept.roles.len();
            match self.attempt(token, wanted) {
                Ok(listed) => Ok(Ok(listed)),
                Err(Stop::Unauthorized) => Ok(Err(TokenRefused {
                    got_further: self.kept.roles.len() > before,
                })),
                Err(Stop::Error(error)) => Err(error),
            }
        });
        match listed {
            Ok(Some(listed)) => Ok(listed),
            Ok(None) => Err(self.refuses_all()),
            Err(error) => Err(self.stopped(error, command)),
        }
    }

    /// The error for a portal that refuses even a new token.
    fn refuses_all(&self) -> Error {
        let label = self.session.label();
        Error::new(
            Kind::Network,
            format!("cannot list the accounts of `{label}`"),
        )
        .cause("the access portal refuses a new token")
        .hint(quote::command_line(&[
            "awsp",
            "login",
            "--session",
            label,
            "--force",
        ]))
    }

    fn attempt(
        &mut self,
        token: &Token,
        wanted: &dyn Fn(&Account) -> bool,
    ) -> Result<Listed, Stop> {
        let ui = self.context.ui;
        let net = Net::new(&Connection::of(&self.context.env, self.files, None))?;
        // The region in the config file can be wrong, the token's is not.
        let region = token.region.as_deref().unwrap_or(&self.session.region);
        let listing = Listing::new(&net, region, &token.access_token);
        ui.progress(&format!("listing the accounts of {}", self.session.label()));
        let accounts = listing.accounts();
        ui.progress_done();
        let accounts = accounts?;
        account_names::learn(&self.context.env, self.files, &accounts);
        let asked: Vec<&Account> = accounts.iter().filter(|account| wanted(account)).collect();
        self.roles(&listing, &asked)?;
        let mut roles = self.kept.roles.clone();
        let asked: HashSet<&str> = asked.iter().map(|account| account.id.as_str()).collect();
        roles.retain(|id, _| asked.contains(id.as_str()));
        Ok(Listed { accounts, roles })
    }

    /// Lists the roles of those accounts that an earlier run has not listed.
    fn roles(&mut self, listing: &Listing<'_>, accounts: &[&Account]) -> Result<(), Stop> {
        let ui = self.context.ui;
        let kept = &mut self.kept;
        let mut open = accounts.to_vec();
        open.retain(|account| !kept.roles.contains_key(&account.id));
        let before = accounts.len() - open.len();
        if before > 0 {
            ui.verbose(|| format!("{} were listed before", count(before, "account")));
        }
        let mut progress = Progress::new(accounts.len(), before);
        let mut saved = Instant::now();
        let mut silent = Vec::new();
        let result = listing.roles(&open, &mut |heard| {
            match heard {
                Heard::Roles { account, roles } => {
                    kept.roles.insert(account, roles);
                    progress.step();
                }
                Heard::Silent { account } => {
                    silent.push(account);
                    progress.step();
                }
                Heard::Tick => {}
            }
            if progress.is_due() {
                ui.progress(&progress.text());
            }
            // If the program is killed, only this much is listed again.
            if saved.elapsed() > Duration::from_secs(5) {
                kept.save();
                saved = Instant::now();
            }
        });
        ui.progress_done();
        if result.is_err() {
            kept.save();
        }
        result?;
        self.warn_of(&silent);
        Ok(())
    }

    /// Names the accounts whose roles AWS does not list.
    fn warn_of(&self, silent: &[String]) {
        let shown = silent.get(..3).unwrap_or(silent).join(", ");
        let (more, them) = match silent.len() {
            0 => return,
            1 => ("", "its profiles"),
            2 | 3 => ("", "their profiles"),
            _ => (", …", "their profiles"),
        };
        self.context.ui.warn(&format!(
            "AWS does not list the roles of {} ({shown}{more}): {them} stay as they are",
            count(silent.len(), "account"),
        ));
    }

    /// The error with a hint at what is kept.
    fn stopped(&self, mut error: Error, command: &str) -> Error {
        let so_far = self.kept.roles.len();
        if error.kind == Kind::Interrupted {
            "interrupted: nothing was written".clone_into(&mut error.message);
        }
        if so_far > 0 && self.kept.save() {
            let line = format!(
                "{command}    # continues after the {} listed so far",
                count(so_far, "account")
            );
            error.hints = vec![line];
        }
        error
    }
}
