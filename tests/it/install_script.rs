//! `install.sh`, which brings the program from a release page.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::place::Done;

const VERSION: &str = env!("CARGO_PKG_VERSION");

const TARGETS: [&str; 4] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
];

/// Writes the checksums of the archives.
const SUMS: &str = "if command -v sha256sum >/dev/null; then sha256sum *.gz; \
                    else shasum -a 256 *.gz; fi >SHA256SUMS";

/// A release page in a folder, and an empty home.
struct Release {
    folder: TempDir,
    home: TempDir,
}

impl Release {
    /// The archive for each machine that has one, each with a program that says which one it is.
    fn new() -> Self {
        let release = Self {
            folder: tempfile::tempdir().unwrap(),
            home: tempfile::tempdir().unwrap(),
        };
        for target in TARGETS {
            let name = format!("awsp-v{VERSION}-{target}");
            let below = release.path(&name);
            fs::create_dir_all(below.join("man/man1")).unwrap();
            fs::write(below.join("man/man1/awsp.1.gz"), "a page").unwrap();
            fs::write(
                below.join("awsp"),
                format!("#!/bin/sh\necho awsp {VERSION} {target}\n"),
            )
            .unwrap();
            fs::set_permissions(below.join("awsp"), fs::Permissions::from_mode(0o755)).unwrap();
            release.shell(&format!("tar -czf {name}.tar.gz {name} && rm -r {name}"));
        }
        release.shell(SUMS);
        release
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn shell(&self, script: &str) {
        assert!(
            Command::new("sh")
                .args(["-c", script])
                .current_dir(self.folder.path())
                .status()
                .unwrap()
                .success()
        );
    }

    /// Pipes a text into `sh`, as the page says to, with the release at this address.
    fn pipe(&self, text: &str, url: &str, variables: &[(&str, &str)]) -> Done {
        let mut command = Command::new("sh");
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .current_dir(self.home.path());
        command
            .env("AWSP_VERSION", VERSION)
            .env("AWSP_URL", url)
            .envs(variables.iter().copied());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A shell that ends early closes its end.
        let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(self.home.path().to_str().unwrap(), "~")
        };
        Done {
            status: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    fn install(&self) -> Done {
        self.pipe(&script(), self.folder.path().to_str().unwrap(), &[])
    }

    /// All files of the home.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(self.home.path(), self.home.path(), &mut files);
        files.sort();
        files
    }
}

fn list(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(root, &path, files);
        } else {
            files.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
}

fn script() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh")).unwrap()
}

/// Serves the files of a folder on 127.0.0.1 until the test ends.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = answer(stream.unwrap(), &folder);
        }
    });
    url
}

