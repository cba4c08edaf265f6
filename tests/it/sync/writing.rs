//! What a sync writes when it cannot write, or is killed while it does.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::time::Instant;

use identity_center::{Options, seed};

use super::{SESSION, account, config, place, profiles, ran, with};
use crate::interop::python;

#[test]
fn a_read_only_file_stays_as_it_is_and_a_link_stays_a_link() {
    let place = place(Options::default());
    let file = place.path(".aws/config");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let done = place.run(&["sync"]);
    assert_eq!(done.status, 1);
    assert!(
        done.stderr
            .contains("awsp: cannot write ~/.aws/config\ncause: it is read-only\n"),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(place.path("dotfiles")).unwrap();
    fs::rename(&file, place.path("dotfiles/aws")).unwrap();
    symlink("../dotfiles/aws", &file).unwrap();
    ran(&place, &["sync"]);
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(
        profiles(&fs::read_to_string(place.path("dotfiles/aws")).unwrap()).len(),
        12
    );
}

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let place = place(Options {
        accounts: seed::many(100, 5),
        ..Options::default()
    });
    // The limit of 8 blocks fails in the middle of writing, as a full disk does.
    let mut command = place.program("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 8; exec awsp sync"]);
    let done = place.done(&mut command);
    assert_eq!(done.status, 1, "{}", done.stderr);
    assert!(
        done.stderr.contains("awsp: cannot write ~/.aws/config\n"),
        "{}",
        done.stderr
    );
    assert_eq!(config(&place), SESSION);
    assert_eq!(
        fs::read_dir(place.path(".aws"))
            .unwrap()
            .filter(|e| e
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains("tmp"))
            .count(),
        0
    );
}

#[test]
fn a_killed_sync_leaves_the_old_file_or_the_new_one() {
    // Few accounts with many roles: the file is long, but listing them does not take long.
    let place = place(Options {
        accounts: seed::many(10, 75),
        ..Options::default()
    });
    let mut hand = SESSION.to_owned();
    for n in 0..200 {
        let _ = write!(hand, "\n# {n}\n[profile hand{n}]\nregion = eu-west-1\n");
    }
    ran(&place, &["sync", "--dry-run"]);
    place.config(&hand);
    let start = Instant::now();
    ran(&place, &["sync"]);
    let takes = start.elapsed();
    let new = config(&place);
    let mut seen = [0, 0];
    for n in 0..24 {
        place.config(&hand);
        let mut child = place
            .awsp(&["sync"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Around the time when the file is written.
        std::thread::sleep(takes.mul_f64(0.4 + 0.03 * f64::from(n)));
        child.kill().unwrap();
        child.wait().unwrap();
        let text = config(&place);
        assert!(
            text == hand || text == new,
            "neither the old file nor the new one: {} bytes",
            text.len()
        );
        seen[usize::from(text == new)] += 1;
    }
    assert!(
        seen[0] > 0,
        "some runs were killed before the end: {seen:?}"
    );
    ran(&place, &["sync"]);
    assert_eq!(config(&place), new);
}

/// Other tools read this file with Python's `ConfigParser`, for which `%` begins a name.
#[test]
fn pythons_readers_that_interpolate_read_what_a_sync_writes() {
    let place = with(vec![
        account("000000000001", "100% Cotton", &["Admin"]),
        account("000000000002", "%(here)s %% # %", &["Admin"]),
    ]);
    ran(&place, &["sync"]);
    let done = python(
        &place,
        "import configparser, pathlib\n\
         parser = configparser.ConfigParser()\n\
         parser.read(pathlib.Path.home() / '.aws/config')\n\
         print([dict(parser[name]).get('sso_account_name') for name in parser.sections()][1:])",
    );
    assert_eq!(
        (done.stdout.as_str(), done.stderr.as_str()),
        ("['100 Cotton', '(here)s#']\n", "")
    );
    assert_eq!(
        ran(&place, &["sync", "--prune"]).stderr,
        "awsp: acme: 2 accounts, profiles: 2 unchanged (~/.aws/config)\n"
    );
}
