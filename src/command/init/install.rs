//! `awsp init --install` and `--uninstall`: the line in the shell's start-up file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Init;
use crate::command::Context;
use crate::shell::install::{Plan, with_line, without_line};
use crate::shell::{Shell, startup};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::files::{self, Target};
use crate::system::text::quote;
use crate::terminal::ask::Questions;

/// One file to change.
struct Change {
    path: PathBuf,
    /// The path with `~`.
    shown: String,
    plan: Plan,
}

impl Init {
    pub(super) fn install(&self, context: &Context) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let shell = self.shell_or_own(env)?;
        if env.on_path("awsp").next().is_none() {
            return Err(not_on_path(env));
        }
        let line = self.line(shell);
        if let Some(place) = there(env, shell) {
            ui.say(&format!("awsp: the integration is loaded in {place}"));
            return Ok(());
        }
        let path = startup::install_file(env, shell).ok_or_else(no_home)?;
        let text = read(env, &path)?;
        let plan = with_line(text.as_deref(), shell, &line);
        let shown = env.tilde(&path);
        let change = Change { path, shown, plan };
        ui.say(&format!("awsp: one line at the end of {}:", change.shown));
        ui.say(&format!("  {line}"));
        self.confirm(context, "add it?")?;
        let backup = text.is_some().then(|| backup(&change.path));
        if let Some(backup) = &backup {
            let text = text.as_deref().unwrap_or_default();
            write(env, backup, text, &change.path)?;
        }
        apply(env, &change).inspect_err(|_| {
            // A copy of a file that has not changed is of no use.
            let _ = backup.as_deref().map(files::remove);
        })?;
        let kept = backup.map_or_else(String::new, |path| {
            format!(" (as it was: {})", env.tilde(&path))
        });
        ui.say(&format!("awsp: added to {}{kept}", change.shown));
        ui.hint(&format!("exec {}", shell.name()));
        Ok(())
    }

    pub(super) fn uninstall(&self, context: &Context) -> Result<()> {
        let (env, ui) = (&context.env, context.ui);
        let shell = self.shell_or_own(env)?;
        let mut changes = Vec::new();
        for file in startup::read(env, shell) {
            // Those texts are not exact where a file is not UTF-8.
            let text = read(env, &file.path)?;
            let plan = without_line(text.as_deref(), shell);
            if plan != Plan::Nothing {
                changes.push(Change {
                    path: file.path,
                    shown: file.shown,
                    plan,
                });
            }
        }
        if changes.is_empty() {
            let name = shell.name();
            ui.say(&format!("awsp: no start-up file of {name} loads awsp"));
            return Ok(());
        }
        let names: Vec<&str> = changes.iter().map(|it| it.shown.as_str()).collect();
        ui.say(&format!(
            "awsp: this removes the line from {}",
            names.join(", ")
        ));
        self.confirm(context, "remove it?")?;
        for change in &changes {
            apply(env, change)?;
            let _ = files::remove(&backup(&change.path));
            ui.say(&format!("awsp: removed from {}", change.shown));
        }
        Ok(())
    }

    /// The shell that is named, else the one in use.
    pub(super) fn shell_or_own(&self, env: &Env) -> Result<Shell> {
        let own = || {
            ["AWSP_SHELL", "SHELL"]
                .into_iter()
                .find_map(|name| env.var(name))
                .and_then(Shell::named)
        };
        self.shell.or_else(own).ok_or_else(|| {
            Error::new(
                Kind::Usage,
                "which shell? SHELL does not name bash, zsh or fish",
            )
            .hint("awsp init bash --install")
        })
    }

    /// The line, with the options that were given.
    pub(super) fn line(&self, shell: Shell) -> String {
        let mut words = vec!["init", shell.name()];
        if self.no_prompt {
            words.push("--no-prompt");
        }
        if self.no_auto_login {
            words.push("--no-auto-login");
        }
        if self.cmd != "awsp" {
            words.extend(["--cmd", &self.cmd]);
        }
        shell.load_line_with(&words.join(" "))
    }

    fn confirm(&self, context: &Context, question: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        let questions = Questions::new(&context.env, context.ui);
        match questions.yes(&format!("awsp: {question}"), false) {
            Ok(true) => Ok(()),
            Err(error) if error.kind == Kind::PersonNeeded => Err(error.hint(self.again())),
            Ok(false) => Err(Error::new(Kind::Failed, "nothing was changed").hint(self.again())),
            Err(error) => Err(error),
        }
    }

    /// The same command with `--yes`, for use without a terminal.
    fn again(&self) -> String {
        let mut words = vec!["awsp", "init"];
        words.extend(self.shell.map(Shell::name));
        let flag = if self.uninstall {
            "--uninstall"
        } else {
            "--install"
        };
        words.extend([flag, "--yes"]);
        quote::command_line(&words)
    }
}

