//! Profiles of `aws login` (aws-contract 7). Only the AWS CLI and the SDKs can sign the requests
//! for renewals and logins, so awsp runs the AWS CLI for both, one process at a time.

use std::io::ErrorKind;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use super::{Login, Request, flow};
use crate::aws::profile::Profile;
use crate::aws::role_cache::Credentials;
use crate::aws::session::{Outcome, SAFETY_MARGIN, State, Times};
use crate::aws::{login_session, time};
use crate::settings::flow::Flow;
use crate::system::error::{Error, Kind, Result};
use crate::system::lock::Waiter;
use crate::system::presence::Presence;
use crate::system::process::{Cut, Limits};
use crate::system::text::{clean, length, quote};
use crate::system::{lock, process};

/// Errors of the AWS CLI that a login would fix. Any other error is a failed attempt.
const REFUSAL: &str = "reauthenticate";

/// The limits for a renewal. The AWS CLI itself gives up after a number of attempts.
const LIMITS: Limits = Limits {
    time: Duration::from_mins(5),
    bytes: 1 << 20,
};

/// A valid login. No `Debug`, because it contains keys.
pub struct Ready {
    /// The keys from the cache or the AWS CLI; `None` if only the SDKs can renew them.
    pub keys: Option<Credentials>,
    pub outcome: Outcome,
}

/// The `aws login` of one profile.
struct Task<'a> {
    login: &'a Login<'a>,
    /// The ARN that names the login.
    arn: &'a str,
    /// The profile with `login_session`, the last of its chain.
    name: &'a str,
}

enum Renewed {
    Keys(Credentials),
    Ended,
    Failed(Error),
    /// The AWS CLI is not installed.
    NoClient,
}

impl Login<'_> {
    /// Makes the `aws login` of a profile valid.
    ///
    /// # Errors
    /// A person or the AWS CLI is missing, or the login failed.
    pub fn aws_login(&self, profile: &Profile, request: &Request) -> Result<Ready> {
        let task = Task {
            login: self,
            arn: profile.login_session().unwrap_or_default(),
            name: &profile.end().name,
        };
        if !request.force && task.state() == State::Valid {
            return Ok(task.ready(Outcome::Good));
        }
        let what = format!("the login of `{}`", clean(task.name));
        let waiter = Waiter::of(Presence::of(self.env).is_person() && !request.unasked);
        let say = &mut |line: &str| self.ui.say(line);
        let _lock = lock::take_as(waiter, self.env, task.arn, &what, say)?;
        // The previous holder of the lock may have logged in.
        if !request.force {
            match task.state() {
                State::Valid => return Ok(task.ready(Outcome::Good)),
                State::Renewable => match task.renew() {
                    Renewed::Keys(keys) => {
                        return Ok(Ready {
                            keys: Some(keys),
                            outcome: Outcome::Renewed,
                        });
                    }
                    Renewed::Failed(error) => return task.make_do(error),
                    Renewed::NoClient => return Ok(task.ready(Outcome::Good)),
                    Renewed::Ended => login_session::refuse(self.env, task.arn),
                },
                State::Ended => {}
            }
        }
        task.log_in(request)?;
        Ok(task.ready(Outcome::LoggedIn))
    }
}

impl Task<'_> {
    fn times(&self) -> Times {
        login_session::times(self.login.env, self.arn)
    }

    fn state(&self) -> State {
        self.times().state(self.login.env.now())
    }

    fn ready(&self, outcome: Outcome) -> Ready {
        Ready {
            keys: login_session::credentials(self.login.env, self.arn, 0),
            outcome,
        }
    }

    /// New keys. The AWS CLI renews what has less than five minutes left, and prints it.
    fn renew(&self) -> Renewed {
        let ui = self.login.ui;
        ui.verbose(|| format!("renewing the login of `{}` with the AWS CLI", self.name));
        let arguments = [
            "configure",
            "export-credentials",
            "--profile",
            self.name,
            "--format",
            "process",
        ];
        let failed = |cause: String| {
            let message = format!("cannot renew the login of `{}`", self.name);
            let hint = ["aws", "sts", "get-caller-identity", "--profile", self.name];
            Renewed::Failed(
                Error::new(Kind::Network, message)
                    .cause(cause)
                    .hint(quote::command_line(&hint)),
            )
        };
        let mut command = process::command("aws");
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        match process::run(&mut command, LIMITS) {
            Ok(output) if output.status.success() => match self.keys(&output.stdout) {
                Some(keys) => Renewed::Keys(keys),
                None => failed("the AWS CLI did not print keys".to_owned()),
            },
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stderr);
                ui.verbose(|| text.trim().to_owned());
                if text.contains(REFUSAL) {
                    Renewed::Ended
                } else {
                    failed(format!("the AWS CLI ended with {}", output.status))
                }
            }
            Err(Cut::Start(error)) if error.kind() == ErrorKind::NotFound => Renewed::NoClient,
            Err(cut) => failed(cut.to_string()),
        }
    }

    fn keys(&self, text: &[u8]) -> Option<Credentials> {
        let answer: Value = serde_json::from_slice(text).ok()?;
        let field = |name: &str| answer.get(name)?.as_str().map(str::to_owned);
        Some(Credentials {
            access_key_id: field("AccessKeyId")?,
            secret_access_key: field("SecretAccessKey")?,
            session_token: field("SessionToken"),
            expiration: field("Expiration").as_deref().and_then(time::parse),
            account_id: field("AccountId")
                .or_else(|| self.arn.split(':').nth(4).map(str::to_owned)),
        })
    }

    /// Keys that are still valid are used even if the renewal failed.
    fn make_do(&self, error: Error) -> Result<Ready> {
        let left = self.times().expires_at - self.login.env.now();
        if left <= 0 {
            return Err(error);
        }
        let left = length(left.min(SAFETY_MARGIN));
        self.login
            .ui
            .warn(&format!("{error}; its keys are still good for {left}"));
        Ok(self.ready(Outcome::Good))
    }

    /// Lets the AWS CLI log in.
    fn log_in(&self, request: &Request) -> Result<()> {
        let env = self.login.env;
        let mut words = vec!["aws", "login", "--profile", self.name];
        let asked = (request.flow, self.login.settings.login.flow);
        if flow::choose(env, asked.0, asked.1).0 == Flow::Device {
            // With `--remote`, the browser is on another machine, and the user copies the code
            // back.
            words.push("--remote");
        }
        let line = quote::command_line(&words);
        let ended = |kind, cause: String| {
            Error::new(kind, format!("the login of `{}` has ended", self.name)).cause(cause)
        };
        let failed = |kind, cause: String| ended(kind, cause).hint(line.clone());
        let presence = Presence::of(env);
        if !presence.is_person() || request.unasked {
            // The person who logs in later may have a browser elsewhere, so the hint has no
            // `--remote`.
            let hint = quote::command_line(&["awsp", "login", self.name]);
            return Err(ended(Kind::PersonNeeded, presence.why_not()).hint(hint));
        }
        lock::tell_login();
        self.login.ui.say(&clean(&format!("awsp: {line}")));
        let mut command = process::command("aws");
        command.args(&words[1..]);
        match process::spawn(&mut command).and_then(|mut child| child.wait()) {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(failed(
                Kind::LoginFailed,
                format!("the AWS CLI ended with {status}"),
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(failed(
                Kind::PersonNeeded,
                "it needs the AWS CLI, 2.32 or later, and there is no `aws` on PATH".to_owned(),
            )),
            Err(error) => Err(failed(Kind::Failed, error.to_string())),
        }
    }
}
