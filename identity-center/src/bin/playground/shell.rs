//! The shell of the playground: which one, its start-up files and its environment.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// A shell in this home, with awsp in front of PATH. `wanted` is a name or a path.
pub fn shell(
    wanted: &str,
    home: &Path,
    program: &Path,
    command: Option<&str>,
) -> io::Result<Command> {
    let name = Path::new(wanted).file_name().and_then(|name| name.to_str());
    // Any other shell cannot load awsp, and any system has a bash.
    let name = name
        .filter(|name| ["bash", "zsh", "fish"].contains(name))
        .unwrap_or("bash");
    let path = if wanted.contains('/') && wanted.ends_with(name) {
        wanted
    } else {
        name
    };
    let mut shell = Command::new(path);
    load_awsp(&mut shell, name, home)?;
    if let Some(command) = command {
        shell.args(["-c", command]);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_foreign) {
            shell.env_remove(name);
        }
    }
    shell
        .current_dir(home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("PATH", search_path(program));
    // A shell without job control passes a hangup on to its whole process group, so it gets its own
    // group. At a terminal it makes one itself.
    if fs::File::open("/dev/tty").is_err() {
        shell.process_group(0);
    }
    Ok(shell)
}

/// True for a variable that would bring the user's AWS setup or prompt into the playground.
fn is_foreign(name: &str) -> bool {
    ["AWS", "__awsp", "XDG_"]
        .iter()
        .any(|start| name.starts_with(start))
        || ["PROMPT_COMMAND", "STARSHIP_SHELL"].contains(&name)
}

/// Writes start-up files that load awsp, and sets the arguments that make the shell read them.
fn load_awsp(shell: &mut Command, name: &str, home: &Path) -> io::Result<()> {
    match name {
        "zsh" => {
            let text = "autoload -Uz compinit && compinit -u -D\n\
                        PROMPT='%1~ %# '\n\
                        eval \"$(command awsp init zsh)\"\n";
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
            let text = "PS1='\\W \\$ '\neval \"$(command awsp init bash)\"\n";
            fs::write(home.join(".bashrc"), text)?;
            shell.args([
                OsString::from("--noprofile"),
                OsString::from("--rcfile"),
                home.join(".bashrc").into(),
                "-i".into(),
            ]);
        }
    }
    Ok(())
}

/// PATH with the program's folder in front.
fn search_path(program: &Path) -> OsString {
    let folder = program.parent().unwrap_or(Path::new("."));
    let mut path = folder.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}
