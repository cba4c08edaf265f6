//! Tests with a fake service, while other programs write the token file.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::{fs, io};

use serde_json::Map;

use super::service::{Answered, Callback, Code};
use super::*;
use crate::aws::session::Renewal;
use crate::aws::token_cache::{Registration, token_path};
use crate::aws::{time, token_cache};
use crate::net::Tick;
use crate::net::fault::Fault;
use crate::net::oidc::{Device, Grant};

pub(super) type Answer = Box<dyn FnOnce() -> Answered<Grant>>;

/// Answers each renewal with the next item; one renewal too many fails the test.
#[derive(Default)]
pub(super) struct Fake {
    pub(super) answers: RefCell<VecDeque<Answer>>,
    /// The logouts that fail.
    pub(super) logouts: RefCell<VecDeque<Trouble>>,
    /// The region and token of each logout.
    pub(super) asked: RefCell<Vec<String>>,
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
pub(super) struct Scene {
    _home: tempfile::TempDir,
    pub(super) env: Env,
    pub(super) session: SsoSession,
    pub(super) fake: Fake,
}

/// How long a token is still valid (seconds).
pub(super) const OVER: i64 = -60;
pub(super) const SHORT: i64 = 120;
pub(super) const GOOD: i64 = 3600;

impl Scene {
    /// Writes a token that is valid for this many seconds.
    pub(super) fn new(left: i64) -> Self {
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
        fs::create_dir_all(scene.path().parent().unwrap()).unwrap();
        scene.writer(&scene.token("first", left))();
        scene
    }

    pub(super) fn token(&self, name: &str, left: i64) -> Token {
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

    pub(super) fn path(&self) -> PathBuf {
        token_path(&self.env, &self.session)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    /// What another program does before the answer.
    pub(super) fn answers(&self, answer: impl FnOnce() -> Answered<Grant> + 'static) {
        self.fake.answers.borrow_mut().push_back(Box::new(answer));
    }

    /// Another program that writes this token in place, as the AWS CLI does.
    pub(super) fn writer(&self, token: &Token) -> impl FnOnce() + 'static {
        let (path, text) = (self.path(), crate::aws::json::python(token));
        move || fs::write(path, text).unwrap()
    }

    pub(super) fn bring_up_with(&self, request: &Request) -> Result<Ready> {
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

    pub(super) fn bring_up(&self) -> Result<Ready> {
        self.bring_up_with(&Request::default())
    }

    pub(super) fn state(&self) -> State {
        token_cache::times(&self.env, &self.session).state(self.env.now())
    }

    pub(super) fn asked(&self) -> usize {
        self.fake.asked.borrow().len()
    }
}

pub(super) fn grant(name: &str) -> Grant {
    Grant {
        access_token: format!("{name}-access"),
        refresh_token: Some(format!("{name}-refresh")),
        expires_in: GOOD,
    }
}

pub(super) fn service_error(status: u16, code: &str) -> Trouble {
    Trouble::Fault(Fault::Service {
        code: code.to_owned(),
        status,
        message: None,
    })
}

/// The answers of a proxy, a sign-in page, a failing service or a wrong setting.
pub(super) fn mishaps() -> Vec<Trouble> {
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

pub(super) fn refusals() -> [Trouble; 3] {
    [
        service_error(400, "InvalidGrantException"),
        service_error(401, "InvalidClientException"),
        service_error(400, "UnauthorizedClientException"),
    ]
}
