//! Writes AWS's config file while other programs read and write it: under awsp's lock, based on
//! the current content, and through a temporary file beside it, so that a reader or a power cut
//! sees the old file or the new one.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::edit::Change;
use super::{File, Files, Which};
use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::files::{self, Draft, Target};
use crate::system::lock;
use crate::system::lock::Lock;
use crate::system::log::Log;

/// How often a file that others keep changing is read again.
const MOST: usize = 20;

/// The config file, to be changed. There is one per run, because the backup is made once per run.
pub struct Store<'a> {
    env: &'a Env,
    log: Log,
    kept: Cell<bool>,
}

impl<'a> Store<'a> {
    pub const fn new(env: &'a Env, log: Log) -> Self {
        Self {
            env,
            log,
            kept: Cell::new(false),
        }
    }

    /// Makes the changes of `plan` in the current files. It is called again if another program has
    /// changed them meanwhile. Returns whether a byte was changed, and the last result of `plan`.
    ///
    /// # Errors
    /// Those of `plan`; a file that cannot be read or written, or is not UTF-8: then it stays as it
    /// was.
    pub fn change<T>(
        &self,
        mut plan: impl FnMut(&Files) -> Result<(Vec<Change>, T)>,
    ) -> Result<(bool, T)> {
        let _lock = self.lock()?;
        for _ in 0..MOST {
            let files = Files::load(self.env)?;
            let (changes, told) = plan(&files)?;
            let file = &files.config;
            let text = file.edited(&changes)?;
            if text == file.text {
                return Ok((false, told));
            }
            if self
                .replace(file, &text)
                .map_err(|error| unwritable(self.env, file, error))?
            {
                return Ok((true, told));
            }
            self.log.verbose(|| {
                format!(
                    "{} was changed by another program: reading it again",
                    file.shown
                )
            });
        }
        let file = File::load(self.env, Which::Config)?;
        Err(
            Error::new(Kind::Failed, format!("cannot write {}", file.shown))
                .cause("another program keeps changing it"),
        )
    }

    fn lock(&self) -> Result<Lock> {
        // One lock per home, whatever `AWS_CONFIG_FILE` names.
        let what = "the change of the config file";
        lock::take(self.env, "the config file", what, &mut |line| {
            self.log.verbose(|| line.to_owned());
        })
    }

    /// Replaces the file's text. Returns false if the file has changed since it was read.
    fn replace(&self, file: &File, text: &str) -> Result<bool, Trouble> {
        let target = files::target(&file.path)?;
        let mode = match files::replaceable(&target)? {
            Target::New => None,
            Target::File { mode } => Some(mode),
            Target::ReadOnly => return Err(Trouble::ReadOnly(target)),
            Target::Odd => return Err(Trouble::Odd("it is not an ordinary file".to_owned())),
        };
        let new = Draft::new(&file.path)?;
        let kept = self.kept.get();
        if let Some(mode) = mode {
            new.mode(mode)?;
            self.keep(file, mode)?;
        }
        let before = file.exists.then_some(file.text.as_bytes());
        let put = new.update(|current| {
            Ok::<_, io::Error>((current == before).then(|| text.as_bytes().to_owned()))
        })?;
        if !put {
            self.kept.set(kept);
        }
        Ok(put)
    }

    /// Makes a backup beside the file, once.
    fn keep(&self, file: &File, mode: u32) -> io::Result<()> {
        if self.kept.get() {
            return Ok(());
        }
        let Some(name) = file.path.file_name() else {
            return Ok(());
        };
        let mut name = name.to_owned();
        name.push(".awsp-backup");
        let copy = Draft::new(&file.path.with_file_name(name))?;
        copy.mode(mode)?;
        copy.commit(file.text.as_bytes())?;
        self.kept.set(true);
        Ok(())
    }
}

