//! A local Identity Center for a script: prints its address, and runs until its stdin is closed.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use identity_center::{IdentityCenter, Options, home};

const HELP: &str = "\
Usage: center [--auto-approve] [--home FOLDER]

Starts a local Identity Center, prints its address, and runs until its stdin is
closed.

  --auto-approve   approve each login after two seconds, without a page
  --home FOLDER    write the playground's AWS files to FOLDER/.aws
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "center: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: &[String]) -> io::Result<()> {
    let mut options = Options::default();
    loop {
        let text: Vec<&str> = arguments.iter().map(String::as_str).collect();
        arguments = match text[..] {
            [] => break,
            ["-h" | "--help", ..] => return io::stdout().write_all(HELP.as_bytes()),
            ["--auto-approve", ..] => {
                options.approve_after = Some(Duration::from_secs(2));
                &arguments[1..]
            }
            ["--home", folder, ..] => {
                home::write(Path::new(folder))?;
                &arguments[2..]
            }
            [other, ..] => return Err(io::Error::other(format!("cannot use `{other}`\n{HELP}"))),
        };
    }
    let center = IdentityCenter::start(options)?;
    writeln!(io::stdout(), "{}", center.url())?;
    // The pipe is closed even when the script is killed.
    io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
