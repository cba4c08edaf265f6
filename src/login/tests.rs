//! Renewals against a service that answers as it is told, while other programs write the file.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::PathBuf;

use serde_json::Map;

use super::service::{Answered, Callback, Code};
use super::*;
use crate::aws::session::Renewal;
use crate::aws::token_cache::{Registration, token_path, write_token};
use crate::aws::{time, token_cache};
use crate::net::Tick;
use crate::net::fault::Fault;
use crate::net::oidc::{Device, Grant};

type Answer = Box<dyn FnOnce() -> Answered<Grant>>;

/// Answers each renewal with the next of these; one too many fails the test.
#[derive(Default)]
struct Fake {
    answers: RefCell<VecDeque<Answer>>,
    /// The logouts that fail.
    logouts: RefCell<VecDeque<Trouble>>,
    /// Region and token of each.
    asked: RefCell<Vec<String>>,
}

impl Service for Fake {
    fn name(&self, region: &str) -> String {
        format!("the service in {region}")
    }

    fn fingerprint(&self) -> String {
        String::new()
    }

    fn renew(&self, region: &str, renewal: &Renewal<'_>) -> Answered<Grant> {
        let asked = format!("{region} {}", renewal.refresh_token);
        self.asked.borrow_mut().push(asked);
        let answer = self.answers.borrow_mut().pop_front();
        answer.expect("no more renewals are expected")()
    }

    fn logout(&self, region: &str, access_token: &str) -> Answered<()> {
        let asked = format!("{region} logout {access_token}");
        self.asked.borrow_mut().push(asked);
        match self.logouts.borrow_mut().pop_front() {
            Some(trouble) => Err(trouble),
            None => Ok(()),
        }
    }

    fn redirect(&self, _: &str) -> Answered<Option<String>> {
        unreachable!("no login is expected")
    }

    fn register(&self, _: &str, _: &SsoSession, _: bool, _: &str) -> Answered<Registration> {
        unreachable!("no login is expected")
    }

    fn start_device(&self, _: &str, _: &Registration, _: &str) -> Answered<Device> {
        unreachable!("no login is expected")
    }

    fn poll_device(
        &self,
        _: &str,
        _: &Registration,
        _: &Device,
        _: Tick<'_>,
    ) -> Answered<Option<Grant>> {
        unreachable!("no login is expected")
    }

    fn authorize_base(&self, _: &str) -> Answered<String> {
        unreachable!("no login is expected")
    }

    fn listen(&self) -> io::Result<Box<dyn Callback + '_>> {
        unreachable!("no login is expected")
    }

    fn redeem(&self, _: &str, _: &Registration, _: &Code<'_>) -> Answered<Grant> {
        unreachable!("no login is expected")
    }
}

/// A home with a session.
struct Scene {
    _home: tempfile::TempDir,
    env: Env,
    session: SsoSession,
    fake: Fake,
}

/// Seconds that a token has left.
const OVER: i64 = -60;
const SHORT: i64 = 120;
const GOOD: i64 = 3600;

impl Scene {
    /// The file holds a token with so many seconds left.
    fn new(left: i64) -> Self {
        let home = tempfile::tempdir().unwrap();
        let env = Env::of(&[("HOME", home.path().to_str().unwrap())]);
        let session = SsoSession {
            name: Some("corp".to_owned()),
            start_url: "https://d-1.awsapps.com/start".to_owned(),
            region: "eu-west-1".to_owned(),
            scopes: None,
        };
        let scene = Self {
            _home: home,
            env,
            session,
            fake: Fake::default(),
        };
        write_token(&scene.env, &scene.session, &scene.token("first", left)).unwrap();
        scene
    }

    fn token(&self, name: &str, left: i64) -> Token {
        Token {
            start_url: Some(self.session.start_url.clone()),
            region: Some("eu-west-1".to_owned()),
            access_token: format!("{name}-access"),
            expires_at: time::format(self.env.now() + left),
            client_id: Some("c".to_owned()),
            client_secret: Some("s".to_owned()),
            registration_expires_at: Some(time::format(self.env.now() + 86_400)),
            refresh_token: Some(format!("{name}-refresh")),
            extra: Map::new(),
        }
    }

