//! The HTTP client that all requests share: proxies from the environment, certificates from a
//! bundle when one is named, else from the system.

use std::io::ErrorKind;
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpClient};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::system::env::Env;
use crate::system::error::{Error, Kind, Result};
use crate::system::files;

/// How to reach others: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, and `AWS_CA_BUNDLE`, the profile's
/// `ca_bundle` or `REQUESTS_CA_BUNDLE`.
#[derive(Clone, Debug)]
pub struct Http {
    tls: TlsContext,
}

impl Http {
    /// # Errors
    /// A CA bundle that cannot be read or holds no certificate.
    pub fn new(env: &Env, profile_bundle: Option<&str>) -> Result<Self> {
        let bundle = env
            .var("AWS_CA_BUNDLE")
            .or(profile_bundle)
            .or_else(|| env.var("REQUESTS_CA_BUNDLE"));
        let trust =
            bundle.map_or_else(|| Ok(TrustStore::default()), |path| certificates(env, path))?;
        let tls = TlsContext::builder().with_trust_store(trust).build();
        Ok(Self {
            tls: tls.map_err(|error| Error::new(Kind::Failed, "cannot set up TLS").cause(error))?,
        })
    }

    /// The client for the SDKs.
    pub fn client(&self) -> SharedHttpClient {
        let this = self.clone();
        Builder::new().build_with_connector_fn(move |settings, components| {
            let mut connector = this.connector();
            connector.set_connector_settings(settings.cloned());
            if let Some(components) = components {
                connector.set_sleep_impl(components.sleep_impl());
            }
            this.build(connector)
        })
    }

    /// One plain request, which follows no redirect and waits no longer than `limit`.
    pub async fn send(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, String> {
        let call = self.build(self.connector()).call(request);
        match tokio::time::timeout(limit, call).await {
            Ok(answer) => answer.map_err(|error| crate::net::fault::lowest(&error)),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    fn connector(&self) -> ConnectorBuilder {
        // The library's one-step `build_https` ignores the proxy variables.
        Connector::builder().proxy_config(ProxyConfig::from_env())
    }

    fn build(&self, connector: ConnectorBuilder) -> Connector {
        connector
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(self.tls.clone())
            .build()
    }
}

/// The bundle's certificates. The library panics on one that it cannot use, so each is tried first.
fn certificates(env: &Env, path: &str) -> Result<TrustStore> {
    let path = match path.strip_prefix("~/").zip(env.home()) {
        Some((rest, home)) => home.join(rest),
        None => path.into(),
    };
    let failed = |cause: &dyn std::fmt::Display| {
        Error::new(
            Kind::Usage,
            format!("cannot use the CA bundle {}", env.tilde(&path)),
        )
        .cause(cause)
        .hint("unset AWS_CA_BUNDLE    # or name a file of PEM certificates")
    };
    let pem = files::read(&path, files::LARGE)
        .and_then(|pem| pem.ok_or_else(|| ErrorKind::NotFound.into()))
        .map_err(|error| failed(&files::why(&error)))?;
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
