//! Ctrl-C ends the wait during a request, and ends the program at any other time. tokio's signal
//! handler stays installed once it is used, and then Ctrl-C would do nothing during a question or a
//! wait for a lock.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag::register_conditional_default;

/// The user pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupted;

/// True while no request waits.
static ELSEWHERE: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| {
    let elsewhere = Arc::new(AtomicBool::new(true));
    // Without this handler Ctrl-C does nothing outside of a request, which is no reason to fail.
    let _ = register_conditional_default(SIGINT, Arc::clone(&elsewhere));
    elsewhere
});

/// True while Ctrl-C is meant for a command that awsp runs.
static LEFT_ALONE: AtomicBool = AtomicBool::new(false);

/// Leaves Ctrl-C to a command that awsp runs: from now on it ends no wait.
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
