//! Lists the accounts and roles of a session as fast as the portal allows (aws-contract 4.6). The
//! SDK's own retries are off, because they would hide the throttling that sets our pace.

mod retry;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use aws_sdk_sso::Client;
use aws_smithy_types::retry::RetryConfig;
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::retry::{Attempts, Failure, Queue, retry_at};
use super::fault::Fault;
use super::pace::Pace;
use super::{Net, portal};
use crate::aws::account::Account;
use crate::system::error::{Error, Kind, Result};

/// Requests in flight at most: enough for 200 a second at a third of a second each.
const MOST: usize = 64;
/// Seconds between two ticks.
const TICK: f64 = 0.2;
/// Rows in a page, the most that the service gives.
const PAGE: i32 = 100;
/// More than the pages of any list: 50,000 accounts.
const MOST_PAGES: usize = 500;
const PLACE: &str = "the access portal";

/// Why the list is incomplete.
#[derive(Debug)]
pub enum Stop {
    /// The service no longer accepts the access token.
    Unauthorized,
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Events while roles are listed.
#[derive(Debug)]
pub enum Heard {
    Roles {
        account: String,
        roles: Vec<String>,
    },
    /// The portal lists the account, but not its roles.
    Silent {
        account: String,
    },
    /// Time has passed without an event.
    Tick,
}

/// The portal of one region, used with one access token.
pub struct Listing<'a> {
    net: &'a Net,
    client: Client,
    access_token: &'a str,
}

/// A page to ask for.
struct Page {
    account: String,
    token: Option<String>,
    /// The roles on the pages before it.
    so_far: Vec<String>,
    read: Pages,
    attempts: Attempts,
}

/// The pages of one list that were requested.
#[derive(Default)]
struct Pages(HashSet<String>);

impl Pages {
    /// Notes the token of the next page.
    ///
    /// # Errors
    /// A list without an end: the page was there before, or there are more than anybody has.
    fn next(&mut self, token: &str, what: &str) -> Result<(), Stop> {
        let cause = if !self.0.insert(token.to_owned()) {
            "it gives the same page again"
        } else if self.0.len() > MOST_PAGES {
            "its list has no end"
        } else {
            return Ok(());
        };
        let error = Error::new(Kind::Network, what).cause(format!("{PLACE}: {cause}"));
        Err(Stop::Error(error))
    }
}

impl Page {
    fn first(account: &Account) -> Self {
        Self {
            account: account.id.clone(),
            token: None,
            so_far: Vec::new(),
            read: Pages::default(),
            attempts: Attempts::default(),
        }
    }
}

/// The answer to the request for a page: its roles, and the token of the next page.
struct Answer {
    page: Page,
    roles: Result<(Vec<String>, Option<String>), Failure>,
}

impl<'a> Listing<'a> {
    pub fn new(net: &'a Net, region: &str, access_token: &'a str) -> Self {
        Self {
            net,
            client: portal::client(net, region, RetryConfig::disabled()),
            access_token,
        }
    }

    /// Every account that the user has a role in.
    ///
    /// # Errors
    /// The session has ended; AWS or the network failed; Ctrl-C.
    pub fn accounts(&self) -> Result<Vec<Account>, Stop> {
        self.net.block_on(async { Ok(self.all_accounts().await) })?
    }

    /// The roles of these accounts, passed to `heard` one account at a time as the answers come.
    ///
    /// # Errors
    /// As [`Self::accounts`]; what was passed on before is correct.
    pub fn roles(&self, accounts: &[&Account], heard: &mut dyn FnMut(Heard)) -> Result<(), Stop> {
        self.net
            .block_on(async { Ok(self.all_roles(accounts, heard).await) })?
    }

    async fn all_accounts(&self) -> Result<Vec<Account>, Stop> {
        let start = Instant::now();
        let mut pace = Pace::default();
        let mut attempts = Attempts::default();
        let mut accounts = Vec::new();
        let (mut token, mut read) = (None, Pages::default());
        loop {
            attempts.sent = seconds(start);
            let request = self
                .client
                .list_accounts()
                .access_token(self.access_token)
                .max_results(PAGE);
            let answer = request.set_next_token(token.clone()).send().await;
            let failure = match answer {
                Ok(answer) => {
                    attempts.failed = 0;
                    pace.answered(seconds(start));
                    // An answer without a list is a failure: to prune by it would remove every
                    // profile.
                    match answer.account_list {
                        Some(list) => {
                            accounts.extend(list.into_iter().filter_map(account));
                            token = answer.next_token.filter(|token| !token.is_empty());
                            let Some(token) = &token else {
                                return Ok(accounts);
                            };
                            read.next(token, "cannot list the accounts")?;
                            continue;
                        }
                        None => Failure::from(Fault::Nonsense { status: 200 }),
                    }
                }
                Err(error) => Failure::of(&error),
            };
            let now = seconds(start);
            let Some(at) = self.retry_at(&failure, &mut attempts, &mut pace, now) else {
                return Err(stop(failure, "cannot list the accounts"));
            };
            let pause = at.max(pace.next()) - now;
            sleep(Duration::from_secs_f64(pause.max(0.0))).await;
        }
    }

