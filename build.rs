//! Links the program for a quick start on Linux (`cargo bench`): at a fixed address, since anywhere
//! else the loader has 9,000 addresses to rewrite at each start, in pages that it must copy first;
//! and with GCC's unwinder inside, since a library more takes the loader a tenth of a millisecond.
//! A static program is told by other means.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "so one talks to cargo"
)]

use std::env::var;
use std::fs;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| {
        var(format!("CARGO_CFG_TARGET_{name}"))
            .is_ok_and(|found| found.split(',').any(|it| it == value))
    };
    if is("OS", "linux") && is("ENV", "gnu") && !is("FEATURE", "crt-static") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        // Rust asks for the shared library by name: in its place the linker finds a script that
        // asks for the static one.
        if let Ok(folder) = var("OUT_DIR")
            && fs::write(
                format!("{folder}/libgcc_s.so"),
                "GROUP ( -lgcc_eh -lgcc -lc )\n",
            )
            .is_ok()
        {
            println!("cargo::rustc-link-arg-bins=-L{folder}");
        }
    }
}
