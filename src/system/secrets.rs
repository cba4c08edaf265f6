//! Turns core dumps off, because they would contain tokens and keys.

use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The limit before awsp changed it. Programs that awsp starts get it back.
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
    // A program that collects dumps (`|/usr/lib/…` in core_pattern) runs whatever the limit is.
    // This stops it too. `exec` resets the flag, so programs that awsp starts are not affected.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Restores the limit for a program that replaces awsp or that awsp starts.
pub fn release() {
    if let Some(before) = BEFORE.get() {
        let _ = setrlimit(Resource::Core, *before);
    }
}
