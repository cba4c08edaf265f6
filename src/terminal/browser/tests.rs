use super::*;

fn shown(env: &Env, settings: Option<&[String]>) -> Vec<String> {
    let commands = candidates(env, settings, "https://x/?a=1&b=$(2)");
    let words = |command: &Command| {
        let arguments = command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned());
        std::iter::once(command.get_program().to_string_lossy().into_owned())
            .chain(arguments)
            .collect::<Vec<_>>()
            .join("|")
    };
    commands.iter().map(words).collect()
}

/// The result of trying these programs.
fn outcome(programs: &[&str]) -> Result<(), String> {
    let command = |text: &&str| {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        command
    };
    let mut opening = Opening::of(programs.iter().map(command).collect());
    loop {
        let news = opening.news();
        if news.is_some() {
            assert!(opening.news().is_none(), "it is told once");
        }
        match news {
            Some(News::Failed(why)) => return Err(why),
            Some(News::Opened(by)) => {
                assert_eq!(by, "sh");
                return Ok(());
            }
            None => {}
        }
    }
}

#[test]
fn an_opener_that_fails_is_reported_and_the_next_is_tried() {
    assert_eq!(outcome(&["exit 0"]), Ok(()));
    assert_eq!(outcome(&["exit 3", "exit 0"]), Ok(()));
    assert_eq!(outcome(&["sleep 1; exit 0"]), Ok(()), "it is open for now");
    assert_eq!(
        outcome(&["exit 3", "kill -9 $$"]),
        Err("sh ended with status 3; sh was ended by signal 9".to_owned())
    );
    assert_eq!(outcome(&[]), Err("no browser was found".to_owned()));
    let why = run(&["/nonexistent/browser".to_owned()]).unwrap_err();
    assert!(why.starts_with("/nonexistent/browser: "), "{why}");
}

#[test]
fn only_pages_are_opened() {
    for url in [
        "https://d-1.awsapps.com/start/#/x?a=1",
        "http://127.0.0.1:4711/a",
        "http://localhost/",
        "http://[::1]:8",
    ] {
        assert!(is_page(url), "{url}");
    }
    for url in [
        "",
        "https://",
        "-https://x",
        "http://d-1.awsapps.com/start",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://localhost:1@evil.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "HTTPS//x",
        "https://a b",
        "https://a\nb",
    ] {
        assert!(!is_page(url), "{url}");
        let why = open(&Env::of(&[("BROWSER", "true")]), None, url).unwrap_err();
        assert_eq!(why, "the page's address is not https");
    }
}

#[test]
fn the_page_is_one_argument_of_the_users_own_browser() {
    let env = Env::of(&[("BROWSER", "firefox -P 'my work' %s:w3m")]);
    assert_eq!(
        shown(&env, None),
        [
            "firefox|-P|my work|https://x/?a=1&b=$(2)",
            "w3m|https://x/?a=1&b=$(2)"
        ]
    );
    let settings = ["chrome".to_owned(), "--app=%s".to_owned()];
    assert_eq!(
        shown(&env, Some(&settings)),
        ["chrome|--app=https://x/?a=1&b=$(2)"]
    );
}
