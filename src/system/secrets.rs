//! Keeps what is in memory out of core dumps: tokens and keys would lie there for whoever finds
//! one.

use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The limit as it was, which the programs that awsp starts are to have.
static BEFORE: OnceLock<Rlimit> = OnceLock::new();

/// Turns core dumps off for this process.
pub fn guard() {
    let before = getrlimit(Resource::Core);
    let none = Rlimit {
        current: Some(0),
        maximum: before.maximum,
    };
    if setrlimit(Resource::Core, none).is_ok() {
        let _ = BEFORE.set(before);
    }
    // A program that collects dumps (`|/usr/lib/…` in core_pattern) is run whatever the limit is.
    // This stops that too, and ends with `exec`: nothing that awsp starts is marked so.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Puts the limit back for a program that takes the place of awsp, or is being started.
pub fn release() {
    if let Some(before) = BEFORE.get() {
        let _ = setrlimit(Resource::Core, *before);
    }
}
