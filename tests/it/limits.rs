//! Nothing is read without a limit, or from what is not a file.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;

use identity_center::Fault;

use crate::place::Place;

/// A server that answers each request with a page that never ends.
fn endless() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
                let page = vec![b'a'; 1 << 16];
                let mut going = stream.write_all(head).is_ok();
                while going {
                    going = stream.write_all(&page).is_ok();
                }
            });
        }
    });
    url
}

#[test]
fn a_page_without_an_end_is_cut_off() {
    let place = Place::new();
    place.log_in();
    let url = endless();
    for (arguments, variable, told) in [
        (
            &["console", "dev", "--federate", "--print"][..],
            "AWS_ENDPOINT_URL_SIGNIN",
            "awsp: cannot sign in to the console\ncause: the sign-in's answer is incomplete\n",
        ),
        (
            &["exec", "staging", "--", "true"],
            "AWS_ENDPOINT_URL_SSO",
            "awsp: cannot get credentials for `staging`\n",
        ),
        (
            &["whoami", "static"],
            "AWS_ENDPOINT_URL_STS",
            "awsp: cannot ask AWS as `static`\n",
        ),
    ] {
        let mut command = place.awsp(arguments);
        command.env(variable, &url).env("AWS_MAX_ATTEMPTS", "1");
        let done = place.done(&mut command);
        assert_eq!((done.status, done.stdout.as_str()), (6, ""), "{variable}");
        assert!(done.stderr.starts_with(told), "{}", done.stderr);
    }
}

#[test]
fn a_list_that_repeats_its_pages_is_a_failure() {
    let place = Place::new();
    place.log_in();
    let page = |list: &str| Fault::Body {
        status: 200,
        body: format!("{{\"{list}\": [], \"nextToken\": \"again\"}}"),
    };
    for (operation, list, what) in [
        ("ListAccounts", "accountList", "the accounts"),
        ("ListAccountRoles", "roleList", "the roles of account "),
    ] {
        place
            .center
            .fault(operation, std::iter::repeat_n(page(list), 40));
        let done = place.run(&["sync", "--dry-run"]);
        assert_eq!(done.status, 6, "{}", done.stderr);
        assert!(
            done.stderr.contains(&format!("awsp: cannot list {what}"))
                && done
                    .stderr
                    .contains("\ncause: the access portal: it gives the same page again\n"),
            "{}",
            done.stderr
        );
        place.center.with(|state| state.faults.clear());
    }
}

#[test]
fn a_process_without_an_end_of_its_output_is_ended() {
    let place = Place::new();
    place.config("[profile p]\ncredential_process = yes\n");
    let done = place.run(&["export", "p", "--format", "process"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (
            2,
            "awsp: cannot get credentials for `p`\n\
             cause: cannot use yes: it printed more than 1024 kB\n\
             hint: awsp show p\n"
        )
    );
}

fn fifo(place: &Place, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let _ = fs::remove_file(path);
    assert!(
        place
            .program("mkfifo")
            .arg(path)
            .status()
            .unwrap()
            .success()
    );
}

#[test]
fn what_is_no_file_is_not_read() {
    let place = Place::new();
    place.log_in();
    let why = "cause: it is not an ordinary file\n";
    let zero = |command: &mut std::process::Command, variable: &str| {
        let done = place.done(command.env(variable, "/dev/zero"));
        assert_eq!(done.status, 1, "{variable}");
        assert_eq!(done.stderr, format!("awsp: cannot read /dev/zero\n{why}"));
    };
    zero(&mut place.awsp(&["list"]), "AWS_CONFIG_FILE");
    zero(
        &mut place.awsp(&["show", "dev"]),
        "AWS_SHARED_CREDENTIALS_FILE",
    );

    // awsp's own files: a switch, the prompt and TAB work without them.
    let state = place.path(".local/state/awsp");
    fifo(&place, &state.join("recent"));
    fifo(&place, &place.path(".config/awsp/config.toml"));
    let accounts = state.join("accounts.json");
    let _ = fs::remove_file(&accounts);
    symlink("/dev/zero", &accounts).unwrap();
    let (done, changes) = place.switch(&["use", "dev"], &[]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(changes.contains("AWS_PROFILE=dev\n"));
    assert!(
        done.stderr
            .contains("~/.config/awsp/config.toml: cannot be read: it is not an ordinary file"),
        "{}",
        done.stderr
    );
    for arguments in [&["list"][..], &["status"], &["settings"], &["doctor"]] {
        let done = place.run(arguments);
        assert!(
            [0, 1, 2].contains(&done.status),
            "{arguments:?} {}",
            done.stderr
        );
    }
}

#[test]
fn what_is_no_file_in_the_caches_or_in_a_profile_is_not_read() {
    let place = Place::new();
    place.log_in();
    let token = place.token_file("acme");
    fifo(&place, &token);
    assert_eq!(
        place.run(&["export", "dev", "--format", "process"]).status,
        4
    );
    place.config(&format!(
        "[profile ci]\nrole_arn = arn:aws:iam::444455556666:role/Ci\nweb_identity_token_file = {}\n\
         [profile bundle]\naws_access_key_id = A\naws_secret_access_key = s\n\
         ca_bundle = /dev/zero\n",
        token.display()
    ));
    for (profile, status) in [("ci", 2), ("bundle", 2)] {
        let done = place.run(&["whoami", profile]);
        assert_eq!(done.status, status, "{}", done.stderr);
        assert!(
            done.stderr.contains("it is not an ordinary file"),
            "{}",
            done.stderr
        );
    }
    fifo(&place, &place.path(".aws/config"));
    for arguments in [&["list"][..], &["use", "dev"], &["__complete", "profiles"]] {
        let done = place.run(arguments);
        assert!(done.status != 0 || done.stdout.is_empty(), "{arguments:?}");
    }
}

/// By every command that reads the files, with the line, and nothing else changes.
#[test]
fn every_command_reports_a_config_that_is_no_text_or_half_merged() {
    let place = Place::new();
    let sample = fs::read(place.path(".aws/config")).unwrap();
    let lines = String::from_utf8_lossy(&sample).lines().count();
    let long = [
        &["list"][..],
        &["status"],
        &["show", "static"],
        &["exec", "static", "--", "true"],
        &["export", "static", "--format", "process"],
        &["logout", "--session", "acme"],
        &["sync", "--dry-run"],
    ];
    for (added, line, what) in [
        (
            &b"<<<<<<< ours\n[profile x]\n=======\n[profile y]\n>>>>>>> theirs\n"[..],
            1,
            "a merge conflict: every `aws` command fails, and awsp reads both sides",
        ),
        (
            b"# one\n# caf\xe9\n",
            2,
            "not UTF-8 from here on: every `aws` command fails",
        ),
        (
            b"# one\n# two\n\0\n",
            3,
            "a zero byte: this is no text file",
        ),
    ] {
        fs::write(place.path(".aws/config"), [&sample, added].concat()).unwrap();
        let told = format!("awsp: warning: ~/.aws/config:{}: {what}\n", lines + line);
        for arguments in long {
            let done = place.run(arguments);
            assert!(
                done.stderr.starts_with(&told),
                "{arguments:?} {}",
                done.stderr
            );
        }
        let (done, changes) = place.switch(&["use", "static"], &[]);
        assert!(done.stderr.starts_with(&told) && changes.contains("AWS_PROFILE=static\n"));
        let doctor = place.run(&["doctor"]).stdout;
        let place_in_file = format!("~/.aws/config:{}", lines + line);
        assert!(doctor.contains(&place_in_file), "{doctor}");
    }
}