fn answer(stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let name = request
        .split(' ')
        .nth(1)
        .unwrap_or("/")
        .trim_start_matches('/');
    let (status, body) =
        fs::read(folder.join(name)).map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

#[test]
fn the_program_of_a_release_is_installed_and_no_start_up_file_is_touched() {
    let release = Release::new();
    let url = serve(release.folder.path().to_owned());
    for round in ["first", "again"] {
        let done = release.pipe(&script(), &url, &[]);
        assert_eq!(
            (done.status, done.stderr.as_str()),
            (0, ""),
            "{round}: {done:?}"
        );
        assert!(
            done.stdout
                .starts_with(&format!("awsp: installed awsp {VERSION} ")),
            "{done:?}"
        );
        assert!(
            done.stdout.contains(
                " as ~/.local/bin/awsp\n\
                 awsp: ~/.local/bin is not in your PATH: add it first, in your start-up file\n"
            ),
            "{done:?}"
        );
        assert!(
            done.stdout
                .ends_with("; it asks first:\n\n    awsp init --install\n\n"),
            "{done:?}"
        );
        assert_eq!(
            release.files(),
            [".local/bin/awsp", ".local/share/man/man1/awsp.1.gz"],
            "{round}"
        );
    }
    let mode = fs::metadata(release.home.path().join(".local/bin/awsp"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o755);
}

#[test]
fn the_folder_can_be_another_one_and_one_that_cannot_be_written_is_named() {
    let url = |release: &Release| release.folder.path().to_str().unwrap().to_owned();
    for bin in ["tools/bin", "tools/bin/"] {
        let release = Release::new();
        let done = release.pipe(&script(), &url(&release), &[("AWSP_BIN", bin)]);
        assert!(
            done.status == 0 && done.stdout.contains(" as ~/tools/bin/awsp\n"),
            "{done:?}"
        );
        assert_eq!(
            release.files(),
            ["tools/bin/awsp", "tools/share/man/man1/awsp.1.gz"],
            "{bin}"
        );
    }
    let release = Release::new();
    fs::write(release.home.path().join("file"), "mine").unwrap();
    let done = release.pipe(&script(), &url(&release), &[("AWSP_BIN", "file/bin")]);
    assert!(
        done.status == 1
            && done
                .stderr
                .ends_with("awsp: cannot make ~/file/bin\nhint: AWSP_BIN=~/bin sh install.sh\n"),
        "{done:?}"
    );
    assert_eq!(release.files(), ["file"]);
}

#[test]
fn a_release_that_is_not_there_is_said() {
    let release = Release::new();
    let url = serve(release.path("nowhere"));
    let done = release.pipe(&script(), &url, &[]);
    assert_ne!(done.status, 0);
    assert!(
        done.stderr
            .contains(&format!("awsp: cannot download {url}/SHA256SUMS")),
        "{done:?}"
    );
    assert_eq!(release.files(), [""; 0]);
}

#[test]
fn an_archive_that_is_not_what_was_released_is_not_installed() {
    let spoiled: [(&str, &str, &str); 6] = [
        (
            "a byte more",
            "for i in *.tar.gz; do echo x >>$i; done",
            "has a wrong checksum: nothing was installed",
        ),
        ("no archive", "rm *.tar.gz", ".tar.gz\n"),
        (
            "a part of an archive, with its own checksum",
            "for i in *.tar.gz; do head -c 99 $i >t; mv t $i; done",
            "cannot unpack awsp-v",
        ),
        (
            "no line",
            ": >SHA256SUMS",
            "SHA256SUMS has no line for awsp-v",
        ),
        (
            "a line for a name that only ends alike",
            "sed 's/  awsp/  other-awsp/' SHA256SUMS >t; mv t SHA256SUMS",
            "SHA256SUMS has no line for awsp-v",
        ),
        (
            "a program that does not run, with its own checksum",
            "for i in *.tar.gz; do tar -xzf $i; n=${i%.tar.gz}; echo '#!/nowhere' >$n/awsp; \
             tar -czf $i $n; rm -r $n; done",
            "does not run on this machine",
        ),
    ];
    for (name, how, told) in spoiled {
        let release = Release::new();
        release.shell(how);
        if name.ends_with("its own checksum") {
            release.shell(SUMS);
        }
        let done = release.install();
        assert!(
            done.status != 0 && done.stderr.contains(told),
            "{name}: {done:?}"
        );
        assert_eq!(release.files(), [""; 0], "{name}");
    }
}

#[test]
fn a_script_that_was_cut_off_does_nothing() {
    let release = Release::new();
    let text = script();
    let (last, _) = text
        .trim_end()
        .rsplit_once('\n')
        .map(|(before, last)| (before.len() + 1, last))
        .unwrap();
    let mut cuts: Vec<usize> = text
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .filter(|at| *at <= last)
        .collect();
    cuts.extend(last..last + "mai".len());
    for cut in cuts {
        let done = release.pipe(&text[..cut], release.folder.path().to_str().unwrap(), &[]);
        assert_eq!(
            (release.files().len(), done.stdout.as_str()),
            (0, ""),
            "cut after byte {cut}: {done:?}"
        );
    }
    // The whole script installs something, so the loop above could have failed.
    assert_eq!(release.install().status, 0);
    assert!(!release.files().is_empty());
}

#[test]
fn without_an_archive_for_the_machine_the_script_says_what_to_do() {
    let release = Release::new();
    let bin = tempfile::tempdir().unwrap();
    fs::write(
        bin.path().join("uname"),
        "#!/bin/sh\n[ \"$1\" = -m ] && echo riscv64 || echo Linux\n",
    )
    .unwrap();
    fs::set_permissions(bin.path().join("uname"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        bin.path().display(),
        std::env::var("PATH").unwrap()
    );
    let done = release.pipe(
        &script(),
        release.folder.path().to_str().unwrap(),
        &[("PATH", &path)],
    );
    let told =
        "awsp: there is no archive for Linux on riscv64\nhint: cargo install --path . --locked\n";
    assert_eq!((done.status, done.stderr.as_str()), (1, told));
    assert_eq!(release.files(), [""; 0]);
}

#[test]
fn what_a_release_fills_in_names_its_archives_and_their_checksums() {
    let release = Release::new();
    let sums = fs::read_to_string(release.path("SHA256SUMS")).unwrap();
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/build"));
    let output = command
        .arg("manifests")
        .env("AWSP_OUT", release.folder.path())
        .env("AWSP_REPOSITORY", "https://forge.example/o/awsp")
        .env("CARGO_TARGET_DIR", release.home.path())
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    for (file, targets) in [("awsp.rb", &TARGETS[..]), ("PKGBUILD", &TARGETS[..2])] {
        let text = fs::read_to_string(release.path(file)).unwrap();
        assert!(
            !text.contains('@') && text.contains("https://forge.example/o/awsp"),
            "{text}"
        );
        for target in targets {
            let line = sums.lines().find(|line| line.contains(target)).unwrap();
            assert!(
                text.contains(&line[..64]),
                "{file}: no checksum of {target}: {text}"
            );
        }
    }
    // Only the address of the files has to be given.
    let text = fs::read_to_string(release.path("install.sh")).unwrap();
    let done = release.pipe(
        &text,
        release.folder.path().to_str().unwrap(),
        &[("AWSP_VERSION", "")],
    );
    assert_eq!(done.status, 0, "{done:?}");
    assert!(!release.files().is_empty());
}

#[test]
fn the_script_of_the_sources_belongs_to_no_release() {
    let release = Release::new();
    let done = release.pipe(&script(), "/nowhere", &[("AWSP_VERSION", "")]);
    assert!(
        done.status == 1 && done.stderr.contains("belongs to no release"),
        "{done:?}"
    );
}
