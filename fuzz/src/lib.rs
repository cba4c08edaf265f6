//! The rooms of awsp that read and change files, and what must be true of them whatever a file
//! holds. The program has no library, so its rooms are compiled once more from where they are; they
//! use none of the rooms that are not here, which the order of the rooms promises.

#[path = "../../src/aws/mod.rs"]
#[allow(dead_code, reason = "what the other rooms use")]
pub mod aws;
pub mod properties;
#[path = "../../src/settings/mod.rs"]
#[allow(dead_code, reason = "what the other rooms use")]
pub mod settings;
#[path = "../../src/sync/mod.rs"]
#[allow(dead_code, reason = "what the other rooms use")]
pub mod sync;
#[path = "../../src/system/mod.rs"]
#[allow(dead_code, reason = "what the other rooms use")]
pub mod system;

/// A target of the fuzzer, or without it a program that tries the files that it is given.
#[macro_export]
macro_rules! target {
    ($property:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $property(data));

        #[cfg(not(fuzzing))]
        fn main() {
            for path in std::env::args_os().skip(1) {
                $property(&std::fs::read(path).expect("a file that can be read"));
            }
        }
    };
}
