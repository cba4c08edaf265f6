//! Failed requests, in our own words: the SDK's messages contain dumps of requests and responses.

use std::error::Error as _;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::Value;

use super::interrupt::Interrupted;
use super::plain;
use crate::system::error::{Error, Kind};

/// A request that failed.
#[derive(Debug)]
pub enum Fault {
    /// The service answered with an error.
    Service {
        code: String,
        status: u16,
        message: Option<String>,
    },
    /// The answer is not one of the service.
    Nonsense { status: u16 },
    /// There was no answer; the causes from the highest to the lowest.
    Unreachable(Vec<String>),
    /// Our own failure: the request could not be built.
    Client(String),
    /// Ctrl-C.
    Interrupted,
}

impl From<Interrupted> for Fault {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

impl Fault {
    pub fn of<E: ProvideErrorMetadata + std::error::Error + 'static>(
        error: &SdkError<E, HttpResponse>,
    ) -> Self {
        match error {
            SdkError::ServiceError(service) => {
                let (raw, meta) = (service.raw(), service.err().meta());
                let body: Option<Value> = raw
                    .body()
                    .bytes()
                    .and_then(|bytes| serde_json::from_slice(bytes).ok());
                let field = |name: &str| body.as_ref()?.get(name)?.as_str().map(str::to_owned);
                // The type is in a header or `__type`; a proxy or an old mock may leave only the
                // OAuth code (aws-contract 4.5).
                let code = meta
                    .code()
                    .map(str::to_owned)
                    .or_else(|| field("error").map(|code| exception(&code).to_owned()));
                let status = raw.status().as_u16();
                match code {
                    Some(code) => {
                        let message = field("error_description")
                            .or_else(|| field("message"))
                            .or_else(|| meta.message().map(str::to_owned));
                        Self::Service {
                            code,
                            status,
                            message,
                        }
                    }
                    None => Self::Nonsense { status },
                }
            }
            SdkError::ResponseError(response) => Self::Nonsense {
                status: response.raw().status().as_u16(),
            },
            SdkError::TimeoutError(_) => Self::late(),
            SdkError::DispatchFailure(failure) => {
                let mut causes = Vec::new();
                let mut source = failure
                    .as_connector_error()
                    .and_then(|error| error.source());
                while let Some(cause) = source {
                    causes.extend(plain::cause(&cause.to_string()));
                    source = cause.source();
                }
                if causes.is_empty() {
                    causes.push("the connection failed".to_owned());
                }
                Self::Unreachable(causes)
            }
            other => {
                let told = other
                    .source()
                    .map_or_else(|| other.to_string(), ToString::to_string);
                let told = plain::cause(&told);
                Self::Client(told.unwrap_or_else(|| "the request cannot be made".to_owned()))
            }
        }
    }

    pub fn late() -> Self {
        Self::Unreachable(vec!["no answer in time".to_owned()])
    }

    /// True for this error code of the service.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Service { code, .. } if code == name)
    }

    /// True if the service does not know the client registration, or not any more.
    pub fn is_stale_client(&self) -> bool {
        self.is("InvalidClientException") || self.is("UnauthorizedClientException")
    }

    /// True for credentials that AWS refuses, whatever their dates say.
    pub fn is_dead_credentials(&self) -> bool {
        [
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
        ]
        .iter()
        .any(|code| self.is(code))
    }

    /// True for failures that may pass: no network, a fault on AWS's side, throttling.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Nonsense { status } | Self::Service { status, .. } => {
                *status >= 500 || *status == 429
            }
            Self::Client(_) | Self::Interrupted => false,
        }
    }

    /// The error for the user: `message` is what could not be done, `place` is the service.
    pub fn told(self, message: &str, place: &str) -> Error {
        let failed = |kind| Error::new(kind, message);
        match self {
            Self::Service {
                code,
                status,
                message,
            } => {
                let said = message
                    .filter(|text| !text.is_empty())
                    .map_or_else(String::new, |text| format!(": {text}"));
                let told =
                    failed(Kind::Network).cause(format!("{place} answered {status} {code}{said}"));
                match (status, code.as_str()) {
                    (429, _) | (_, "TooManyRequestsException" | "SlowDownException") => {
                        told.hint("try again in a minute: AWS is throttling")
                    }
                    (500.., _) => told.hint("try again in a minute: AWS has a problem"),
                    _ => told,
                }
            }
            Self::Nonsense { status } => failed(Kind::Network)
                .cause(format!(
                    "{place} answered {status} with something that is not from AWS"
                ))
                .hint(
                    "a proxy or a sign-in page of the network may have answered; check \
                     HTTPS_PROXY and AWS_ENDPOINT_URL",
                ),
            Self::Unreachable(causes) => {
                let mut told = failed(Kind::Network).cause(format!("cannot reach {place}"));
                let lowest = causes.last().cloned().unwrap_or_default();
                for cause in causes {
                    told = told.cause(cause);
                }
                // The lowest cause alone does not name the service.
                if let Some(last) = told.causes.last_mut() {
                    *last = format!("cannot reach {place}: {lowest}");
                }
                told.hint("check the network, HTTPS_PROXY and AWS_CA_BUNDLE, then try again")
            }
            Self::Client(cause) => failed(Kind::Failed).cause(cause),
            Self::Interrupted => super::interrupted(),
        }
    }
}

/// The exception for an OAuth error code.
fn exception(code: &str) -> &str {
    match code {
        "access_denied" => "AccessDeniedException",
        "authorization_pending" => "AuthorizationPendingException",
        "expired_token" => "ExpiredTokenException",
        "invalid_client" => "InvalidClientException",
        "invalid_grant" => "InvalidGrantException",
        "invalid_request" => "InvalidRequestException",
        "invalid_scope" => "InvalidScopeException",
        "server_error" => "InternalServerException",
        "slow_down" => "SlowDownException",
        "unauthorized_client" => "UnauthorizedClientException",
        "unsupported_grant_type" => "UnsupportedGrantTypeException",
        other => other,
    }
}

/// The deepest source of an error, which usually has the reason.
pub fn lowest(error: &dyn std::error::Error) -> String {
    let mut lowest = error;
    while let Some(source) = lowest.source() {
        lowest = source;
    }
    plain::cause(&lowest.to_string()).unwrap_or_else(|| "the connection failed".to_owned())
}
