//! `cargo playground`: your shell, with awsp loaded, a throw-away home and a local Identity Center.

#![expect(
    clippy::disallowed_methods,
    reason = "not awsp: it passes the user's environment on to a shell"
)]

mod keeper;
mod shell;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use identity_center::{IdentityCenter, Options, home};

use keeper::Home;

const HELP: &str = "\
Usage: cargo playground [--shell bash|zsh|fish] [--auto-approve]
                        [--program PATH] [-c COMMAND]

Opens a shell with awsp loaded, a throw-away home and a local Identity Center.

  --shell NAME     instead of $SHELL
  --auto-approve   approve each login after two seconds, without a page
  --program PATH   use this awsp instead of building one
  -c COMMAND       run one command in that shell and exit
";

/// No line is longer than 40 columns, so that it fits half a screen.
const GREETING: &str = "
  The playground: a throw-away home and
  a local Identity Center at
  {url}

  awsp dev     log in and switch
  awsp prod    switch: no second login
  awsp -       and back
  awsp <TAB>   all profiles
  awsp off     leave
  exit         end the playground

  The login prints a page's address.
  Any browser on this machine will do.

";

struct Arguments {
    shell: String,
    approve: bool,
    program: Option<PathBuf>,
    command: Option<String>,
}

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|argument| argument == keeper::ARGUMENT)
    {
        return if keeper::keep().is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    match arguments().and_then(|options| options.map_or(Ok(0), |options| play(&options))) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let _ = writeln!(io::stderr(), "playground: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `None` where the help was asked for, which is printed.
fn arguments() -> io::Result<Option<Arguments>> {
    let shell = std::env::var("SHELL").unwrap_or_default();
    let mut options = Arguments {
        shell,
        approve: false,
        program: None,
        command: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| io::Error::other(format!("{argument} needs a value")))
        };
        match argument.as_str() {
            "--shell" => options.shell = value()?,
            "-c" => options.command = Some(value()?),
            "--auto-approve" => options.approve = true,
            "--program" => options.program = Some(PathBuf::from(value()?)),
            "-h" | "--help" => {
                io::stdout().write_all(HELP.as_bytes())?;
                return Ok(None);
            }
            other => {
                return Err(io::Error::other(format!(
                    "unknown option `{other}`\n{HELP}"
                )));
            }
        }
    }
    Ok(Some(options))
}

fn play(options: &Arguments) -> io::Result<u8> {
    let mut home = Home::new()?;
    home::write(home.path())?;
    let center = IdentityCenter::start(Options {
        approve_after: options.approve.then_some(Duration::from_secs(2)),
        ..Options::default()
    })?;
    let program = match &options.program {
        Some(program) => program.canonicalize()?,
        None => build()?,
    };
    let command = options.command.as_deref();
    let mut shell = shell::shell(&options.shell, home.path(), &program, command)?;
    shell
        .envs(center.variables())
        .env("AWSP_PLAYGROUND", center.url());
    if command.is_none() {
        io::stderr().write_all(GREETING.replace("{url}", center.url()).as_bytes())?;
    }
    let name = shell.get_program().to_owned();
    let mut shell = shell
        .spawn()
        .map_err(|error| io::Error::other(format!("cannot start {}: {error}", name.display())))?;
    home.occupied_by(Some(shell.id()))?;
    let status = shell.wait()?;
    home.occupied_by(None)?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1))
}

/// Builds the awsp of this clone, and returns its path.
fn build() -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--package", "awsp", "--bin", "awsp"])
        .current_dir(root)
        .status()?;
    // This program and awsp are built into one folder.
    let program = std::env::current_exe()?.with_file_name("awsp");
    if status.success() && program.exists() {
        Ok(program)
    } else {
        Err(io::Error::other("awsp could not be built"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_fits_80_columns_and_the_greeting_40() {
        let greeting = GREETING.replace("{url}", "http://127.0.0.1:65535");
        for (text, width) in [(HELP, 80), (greeting.as_str(), 40)] {
            for line in text.lines() {
                assert!(line.len() <= width, "{} columns: {line}", line.len());
            }
        }
    }
}
