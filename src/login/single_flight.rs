//! One process at a time. Those who waited use its token, or report its failure.

use super::renewal::Renewed;
use super::store::Held;
use super::{Ready, Task};
use crate::aws::session::Outcome;
use crate::system::error::{Error, Result};
use crate::system::failure::Failures;
use crate::system::lock::{self, Waiter};
use crate::system::text::clean;

/// Makes the session of a task valid.
pub fn bring_up(task: &Task<'_>) -> Result<Ready> {
    let key = task.session.cache_key();
    let failures = Failures::new(task.env, key, task.service.fingerprint());
    let (before, token) = (failures.before(), task.store.read());
    let what = format!("the login of `{}`", clean(task.session.label()));
    let waiter = Waiter::of(task.may_log_in());
    let lock = lock::take_as(waiter, task.env, key, &what, &mut |line| {
        task.screen.say(line);
    })?;
    // The previous holder of the lock may have got a token.
    if let Some(held) = task.store.read()
        && task.is_good(&held)
        && (!task.request.force || (lock.waited && is_new(&held, token.as_ref())))
    {
        task.store.heal()?;
        return Ok(Ready {
            token: held.token,
            outcome: Outcome::Good,
        });
    }
    if let Some(error) = failures.meanwhile(&lock, &before) {
        if task.request.force {
            return Err(error);
        }
        let token = task.make_do(error)?;
        return Ok(Ready {
            token,
            outcome: Outcome::Good,
        });
    }
    if token.is_some_and(|held| held.times.refused) {
        task.screen
            .verbose(|| "AWS has refused the token, whatever its dates say".to_owned());
    }
    alone(task, |error| failures.note(&lock, error))
}

fn is_new(held: &Held, before: Option<&Held>) -> bool {
    before.is_none_or(|before| !held.token.is_same(&before.token))
}

/// Renews or logs in, and leaves a note about a failure.
fn alone(task: &Task<'_>, note: impl Fn(&Error)) -> Result<Ready> {
    if !task.request.force {
        match task.renew()? {
            Renewed::Good(token, outcome) => return Ok(Ready { token, outcome }),
            Renewed::Failed(error) => {
                note(&error);
                let token = task.make_do(error)?;
                return Ok(Ready {
                    token,
                    outcome: Outcome::Good,
                });
            }
            Renewed::Ended => {}
        }
    }
    let signed_in = task.sign_in();
    if let Err(error) = &signed_in {
        note(error);
    }
    Ok(Ready {
        token: signed_in?,
        outcome: Outcome::LoggedIn,
    })
}
