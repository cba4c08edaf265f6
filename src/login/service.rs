//! The network requests of a login, as one trait. The rest of this room is plain code, which tests
//! run with a fake service.

use std::cell::OnceCell;
use std::io;
use std::time::Duration;

use crate::aws::connection::Connection;
use crate::aws::profile::SsoSession;
use crate::aws::session::Renewal;
use crate::aws::token_cache::Registration;
use crate::net::fault::Fault;
use crate::net::loopback::{Answer, Loopback};
use crate::net::oidc::{Device, Grant, Oidc};
use crate::net::portal::Portal;
use crate::net::{Net, Tick};
use crate::system::error::{Error, Kind};

/// Why a request failed.
#[derive(Debug)]
pub enum Trouble {
    Fault(Fault),
    /// The request could not be made.
    Told(Error),
}

pub type Answered<T> = Result<T, Trouble>;

/// The sign-in service of a session, in a region, and the browser's way back from it.
pub trait Service {
    /// The name of the service, for messages.
    fn name(&self, region: &str) -> String;
    /// Equal for two processes that ask the same servers in the same way.
    fn fingerprint(&self) -> String;
    /// The redirect of a page.
    fn redirect(&self, url: &str) -> Answered<Option<String>>;
    fn renew(&self, region: &str, renewal: &Renewal<'_>) -> Answered<Grant>;
    /// Ends the session of an access token, for all copies of the token.
    fn logout(&self, region: &str, access_token: &str) -> Answered<()>;
    fn register(
        &self,
        region: &str,
        session: &SsoSession,
        for_browser: bool,
        issuer: &str,
    ) -> Answered<Registration>;
    fn start_device(
        &self,
        region: &str,
        registration: &Registration,
        start_url: &str,
    ) -> Answered<Device>;
    /// `None` when the code has run out.
    fn poll_device(
        &self,
        region: &str,
        registration: &Registration,
        device: &Device,
        tick: Tick<'_>,
    ) -> Answered<Option<Grant>>;
    /// Scheme and host of the page that a browser is sent to.
    fn authorize_base(&self, region: &str) -> Answered<String>;
    fn listen(&self) -> io::Result<Box<dyn Callback + '_>>;
    fn redeem(&self, region: &str, registration: &Registration, code: &Code<'_>)
    -> Answered<Grant>;
}

/// The browser's answer, with the proof that it belongs to this login.
pub struct Code<'a> {
    pub code: &'a str,
    pub verifier: &'a str,
    pub redirect: &'a str,
}

/// The other end of the browser's redirect.
pub trait Callback {
    /// The address that the browser returns to.
    fn redirect(&self) -> String;
    /// The answer with our `state`; `None` if it does not arrive in time.
    fn wait(
        self: Box<Self>,
        state: &str,
        limit: Duration,
        tick: Tick<'_>,
    ) -> Answered<Option<Answer>>;
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}

impl Trouble {
    /// True for Ctrl-C.
    pub fn is_interrupt(&self) -> bool {
        match self {
            Self::Fault(fault) => matches!(fault, Fault::Interrupted),
            Self::Told(error) => error.kind == Kind::Interrupted,
        }
    }

    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Fault(fault) if fault.is(name))
    }

    /// True if the service does not know the client registration, or not any more.
    pub fn is_stale_client(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_stale_client())
    }

    /// True for a failure that may pass.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_passing())
    }
}

/// AWS itself. The connection is set up at the first request.
pub struct Network {
    connection: Connection,
    net: OnceCell<Net>,
}

impl Network {
    pub const fn new(connection: Connection) -> Self {
        Self {
            connection,
            net: OnceCell::new(),
        }
    }

    fn net(&self) -> Result<&Net, Error> {
        if let Some(net) = self.net.get() {
            return Ok(net);
        }
        let net = Net::new(&self.connection)?;
        Ok(self.net.get_or_init(|| net))
    }

    fn oidc(&self, region: &str) -> Answered<Oidc<'_>> {
        Ok(Oidc::new(self.net()?, region)?)
    }
}

impl Service for Network {
    fn name(&self, region: &str) -> String {
        let endpoint = self.connection.endpoints.sso_oidc.clone();
        endpoint.unwrap_or_else(|| format!("IAM Identity Center in {region}"))
    }

    fn fingerprint(&self) -> String {
        self.connection.fingerprint()
    }

    fn redirect(&self, url: &str) -> Answered<Option<String>> {
        Ok(self.net()?.redirect(url)?)
    }

    fn renew(&self, region: &str, renewal: &Renewal<'_>) -> Answered<Grant> {
        Ok(self.oidc(region)?.token_by_refresh(renewal)?)
    }

    fn logout(&self, region: &str, access_token: &str) -> Answered<()> {
        Ok(Portal::new(self.net()?, region, access_token).logout()??)
    }

    fn register(
        &self,
        region: &str,
        session: &SsoSession,
        for_browser: bool,
        issuer: &str,
    ) -> Answered<Registration> {
        Ok(self.oidc(region)?.register(session, for_browser, issuer)?)
    }

    fn start_device(
        &self,
        region: &str,
        registration: &Registration,
        start_url: &str,
    ) -> Answered<Device> {
        Ok(self.oidc(region)?.start_device(registration, start_url)?)
    }

    fn poll_device(
        &self,
        region: &str,
        registration: &Registration,
        device: &Device,
        tick: Tick<'_>,
    ) -> Answered<Option<Grant>> {
        Ok(self.oidc(region)?.poll_device(registration, device, tick)?)
    }

    fn authorize_base(&self, region: &str) -> Answered<String> {
        Ok(self.oidc(region)?.base)
    }

    fn listen(&self) -> io::Result<Box<dyn Callback + '_>> {
        Ok(Box::new(Listening {
            network: self,
            loopback: Loopback::bind()?,
        }))
    }

    fn redeem(
        &self,
        region: &str,
        registration: &Registration,
        code: &Code<'_>,
    ) -> Answered<Grant> {
        let oidc = self.oidc(region)?;
        Ok(oidc.token_by_code(registration, code.code, code.verifier, code.redirect)?)
    }
}

struct Listening<'a> {
    network: &'a Network,
    loopback: Loopback,
}

impl Callback for Listening<'_> {
    fn redirect(&self) -> String {
        self.loopback.redirect()
    }

    fn wait(
        self: Box<Self>,
        state: &str,
        limit: Duration,
        tick: Tick<'_>,
    ) -> Answered<Option<Answer>> {
        Ok(self
            .loopback
            .wait(self.network.net()?, state, limit, tick)?)
    }
}
