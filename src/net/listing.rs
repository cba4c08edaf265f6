//! The accounts and roles of a session, as fast as the portal allows (aws-contract 4.6). The SDK's
//! own retries are off: they would hide the refusals by which we find our pace.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use aws_sdk_sso::Client;
use aws_sdk_sso::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::retry::RetryConfig;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::fault::Fault;
use super::pace::Pace;
use super::{Net, portal};
use crate::aws::account::Account;
use crate::system::error::{Error, Result};

/// Requests in flight at most: enough for 200 a second at a third of a second each.
const MOST: usize = 64;
/// Refusals in a row, none answered between them, after which the service will not have us.
const MOST_REFUSALS: u32 = 10;
/// Rows a page, the most that the service gives.
const PAGE: i32 = 100;
const PLACE: &str = "the access portal";

/// Why the list is not whole.
#[derive(Debug)]
pub enum Stop {
    /// The service does not take the access token any more.
    Unauthorized,
    Told(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}

/// What is heard while roles are listed.
#[derive(Debug)]
pub enum Heard {
    Roles {
        account: String,
        roles: Vec<String>,
    },
    /// The portal lists the account, and does not say its roles.
    Silent {
        account: String,
    },
    /// Some time has passed.
    Tick,
}

/// The portal of one region, entered with one access token.
pub struct Listing<'a> {
    net: &'a Net,
    client: Client,
    access_token: &'a str,
}

/// A page to ask for.
struct Page {
    account: String,
    token: Option<String>,
    so_far: Vec<String>,
    failures: u32,
}

/// A page that was asked for.
struct Answer {
    page: Page,
    sent: Instant,
    said: Result<(Vec<String>, Option<String>), Trouble>,
}

struct Trouble {
    fault: Fault,
    retry_after: Option<f64>,
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

    /// The roles of these accounts, told one account at a time as they come.
    ///
    /// # Errors
    /// As [`Self::accounts`]; what was heard till then is true.
    pub fn roles(&self, accounts: &[&Account], heard: &mut dyn FnMut(Heard)) -> Result<(), Stop> {
        self.net
            .block_on(async { Ok(self.all_roles(accounts, heard).await) })?
    }

    async fn all_accounts(&self) -> Result<Vec<Account>, Stop> {
        let start = Instant::now();
        let (mut pace, mut failures) = (Pace::default(), 0);
        let mut accounts = Vec::new();
        let mut token = None;
        loop {
            let sent = seconds(start, Instant::now());
            let request = self
                .client
                .list_accounts()
                .access_token(self.access_token)
                .max_results(PAGE);
            match request.set_next_token(token.clone()).send().await {
                Ok(answer) => {
                    failures = 0;
                    pace.answered(seconds(start, Instant::now()));
                    // An answer without a list is no answer: to prune by it would remove every
                    // profile.
                    let Some(list) = answer.account_list else {
                        return Err(Trouble {
                            fault: Fault::Nonsense { status: 200 },
                            retry_after: None,
                        }
                        .told("cannot list the accounts"));
                    };
                    accounts.extend(list.into_iter().filter_map(account));
                    token = answer.next_token.filter(|token| !token.is_empty());
                    if token.is_none() {
                        return Ok(accounts);
                    }
                }
                Err(error) => {
                    let trouble = Trouble::of(&error);
                    let now = seconds(start, Instant::now());
                    if self.is_refusal(&trouble, &mut pace, sent, now, &mut failures) {
                        sleep(Duration::from_secs_f64((pace.next() - now).max(0.0))).await;
                    } else {
                        return Err(trouble.told("cannot list the accounts"));
                    }
                }
            }
        }
    }

    async fn all_roles(
        &self,
        accounts: &[&Account],
        heard: &mut dyn FnMut(Heard),
    ) -> Result<(), Stop> {
        let start = Instant::now();
        let mut pace = Pace::default();
        let first = |account: &&Account| Page {
            account: account.id.clone(),
            token: None,
            so_far: Vec::new(),
            failures: 0,
        };
        let mut waiting: VecDeque<Page> = accounts.iter().map(first).collect();
        let mut flight: JoinSet<Answer> = JoinSet::new();
        while !(waiting.is_empty() && flight.is_empty()) {
            let now = seconds(start, Instant::now());
            if flight.len() < MOST
                && pace.next() <= now
                && let Some(page) = waiting.pop_front()
            {
                pace.sent(now);
                flight.spawn(ask(self.client.clone(), self.access_token.to_owned(), page));
                continue;
            }
            let can_send = flight.len() < MOST && !waiting.is_empty();
            let pause = if can_send {
                (pace.next() - now).clamp(0.0, 0.2)
            } else {
                0.2
            };
            let answer = tokio::select! {
                Some(answer) = flight.join_next() => answer,
                () = sleep(Duration::from_secs_f64(pause)) => {
                    heard(Heard::Tick);
                    continue;
                }
            };
            // A task that is gone has taken its page along.
            let Ok(answer) = answer else {
                continue;
            };
            if let Some(page) = self.settle(answer, &mut pace, start, heard)? {
                waiting.push_front(page);
            }
        }
        Ok(())
    }

