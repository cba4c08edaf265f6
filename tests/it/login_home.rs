//! What a login finds in a home, and what it leaves there.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use identity_center::Options;

use crate::login::DEVICE;
use crate::place::Place;

#[test]
fn any_profile_that_names_a_session_is_enough_to_log_in_and_out() {
    let place = Place::new();
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&format!(
        "{config}\n[profile half]\nsso_session = acme\nsso_account_id = 111122223333\n\
         [profile above]\nrole_arn = arn:aws:iam::444455556666:role/R\nsource_profile = half\n"
    ));
    for name in ["half", "above"] {
        let done = place.run(&["login", name, "--device-code", "--no-browser"]);
        assert_eq!(done.status, 0, "{}", done.stderr);
        assert!(
            done.stderr
                .ends_with("awsp: acme: session valid (logged in)\n")
        );
        let done = place.run(&["logout", name]);
        assert_eq!(
            (done.status, done.stderr.as_str()),
            (0, "awsp: logging out of acme\nawsp: acme: logged out\n")
        );
    }
    assert_eq!(place.run(&["login", "nobody"]).status, 3);
}

#[test]
fn a_token_file_that_others_cannot_read_is_written_again_by_a_login() {
    let place = Place::new();
    place.log_in();
    let file = place.token_file("acme");
    let clean = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{clean}\"}}")).unwrap();
    let calls = place.center.calls().len();
    let done = place.run(&["login", "--session", "acme"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (0, "awsp: acme: session valid\n")
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), clean);
    assert_eq!(place.center.calls().len(), calls, "without a question");
}

#[test]
fn a_portal_in_another_region_is_reported_with_the_command_that_fixes_the_config_file() {
    let url = "https://ssoins-1.portal.eu-central-1.app.aws";
    let place = Place::with(Options {
        start_urls: vec![url.to_owned()],
        ..Options::default()
    });
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    place.config(&config.replace("https://d-9067example.awsapps.com/start", url));
    let done = place.run(&DEVICE);
    let fix = "awsp configure --session acme --sso-region eu-central-1 --no-profiles";
    assert!(
        done.stderr.ends_with(&format!(
            "awsp: warning: the portal is in eu-central-1, and the config file says eu-west-1\n\
             hint: {fix}\nawsp: acme: session valid (logged in)\n"
        )),
        "{}",
        done.stderr
    );
    assert_eq!(place.token()["region"], "eu-central-1");
    let words: Vec<&str> = fix.split(' ').skip(1).collect();
    assert_eq!(place.run(&words).status, 0);
    let config = fs::read_to_string(place.path(".aws/config")).unwrap();
    assert!(config.contains("sso_region = eu-central-1"), "{config}");
}

#[test]
fn a_crash_leaves_no_core_with_tokens_in_it_and_what_awsp_starts_is_as_it_was() {
    let place = Place::with(Options {
        approve_after: None,
        ..Options::default()
    });
    let limited = |words: &[&str]| {
        let mut command = place.program("sh");
        let line = "ulimit -S -c \"$(ulimit -H -c)\"; exec \"$@\"";
        command.args(["-c", line, "sh"]).args(words);
        command
    };
    let told = |words: &[&str]| place.done(&mut limited(words)).stdout;
    let before = told(&["sh", "-c", "ulimit -c"]);
    let words = [&["awsp"][..], &DEVICE].concat();
    let mut command = limited(&words);
    let mut login = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while place.center.count("StartDeviceAuthorization") == 0 {
        assert!(login.try_wait().unwrap().is_none(), "it waits");
        std::thread::yield_now();
    }
    let pid = login.id().to_string();
    if cfg!(target_os = "linux") {
        let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    let sent = place.program("kill").args(["-ABRT", &pid]).status();
    assert!(sent.unwrap().success());
    let status = login.wait().unwrap();
    assert!(status.signal().is_some() && !status.core_dumped());

    place
        .center
        .with(|state| state.options.approve_after = Some(std::time::Duration::ZERO));
    place.log_in();
    let exec = ["awsp", "exec", "dev", "--", "sh", "-c", "ulimit -c"];
    assert_eq!(told(&exec), before);
}

#[test]
fn a_legacy_start_url_knows_no_flow_but_the_device_code() {
    let place = Place::new();
    let mut command = place.awsp(&["login", "old", "--no-browser"]);
    let done = place.done(command.env("AWSP_LOGIN_FLOW", "browser"));
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert_eq!(place.center.grants("device_code"), 1);
}
