//! Links the program at a fixed address on Linux. Anywhere else the loader has 9,000 addresses to rewrite at each start,
//! in pages that it must copy first: 1.9 times the start of `/bin/true` instead of 1.6 (`cargo bench`). A static program
//! is told by other means.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods, clippy::print_stdout, reason = "so one talks to cargo")]

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is =
        |name: &str, value: &str| var(format!("CARGO_CFG_TARGET_{name}")).is_ok_and(|found| found.split(',').any(|it| it == value));
    if is("OS", "linux") && is("ENV", "gnu") && !is("FEATURE", "crt-static") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
