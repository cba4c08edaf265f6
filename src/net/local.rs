//! A server on 127.0.0.1 for programs and pages on this machine. It handles single requests only,
//! and drops connections that send nothing, so that it cannot be blocked easily.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The limit for a request (bytes).
const MOST: usize = 16 * 1024;
/// The time limit for sending a request.
const PATIENCE: Duration = Duration::from_secs(3);
/// The limit for connections at once.
const CALLERS: usize = 128;
/// The pause when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(50);

/// The head of a request. No `Debug`, because it contains a token.
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    headers: Vec<(String, String)>,
}

/// The reply. No header lets a page of another origin read it. No `Debug`, because it may contain
/// keys.
pub struct Reply {
    pub status: u16,
    pub kind: &'static str,
    /// The address to go to instead.
    pub location: Option<String>,
    pub body: String,
}

/// A listening port that does not answer yet.
#[derive(Debug)]
pub struct Local {
    listener: TcpListener,
    /// The name that requests must use: `127.0.0.1:PORT`. A page whose own host name leads here
    /// would use that name.
    pub host: String,
}

impl Request {
    /// The header's value, if the header occurs exactly once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value)
    }

    pub fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target, version) = (first.next()?, first.next()?, first.next()?);
        if first.next().is_some() || !version.starts_with("HTTP/1.") {
            return None;
        }
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.trim().to_owned()))
        };
        let headers: Option<Vec<_>> = lines.filter(|line| !line.is_empty()).map(header).collect();
        Some(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers?,
        })
    }
}

impl Local {
    /// # Errors
    /// No port is free.
    pub fn bind() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let host = listener.local_addr()?.to_string();
        Ok(Self { listener, host })
    }

    /// Answers requests in its own threads for as long as the program runs.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn serve(
        self,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> io::Result<()> {
        let answer = Arc::new(answer);
        let callers = Arc::new(AtomicUsize::new(0));
        let accept = move || {
            loop {
                // No descriptor is free, or the caller has disconnected: no reason to stop.
                let Ok((stream, _)) = self.listener.accept() else {
                    thread::sleep(PAUSE);
                    continue;
                };
                if callers.fetch_add(1, Ordering::SeqCst) >= CALLERS {
                    callers.fetch_sub(1, Ordering::SeqCst);
                    continue;
                }
                let (answer, host) = (Arc::clone(&answer), self.host.clone());
                let count = Arc::clone(&callers);
                let serve = move || {
                    let _ = one(stream, &host, &*answer);
                    count.fetch_sub(1, Ordering::SeqCst);
                };
                if thread::Builder::new().spawn(serve).is_err() {
                    callers.fetch_sub(1, Ordering::SeqCst);
                }
            }
        };
        thread::Builder::new().spawn(accept).map(drop)
    }
}

/// Asks a server on this machine, never through a proxy, and waits no longer than `limit` for each
/// part: status and body of the reply.
///
/// # Errors
/// It cannot be reached; it sends no reply, or a long one.
pub fn ask(
    server: SocketAddr,
    path: &str,
    token: &str,
    limit: Duration,
) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&server, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: {token}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut reply = String::new();
    let most = u64::try_from(MOST).unwrap_or(u64::MAX);
    stream.take(most).read_to_string(&mut reply)?;
    let parts = reply.split_once("\r\n\r\n").and_then(|(head, body)| {
        let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?;
        Some((status.parse().ok()?, body.to_owned()))
    });
    parts.ok_or_else(|| io::Error::other("it sent no reply that awsp can read"))
}

/// One request and its reply.
fn one(
    mut stream: TcpStream,
    host: &str,
    answer: &(impl Fn(&Request) -> Reply + ?Sized),
) -> io::Result<()> {
    let Some(request) = read(&mut stream)? else {
        return write(&mut stream, &Reply::refused(400));
    };
    let reply = if request.header("Host") == Some(host) {
        answer(&request)
    } else {
        Reply::refused(403)
    };
    write(&mut stream, &reply)
}

/// The head of a request; `None` for anything else.
fn read(stream: &mut TcpStream) -> io::Result<Option<Request>> {
    let end = Instant::now() + PATIENCE;
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || bytes.len() > MOST {
            return Ok(None);
        }
        stream.set_read_timeout(Some(left))?;
        let mut chunk = [0; 2048];
        match stream.read(&mut chunk)? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let head = std::str::from_utf8(&bytes[..end.unwrap_or(0)]).ok();
    Ok(head.and_then(Request::parse))
}

