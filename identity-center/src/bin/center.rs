//! A local Identity Center for a script: prints its address, and serves until its stdin ends.

use std::io::{self, Read as _, Write as _};

use identity_center::{IdentityCenter, Options};

fn main() -> io::Result<()> {
    let center = IdentityCenter::start(Options::default())?;
    writeln!(io::stdout(), "{}", center.url())?;
    // Whoever started it holds the other end, and a killed one lets go of it.
    io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