    /// Passes an answer on. The page to ask for next, or again, if any.
    fn settle(
        &self,
        answer: Answer,
        pace: &mut Pace,
        start: Instant,
        heard: &mut dyn FnMut(Heard),
    ) -> Result<Option<Page>, Stop> {
        let Answer {
            mut page,
            sent,
            said,
        } = answer;
        let now = seconds(start, Instant::now());
        match said {
            Ok((roles, next)) => {
                pace.answered(now);
                page.so_far.extend(roles);
                page.failures = 0;
                if next.is_some() {
                    return Ok(Some(Page {
                        token: next,
                        ..page
                    }));
                }
                heard(Heard::Roles {
                    account: page.account,
                    roles: page.so_far,
                });
                Ok(None)
            }
            Err(trouble)
                if trouble.fault.is("ForbiddenException")
                    || trouble.fault.is("ResourceNotFoundException") =>
            {
                pace.answered(now);
                heard(Heard::Silent {
                    account: page.account,
                });
                Ok(None)
            }
            Err(trouble) => {
                let sent = seconds(start, sent);
                if self.is_refusal(&trouble, pace, sent, now, &mut page.failures) {
                    return Ok(Some(page));
                }
                Err(trouble.told(&format!(
                    "cannot list the roles of account {}",
                    page.account
                )))
            }
        }
    }

    /// True when the same is worth asking again, at the pace that is noted here.
    fn is_refusal(
        &self,
        trouble: &Trouble,
        pace: &mut Pace,
        sent: f64,
        now: f64,
        failures: &mut u32,
    ) -> bool {
        if trouble.is_throttling() {
            pace.refused(sent, now, trouble.retry_after, chance());
            return pace.in_a_row() < MOST_REFUSALS;
        }
        *failures += 1;
        let again = trouble.fault.is_passing() && *failures < self.net.connection.attempts;
        if again {
            pace.refused(sent, now, trouble.retry_after, chance());
        }
        again
    }
}

async fn ask(client: Client, access_token: String, page: Page) -> Answer {
    let sent = Instant::now();
    let request = client
        .list_account_roles()
        .access_token(access_token)
        .account_id(&page.account)
        .max_results(PAGE);
    let said = match request.set_next_token(page.token.clone()).send().await {
        Ok(answer) => {
            let roles = answer
                .role_list
                .map(|list| list.into_iter().filter_map(|role| role.role_name).collect());
            let next = answer.next_token.filter(|token| !token.is_empty());
            roles.map(|roles| (roles, next)).ok_or(Trouble {
                fault: Fault::Nonsense { status: 200 },
                retry_after: None,
            })
        }
        Err(error) => Err(Trouble::of(&error)),
    };
    Answer { page, sent, said }
}

fn account(listed: aws_sdk_sso::types::AccountInfo) -> Option<Account> {
    let id = listed.account_id?;
    let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let name = text(listed.account_name)
        .or_else(|| text(listed.email_address))
        .unwrap_or_else(|| id.clone());
    Some(Account { id, name })
}

impl Trouble {
    fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::error::Error + 'static,
    {
        let header = error
            .raw_response()
            .and_then(|response| response.headers().get("retry-after"));
        Self {
            retry_after: header.and_then(|text| text.trim().parse().ok()),
            fault: Fault::of(error),
        }
    }

    fn is_throttling(&self) -> bool {
        self.fault.is("TooManyRequestsException")
            || matches!(
                self.fault,
                Fault::Service { status: 429, .. } | Fault::Nonsense { status: 429 }
            )
    }

    fn told(self, message: &str) -> Stop {
        if self.fault.is("UnauthorizedException") {
            Stop::Unauthorized
        } else {
            Stop::Told(self.fault.told(message, PLACE))
        }
    }
}

fn seconds(start: Instant, at: Instant) -> f64 {
    at.duration_since(start).as_secs_f64()
}

/// From 0 to 1.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX)
}
