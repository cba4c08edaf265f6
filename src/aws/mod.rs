//! AWS's files and services. `config`, `profile` and `session` are pure; `cache` and `lock` touch
//! files; `net` alone touches the network.

pub mod config;
pub mod nearest;
pub mod profile;