    fn path(&self) -> PathBuf {
        token_path(&self.env, &self.session)
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    /// What another program does, and then the answer.
    fn answers(&self, answer: impl FnOnce() -> Answered<Grant> + 'static) {
        self.fake.answers.borrow_mut().push_back(Box::new(answer));
    }

    /// Another program, which writes this token in place as the AWS CLI does.
    fn writer(&self, token: &Token) -> impl FnOnce() + 'static {
        let (path, text) = (self.path(), crate::aws::json::python(token));
        move || fs::write(path, text).unwrap()
    }

    fn bring_up_with(&self, request: &Request) -> Result<Ready> {
        let settings = Settings::default();
        let ui = Ui::new(&self.env);
        let task = Task {
            env: &self.env,
            session: &self.session,
            request,
            settings_flow: None,
            presence: Presence::of(&self.env),
            screen: Screen::new(&self.env, ui, &settings, request),
            store: Store::new(&self.env, &self.session),
            command: "awsp login --session corp".to_owned(),
            profile: None,
            service: &self.fake,
        };
        single_flight::bring_up(&task)
    }

    fn bring_up(&self) -> Result<Ready> {
        self.bring_up_with(&Request::default())
    }

    fn state(&self) -> State {
        token_cache::times(&self.env, &self.session).state(self.env.now())
    }

    fn asked(&self) -> usize {
        self.fake.asked.borrow().len()
    }
}

fn grant(name: &str) -> Answered<Grant> {
    Ok(Grant {
        access_token: format!("{name}-access"),
        refresh_token: Some(format!("{name}-refresh")),
        expires_in: GOOD,
    })
}

fn service_error(status: u16, code: &str) -> Trouble {
    Trouble::Fault(Fault::Service {
        code: code.to_owned(),
        status,
        message: None,
    })
}

/// What a proxy, a sign-in page, a service in trouble or a wrong setting answer.
fn mishaps() -> Vec<Trouble> {
    let nonsense = [200, 302, 403, 404, 407, 502].map(|status| Fault::Nonsense { status });
    let mut mishaps: Vec<Trouble> = nonsense.into_iter().map(Trouble::Fault).collect();
    mishaps.extend([
        service_error(400, "SlowDownException"),
        service_error(400, "InvalidRequestException"),
        service_error(400, "InvalidScopeException"),
        service_error(400, "ExpiredTokenException"),
        service_error(403, "AccessDeniedException"),
        service_error(429, "TooManyRequestsException"),
        service_error(500, "InternalServerException"),
        Trouble::Fault(Fault::Client("invalid region".to_owned())),
        Trouble::Fault(Fault::late()),
        Trouble::Told(Error::new(Kind::Usage, "cannot use the CA bundle")),
    ]);
    mishaps
}

fn refusals() -> [Trouble; 3] {
    [
        service_error(400, "InvalidGrantException"),
        service_error(401, "InvalidClientException"),
        service_error(400, "UnauthorizedClientException"),
    ]
}

#[test]
fn a_renewal_that_fails_costs_nothing_and_the_token_is_used_while_it_is_good() {
    for trouble in mishaps() {
        let scene = Scene::new(SHORT);
        let before = scene.bytes();
        let what = format!("{trouble:?}");
        scene.answers(|| Err(trouble));
        let ready = scene.bring_up().ok().unwrap();
        assert_eq!(ready.token.access_token, "first-access", "{what}");
        assert_eq!(scene.bytes(), before, "{what}");
        assert_eq!(scene.state(), State::Renewable, "{what}");
    }
}

#[test]
fn a_renewal_that_fails_is_tried_again_by_the_next_command() {
    for trouble in mishaps() {
        let scene = Scene::new(OVER);
        let before = scene.bytes();
        let what = format!("{trouble:?}");
        scene.answers(|| Err(trouble));
        let error = scene.bring_up().err().unwrap();
        assert_ne!(error.kind, Kind::LoginNeeded, "{what}");
        assert_eq!(scene.bytes(), before, "{what}");
        scene.answers(|| grant("second"));
        let ready = scene.bring_up().ok().unwrap();
        assert_eq!(ready.token.access_token, "second-access", "{what}");
    }
}