    async fn all_roles(
        &self,
        accounts: &[&Account],
        heard: &mut dyn FnMut(Heard),
    ) -> Result<(), Stop> {
        let start = Instant::now();
        let mut pace = Pace::default();
        let mut waiting: Queue<Page> = accounts
            .iter()
            .map(|account| Page::first(account))
            .collect();
        let mut flight: JoinSet<Answer> = JoinSet::new();
        while !(waiting.is_empty() && flight.is_empty()) {
            let now = seconds(start);
            let can_send = flight.len() < MOST;
            if can_send
                && pace.next() <= now
                && let Some(mut page) = waiting.take(now)
            {
                pace.sent(now);
                page.attempts.sent = now;
                flight.spawn(ask(self.client.clone(), self.access_token.to_owned(), page));
                continue;
            }
            let next = waiting.next().filter(|_| can_send);
            let pause = next.map_or(TICK, |at| (at.max(pace.next()) - now).clamp(0.0, TICK));
            let answer = tokio::select! {
                Some(answer) = flight.join_next() => answer,
                () = sleep(Duration::from_secs_f64(pause)) => {
                    heard(Heard::Tick);
                    continue;
                }
            };
            // If a task panicked, its page is lost.
            let Ok(answer) = answer else {
                continue;
            };
            let now = seconds(start);
            if let Some((at, page)) = self.settle(answer, &mut pace, now, heard)? {
                waiting.add(at, page);
            }
        }
        Ok(())
    }

    /// Passes an answer on. Returns the page to request next, or again, and when.
    fn settle(
        &self,
        answer: Answer,
        pace: &mut Pace,
        now: f64,
        heard: &mut dyn FnMut(Heard),
    ) -> Result<Option<(f64, Page)>, Stop> {
        let Answer { mut page, roles } = answer;
        let failure = match roles {
            Ok((roles, next)) => {
                pace.answered(now);
                page.so_far.extend(roles);
                page.attempts.failed = 0;
                if let Some(next) = next {
                    let what = format!("cannot list the roles of account {}", page.account);
                    page.read.next(&next, &what)?;
                    page.token = Some(next);
                    return Ok(Some((now, page)));
                }
                heard(Heard::Roles {
                    account: page.account,
                    roles: page.so_far,
                });
                return Ok(None);
            }
            Err(failure) => failure,
        };
        if ["ForbiddenException", "ResourceNotFoundException"]
            .iter()
            .any(|code| failure.fault.is(code))
        {
            pace.answered(now);
            heard(Heard::Silent {
                account: page.account,
            });
            return Ok(None);
        }
        match self.retry_at(&failure, &mut page.attempts, pace, now) {
            Some(at) => Ok(Some((at, page))),
            None => {
                let message = format!("cannot list the roles of account {}", page.account);
                Err(stop(failure, &message))
            }
        }
    }

    fn retry_at(
        &self,
        failure: &Failure,
        attempts: &mut Attempts,
        pace: &mut Pace,
        now: f64,
    ) -> Option<f64> {
        let most = self.net.connection.attempts;
        retry_at(failure, attempts, most, pace, now, chance())
    }
}

async fn ask(client: Client, access_token: String, page: Page) -> Answer {
    let request = client
        .list_account_roles()
        .access_token(access_token)
        .account_id(&page.account)
        .max_results(PAGE);
    let answer = request.set_next_token(page.token.clone()).send().await;
    let roles = match answer {
        Ok(answer) => {
            let roles = answer
                .role_list
                .map(|list| list.into_iter().filter_map(|role| role.role_name).collect());
            let next = answer.next_token.filter(|token| !token.is_empty());
            roles
                .map(|roles| (roles, next))
                .ok_or_else(|| Fault::Nonsense { status: 200 }.into())
        }
        Err(error) => Err(Failure::of(&error)),
    };
    Answer { page, roles }
}

fn account(listed: aws_sdk_sso::types::AccountInfo) -> Option<Account> {
    let id = listed.account_id?;
    let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let name = text(listed.account_name)
        .or_else(|| text(listed.email_address))
        .unwrap_or_else(|| id.clone());
    Some(Account { id, name })
}

/// Why the listing stops at this failure. `message` is what could not be done.
fn stop(failure: Failure, message: &str) -> Stop {
    if failure.fault.is("UnauthorizedException") {
        Stop::Unauthorized
    } else {
        Stop::Error(failure.fault.told(message, PLACE))
    }
}

fn seconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

/// From 0 to 1.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX)
}
