//! AWS's files and services. `config`, `profile`, `session` and `time` are pure; `cache` and `lock` touch
//! files; `net` alone touches the network.

pub mod cache;
#[allow(dead_code, reason = "doctor, configure and sync come next, and use the rest of it")]
pub mod config;
pub mod credentials;
pub mod flow;
pub mod json;
pub mod lock;
pub mod login_session;
pub mod nearest;
pub mod net;
pub mod profile;
pub mod provider;
pub mod regions;
pub mod session;
pub mod time;
pub mod variables;
