//! The HTTP client for all requests, with the connection's proxies and certificates: those of its
//! CA bundle, else the system's.

use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::aws::connection::{CaBundle, Connection};
use crate::system::error::{Error, Kind, Result};
use crate::system::log::Log;

/// The limit for an answer (bytes).
const MOST: usize = 8 << 20;

/// The clients for HTTP and HTTPS.
#[derive(Debug)]
pub struct Http {
    ways: Ways,
    /// Shared by all SDK clients, so that they reuse connections.
    client: SharedHttpClient,
    log: Log,
}

#[derive(Clone, Debug)]
struct Ways {
    tls: TlsContext,
    /// One for `http` and one for `https` addresses, because the library has a proxy for one of
    /// them only.
    proxies: [ProxyConfig; 2],
}

impl Http {
    /// # Errors
    /// A CA bundle that cannot be read or holds no certificate; a proxy without an address.
    pub fn new(connection: &Connection) -> Result<Self> {
        let bundle = connection.ca_bundle.as_ref();
        let trust = bundle.map_or_else(|| Ok(TrustStore::default()), certificates)?;
        let tls = TlsContext::builder().with_trust_store(trust).build();
        let proxies = &connection.proxies;
        let proxy = |address: &Option<String>, make: fn(String) -> Made, variable: &str| {
            let Some(address) = address else {
                return Ok(ProxyConfig::disabled());
            };
            let made = make(with_scheme(address)).map_err(|_| {
                // The address may contain a password, so it is not shown.
                Error::new(Kind::Usage, format!("cannot use the proxy in {variable}"))
                    .cause("it is not an address such as http://proxy.example:8080")
                    .hint(format!("unset {variable}"))
            })?;
            Ok(match &proxies.none {
                Some(hosts) => made.no_proxy(hosts),
                None => made,
            })
        };
        let tls =
            tls.map_err(|error| Error::new(Kind::Failed, "cannot set up TLS").cause(error))?;
        let ways = Ways {
            tls,
            proxies: [
                proxy(&proxies.http, ProxyConfig::http, "HTTP_PROXY")?,
                proxy(&proxies.https, ProxyConfig::https, "HTTPS_PROXY")?,
            ],
        };
        let log = connection.log;
        let clients = ByScheme {
            clients: [ways.client(false), ways.client(true)],
            log,
        };
        Ok(Self {
            ways,
            client: SharedHttpClient::new(clients),
            log,
        })
    }

    /// The client for the SDKs.
    pub fn client(&self) -> SharedHttpClient {
        self.client.clone()
    }

    /// Sends one plain request, without following redirects, and waits no longer than `limit`.
    pub async fn send(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, String> {
        tell(self.log, &request);
        let connector = self.ways.connector(is_secure(&request), None, None);
        let call = to_its_end(connector.call(request));
        match tokio::time::timeout(limit, call).await {
            Ok(answer) => answer.map_err(|error| super::fault::lowest(&error)),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }
}

impl Ways {
    /// A client for one kind of address.
    fn client(&self, secure: bool) -> SharedHttpClient {
        let this = self.clone();
        Builder::new().build_with_connector_fn(move |settings, components| {
            this.connector(secure, settings, components)
        })
    }

    fn connector(
        &self,
        secure: bool,
        settings: Option<&HttpConnectorSettings>,
        components: Option<&RuntimeComponents>,
    ) -> Connector {
        // The library's `build_https` would ignore the proxies.
        let mut connector =
            Connector::builder().proxy_config(self.proxies[usize::from(secure)].clone());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(self.tls.clone())
            .build()
    }
}

type Made = std::result::Result<ProxyConfig, aws_smithy_http_client::proxy::ProxyError>;

/// A proxy may be given as host and port only.
fn with_scheme(address: &str) -> String {
    if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    }
}

fn is_secure(request: &HttpRequest) -> bool {
    request.uri().starts_with("https:")
}

/// Reports with `--verbose` which address is asked. The part after the `?` may be secret.
fn tell(log: Log, request: &HttpRequest) {
    log.verbose(|| {
        let uri = request.uri();
        let shown = uri.split_once('?').map_or(uri, |(shown, _)| shown);
        format!("asking {} {shown}", request.method())
    });
}

/// Sends `http` requests with the first client and `https` requests with the second. If only one is
/// used, the system's certificates need not be read for the other.
#[derive(Debug)]
struct ByScheme {
    clients: [SharedHttpClient; 2],
    log: Log,
}

impl HttpClient for ByScheme {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Either {
            clients: self.clients.clone(),
            log: self.log,
            settings: settings.clone(),
            components: components.clone(),
        })
    }
}

#[derive(Debug)]
struct Either {
    clients: [SharedHttpClient; 2],
    log: Log,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Either {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        tell(self.log, &request);
        // The client keeps its connector, and the connections in it.
        let call = self.clients[usize::from(is_secure(&request))]
            .http_connector(&self.settings, &self.components)
            .call(request);
        HttpConnectorFuture::new(to_its_end(call))
    }
}

/// The answer, read up to a limit.
async fn to_its_end(call: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
    let answer = call.await?;
    Ok(answer.map(|body| SdkBody::from_body_1_x(Limited::new(body, MOST))))
}

/// The bundle's certificates. The library panics on a bad one, so each is tried first.
fn certificates(bundle: &CaBundle) -> Result<TrustStore> {
    let failed = |cause: &dyn std::fmt::Display| {
        Error::new(
            Kind::Usage,
            format!("cannot use the CA bundle {}", bundle.shown),
        )
        .cause(cause)
        .hint("unset AWS_CA_BUNDLE    # or name a file of PEM certificates")
    };
    let pem = bundle.read().map_err(|why| failed(&why))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| failed(&error))?;
    let mut store = TrustStore::empty().with_native_roots(false);
    let mut found = false;
    for certificate in certificates {
        if RootCertStore::empty().add(certificate.clone()).is_ok() {
            store.add_pem_certificate(pem_of(&certificate));
            found = true;
        }
    }
    if found {
        Ok(store)
    } else {
        Err(failed(&"it holds no certificate"))
    }
}

fn pem_of(certificate: &CertificateDer<'_>) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}