fn write(stream: &mut TcpStream, reply: &Reply) -> io::Result<()> {
    let reason = match reply.status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
    let location = reply
        .location
        .as_ref()
        .map_or_else(String::new, |url| format!("Location: {url}\r\n"));
    let head = format!(
        "HTTP/1.1 {} {reason}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\
         {location}\
         Cache-Control: \
         no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: \
         no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n",
        reply.status,
        reply.kind,
        reply.body.len(),
    );
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(reply.body.as_bytes())?;
    stream.flush()
}

impl Reply {
    pub fn json(status: u16, body: String) -> Self {
        Self {
            status,
            kind: "application/json",
            location: None,
            body,
        }
    }

    /// Says only that the request is refused.
    pub fn refused(status: u16) -> Self {
        Self {
            status,
            kind: "text/plain",
            location: None,
            body: String::new(),
        }
    }
}

/// Compares two texts in constant time.
pub fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |different, (one, other)| different | (one ^ other))
            == 0
}

/// A text that nobody can guess.
///
/// # Errors
/// The system has no random numbers.
pub fn secret() -> io::Result<String> {
    use base64::Engine as _;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_gets_status_and_body_and_nothing_from_another_server() {
        let local = Local::bind().unwrap();
        let server: SocketAddr = local.host.parse().unwrap();
        let answer = |request: &Request| {
            let token = request.header("Authorization").unwrap_or_default();
            Reply::json(503, format!("{} {token}", request.target))
        };
        local.serve(answer).unwrap();
        let asked = ask(server, "/x", "secret", PATIENCE).unwrap();
        assert_eq!(asked, (503, "/x secret".to_owned()));
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = other.local_addr().unwrap();
        let silent = thread::spawn(move || ask(server, "/", "t", Duration::from_millis(50)));
        drop(silent.join().unwrap().unwrap_err());
        drop(other);
        drop(ask(server, "/", "t", PATIENCE).unwrap_err());
    }

    fn asked(local: &str, text: &str) -> String {
        let mut stream = TcpStream::connect(local).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply);
        reply
    }

    #[test]
    fn only_requests_that_name_it_are_answered() {
        let local = Local::bind().unwrap();
        let host = local.host.clone();
        assert!(host.starts_with("127.0.0.1:"), "{host}");
        local
            .serve(|request| Reply::json(200, format!("{} {}", request.method, request.target)))
            .unwrap();
        let ask = |text: &str| asked(&host, text);
        let good = ask(&format!("GET /a?b HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert!(
            good.starts_with("HTTP/1.1 200 OK\r\n") && good.ends_with("\r\n\r\nGET /a?b"),
            "{good}"
        );
        assert!(!good.to_lowercase().contains("access-control"), "{good}");
        let port = host.rsplit(':').next().unwrap();
        for other in [
            "evil.example".to_owned(),
            format!("localhost:{port}"),
            format!("127.0.0.1:{port}, x"),
            format!("{host}\r\nHost: {host}"),
        ] {
            let reply = ask(&format!("GET / HTTP/1.1\r\nHost: {other}\r\n\r\n"));
            assert!(reply.starts_with("HTTP/1.1 403 "), "{other}: {reply}");
        }
        for nonsense in [
            "\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/1.1 x\r\n\r\n",
            "GET / HTTP/1.1\r\nx\r\n\r\n",
            "\u{1}\u{2}\r\n\r\n",
        ] {
            assert!(ask(nonsense).starts_with("HTTP/1.1 400 "), "{nonsense:?}");
        }
    }

    #[test]
    fn a_silent_connection_does_not_block_the_others() {
        let local = Local::bind().unwrap();
        let host = local.host.clone();
        local.serve(|_| Reply::json(200, "{}".to_owned())).unwrap();
        let idle: Vec<TcpStream> = (0..50)
            .map(|_| TcpStream::connect(&host).unwrap())
            .collect();
        let begin = Instant::now();
        let reply = asked(&host, &format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert!(reply.ends_with("{}"), "{reply}");
        assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
        drop(idle);
    }

    #[test]
    fn secrets_differ_and_are_compared_whole() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert!(one != other && one.len() == 43);
        assert!(is_same(&one, &one) && !is_same(&one, &other) && !is_same(&one, &one[1..]));
        assert!(!is_same("", "a") && is_same("", ""));
    }
}
