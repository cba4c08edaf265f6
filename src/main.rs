//! awsp: switch AWS profiles in this shell, and log in when needed.

mod aws;
mod env;
mod error;
mod ui;

fn main() {}
