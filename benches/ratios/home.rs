//! Throw-away homes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha1::{Digest as _, Sha1};
use tempfile::TempDir;

/// `sha1("corp")`: the name of the session's token file.
const TOKEN: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

/// A home with this many profiles of one session. Its token and the credentials of the last profile
/// are valid for years, so that nothing uses the network.
pub struct Home {
    folder: TempDir,
    pub profiles: usize,
}

impl Home {
    pub fn with(profiles: usize) -> io::Result<Self> {
        let home = Self {
            folder: tempfile::tempdir()?,
            profiles,
        };
        let mut config =
            "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\n\
                          sso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n"
                .to_owned();
        for number in 1..=profiles {
            let _ = write!(
                config,
                "\n[profile {}]\nsso_session = corp\nsso_account_id = {:012}\n\
                 sso_role_name = Administrator\nregion = eu-west-1\n",
                name(number),
                100_000_000_000 + number
            );
        }
        fs::create_dir_all(home.path().join(".aws/sso/cache"))?;
        fs::write(home.path().join(".aws/config"), config)?;
        fs::write(
            home.path().join(".aws/sso/cache").join(TOKEN),
            r#"{"startUrl": "https://d-1234567890.awsapps.com/start", "region": "eu-west-1",
                "accessToken": "a", "expiresAt": "2099-01-01T00:00:00Z"}"#,
        )?;
        // The file's name and format are those of the AWS CLI.
        let account = 100_000_000_000 + profiles;
        let key = format!(
            r#"{{"accountId":"{account:012}","roleName":"Administrator","sessionName":"corp"}}"#
        );
        let file = Sha1::digest(key)
            .iter()
            .fold(String::new(), |file, byte| file + &format!("{byte:02x}"))
            + ".json";
        fs::create_dir_all(home.path().join(".aws/cli/cache"))?;
        fs::write(
            home.path().join(".aws/cli/cache").join(file),
            r#"{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIA1",
                "SecretAccessKey": "s", "SessionToken": "t",
                "Expiration": "2099-01-01T00:00:00Z"}}"#,
        )?;
        Ok(home)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The name of the last profile, which takes longest to find.
    pub fn last(&self) -> String {
        name(self.profiles)
    }
}

fn name(number: usize) -> String {
    format!("p{number:05}")
}

/// The path of a program on `PATH`. A shim of pyenv is replaced by the program that it starts: the
/// shim itself takes longer.
pub fn program(name: &str) -> Option<PathBuf> {
    let is_program = |path: &PathBuf| path.is_file();
    let found = env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(is_program)?;
    if !found.parent()?.ends_with("shims") {
        return Some(found);
    }
    let found = std::process::Command::new("pyenv")
        .args(["which", name])
        .output()
        .ok()?;
    Some(PathBuf::from(String::from_utf8(found.stdout).ok()?.trim())).filter(is_program)
}
