//! Who owns the files that awsp makes, and what happens where none can be made.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::Place;

/// The owner of the home, who is not the user that runs awsp.
const OWNER: u32 = 4217;

/// The command as root, with its environment kept.
fn as_root(command: &Command) -> Command {
    if rustix::process::geteuid().is_root() {
        let mut same = Command::new(command.get_program());
        same.args(command.get_args());
        return like(same, command);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", "env", "-i"]);
    for (name, value) in command.get_envs() {
        let mut pair = name.to_owned();
        pair.push("=");
        pair.push(value.unwrap_or_default());
        sudo.arg(pair);
    }
    sudo.arg(command.get_program()).args(command.get_args());
    sudo
}

fn like(mut new: Command, command: &Command) -> Command {
    new.env_clear();
    for (name, value) in command.get_envs() {
        new.env(name, value.unwrap_or_default());
    }
    if let Some(folder) = command.get_current_dir() {
        new.current_dir(folder);
    }
    new
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, found);
        }
        found.push(path);
    }
}

/// `sudo` with `HOME` kept, as `sudo -E` and macOS's own have it.
#[test]
fn files_that_root_makes_in_a_home_belong_to_its_owner() {
    let place = Place::new();
    let home = place.home.path().to_str().unwrap();
    let mut chown = Command::new("chown");
    chown.args(["-R", &format!("{OWNER}:{OWNER}"), home]);
    let done = as_root(&chown).status().unwrap();
    assert!(
        done.success(),
        "this needs root, or a sudo that does not ask"
    );
    let login = [
        "login",
        "--session",
        "acme",
        "--device-code",
        "--no-browser",
    ];
    let channel = ["-c", "exec awsp use dev 3>/dev/null"];
    let mut switch = place.program("sh");
    switch.args(channel).env("AWSP_SHELL", "bash");
    let mut commands: Vec<Command> = [
        &login[..],
        &["export", "deploy", "--format", "process"],
        &["exec", "dev", "--only", "--", "true"],
        &["sync", "--session", "acme", "--region", "eu-west-1"],
        &["init", "bash", "--install", "--yes"],
        &["init", "fish", "--install", "--yes"],
        &["logout", "--session", "acme"],
        &login,
        &["whoami", "dev"],
    ]
    .map(|arguments| place.awsp(arguments))
    .into();
    commands.push(switch);
    for command in &commands {
        let done = as_root(command).output().unwrap();
        assert!(done.status.success(), "{command:?} {done:?}");
    }
    let list = |program: &[&str]| {
        let mut find = Command::new(program[0]);
        find.args(&program[1..]);
        String::from_utf8(as_root(&find).output().unwrap().stdout).unwrap()
    };
    let foreign = list(&["find", home, "!", "-user", &OWNER.to_string()]);
    assert_eq!(foreign, "", "files that are not the owner's");
    let all = list(&["find", home, "-type", "f"]);
    for made in [
        ".aws/sso/cache/",
        ".aws/cli/cache/",
        "state/awsp/",
        ".bashrc",
        "awsp.fish",
    ] {
        assert!(all.contains(made), "{made}: {all}");
    }
    let back = rustix::process::geteuid().as_raw();
    chown = Command::new("chown");
    chown.args(["-R", &back.to_string(), home]);
    assert!(as_root(&chown).status().unwrap().success());
}

#[test]
fn without_a_home_nothing_is_made_anywhere() {
    let place = Place::new();
    let empty = place.path("empty");
    fs::create_dir(&empty).unwrap();
    for (home, why) in [
        (None, "HOME is not set"),
        (Some(""), "HOME is not an absolute path"),
        (Some("relative"), "HOME is not an absolute path"),
    ] {
        for arguments in [
            &["list"][..],
            &["use", "dev"],
            &[
                "login",
                "--session",
                "acme",
                "--device-code",
                "--no-browser",
            ],
            &["sync"],
            &["export", "dev", "--format", "process"],
            &["status"],
        ] {
            let mut command = place.awsp(arguments);
            command.env_remove("HOME").current_dir(&empty);
            command.envs(home.map(|home| ("HOME", home)));
            let done = place.done(&mut command);
            assert_eq!(
                (done.status, done.stderr),
                (
                    2,
                    format!(
                        "awsp: cannot find the home folder\ncause: {why}\nhint: export HOME=~\n"
                    )
                ),
                "{home:?} {arguments:?}"
            );
        }
        // With files of their own elsewhere the profiles are there; a cache cannot be.
        let mut command = place.awsp(&["exec", "static", "--", "true"]);
        command
            .env_remove("HOME")
            .env("AWS_CONFIG_FILE", place.path(".aws/config"))
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                place.path(".aws/credentials"),
            )
            .current_dir(&empty);
        let done = place.done(&mut command);
        assert_eq!((done.status, done.stderr.as_str()), (0, ""));
        let mut made = Vec::new();
        below(&empty, &mut made);
        assert_eq!(made, Vec::<PathBuf>::new());
        assert!(!Path::new("/.aws").exists() && !Path::new("/.local").exists());
    }
}

#[test]
fn links_stay_links_and_a_lock_is_never_opened_through_one() {
    let place = Place::new();
    // The token, the folder of the other cache and the config file are kept elsewhere.
    let away = place.path("away");
    fs::create_dir_all(away.join("cli")).unwrap();
    fs::create_dir_all(place.path(".aws/sso/cache")).unwrap();
    let token = place.token_file("acme");
    symlink(away.join("token.json"), &token).unwrap();
    symlink(away.join("cli"), place.path(".aws/cli")).unwrap();
    fs::rename(place.path(".aws/config"), away.join("config")).unwrap();
    symlink("../away/config", place.path(".aws/config")).unwrap();
    place.log_in();
    place.make_renewable();
    for arguments in [
        &["export", "dev", "--format", "process"][..],
        &["sync", "--session", "acme"],
    ] {
        assert_eq!(place.run(arguments).status, 0);
    }
    for link in [&token, &place.path(".aws/cli"), &place.path(".aws/config")] {
        assert!(fs::symlink_metadata(link).unwrap().is_symlink(), "{link:?}");
    }
    assert!(
        fs::read_to_string(away.join("token.json"))
            .unwrap()
            .contains("accessToken")
    );
    assert_eq!(
        fs::metadata(away.join("token.json")).unwrap().mode() & 0o777,
        0o600
    );
    assert_eq!(fs::read_dir(away.join("cli/cache")).unwrap().count(), 1);
    assert!(
        fs::read_to_string(away.join("config"))
            .unwrap()
            .contains("awsp_managed")
    );

    // If a lock file is a link, awsp works without the lock and leaves the target alone.
    let locks = place.path(".local/state/awsp/locks");
    let precious = place.path("precious");
    fs::write(&precious, "text").unwrap();
    for lock in fs::read_dir(&locks).unwrap() {
        let lock = lock.unwrap().path();
        fs::remove_file(&lock).unwrap();
        symlink(&precious, lock).unwrap();
    }
    place.make_renewable();
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid (renewed)\n")
    );
    assert_eq!(fs::read_to_string(&precious).unwrap(), "text");
}
