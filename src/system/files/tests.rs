use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FileType, Mode, makedev, mknodat};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A folder, and a path in it.
fn place(name: &str) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(name);
    (home, path)
}

#[test]
fn a_written_file_is_private_whole_and_alone() {
    let (_home, path) = place("a/b/token.json");
    write_private(&path, b"older").unwrap();
    write_private(&path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    let folder = path.parent().unwrap();
    assert_eq!((mode(&path), mode(folder)), (0o600, 0o700));
    assert_eq!(names(folder), ["token.json"], "no temporary file is left");
}

#[test]
fn only_ordinary_files_are_read_and_none_without_limit() {
    let (home, path) = place("file");
    assert_eq!(read(&path, 10).unwrap(), None);
    assert_eq!(read(&path.join("below"), 10).unwrap(), None);
    assert_eq!(read(Path::new("/dev/null"), 10).unwrap(), None);
    fs::write(&path, b"ten \xe9ytes").unwrap();
    assert_eq!(read(&path, 10).unwrap().unwrap(), b"ten \xe9ytes");
    assert_eq!(read(&path.join("below"), 10).unwrap(), None);
    assert_eq!(text(&path, 10).unwrap().unwrap(), "ten \u{fffd}ytes");

    let failure = |path: &Path, most| why(&read(path, most).unwrap_err());
    assert_eq!(failure(&path, 8), "it is larger than 0 MB");
    assert_eq!(failure(home.path(), 9), "it is a folder");
    assert_eq!(
        failure(Path::new("/dev/zero"), 9),
        "it is not an ordinary file"
    );
    let pipe = home.path().join("pipe");
    let whose = rustix::fs::CWD;
    mknodat(whose, &pipe, FileType::Fifo, Mode::RUSR, makedev(0, 0)).unwrap();
    assert_eq!(failure(&pipe, 9), "it is not an ordinary file");
    // It holds bytes and says that it has none.
    let endless = Path::new("/proc/self/status");
    if endless.exists() {
        assert_eq!(failure(endless, 9), "it is larger than 0 MB");
    }
}

#[test]
fn a_link_stays_a_link() {
    let (home, path) = place("token");
    fs::create_dir(home.path().join("real")).unwrap();
    symlink("real/token", &path).unwrap();
    write_private(&path, b"new").unwrap();
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert_eq!(fs::read(home.path().join("real/token")).unwrap(), b"new");
    assert_eq!(names(home.path()), ["real", "token"]);

    let away = home.path().join("away");
    symlink("gone/token", &away).unwrap();
    let error = write_private(&away, b"new").unwrap_err().to_string();
    assert!(error.starts_with("it is a link into "), "{error}");
    assert!(
        open_lock(&path).is_err(),
        "a lock is not taken through a link"
    );
}

#[test]
fn a_change_sees_what_others_wrote_and_keeps_it() {
    let (_home, path) = place("list");
    let mut others = vec!["one ", "two "];
    let changed = update::<io::Error>(&path, |current| {
        let mut new = current.unwrap_or_default().to_owned();
        if let Some(other) = others.pop() {
            // Another program writes after we have looked.
            fs::write(&path, [&new, other.as_bytes()].concat()).unwrap();
        }
        new.extend(b"ours");
        Ok(Some(new))
    });
    assert!(changed.unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), "two one ours");
    assert_eq!(names(path.parent().unwrap()), ["list"]);

    let same = |current: Option<&[u8]>| Ok::<_, io::Error>(current.map(<[u8]>::to_owned));
    assert!(
        !update(&path, same).unwrap(),
        "nothing new, nothing written"
    );
    assert!(!update(&path, |_| Ok::<_, io::Error>(None)).unwrap());
    let mut number = 0;
    let endless = update::<io::Error>(&path, |_| {
        number += 1;
        fs::write(&path, number.to_string()).unwrap();
        Ok(Some(b"ours".to_vec()))
    });
    assert_eq!(
        endless.unwrap_err().to_string(),
        "another program keeps changing it"
    );
}

#[test]
fn a_draft_has_its_room_before_and_leaves_nothing_when_it_is_dropped() {
    let (_home, path) = place("token");
    let mut draft = Draft::new(&path).unwrap();
    draft.reserve(8192).unwrap();
    assert_eq!(names(path.parent().unwrap()).len(), 1);
    drop(draft);
    assert!(names(path.parent().unwrap()).is_empty());
    let mut draft = Draft::new(&path).unwrap();
    draft.reserve(8192).unwrap();
    let put = draft.update(|current| {
        assert_eq!(current, None);
        Ok::<_, io::Error>(Some(b"short".to_vec()))
    });
    assert!(put.unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"short");
}

#[test]
fn what_a_killed_run_has_left_goes_with_the_next_write() {
    let (home, path) = place("token");
    let alive = Draft::new(&home.path().join("other")).unwrap();
    let held = home.path().join(&names(home.path())[0]);
    let now = fs::metadata(&held).unwrap().modified().unwrap();
    let age = |path: &Path| {
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(now - Duration::from_mins(2)).unwrap();
    };
    age(&held);
    for name in [".awsp-dead.tmp", ".awsp-mine.txt", "mine.tmp"] {
        fs::write(home.path().join(name), "secret").unwrap();
    }
    // Made just now, and not locked yet; or never to be, since its process is gone.
    let mut gone = std::process::Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    let young = format!(".awsp-{}-young.tmp", std::process::id());
    for name in [&young, &format!(".awsp-{}-dead.tmp", gone.id())] {
        fs::write(home.path().join(name), "").unwrap();
    }
    write_private(&path, b"new").unwrap();
    assert!(held.exists(), "a run that still writes keeps its file");
    drop(alive);
    assert_eq!(
        names(home.path()),
        [&young, ".awsp-mine.txt", "mine.tmp", "token"]
    );
}
