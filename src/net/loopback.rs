//! Receives the browser's redirect on 127.0.0.1.

use std::collections::VecDeque;
use std::io;
use std::net::TcpListener as StdListener;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::fault::Fault;
use super::{Net, Tick, ticking};
use crate::system::text::percent::decode;

/// The limit for connections at once. One more closes the oldest, which has sent nothing.
const MOST: usize = 64;
/// The time limit for sending a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(50);

/// The browser's answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Code(String),
    /// The error code of the redirect, such as `access_denied`.
    Refused(String),
}

/// A port of 127.0.0.1. It is listening, so no other program can take it.
#[derive(Debug)]
pub struct Loopback {
    listener: StdListener,
    port: u16,
}

impl Loopback {
    /// # Errors
    /// No port or no descriptor is free.
    pub fn bind() -> io::Result<Self> {
        let listener = StdListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// The address that the browser returns to.
    pub fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}/oauth/callback", self.port)
    }

    /// Waits for the redirect with our `state`; `None` if it does not arrive in time. Other
    /// requests (for a favicon, from a port scan, from a page that guesses) get an answer and are
    /// ignored, so that nobody else can end the login.
    pub fn wait(
        self,
        net: &Net,
        state: &str,
        limit: Duration,
        tick: Tick<'_>,
    ) -> Result<Option<Answer>, Fault> {
        let waiting = async {
            let listener = TcpListener::from_std(self.listener)?;
            answers(&listener, state).await
        };
        let answer = net.run(ticking(limit, tick, waiting))?;
        let answer: io::Result<_> = answer.transpose();
        answer.map_err(|error| Fault::Client(error.to_string()))
    }
}

async fn answers(listener: &TcpListener, state: &str) -> io::Result<Answer> {
    let (sender, mut answers) = mpsc::channel(1);
    let mut tasks = JoinSet::new();
    let mut open: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let accepted = tokio::select! {
            Some(answer) = answers.recv() => return Ok(answer),
            Some(_) = tasks.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        open.retain(|task| !task.is_finished());
        let is_full = match accepted {
            // A browser opens connections that it does not use: one idle connection must not hold
            // up the next.
            Ok((stream, _)) => {
                let (sender, state) = (sender.clone(), state.to_owned());
                open.push_back(tasks.spawn(async move {
                    let served = timeout(PATIENCE, serve(stream, &state)).await;
                    if let Ok(Some(answer)) = served {
                        let _ = sender.send(answer).await;
                    }
                }));
                open.len() > MOST
            }
            // No descriptor is free, or a caller has disconnected: no reason to end the login.
            Err(_) => {
                sleep(PAUSE).await;
                true
            }
        };
        if is_full && let Some(oldest) = open.pop_front() {
            oldest.abort();
        }
    }
}

async fn serve(mut stream: TcpStream, state: &str) -> Option<Answer> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut chunk = [0; 2048];
        let read = stream.read(&mut chunk).await.ok()?;
        if read == 0 || request.len() > 16 * 1024 {
            return None;
        }
        request.extend_from_slice(&chunk[..read]);
    }
    let line = String::from_utf8_lossy(&request);
    let target = line
        .strip_prefix("GET ")
        .and_then(|rest| rest.split(' ').next());
    let answer = target.and_then(|target| parse(target, state));
    let (status, text) = match &answer {
        Some(Answer::Code(_)) => (
            "200 OK",
            "Logged in. You can close this and go back to the terminal.",
        ),
        Some(Answer::Refused(_)) => (
            "200 OK",
            "The login was refused. You can close this and go back to the terminal.",
        ),
        None => (
            "404 Not Found",
            "This page is not part of a login that this computer waits for.",
        ),
    };
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta \
         charset=\"utf-8\"><title>awsp</title><style>body{{font:1.1rem \
         system-ui,sans-serif;margin:20vh auto;max-width:32rem;padding:0 \
         1rem;text-align:center}}@media(prefers-color-scheme:dark){{body{{background:#16181d;\
         color:#e6e6e6}}}}</style><h1>awsp</h1><p>{text}</p></html>\n"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: \
         {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // The answer counts even if the browser has disconnected.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
    answer
}

/// The answer in a request's target, if it has our `state`.
fn parse(target: &str, state: &str) -> Option<Answer> {
    let query = target.strip_prefix("/oauth/callback?")?;
    let field = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
            .and_then(decode)
    };
    if field("state").as_deref() != Some(state) {
        return None;
    }
    field("error").map(Answer::Refused).or_else(|| {
        field("code")
            .filter(|code| !code.is_empty())
            .map(Answer::Code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_redirect_with_our_state_counts() {
        assert_eq!(
            parse("/oauth/callback?code=a%2Bb&state=s1", "s1"),
            Some(Answer::Code("a+b".to_owned()))
        );
        assert_eq!(
            parse("/oauth/callback?state=s1&error=access_denied", "s1"),
            Some(Answer::Refused("access_denied".to_owned()))
        );
        for other in [
            "/favicon.ico",
            "/oauth/callback",
            "/oauth/callback?code=a",
            "/oauth/callback?code=a&state=s2",
            "/?code=a&state=s1",
            "/oauth/callback?state=s1",
            "/oauth/callback?code=&state=s1",
            "/oauth/callback?error=x",
        ] {
            assert_eq!(parse(other, "s1"), None, "{other}");
        }
    }
}
