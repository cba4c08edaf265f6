use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::*;

fn home() -> (tempfile::TempDir, Env) {
    let home = tempfile::tempdir().unwrap();
    let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
    (home, env)
}

fn silent(_: &str) {}

#[test]
fn a_lock_has_one_holder_at_a_time_and_names_it() {
    let (_home, env) = home();
    let lock = take(&env, "k", "it", &mut silent).unwrap();
    assert!(lock.is_real() && !lock.waited);
    let file = path(&env, "k");
    assert_eq!(
        Holder::of(&mut File::open(&file).unwrap()),
        Some(Holder {
            pid: std::process::id(),
            elsewhere: None
        })
    );
    let (said, heard) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        take(&env, "k", "the login", &mut |line| {
            said.send(line.to_owned()).unwrap();
        })
        .unwrap()
        .waited
    });
    assert_eq!(
        heard.recv().unwrap(),
        format!(
            "awsp: waiting for the login in process {}",
            std::process::id()
        )
    );
    drop(lock);
    assert!(waiting.join().unwrap());
}

#[test]
fn only_a_person_waits_for_a_login() {
    let (_home, env) = home();
    let lock = take(&env, "k", "it", &mut silent).unwrap();
    tell_login();
    let other = || take_as(Waiter::Other, &env, "k", "the login", &mut silent);
    let error = other().unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str(), error.causes),
        (
            Kind::PersonNeeded,
            "cannot wait for the login",
            vec![format!(
                "a person is logging in, in process {}",
                std::process::id()
            )]
        )
    );
    drop(lock);
    // It is over: the next holder says so.
    let lock = other().unwrap();
    let text = fs::read_to_string(path(&env, "k")).unwrap();
    assert!(!text.contains(LOGIN), "{text}");
    drop(lock);
    assert!(
        HELD.lock()
            .unwrap()
            .iter()
            .all(|held| *held != path(&env, "k"))
    );
}

#[test]
fn a_holder_that_has_not_signed_yet_is_not_the_one_that_was_killed_at_a_login() {
    let (_home, env) = home();
    let path = path(&env, "k");
    let mut killed = Command::new("true").spawn().unwrap();
    killed.wait().unwrap();
    let text = format!("{0} {1}\n{LOGIN} {0}\n", killed.id(), here());
    let mut file = open(&path).unwrap();
    file.write_all_at(text.as_bytes(), 0).unwrap();
    assert!(!is_login(&mut file), "it is gone");
    let (mine, line) = (std::process::id(), signature());
    file.write_all_at(line.as_bytes(), 0).unwrap();
    assert!(!is_login(&mut file), "it has signed over half of the text");
    fs::write(&path, format!("{line}{LOGIN} {mine}\n")).unwrap();
    assert!(is_login(&mut file));
}

#[test]
fn a_lock_that_cannot_be_had_is_done_without() {
    let without = |prepare: &dyn Fn(&Path)| {
        let (home, env) = home();
        prepare(home.path());
        let lock = take(&env, "k", "it", &mut |_| panic!("nobody waits")).unwrap();
        assert!(!lock.is_real());
        (home, env)
    };
    let state = Path::new(".local/state/awsp");
    // ENOTDIR: a file is where the folder should be.
    without(&|home| {
        fs::create_dir_all(home.join(".local/state")).unwrap();
        fs::write(home.join(state), "").unwrap();
    });
    let locks = state.join("locks");
    let lock = locks.join(sha1_hex("k"));
    // EISDIR, and things that are not files.
    without(&|home| fs::create_dir_all(home.join(&lock)).unwrap());
    without(&|home| {
        fs::create_dir_all(home.join(&locks)).unwrap();
        let made = Command::new("mkfifo").arg(home.join(&lock)).status();
        assert!(made.unwrap().success());
    });
    // ELOOP: the target of the link does not change.
    let (home, _) = without(&|home| {
        fs::create_dir_all(home.join(&locks)).unwrap();
        fs::write(home.join("precious"), "text").unwrap();
        symlink(home.join("precious"), home.join(&lock)).unwrap();
    });
    assert_eq!(
        fs::read_to_string(home.path().join("precious")).unwrap(),
        "text"
    );
}

#[test]
fn a_holder_elsewhere_is_not_looked_for_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    fs::write(&path, format!("{} other-host\n", std::process::id())).unwrap();
    let holder = Holder::of(&mut File::open(&path).unwrap()).unwrap();
    assert_eq!(
        holder.shown(),
        format!("process {} on other-host", std::process::id())
    );
    assert!(!holder.is_stopped());
    for text in ["", "12", "x here", "12 "] {
        fs::write(&path, text).unwrap();
        let holder = Holder::of(&mut File::open(&path).unwrap());
        assert_eq!(holder, None, "{text}");
    }
}