/// Why a file cannot be written.
enum Trouble {
    Io(io::Error),
    /// The file is read-only; it may be the target of a link.
    ReadOnly(PathBuf),
    Odd(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn unwritable(env: &Env, file: &File, trouble: Trouble) -> Error {
    let error = Error::new(Kind::Failed, format!("cannot write {}", file.shown));
    match trouble {
        Trouble::Odd(why) => error.cause(why),
        Trouble::ReadOnly(target) => {
            let shown = env.tilde(&target);
            let why = if target == file.path {
                "it is read-only".to_owned()
            } else {
                format!("{shown}, to which it leads, is read-only")
            };
            error.cause(why).hint(format!("chmod u+w {shown}"))
        }
        Trouble::Io(why) => {
            let folder = env.tilde(file.path.parent().unwrap_or(&file.path));
            let error = error.cause(files::why(&why));
            match why.kind() {
                ErrorKind::PermissionDenied => error.hint(format!("chmod u+rwx {folder}")),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                    error.hint(format!("df -h {folder}"))
                }
                _ => error,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    use std::path::Path;

    use super::*;
    use crate::aws::config::edit::SectionId;

    fn home() -> (tempfile::TempDir, Env, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        let config = home.path().join(".aws/config");
        fs::create_dir(home.path().join(".aws")).unwrap();
        (home, env, config)
    }

    fn region(value: &str) -> Vec<Change> {
        vec![Change::Set {
            section: SectionId::profile("a"),
            key: "region".to_owned(),
            value: value.to_owned(),
        }]
    }

    fn change(env: &Env) -> Result<bool> {
        Store::new(env, Log::of(env))
            .change(|_| Ok((region("eu-west-1"), ())))
            .map(|(changed, ())| changed)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    const NEW: &str = "[profile a]\nregion = eu-west-1\n";

    #[test]
    fn a_new_file_is_private_and_alone() {
        let (home, env, config) = home();
        fs::remove_dir(home.path().join(".aws")).unwrap();
        assert!(change(&env).unwrap());
        assert_eq!(fs::read_to_string(&config).unwrap(), NEW);
        assert_eq!(
            (mode(&config), mode(config.parent().unwrap())),
            (0o600, 0o700)
        );
        assert_eq!(names(config.parent().unwrap()), ["config"]);
        assert!(!change(&env).unwrap(), "nothing new, nothing written");
    }

    #[test]
    fn the_mode_stays_and_the_file_before_the_run_is_kept_once() {
        let (_home, env, config) = home();
        fs::write(&config, "# mine\n").unwrap();
        fs::set_permissions(&config, Permissions::from_mode(0o666)).unwrap();
        let store = Store::new(&env, Log::of(&env));
        for value in ["eu-west-1", "eu-west-2"] {
            assert!(store.change(|_| Ok((region(value), ()))).unwrap().0);
        }
        assert_eq!(mode(&config), 0o666);
        assert_eq!(
            fs::read_to_string(config.with_file_name("config.awsp-backup")).unwrap(),
            "# mine\n"
        );
        assert_eq!(
            names(config.parent().unwrap()),
            ["config", "config.awsp-backup"]
        );
    }

    #[test]
    fn links_are_followed_and_stay_links() {
        let (home, env, config) = home();
        fs::create_dir(home.path().join("dotfiles")).unwrap();
        symlink("../dotfiles/aws", &config).unwrap();
        symlink("config.real", home.path().join("dotfiles/aws")).unwrap();
        assert!(
            change(&env).unwrap(),
            "a link into nowhere makes its target"
        );
        let real = home.path().join("dotfiles/config.real");
        assert_eq!(fs::read_to_string(&real).unwrap(), NEW);
        assert!(fs::symlink_metadata(&config).unwrap().is_symlink());
        fs::write(&real, "# mine\n").unwrap();
        assert!(change(&env).unwrap());
        assert_eq!(
            fs::read_to_string(&real).unwrap(),
            format!("# mine\n\n{NEW}")
        );
        assert_eq!(
            names(home.path().join("dotfiles").as_path()),
            ["aws", "config.real"]
        );
    }

    #[test]
    fn a_file_changed_meanwhile_is_read_again() {
        let (_home, env, config) = home();
        fs::write(&config, "# one\n").unwrap();
        let mut times = 0;
        let store = Store::new(&env, Log::of(&env));
        let (changed, ()) = store
            .change(|_| {
                times += 1;
                if times < 4 {
                    fs::write(&config, format!("# another program, {times}\n")).unwrap();
                }
                Ok((region("eu-west-1"), ()))
            })
            .unwrap();
        assert!(changed);
        assert_eq!(
            fs::read_to_string(&config).unwrap(),
            format!("# another program, 3\n\n{NEW}")
        );
    }

    #[test]
    fn what_must_not_be_written_is_not() {
        let (home, env, config) = home();
        let causes = |env: &Env| change(env).unwrap_err().causes.join(": ");
        fs::write(&config, "# mine\n").unwrap();
        fs::set_permissions(&config, Permissions::from_mode(0o444)).unwrap();
        assert_eq!(causes(&env), "it is read-only");
        assert_eq!(fs::read_to_string(&config).unwrap(), "# mine\n");
        assert_eq!(names(config.parent().unwrap()), ["config"]);

        let link = home.path().join(".aws/link");
        symlink("config", &link).unwrap();
        let with = |path: &str| {
            Env::of(&[
                ("HOME", home.path().to_str().unwrap()),
                ("AWS_CONFIG_FILE", path),
            ])
        };
        assert_eq!(
            causes(&with("~/.aws/link")),
            "~/.aws/config, to which it leads, is read-only"
        );
        fs::set_permissions(&config, Permissions::from_mode(0o600)).unwrap();
        fs::write(&config, b"# \xe9\n").unwrap();
        assert_eq!(causes(&env), "line 1 is not UTF-8");
        assert_eq!(fs::read(&config).unwrap(), b"# \xe9\n");

        assert_eq!(causes(&with("/dev/null")), "it is not an ordinary file");
        symlink("../away/config", home.path().join(".aws/away")).unwrap();
        let why = causes(&with("~/.aws/away"));
        assert!(
            why.starts_with("it is a link into ") && why.ends_with("which does not exist"),
            "{why}"
        );
    }

    #[test]
    fn a_plan_that_fails_changes_nothing() {
        let (_home, env, config) = home();
        let plan = |_: &Files| Err::<(Vec<Change>, ()), _>(Error::new(Kind::Usage, "no"));
        assert!(Store::new(&env, Log::of(&env)).change(plan).is_err());
        assert!(!config.exists());
    }
}
