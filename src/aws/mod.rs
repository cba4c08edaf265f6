//! AWS's files and formats: the two config files, profiles, sessions, the caches of tokens and of
//! role credentials, regions and endpoints. No network.

pub mod account;
pub mod account_names;
pub mod config;
pub mod connection;
pub mod endpoint;
pub mod identity;
pub mod json;
pub mod login_session;
pub mod partition;
pub mod profile;
pub mod refused;
pub mod regions;
pub mod role_cache;
pub mod served;
pub mod session;
pub mod session_file;
pub mod stand_in;
pub mod start_url;
pub mod time;
pub mod token_cache;
pub mod variables;
