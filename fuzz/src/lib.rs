//! The rooms of awsp that read and change files, and what must be true of them for any file. The
//! program has no library, so these rooms are compiled a second time, from their own folders. They
//! use none of the rooms that are not here: tests/it/house.rs checks the order of the rooms.

#[path = "../../src/aws/mod.rs"]
#[allow(dead_code, reason = "other rooms use it")]
pub mod aws;
pub mod properties;
#[path = "../../src/settings/mod.rs"]
#[allow(dead_code, reason = "other rooms use it")]
pub mod settings;
#[path = "../../src/sync/mod.rs"]
#[allow(dead_code, reason = "other rooms use it")]
pub mod sync;
#[path = "../../src/system/mod.rs"]
#[allow(dead_code, reason = "other rooms use it")]
pub mod system;

/// A target of the fuzzer. Without the fuzzer it is a program that checks the files in its
/// arguments.
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