/// The file and line that already load the integration.
fn there(env: &Env, shell: Shell) -> Option<String> {
    startup::read(env, shell).iter().find_map(|file| {
        let loads = file.loads();
        let load = loads.iter().find(|load| load.shell == Some(shell))?;
        Some(format!("{}:{}", file.shown, load.line))
    })
}

fn apply(env: &Env, change: &Change) -> Result<()> {
    match &change.plan {
        Plan::Nothing => Ok(()),
        Plan::Write(text) => write(env, &change.path, text, &change.path),
        Plan::Remove => files::remove(&change.path)
            .map(|_| ())
            .map_err(|error| unwritable(env, &change.path, &error)),
    }
}

/// Writes a file with the mode of another.
fn write(env: &Env, path: &Path, text: &[u8], like: &Path) -> Result<()> {
    files::write_like(path, text, like).map_err(|error| unwritable(env, path, &error))
}

fn read(env: &Env, path: &Path) -> Result<Option<Vec<u8>>> {
    files::read(path, files::SMALL).map_err(|error| {
        let message = format!("cannot read {}", env.tilde(path));
        Error::new(Kind::Failed, message).cause(files::why(&error))
    })
}

/// The path of the backup, beside the file.
fn backup(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".awsp-backup");
    PathBuf::from(name)
}

/// The error for a file that cannot be written: it is read-only, or its folder or disk is.
fn unwritable(env: &Env, path: &Path, error: &std::io::Error) -> Error {
    let shown = env.tilde(path);
    let failed = Error::new(Kind::Failed, format!("cannot write {shown}"));
    if matches!(files::replaceable(path), Ok(Target::ReadOnly)) {
        let hint = format!("chmod u+w {shown}");
        return failed.cause("it is read-only").hint(hint);
    }
    let folder = env.tilde(path.parent().unwrap_or(path));
    let failed = failed.cause(files::why(error));
    match error.kind() {
        ErrorKind::PermissionDenied => failed.hint(format!("chmod u+rwx {folder}")),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failed.hint(format!("df -h {folder}")),
        _ => failed,
    }
}

fn no_home() -> Error {
    Error::new(Kind::Failed, "HOME is not set: there is no start-up file")
}

fn not_on_path(env: &Env) -> Error {
    let folder = env
        .program()
        .and_then(|path| Some(path.parent()?.to_owned()));
    let folder = folder.map_or_else(|| "DIR".to_owned(), |path| path.display().to_string());
    Error::new(
        Kind::Failed,
        "`awsp` is not on PATH: a new shell would not find it",
    )
    .hint(format!("export PATH={}:\"$PATH\"", quote::posix(&folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_or_disk_that_refuses_is_named_and_no_temporary_file() {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        for (kind, hint) in [
            (ErrorKind::PermissionDenied, "chmod u+rwx ~"),
            (ErrorKind::StorageFull, "df -h ~"),
        ] {
            let cause = std::io::Error::new(kind, "at path .awsp-1.tmp");
            let error = unwritable(&env, &home.path().join(".bashrc"), &cause);
            assert_eq!(error.message, "cannot write ~/.bashrc");
            assert_eq!(error.causes, [kind.to_string()]);
            assert_eq!(error.hints, [hint]);
        }
    }
}
