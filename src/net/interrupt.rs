//! Ctrl-C. While a request is on its way it ends the wait; at any other time it ends the program,
//! as everywhere. A handler of the runtime's own stays for good once it is there, and would make a
//! question or a wait for a lock deaf.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag::register_conditional_default;

/// The user has given up.
#[derive(Debug)]
pub struct Interrupted;

/// True while nothing here listens for Ctrl-C.
static ELSEWHERE: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| {
    let elsewhere = Arc::new(AtomicBool::new(true));
    // Without it Ctrl-C outside of a request does nothing, which is no reason to fail.
    let _ = register_conditional_default(SIGINT, Arc::clone(&elsewhere));
    elsewhere
});

/// True while Ctrl-C is for a command that runs below awsp.
static LEFT_ALONE: AtomicBool = AtomicBool::new(false);

/// Leaves Ctrl-C to a command that runs below awsp: from now on it ends no wait.
pub fn leave_alone() {
    LEFT_ALONE.store(true, Ordering::SeqCst);
}

/// The future's result, unless Ctrl-C comes first.
pub async fn unless<T>(future: impl Future<Output = T>) -> Result<T, Interrupted> {
    if LEFT_ALONE.load(Ordering::SeqCst) {
        return Ok(future.await);
    }
    let ctrl_c = tokio::signal::ctrl_c();
    ELSEWHERE.store(false, Ordering::SeqCst);
    let result = tokio::select! {
        result = future => Ok(result),
        _ = ctrl_c => Err(Interrupted),
    };
    ELSEWHERE.store(true, Ordering::SeqCst);
    result
}