#[test]
fn a_session_ends_by_awss_own_word_for_all_of_awsp_and_without_a_byte_written() {
    for trouble in refusals() {
        let scene = Scene::new(OVER);
        let before = scene.bytes();
        scene.answers(|| Err(trouble));
        for _ in 0..2 {
            assert_eq!(scene.bring_up().err().unwrap().kind, Kind::LoginNeeded);
            assert_eq!(scene.state(), State::Ended);
        }
        assert_eq!(scene.asked(), 1, "AWS is not asked twice");
        assert_eq!(scene.bytes(), before, "others judge for themselves");
        // Until somebody writes another token.
        scene.writer(&scene.token("other", OVER))();
        assert_eq!(scene.state(), State::Renewable);
    }
}

#[test]
fn a_refused_renewal_takes_nothing_from_an_access_token_that_is_good() {
    let scene = Scene::new(SHORT);
    scene.answers(|| Err(service_error(400, "InvalidGrantException")));
    assert_eq!(scene.bring_up().err().unwrap().kind, Kind::LoginNeeded);
    let times = token_cache::times(&scene.env, &scene.session);
    assert!(times.is_alive(scene.env.now()) && !times.is_renewable(scene.env.now()));
}

#[test]
fn the_login_of_another_program_is_taken_and_never_written_over() {
    let answers: [fn() -> Answered<Grant>; 4] = [
        || grant("ours"),
        || Err(service_error(400, "InvalidGrantException")),
        || Err(service_error(500, "InternalServerException")),
        || Err(Trouble::Fault(Fault::Nonsense { status: 403 })),
    ];
    for answer in answers {
        let scene = Scene::new(OVER);
        let theirs = scene.writer(&scene.token("theirs", GOOD));
        scene.answers(move || {
            theirs();
            answer()
        });
        let ready = scene.bring_up().ok().unwrap();
        assert_eq!(ready.token.access_token, "theirs-access");
        assert_eq!(
            token_cache::parse(&scene.bytes()).unwrap().access_token,
            "theirs-access"
        );
        assert_eq!(scene.state(), State::Valid);
        assert_eq!(scene.asked(), 1);
    }
}

#[test]
fn whoever_was_faster_may_take_a_moment_to_write() {
    let scene = Scene::new(OVER);
    let theirs = scene.writer(&scene.token("theirs", GOOD));
    scene.answers(move || {
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(150));
            theirs();
        });
        Err(service_error(400, "InvalidGrantException"))
    });
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "theirs-access");
    assert_eq!(scene.state(), State::Valid);
}

#[test]
fn a_renewable_token_of_another_program_is_renewed_in_turn() {
    let scene = Scene::new(OVER);
    let theirs = scene.writer(&scene.token("theirs", OVER));
    scene.answers(move || {
        theirs();
        Err(service_error(400, "InvalidGrantException"))
    });
    scene.answers(|| grant("ours"));
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "ours-access");
    assert_eq!(
        *scene.fake.asked.borrow(),
        ["eu-west-1 first-refresh", "eu-west-1 theirs-refresh"]
    );
}

#[test]
fn what_is_written_is_what_was_read_last_with_our_change() {
    let scene = Scene::new(OVER);
    let mut same = scene.token("first", OVER);
    same.extra.insert("noted".to_owned(), "meanwhile".into());
    let rewritten = scene.writer(&same);
    scene.answers(move || {
        rewritten();
        grant("ours")
    });
    scene.bring_up().ok().unwrap();
    let token = token_cache::parse(&scene.bytes()).unwrap();
    assert_eq!(token.access_token, "ours-access");
    assert_eq!(token.extra["noted"], "meanwhile");
}

