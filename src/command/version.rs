//! `awsp --version`.

use super::{Context, Run};
use crate::system::error::Result;

/// The program's name and version, on stdout.
#[derive(Clone, Debug)]
pub struct Version;

impl Run for Version {
    fn run(&self, context: &Context) -> Result<()> {
        context
            .ui
            .data(concat!("awsp ", env!("CARGO_PKG_VERSION"), "\n"))
    }
}
