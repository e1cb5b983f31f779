//! Requests to one server, over connections that are kept: TLS by rustls, `TCP_NODELAY`, gzip, no redirect followed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, RETRY_AFTER, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt as _};
use kube::config::AuthInfo;
use tokio::time::{Instant, sleep, timeout_at};
use tower::{BoxError, ServiceExt as _};
use tower_http::decompression::DecompressionLayer;

use super::answer;
use super::credentials::Identity;
use super::failure::Failure;
use super::proxy::{Proxy, Scheme};
use super::reason;
use super::settings::Settings;

/// How often a request is made again when the server asks for it, as in client-go.
const RETRIES: usize = 10;

/// How long a connection may rest before it is looked after, or not used any more: what stands in between may have
/// forgotten it.
const ALIVE: Duration = Duration::from_secs(30);

const NAME: &str = concat!("trimtab/", env!("CARGO_PKG_VERSION"));

/// The connections to a server, without credentials but a client certificate.
#[derive(Clone)]
pub(super) struct Client(kube::Client);

/// The connections to a server, and who asks.
#[derive(Clone)]
pub(super) struct Connection {
    client: kube::Client,
    authorization: Option<HeaderValue>,
}

/// How the answer to a request is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// The value of `Accept`.
    pub(super) accept: &'static str,
    /// Whether it goes on without an end, and each part is needed at once.
    pub(super) is_stream: bool,
}

impl Wanted {
    pub(super) const JSON: Self = Self {
        accept: "application/json",
        is_stream: false,
    };
}

impl Client {
    /// Prepares to ask a server, without asking it. To be called within the runtime.
    ///
    /// # Errors
    /// When the certificates or the values of headers cannot be used.
    pub(super) fn new(settings: &Settings, identity: Option<&Identity>) -> Result<Self, String> {
        let config = config(settings, identity);
        let tls = |error: kube::Error| reason::of(&error);
        let tcp = tcp(settings.timeout);
        let Some(proxy) = &settings.proxy else {
            let https = config.rustls_https_connector_with_connector(tcp);
            return Self::over(https.map_err(tls)?, &config);
        };
        let url = proxy.url.clone();
        match proxy.scheme {
            Scheme::Http => {
                let tunnel = authorized(Tunnel::new(url, tcp), proxy)?;
                let https = config.rustls_https_connector_with_connector(tunnel);
                Self::over(https.map_err(tls)?, &config)
            }
            Scheme::Https => {
                let https = config.rustls_https_connector_with_connector(tcp);
                let tunnel = authorized(Tunnel::new(url, https.map_err(tls)?), proxy)?;
                let https = config.rustls_https_connector_with_connector(tunnel);
                Self::over(https.map_err(tls)?, &config)
            }
            Scheme::Socks5 => {
                let socks = SocksV5::new(url, tcp);
                let socks = match proxy.user.clone() {
                    Some((user, password)) => socks.with_auth(user, password),
                    None => socks,
                };
                let https = config.rustls_https_connector_with_connector(socks);
                Self::over(https.map_err(tls)?, &config)
            }
        }
    }

    fn over<C>(connector: C, config: &kube::Config) -> Result<Self, String>
    where
        C: Connect + Clone + Send + Sync + 'static,
    {
        let hyper = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(ALIVE)
            .build(connector);
        let headers = config.extra_headers_layer();
        let service = tower::ServiceBuilder::new()
            .layer(config.base_uri_layer())
            .layer(headers.map_err(|error| reason::of(&error))?)
            .layer(DecompressionLayer::new().gzip(!config.disable_compression))
            .service(hyper)
            .map_err(BoxError::from);
        let namespace = config.default_namespace.as_str();
        Ok(Self(kube::Client::new(service, namespace)))
    }
}

/// Connections that send what there is at once, and notice when nobody is there any more; as Go's are. Of several
/// addresses each gets its share of the time.
pub(super) fn tcp(timeout: Duration) -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(timeout));
    tcp.set_keepalive(Some(ALIVE));
    tcp.set_keepalive_interval(Some(ALIVE));
    tcp.enforce_http(false);
    tcp
}

/// A tunnel whose proxy is told who asks.
fn authorized<C>(tunnel: Tunnel<C>, proxy: &Proxy) -> Result<Tunnel<C>, String> {
    match &proxy.user {
        Some((user, password)) => Ok(tunnel.with_auth(basic(user, password)?)),
        None => Ok(tunnel),
    }
}

impl Connection {
    pub(super) fn new(client: Client, authorization: Option<HeaderValue>) -> Self {
        Self {
            client: client.0,
            authorization,
        }
    }

    /// Asks for a path, and again where the server says when to, until the deadline.
    ///
    /// # Errors
    /// When there is no answer, or it reports a failure.
    pub(super) async fn get(
        &self,
        path: &str,
        wanted: Wanted,
        deadline: Instant,
    ) -> Result<Response<Body>, Failure> {
        for _ in 0..RETRIES {
            let response = self.once(path, wanted, deadline).await?;
            let left = deadline.saturating_duration_since(Instant::now());
            match wait(&response).filter(|wait| *wait < left) {
                Some(wait) => sleep(wait).await,
                None => return answer::checked(response, deadline).await,
            }
        }
        answer::checked(self.once(path, wanted, deadline).await?, deadline).await
    }

    async fn once(
        &self,
        path: &str,
        wanted: Wanted,
        deadline: Instant,
    ) -> Result<Response<Body>, Failure> {
        let mut request = Request::get(path)
            .header(ACCEPT, wanted.accept)
            .header(USER_AGENT, NAME);
        if wanted.is_stream {
            request = request.header(ACCEPT_ENCODING, "identity");
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request
            .body(Body::empty())
            .map_err(|error| Failure::Unusable(reason::of(&error)))?;
        match timeout_at(deadline, self.client.send(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(reason::failure(&error)),
            Err(_) => Err(Failure::TimedOut),
        }
    }
}

/// How long the server asks to wait before the request is made again: with 429, or an error of its own.
fn wait(response: &Response<Body>) -> Option<Duration> {
    let status = response.status();
    if status != StatusCode::TOO_MANY_REQUESTS && !status.is_server_error() {
        return None;
    }
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

/// The settings, as kube has them.
fn config(settings: &Settings, identity: Option<&Identity>) -> kube::Config {
    let mut config = kube::Config::new(settings.url.clone());
    config.root_cert.clone_from(&settings.authorities);
    config.accept_invalid_certs = !settings.is_verified;
    config.tls_server_name.clone_from(&settings.tls_server_name);
    config.disable_compression = !settings.is_compressed;
    let mut info = AuthInfo::default();
    if let Some(identity) = identity {
        info.client_certificate_data = Some(STANDARD.encode(&identity.certificate));
        info.client_key_data = Some(STANDARD.encode(&identity.key).into());
    }
    if let Some(impersonated) = settings.impersonated.clone() {
        info.impersonate = Some(impersonated.user);
        info.impersonate_uid = impersonated.uid;
        info.impersonate_groups = Some(impersonated.groups);
        info.impersonate_user_extra = Some(impersonated.extra.into_iter().collect());
    }
    config.auth_info = info;
    config
}

/// The value of an `Authorization` header for a user with a password.
pub(super) fn basic(user: &str, password: &str) -> Result<HeaderValue, String> {
    secret(&format!(
        "Basic {}",
        STANDARD.encode(format!("{user}:{password}"))
    ))
}

/// The value of a header that no log may show.
pub(super) fn secret(text: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| "the token holds characters that no header may have".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}
