//! The basis of the program: errors, the environment, files, locks, other programs, and work on
//! plain text. Knows nothing about AWS and prints nothing.

pub mod env;
pub mod error;
pub mod failure;
pub mod files;
pub mod later;
pub mod lock;
pub mod log;
pub mod presence;
pub mod process;
pub mod secrets;
pub mod supervise;
pub mod text;
pub mod tty;