#[test]
fn half_a_file_is_waited_for_and_then_written_over() {
    let scene = Scene::new(OVER);
    let (path, theirs) = (scene.path(), scene.writer(&scene.token("theirs", GOOD)));
    scene.answers(move || {
        fs::write(path, r#"{"accessToken": "the"#).unwrap();
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            theirs();
        });
        grant("ours")
    });
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "theirs-access");

    let scene = Scene::new(OVER);
    let path = scene.path();
    scene.answers(move || {
        fs::write(path, r#"{"accessToken": "the"#).unwrap();
        grant("ours")
    });
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "ours-access");
    assert_eq!(scene.state(), State::Valid);
}

#[test]
fn a_logout_meanwhile_stays_a_logout() {
    let scene = Scene::new(OVER);
    let path = scene.path();
    scene.answers(move || {
        fs::remove_file(path).unwrap();
        grant("ours")
    });
    assert_eq!(scene.bring_up().err().unwrap().kind, Kind::LoginNeeded);
    assert!(!scene.path().exists());
}

#[test]
fn a_token_is_renewed_where_it_was_made() {
    let scene = Scene::new(OVER);
    let mut token = scene.token("first", OVER);
    token.region = Some("eu-central-1".to_owned());
    scene.writer(&token)();
    scene.answers(|| grant("second"));
    scene.bring_up().ok().unwrap();
    assert_eq!(*scene.fake.asked.borrow(), ["eu-central-1 first-refresh"]);
    let token = token_cache::parse(&scene.bytes()).unwrap();
    assert_eq!(token.region.as_deref(), Some("eu-central-1"));
}

#[test]
fn a_token_that_aws_refuses_is_renewed_though_its_dates_are_good() {
    let scene = Scene::new(GOOD);
    scene.answers(|| grant("second"));
    let ready = scene.bring_up_with(&Request::token(Some("first-access".to_owned())));
    assert_eq!(ready.ok().unwrap().token.access_token, "second-access");
    // Another program's token is not the one that was refused.
    let ready = scene.bring_up_with(&Request::token(Some("first-access".to_owned())));
    assert_eq!(ready.ok().unwrap().token.access_token, "second-access");
    assert_eq!(scene.asked(), 1);
}

#[test]
fn what_stands_behind_a_token_goes_with_the_next_login() {
    let scene = Scene::new(GOOD);
    let clean = scene.bytes();
    fs::write(scene.path(), [&clean[..], b"\"}"].concat()).unwrap();
    scene.bring_up().ok().unwrap();
    assert_eq!(scene.bytes(), clean);
}

/// What a logout asks of AWS, and what comes of it.
fn logout(scene: &Scene) -> (Vec<String>, Answered<()>) {
    let held = Store::new(&scene.env, &scene.session).read().unwrap();
    let ended = sign_out::end(&scene.fake, &scene.session, &held, scene.env.now());
    (scene.fake.asked.take(), ended)
}

#[test]
fn a_logout_of_a_session_that_renews_gets_a_token_that_can_end_it() {
    let scene = Scene::new(OVER);
    scene.answers(|| grant("second"));
    let (asked, ended) = logout(&scene);
    assert!(ended.is_ok());
    assert_eq!(
        asked,
        ["eu-west-1 first-refresh", "eu-west-1 logout second-access"]
    );
    // A token that is alive does it by itself.
    let scene = Scene::new(SHORT);
    let (asked, ended) = logout(&scene);
    assert!(ended.is_ok());
    assert_eq!(asked, ["eu-west-1 logout first-access"]);
    // Unless AWS does not know it.
    let scene = Scene::new(GOOD);
    let refused = service_error(401, "UnauthorizedException");
    scene.fake.logouts.borrow_mut().push_back(refused);
    scene.answers(|| grant("second"));
    let (asked, ended) = logout(&scene);
    assert!(ended.is_ok());
    assert_eq!(asked.last().unwrap(), "eu-west-1 logout second-access");
}

#[test]
fn a_logout_that_aws_was_not_told_of_is_no_success() {
    let scene = Scene::new(OVER);
    scene.answers(|| Err(service_error(400, "InvalidGrantException")));
    assert!(logout(&scene).1.is_ok(), "it was over");
    for trouble in mishaps() {
        let what = format!("{trouble:?}");
        let scene = Scene::new(OVER);
        scene.answers(|| Err(trouble));
        assert!(logout(&scene).1.is_err(), "{what}");
    }
}
