//! One thing that happened to a secret, or was tried.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{AccountId, Outcome, Region, SourceClass};
use crate::snapshot::records::Actor;

/// What an event is to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// GetSecretValue: somebody read a value, or tried to.
    Read,
    /// BatchGetSecretValue, or a decryption by KMS on behalf of Secrets Manager: it stands beside a read, or in its place
    /// where the read itself is out of sight.
    Witness,
    /// A change of a secret, or a step of its rotation.
    Lifecycle,
    /// Anything else: it names a secret and says no more.
    Mention,
}

/// The events that change a secret or tell of its rotation.
///
/// Source: Secrets Manager User Guide, "AWS Secrets Manager event names logged by CloudTrail".
pub(super) const LIFECYCLE: &[&str] = &[
    "CancelRotateSecret",
    "CancelSecretVersionDelete",
    "CreateSecret",
    "DeleteResourcePolicy",
    "DeleteSecret",
    "EndSecretVersionDelete",
    "PutResourcePolicy",
    "PutSecretValue",
    "RemoveRegionsFromReplication",
    "ReplicateSecretToRegions",
    "RestoreSecret",
    "RotateSecret",
    "RotationAbandoned",
    "RotationFailed",
    "RotationStarted",
    "RotationSucceeded",
    "StartSecretVersionDelete",
    "StopReplicationToReplica",
    "TagResource",
    "UntagResource",
    "UpdateSecret",
    "UpdateSecretVersionStage",
];

/// The event by which a value is read.
pub const READ: &str = "GetSecretValue";
/// The event by which many values are read.
pub const BATCH: &str = "BatchGetSecretValue";
/// The event by which KMS opens a value.
pub const DECRYPT: &str = "Decrypt";

impl EventKind {
    /// The kind of an event of Secrets Manager.
    pub fn of(name: &str) -> Self {
        match name {
            READ => Self::Read,
            BATCH => Self::Witness,
            _ if LIFECYCLE.binary_search(&name).is_ok() => Self::Lifecycle,
            _ => Self::Mention,
        }
    }
}

/// One event, as a record tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEvent {
    /// CloudTrail's id, the same wherever the event is delivered.
    pub id: String,
    /// The id that the records of both accounts share where a call crosses accounts.
    pub shared_id: Option<String>,
    /// When.
    pub time: Timestamp,
    /// The account in whose trail it stands.
    pub account: AccountId,
    /// The Region in which the call was made.
    pub region: Region,
    /// Its name, such as `GetSecretValue`.
    pub name: String,
    /// What it is to this program.
    pub kind: EventKind,
    /// The secrets, as the record names them: ARNs, parts of ARNs, or names; a batch may name many.
    pub secrets: Vec<String>,
    /// Who.
    pub actor: Actor,
    /// The name of the session, or the source identity in its place; empty where there is neither.
    pub session: String,
    /// From what kind of place.
    pub via: SourceClass,
    /// The address, VPC endpoint or service; empty where the record does not say.
    pub source: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The error code; absent where there was none.
    pub error: Option<String>,
    /// The service's sentence; absent where there was none.
    pub message: Option<String>,
    /// The label or version id that was asked for, where it is another than AWSCURRENT.
    pub version: Option<String>,
    /// Whether it was done in the AWS console.
    pub console: bool,
    /// Of a deletion: whether it was without recovery.
    pub forced: bool,
    /// Of a deletion: the days of recovery that were asked for.
    pub recovery_days: Option<i64>,
    /// Of a batch: whether its filters take everything.
    pub catch_all: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(LIFECYCLE.is_sorted());
    }

    #[test]
    fn kinds_of_events() {
        let cases = [
            ("GetSecretValue", EventKind::Read),
            ("BatchGetSecretValue", EventKind::Witness),
            ("RotationFailed", EventKind::Lifecycle),
            ("CreateSecret", EventKind::Lifecycle),
            ("DescribeSecret", EventKind::Mention),
            ("ListSecrets", EventKind::Mention),
        ];
        for (name, kind) in cases {
            assert_eq!(EventKind::of(name), kind, "{name}");
        }
    }
}
