//! Refuses, before anything is sent, every operation that is not on the list.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use thiserror::Error;

use super::operations::{self, Operation, Purpose};

/// An operation that the program may not send.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("operation `{operation}` is not on the read-only list")]
pub struct NotListed {
    /// The operation as IAM writes it.
    pub operation: String,
}

/// The interceptor that stands in every client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    purpose: Purpose,
}

impl Guard {
    pub(super) fn new(purpose: Purpose) -> Self {
        Self { purpose }
    }

    fn check(self, cfg: &ConfigBag) -> Result<(), NotListed> {
        match listed(cfg) {
            Ok(operation) if self.purpose.covers(operation) => Ok(()),
            Ok(operation) => Err(NotListed { operation: operation.action.to_owned() }),
            Err(not_listed) => Err(not_listed),
        }
    }
}

/// The operation that the SDK is about to send, where it is on the list.
pub(super) fn listed(cfg: &ConfigBag) -> Result<&'static Operation, NotListed> {
    let Some(metadata) = cfg.load::<Metadata>() else {
        return Err(NotListed { operation: "unnamed".to_owned() });
    };
    let service = operations::prefix(metadata.service());
    operations::find(&service, metadata.name())
        .ok_or_else(|| NotListed { operation: format!("{service}:{}", metadata.name()) })
}

impl Intercept for Guard {
    fn name(&self) -> &'static str {
        "ReadOnlyGuard"
    }

    // NOTE: the first hook of a client that knows the operation; `read_before_execution` of client interceptors runs
    // before the operation's own configuration is applied.
    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Ok(self.check(cfg)?)
    }
}
