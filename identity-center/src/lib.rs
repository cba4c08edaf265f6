//! A local IAM Identity Center. It speaks the real protocols (sso-oidc, the access portal, STS,
//! console federation) on 127.0.0.1, with real error bodies, faults on order and a record of calls,
//! so that awsp and every AWS client can be tried and tested without an AWS account.

mod control;
mod faults;
pub mod home;
mod oidc;
mod pages;
mod portal;
mod reply;
pub mod seed;
mod server;
mod state;
mod sts;

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

pub use faults::{Fault, Gate};
pub use state::{Account, Call, Options, State};

/// A running Identity Center; it ends when this is dropped.
#[derive(Debug)]
pub struct IdentityCenter {
    url: String,
    state: Arc<Mutex<State>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl IdentityCenter {
    /// Starts on a free port of 127.0.0.1, on a thread of its own.
    ///
    /// # Errors
    /// No port or no thread to be had.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(Mutex::new(State::new(options)));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let (shared, base) = (Arc::clone(&state), url.clone());
        let thread = std::thread::Builder::new()
            .name("identity-center".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                        return;
                    };
                    tokio::select! {
                        () = server::serve(listener, shared, base) => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self {
            url,
            state,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL_SSO`, `…_SSO_OIDC`, `…_STS` and `…_SIGNIN`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Looks at the state, or changes it.
    pub fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut server::lock(&self.state))
    }

    /// Orders faults for an operation (`*` for any), each for one request.
    pub fn fault(&self, operation: &str, faults: impl IntoIterator<Item = Fault>) {
        self.with(|state| {
            state
                .faults
                .entry(operation.to_owned())
                .or_default()
                .extend(faults);
        });
    }

    /// The calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.with(|state| state.calls.clone())
    }

    /// How many calls of an operation there were.
    pub fn count(&self, operation: &str) -> usize {
        self.calls()
            .iter()
            .filter(|call| call.operation == operation)
            .count()
    }

    /// How many `CreateToken` calls there were with a grant: `device_code`, `authorization_code`,
    /// `refresh_token`.
    pub fn grants(&self, grant: &str) -> usize {
        self.calls()
            .iter()
            .filter(|call| call.grant.as_deref() == Some(grant))
            .count()
    }

    /// The variables that send a client here.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        [
            "AWS_ENDPOINT_URL_SSO",
            "AWS_ENDPOINT_URL_SSO_OIDC",
            "AWS_ENDPOINT_URL_STS",
            "AWS_ENDPOINT_URL_SIGNIN",
        ]
        .map(|name| (name, self.url.clone()))
        .to_vec()
    }
}

impl Drop for IdentityCenter {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
