//! The way to AWS: proxies and certificates.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};

use crate::login::DEVICE;
use crate::place::Place;

/// A proxy that refuses every request, and returns their headers.
struct Proxy {
    port: u16,
    heads: Receiver<String>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (told, heads) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = Vec::new();
                while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                    let mut byte = [0];
                    if stream.read(&mut byte).unwrap_or(0) == 0 {
                        break;
                    }
                    head.push(byte[0]);
                }
                let _ = told.send(String::from_utf8_lossy(&head).into_owned());
                let _ = stream.write_all(
                    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
            }
        });
        Self { port, heads }
    }
}

/// A login by way of the environment's proxies alone.
fn login(place: &Place) -> Command {
    let mut command = place.awsp(&DEVICE);
    command
        .env_remove("NO_PROXY")
        .env_remove("AWS_ENDPOINT_URL_SSO_OIDC")
        .env("AWS_MAX_ATTEMPTS", "1");
    command
}

#[test]
fn https_goes_through_the_proxy_for_https_and_http_through_that_for_http() {
    let place = Place::new();
    let (secure, plain) = (Proxy::start(), Proxy::start());
    let variables = |command: &mut Command| {
        command
            .env("HTTPS_PROXY", format!("http://127.0.0.1:{}", secure.port))
            .env(
                "http_proxy",
                format!("jo:se%20cret@127.0.0.1:{}", plain.port),
            );
    };
    let mut command = login(&place);
    variables(&mut command);
    assert_eq!(place.done(&mut command).status, 6);
    let head = secure.heads.recv().unwrap();
    assert!(
        head.starts_with("CONNECT oidc.eu-west-1.amazonaws.com:443 "),
        "{head}"
    );
    let mut command = login(&place);
    variables(&mut command);
    command.env("AWS_ENDPOINT_URL_SSO_OIDC", "http://oidc.example");
    let done = place.done(&mut command);
    assert_eq!(done.status, 6);
    assert!(!done.stderr.contains("cret"), "{}", done.stderr);
    let head = plain.heads.recv().unwrap();
    assert!(
        head.starts_with("POST http://oidc.example/client/register ")
            && head
                .to_ascii_lowercase()
                .contains("proxy-authorization: basic "),
        "{head}"
    );
    assert!(secure.heads.try_recv().is_err());
}

#[test]
fn a_host_may_be_reached_without_the_proxy() {
    let place = Place::new();
    let proxy = Proxy::start();
    let mut command = place.awsp(&DEVICE);
    command
        .env("ALL_PROXY", format!("http://127.0.0.1:{}", proxy.port))
        .env("NO_PROXY", "example.com,127.0.0.1");
    assert_eq!(place.done(&mut command).status, 0);
    assert!(proxy.heads.try_recv().is_err());
}

#[test]
fn a_proxy_without_an_address_is_reported_without_its_password() {
    let place = Place::new();
    let mut command = login(&place);
    command.env("HTTPS_PROXY", "http://jo:secret@");
    let done = place.done(&mut command);
    assert_eq!(done.status, 2, "{}", done.stderr);
    assert!(
        done.stderr.ends_with(
            "awsp: cannot use the proxy in HTTPS_PROXY\n\
             cause: it is not an address such as http://proxy.example:8080\n\
             hint: unset HTTPS_PROXY\n"
        ),
        "{}",
        done.stderr
    );
    assert!(!done.stderr.contains("secret"));
}

#[test]
fn certificates_that_cannot_be_used_are_reported_with_their_file() {
    let place = Place::new();
    std::fs::write(place.path("ca.pem"), "no certificate").unwrap();
    let mut command = login(&place);
    command.env("AWS_CA_BUNDLE", "~/ca.pem");
    let done = place.done(&mut command);
    assert_eq!(done.status, 2);
    assert!(
        done.stderr
            .contains("awsp: cannot use the CA bundle ~/ca.pem\ncause: it holds no certificate\n"),
        "{}",
        done.stderr
    );
}
