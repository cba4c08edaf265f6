//! `cargo playground`: your shell, with awsp loaded, a throw-away home and a local Identity Center.

#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own, with the environment of whoever starts it"
)]

mod keeper;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use identity_center::{IdentityCenter, Options, home};

use keeper::Home;

const HELP: &str = "\
Usage: cargo playground [--shell bash|zsh|fish] [--auto-approve]
                        [--program PATH] [-c COMMAND | --serve]

Opens a shell with awsp loaded, a throw-away home and a local Identity Center.

  --shell NAME     instead of $SHELL
  --auto-approve   approve logins by itself after two seconds, without a page
  --program PATH   try this awsp instead of building one
  -c COMMAND       run one command in that shell and end
  --serve          open no shell: print the variables that lead there, and serve
                   until Ctrl-C
";

/// No line of it is longer than 40 columns, so that it fits half a screen.
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

struct Wish {
    shell: String,
    approve: bool,
    program: Option<PathBuf>,
    command: Option<String>,
    serve: bool,
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
    match wish().and_then(|wish| wish.map_or(Ok(0), |wish| play(&wish))) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let _ = writeln!(io::stderr(), "playground: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wish() -> io::Result<Option<Wish>> {
    let shell = std::env::var("SHELL").unwrap_or_default();
    let mut wish = Wish {
        shell,
        approve: false,
        program: None,
        command: None,
        serve: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| io::Error::other(format!("{argument} needs a value")))
        };
        match argument.as_str() {
            "--shell" => wish.shell = value()?,
            "-c" => wish.command = Some(value()?),
            "--auto-approve" => wish.approve = true,
            "--program" => wish.program = Some(PathBuf::from(value()?)),
            "--serve" => wish.serve = true,
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
    Ok(Some(wish))
}

fn play(wish: &Wish) -> io::Result<u8> {
    let mut home = Home::new()?;
    home::write(home.path())?;
    let approve_after = wish.approve.then_some(Duration::from_secs(2));
    let center = IdentityCenter::start(Options {
        approve_after,
        ..Options::default()
    })?;
    if wish.serve {
        return serve(&center, home.path());
    }
    let program = match &wish.program {
        Some(program) => program.canonicalize()?,
        None => build()?,
    };
    let name = Path::new(&wish.shell)
        .file_name()
        .and_then(|name| name.to_str());
    // The playground shows awsp, and any system has a bash.
    let name = name
        .filter(|name| ["bash", "zsh", "fish"].contains(name))
        .unwrap_or("bash");
    let path = if wish.shell.contains('/') && wish.shell.ends_with(name) {
        wish.shell.clone()
    } else {
        name.to_owned()
    };
    let mut shell = Command::new(path);
    prepare(&mut shell, name, home.path(), wish.command.as_deref())?;
    for (name, _) in std::env::vars_os() {
        let foreign = name.to_str().is_some_and(|name| {
            name.starts_with("AWS") || name.starts_with("__awsp") || name.starts_with("XDG_")
        });
        if foreign || name == "PROMPT_COMMAND" || name == "STARSHIP_SHELL" {
            shell.env_remove(name);
        }
    }
    shell
        .env("HOME", home.path())
        .env("PATH", search_path(&program))
        .envs(center.variables());
    shell
        .env("XDG_CONFIG_HOME", home.path().join(".config"))
        .env("AWSP_PLAYGROUND", center.url());
    if wish.command.is_none() {
        io::stderr().write_all(GREETING.replace("{url}", center.url()).as_bytes())?;
    }
    // A shell without job control passes a hangup on to its whole process group, so it gets its own
    // group. At a terminal it makes one itself.
    if fs::File::open("/dev/tty").is_err() {
        shell.process_group(0);
    }
    let mut shell = shell
        .spawn()
        .map_err(|error| io::Error::other(format!("cannot start {name}: {error}")))?;
    home.occupied_by(Some(shell.id()))?;
    let status = shell.wait()?;
    home.occupied_by(None)?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1))
}

/// Prints what a shell elsewhere must set, and serves until a signal comes.
fn serve(center: &IdentityCenter, home: &Path) -> io::Result<u8> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "export HOME='{}'", home.display())?;
    for (name, value) in center.variables() {
        writeln!(stdout, "export {name}={value}")?;
    }
    stdout.flush()?;
    loop {
        std::thread::park();
    }
}

/// Builds awsp as it stands in this clone, and tells where it is.
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

/// Start-up files of the throw-away home, and the arguments that have them read.
fn prepare(shell: &mut Command, name: &str, home: &Path, command: Option<&str>) -> io::Result<()> {
    match name {
        "zsh" => {
            let text = "autoload -Uz compinit && compinit -u -D\nPROMPT='%1~ %# '\neval \"$(awsp init zsh)\"\n";
            fs::write(home.join(".zshrc"), text)?;
            shell.env("ZDOTDIR", home).arg("-i");
        }
        "fish" => {
            fs::create_dir_all(home.join(".config/fish"))?;
            fs::write(
                home.join(".config/fish/config.fish"),
                "set -g fish_greeting\nawsp init fish | source\n",
            )?;
            shell.arg("-i");
        }
        _ => {
            let text = "PS1='\\W \\$ '\neval \"$(awsp init bash)\"\n";
            fs::write(home.join(".bashrc"), text)?;
            shell.args([
                OsString::from("--noprofile"),
                OsString::from("--rcfile"),
                home.join(".bashrc").into(),
                "-i".into(),
            ]);
        }
    }
    if let Some(command) = command {
        shell.args(["-c", command]);
    }
    shell.current_dir(home);
    Ok(())
}

fn search_path(program: &Path) -> OsString {
    let folder = program.parent().unwrap_or(Path::new("."));
    let mut path = folder.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
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
