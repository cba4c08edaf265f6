//! `cargo playground`: your shell, with awsp loaded, a throw-away home and a local Identity Center.

#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own, with the environment of whoever starts it"
)]

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use identity_center::{IdentityCenter, Options, home};

const HELP: &str = "\
Usage: cargo playground [--shell bash|zsh|fish] [--auto-approve] [-c COMMAND]

Opens a shell with awsp loaded, a throw-away home and a local Identity Center.

  --shell NAME     instead of $SHELL
  --auto-approve   approve logins by itself after two seconds, without a page
  -c COMMAND       run one command in that shell and end
";

struct Wish {
    shell: String,
    approve: bool,
    command: Option<String>,
}

fn main() -> ExitCode {
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
            "--shell" => wish.shell = value()?,
            "-c" => wish.command = Some(value()?),
            "--auto-approve" => wish.approve = true,
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
    let program = build()?;
    let place = tempfile::Builder::new()
        .prefix("awsp-playground-")
        .tempdir()?;
    let home = place.path();
    home::write(home)?;
    let approve_after = wish.approve.then_some(Duration::from_secs(2));
    let center = IdentityCenter::start(Options {
        approve_after,
        ..Options::default()
    })?;
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
    prepare(&mut shell, name, home, wish.command.as_deref())?;
    for (name, _) in std::env::vars_os() {
        let foreign = name.to_str().is_some_and(|name| {
            name.starts_with("AWS") || name.starts_with("__awsp") || name.starts_with("XDG_")
        });
        if foreign || name == "PROMPT_COMMAND" || name == "STARSHIP_SHELL" {
            shell.env_remove(name);
        }
    }
    shell
        .env("HOME", home)
        .env("PATH", search_path(&program))
        .envs(center.variables());
    shell
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("AWSP_PLAYGROUND", center.url());
    if wish.command.is_none() {
        greet(center.url())?;
    }
    let status = shell
        .status()
        .map_err(|error| io::Error::other(format!("cannot start {name}: {error}")))?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1))
}

/// Builds awsp as it stands in this clone, and tells where it is.
fn build() -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--package", "awsp", "--bin", "awsp"])
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

fn greet(url: &str) -> io::Result<()> {
    let text = format!(
        "\n  The playground: a throw-away home, and a local Identity Center at {url}\n\n  \
         awsp dev       log in (open the page it prints, in any browser on this machine) and switch\n  \
         awsp prod      switch: no second login\n  awsp -         and back\n  awsp <TAB>     every profile, with account and role\n  \
         awsp off       leave\n  exit           end the playground\n\n"
    );
    io::stderr().write_all(text.as_bytes())
}
