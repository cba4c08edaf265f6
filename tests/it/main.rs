//! The promises, kept by real shells: one binary, one file per subject.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are where the real environment is looked at, to hand out an empty one"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod account_names;
mod agents;
mod answers;
mod auto_login;
mod aws_login;
mod bad_input;
mod botocore;
mod browser_login;
mod channel;
mod circles;
mod complete;
mod configure;
mod console;
mod credentials;
mod docs;
mod doctor;
mod exec;
mod fake;
mod frameworks;
mod given_out;
mod golden;
mod guard;
mod help;
mod hooks;
mod hostile;
mod house;
mod install;
mod install_script;
mod interop;
mod json;
mod leftovers;
mod lengths;
mod limits;
mod login;
mod login_home;
mod look;
mod many;
mod owners;
mod pictures;
mod place;
mod plugins;
mod promises;
mod prompt;
mod proxy;
mod pty;
mod recipes;
mod renewal;
mod rust_sdk;
mod screen;
mod scripts;
mod serve;
mod sessions;
mod settings;
mod shells;
mod start_up;
mod stay;
mod switch;
mod sync;
mod together;
mod trials;
mod words;
