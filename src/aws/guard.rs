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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::aws::Failure;
    use crate::aws::clients::tests::session;

    /// An address to which nobody has connected, as long as nobody has.
    struct Witness(TcpListener);

    impl Witness {
        fn new() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            Self(listener)
        }

        fn endpoint(&self) -> String {
            format!("http://{}", self.0.local_addr().unwrap())
        }

        /// Whether anybody connected since the last question; whoever did is turned away.
        fn saw_somebody(&self) -> bool {
            self.0.accept().is_ok()
        }
    }

    #[tokio::test]
    async fn what_reads_or_writes_a_value_is_refused_before_anything_is_sent() {
        let witness = Witness::new();
        let clients = session(Purpose::Audit, &witness.endpoint()).home();
        let client = clients.secrets_manager();
        let failures = [
            Failure::from(client.get_secret_value().secret_id("x").send().await.unwrap_err()),
            Failure::from(client.batch_get_secret_value().secret_id_list("x").send().await.unwrap_err()),
            Failure::from(
                client.put_secret_value().secret_id("x").secret_string("v").send().await.unwrap_err(),
            ),
        ];
        let sentences: Vec<_> = failures.iter().map(|failure| failure.message.as_str()).collect();
        assert_eq!(
            sentences,
            [
                "operation `secretsmanager:GetSecretValue` is not on the read-only list",
                "operation `secretsmanager:BatchGetSecretValue` is not on the read-only list",
                "operation `secretsmanager:PutSecretValue` is not on the read-only list",
            ]
        );
        assert!(!witness.saw_somebody());
    }

    #[tokio::test]
    async fn what_is_listed_is_sent() {
        let witness = Witness::new();
        let clients = session(Purpose::Audit, &witness.endpoint()).home();
        let asking = clients.secrets_manager().list_secrets().send();
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), asking).await;
        assert!(witness.saw_somebody());
    }

    #[tokio::test]
    async fn a_client_of_another_purpose_may_not_audit() {
        let witness = Witness::new();
        let clients = session(Purpose::Athena, &witness.endpoint()).home();
        let failure: Failure = clients.secrets_manager().list_secrets().send().await.unwrap_err().into();
        assert_eq!(failure.message, "operation `secretsmanager:ListSecrets` is not on the read-only list");
        assert!(!witness.saw_somebody());
    }

    #[tokio::test]
    async fn only_who_publishes_may_write_to_security_hub() {
        let witness = Witness::new();
        for purpose in [Purpose::Audit, Purpose::S3, Purpose::Athena] {
            let clients = session(purpose, &witness.endpoint()).home();
            let finding = aws_sdk_securityhub::types::AwsSecurityFinding::builder().build();
            let asked = clients.security_hub().batch_import_findings().findings(finding).send();
            let failure = Failure::from(asked.await.unwrap_err());
            let sentence = "operation `securityhub:BatchImportFindings` is not on the read-only list";
            assert_eq!(failure.message, sentence, "{purpose:?}");
        }
        assert!(!witness.saw_somebody());
    }

    /// A client that somebody makes beside `clients.rs`, with its HTTP client and without the interceptors.
    #[tokio::test]
    async fn a_client_without_a_guard_gets_nowhere() {
        let witness = Witness::new();
        let guarded = session(Purpose::Audit, &witness.endpoint());
        let bare = aws_sdk_secretsmanager::Config::from(&guarded.unguarded());
        let client = aws_sdk_secretsmanager::Client::from_conf(bare);
        let failure: Failure = client.get_secret_value().secret_id("x").send().await.unwrap_err().into();
        assert_eq!(failure.message, "user error: a request came without passing the read-only guard");
        assert!(!witness.saw_somebody());
    }
}
