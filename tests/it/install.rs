//! `awsp init --install` and `--uninstall`: the start-up file afterwards is byte for byte the one
//! before, whatever it looks like.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::place::{Done, Place};
use crate::pty::Terminal;
use crate::shells::{self, Kind, Shell};

fn name(shell: &Shell) -> &'static str {
    match shell.kind {
        Kind::Bash => "bash",
        Kind::Zsh => "zsh",
        Kind::Fish => "fish",
    }
}

fn startup_file(place: &Place, shell: &Shell) -> PathBuf {
    place.path(match shell.kind {
        Kind::Bash if cfg!(target_os = "macos") => ".bash_profile",
        Kind::Bash => ".bashrc",
        Kind::Zsh => ".zshrc",
        Kind::Fish => ".config/fish/conf.d/awsp.fish",
    })
}

fn line(shell: &Shell) -> &'static str {
    match shell.kind {
        Kind::Bash => "eval \"$(command awsp init bash)\"",
        Kind::Zsh => "eval \"$(command awsp init zsh)\"",
        Kind::Fish => "command awsp init fish | source",
    }
}

fn run(place: &Place, shell: &Shell, flag: &str) -> Done {
    place.run(&["init", name(shell), flag, "--yes"])
}

/// What awsp left beside a file.
fn beside(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("awsp-")).collect()
}

#[test]
fn installed_twice_and_taken_out_a_file_is_what_it_was() {
    for shell in shells::all() {
        let texts: [&[u8]; 6] = [
            b"",
            b"a",
            b"a\n",
            "# é\n\n".as_bytes(),
            b"a\r\n",
            b"# \xe9\n",
        ];
        for text in texts {
            let place = Place::new();
            let path = startup_file(&place, &shell);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            for _ in 0..2 {
                let done = run(&place, &shell, "--install");
                assert_eq!(done.status, 0, "{}", done.stderr);
            }
            let with = fs::read(&path).unwrap();
            assert!(with.starts_with(text));
            let with = String::from_utf8_lossy(&with);
            assert_eq!(with.matches(line(&shell)).count(), 1, "{with}");
            assert_eq!(with.trim_end().lines().last(), Some(line(&shell)));
            let done = run(&place, &shell, "--uninstall");
            assert_eq!(done.status, 0, "{}", done.stderr);
            assert_eq!(fs::read(&path).unwrap(), text, "{shell}");
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o640);
            assert_eq!(beside(&path), [""; 0], "{shell}");
        }
    }
}

#[test]
fn a_file_that_was_not_there_is_not_there_afterwards() {
    for shell in shells::all() {
        let place = Place::new();
        let path = startup_file(&place, &shell);
        run(&place, &shell, "--install");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{}\n", line(&shell))
        );
        run(&place, &shell, "--uninstall");
        assert!(!path.exists(), "{shell}");
    }
}

#[test]
fn a_symbolic_link_stays_one_and_the_file_behind_it_is_changed() {
    for shell in shells::all() {
        let place = Place::new();
        let path = startup_file(&place, &shell);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let real = place.path("dotfiles");
        fs::write(&real, "mine\n").unwrap();
        symlink(&real, &path).unwrap();
        run(&place, &shell, "--install");
        assert_eq!(
            fs::read_to_string(&real).unwrap(),
            format!("mine\n{}\n", line(&shell))
        );
        run(&place, &shell, "--uninstall");
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "mine\n");
    }
}

#[test]
fn a_read_only_file_is_left_alone_and_named() {
    for shell in shells::all() {
        let place = Place::new();
        let path = startup_file(&place, &shell);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "mine\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let done = run(&place, &shell, "--install");
        let shown = path.strip_prefix(place.path("")).unwrap().display();
        assert_eq!(done.status, 1);
        assert!(
            done.stderr.ends_with(&format!(
                "awsp: cannot write ~/{shown}\ncause: it is read-only\nhint: chmod u+w ~/{shown}\n"
            )),
            "{}",
            done.stderr
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
        assert_eq!(beside(&path), [""; 0], "{shell}");
    }
}

#[test]
fn what_cannot_be_asked_is_not_done_and_a_line_of_the_users_is_enough() {
    let place = Place::new();
    let path = place.path(".zshrc");
    fs::write(&path, "mine\n").unwrap();
    let done = place.run(&["init", "zsh", "--install"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            4,
            "awsp: one line at the end of ~/.zshrc:\n  eval \"$(command awsp init zsh)\"\n\
             awsp: cannot ask: awsp: add it? [y/N]\ncause: there is no terminal\n\
             hint: awsp init zsh --install --yes\n"
        )
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
    fs::write(&path, "a\neval \"$(awsp init zsh --no-prompt)\"\n").unwrap();
    let done = place.done(
        place
            .awsp(&["init", "--no-prompt"])
            .env("SHELL", "/bin/zsh"),
    );
    assert_eq!(
        done.stdout,
        place.run(&["init", "zsh", "--no-prompt"]).stdout,
        "without a name it is the shell in use"
    );
    let done = place.run(&["init", "zsh", "--install", "--yes"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: the integration is loaded in ~/.zshrc:2\n")
    );
}

#[test]
fn at_a_terminal_it_asks_and_a_new_shell_has_it() {
    for shell in shells::all() {
        let place = Place::new();
        place.log_in();
        let mut terminal = Terminal::spawn(place.awsp(&["init", name(&shell), "--install"]));
        terminal.expect("add it? [y/N] ");
        terminal.line("y");
        terminal.expect("awsp: added to ~/");
        terminal.end();
        // Else the first fish of a home makes completions of all manual pages, for minutes.
        fs::create_dir_all(place.path(".local/share/fish/generated_completions")).unwrap();
        let mut command = place.program(shell.program.to_str().unwrap());
        command.arg("-i").env("TERM", "dumb");
        let mut terminal = Terminal::spawn(command);
        terminal.line("awsp dev; echo mark''er");
        terminal.expect("dev: ");
        terminal.expect("marker");
    }
}

#[test]
fn at_a_terminal_the_script_is_explained_and_not_printed() {
    let place = Place::new();
    let terminal = Terminal::spawn(place.awsp(&["init", "bash", "--no-prompt"]));
    let printed = terminal.end();
    assert!(
        printed.contains("  eval \"$(command awsp init bash --no-prompt)\"\r\n")
            && printed.contains("awsp init bash --install")
            && printed.lines().count() < 10,
        "{printed}"
    );
}
