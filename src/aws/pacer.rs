//! Puts every attempt, the retries too, through the limiter, and counts what is sent.
//!
//! Interceptors of the SDK cannot wait, and its HTTP connectors do not know the operation. So an interceptor hangs a
//! ticket on each request, and the connector below waits until the ticket's bucket lets it through. The wait lies inside
//! of what the SDK takes for the attempt, which is why clients have a connect and a read timeout but none per attempt.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::codes;
use super::guard;
use super::limiter::{Bucket, Limiter};
use crate::model::{AccountId, Region};

/// How much was sent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests, retries included.
    pub calls: u64,
    /// Answers that said "too much".
    pub throttled: u64,
    /// Requests that were repeated, for whatever reason.
    pub retried: u64,
}

/// The counters of a run.
#[derive(Debug, Default)]
pub(super) struct Counters {
    calls: AtomicU64,
    throttled: AtomicU64,
    retried: AtomicU64,
    by_service: Mutex<BTreeMap<&'static str, u64>>,
}

impl Counters {
    /// Requests by the service's prefix.
    pub(super) fn by_service(&self) -> BTreeMap<&'static str, u64> {
        self.by_service.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn sent(&self, service: &'static str) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        *self.by_service.lock().unwrap_or_else(PoisonError::into_inner).entry(service).or_default() += 1;
    }

    pub(super) fn read(&self) -> Counts {
        Counts {
            calls: self.calls.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
            retried: self.retried.load(Ordering::Relaxed),
        }
    }
}

/// The interceptor that hangs tickets on requests and listens to what AWS says of the rate.
#[derive(Clone, Debug)]
pub(super) struct Pacer {
    limiter: Arc<Limiter>,
    counters: Arc<Counters>,
    account: AccountId,
    region: Region,
}

impl Pacer {
    pub(super) fn new(
        limiter: Arc<Limiter>,
        counters: Arc<Counters>,
        account: AccountId,
        region: Region,
    ) -> Self {
        Self { limiter, counters, account, region }
    }

    fn bucket(&self, cfg: &ConfigBag) -> Result<Arc<Bucket>, guard::NotListed> {
        Ok(self.limiter.bucket(&self.account, &self.region, guard::listed(cfg)?))
    }
}

impl Intercept for Pacer {
    fn name(&self) -> &'static str {
        "Pacer"
    }

    // NOTE: a retried request loses its extensions, hence one ticket per attempt.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let again = cfg.load::<RequestAttempts>().is_some_and(|attempts| attempts.attempts() > 1);
        self.counters.sent(guard::listed(cfg)?.service);
        self.counters.retried.fetch_add(u64::from(again), Ordering::Relaxed);
        context.request_mut().add_extension(Ticket(self.bucket(cfg)?));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let bucket = self.bucket(cfg)?;
        if says_too_much(context.response()) {
            self.counters.throttled.fetch_add(1, Ordering::Relaxed);
            bucket.throttled();
        } else {
            bucket.answered();
        }
        Ok(())
    }
}

fn says_too_much(response: &HttpResponse) -> bool {
    let status = response.status().as_u16();
    if status == 429 {
        return true;
    }
    let header = response.headers().get("x-amzn-errortype");
    let body = response.body().bytes().unwrap_or_default();
    status >= 400 && codes::of_response(header, body).is_some_and(|code| codes::is_throttling(&code))
}

/// What the interceptor hangs on a request.
#[derive(Clone, Debug)]
struct Ticket(Arc<Bucket>);

/// An HTTP client that lets a request through when its ticket's turn has come, and none without a ticket.
#[derive(Debug)]
pub(super) struct PacedHttpClient {
    inner: SharedHttpClient,
}

impl PacedHttpClient {
    pub(super) fn new(inner: SharedHttpClient) -> Self {
        Self { inner }
    }
}

impl HttpClient for PacedHttpClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(PacedConnector { inner: self.inner.http_connector(settings, components) })
    }
}

struct PacedConnector {
    inner: SharedHttpConnector,
}

impl fmt::Debug for PacedConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PacedConnector")
    }
}

impl HttpConnector for PacedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(Ticket(bucket)) = request.extension::<Ticket>().cloned() else {
            let error = ConnectorError::user("a request came without passing the read-only guard".into());
            return HttpConnectorFuture::ready(Err(error));
        };
        let inner = self.inner.clone();
        HttpConnectorFuture::new(async move {
            let _admission = bucket.admit().await;
            inner.call(request).await
        })
    }
}
