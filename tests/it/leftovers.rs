//! What a killed run has left: temporary files, which may hold secrets.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::place::Place;

const LEFT: &str = ".awsp-k1lled.tmp";

/// Such a file in each folder that awsp writes into.
fn leave(place: &Place) -> Vec<PathBuf> {
    let folders = [
        ".aws",
        ".aws/sso/cache",
        ".aws/cli/cache",
        ".local/state/awsp",
        ".local/state/awsp/locks",
        ".local/state/awsp/prompt",
        ".local/state/awsp/exec",
        ".local/state/awsp/sync",
    ];
    let before = SystemTime::now() - Duration::from_mins(5);
    let left = folders.map(|folder| {
        let folder = place.path(folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(LEFT);
        let file = fs::File::create(&path).unwrap();
        file.set_modified(before).unwrap();
        path
    });
    left.into()
}

fn still_there(left: &[PathBuf]) -> usize {
    left.iter().filter(|path| path.exists()).count()
}

#[test]
fn a_logout_sweeps_all_that_killed_runs_have_left() {
    let place = Place::new();
    place.log_in();
    let left = leave(&place);
    // Files of other programs have other names.
    let theirs = place.path(".aws/sso/cache/tmp1234.tmp");
    fs::write(&theirs, "").unwrap();
    assert_eq!(place.run(&["logout", "--session", "acme"]).status, 0);
    assert_eq!(still_there(&left), 0, "{left:?}");
    assert!(theirs.exists());
    // Also if there is no session to end.
    let left = leave(&place);
    assert_eq!(place.run(&["logout", "--all"]).status, 0);
    assert_eq!(still_there(&left), 0, "{left:?}");
}

#[test]
fn the_next_run_sweeps_though_it_writes_nothing() {
    let place = Place::new();
    for arguments in [
        &["list"][..],
        &["status"],
        &["show", "dev"],
        &["use", "dev"],
    ] {
        let left = leave(&place);
        place.run(arguments);
        assert_eq!(still_there(&left), 0, "{arguments:?} {left:?}");
    }
    // A prompt or a TAB does not.
    let left = leave(&place);
    place.run(&["__prompt"]);
    assert_eq!(still_there(&left), left.len());
}

/// A run that was killed just now, in the middle of a renewal.
#[test]
fn a_killed_renewal_leaves_nothing_after_the_next() {
    let place = Place::new();
    place.log_in();
    place.make_renewable();
    let gate = identity_center::Gate::default();
    place
        .center
        .fault("CreateToken", [identity_center::Fault::Hold(gate.clone())]);
    let mut command = place.awsp(&["login", "--session", "acme"]);
    let mut killed = command.stderr(std::process::Stdio::null()).spawn().unwrap();
    let cache = place.path(".aws/sso/cache");
    let drafts = || {
        let names = fs::read_dir(&cache)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        names
            .filter(|path| path.extension().is_some_and(|end| end == "tmp"))
            .collect::<Vec<_>>()
    };
    while drafts().is_empty() {
        assert!(killed.try_wait().unwrap().is_none(), "it renews");
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    gate.open();
    let left = drafts();
    assert_eq!(left.len(), 1);
    place.log_in();
    assert_eq!(drafts(), Vec::<PathBuf>::new());
}
