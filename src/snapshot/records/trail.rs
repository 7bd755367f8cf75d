//! What CloudTrail says about secrets, added up, and how far it could be seen.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{Outcome, SourceClass, TrailCounts, TrailSpan};

/// Who acted, as CloudTrail tells it: what stays the same from call to call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The ARN of the role or user behind a session, the name of a service, or an id where there is nothing better.
    pub principal: String,
    /// `userIdentity.type`; `AWSService` where a service event has none.
    pub identity: String,
    /// The account of the principal; absent for services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Whether a person acts; absent where the record does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<bool>,
}

/// Calls of one principal about one secret that ended alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGroup {
    /// The secret: its ARN, or what the caller wrote.
    pub secret: String,
    /// Who.
    pub actor: Actor,
    /// The event.
    pub event: String,
    /// What became of the calls.
    pub outcome: Outcome,
    /// The error code; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// From where.
    pub via: SourceClass,
    /// How many.
    pub count: u64,
    /// The first.
    pub first: Timestamp,
    /// The last.
    pub last: Timestamp,
    /// UTC hour, as `YYYY-MM-DDTHH`, to the number of calls in it.
    pub hours: BTreeMap<String, u64>,
    /// Addresses, VPC endpoints or services from which the calls came.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sources: BTreeSet<String>,
    /// Names of sessions and source identities.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sessions: BTreeSet<String>,
    /// Label or version id, other than AWSCURRENT, to the last call that asked for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, Timestamp>,
    /// The service's reasons for refusing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reasons: BTreeSet<String>,
}

/// A change of a secret, a step of its rotation, or a batch that names no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LifecycleEvent {
    /// When.
    pub time: Timestamp,
    /// The event.
    pub event: String,
    /// The secret: its ARN, or what the caller wrote; empty where the record names none.
    pub secret: String,
    /// Who.
    pub actor: Actor,
    /// The name of the session; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The error code; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The service's sentence; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether it was done in the AWS console.
    #[serde(default)]
    pub console: bool,
    /// Of a deletion: whether it was without recovery.
    #[serde(default)]
    pub forced: bool,
    /// Of a deletion: the days of recovery that were asked for; absent where none were (AWS gives 30 then).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_days: Option<i64>,
    /// Of a batch: whether its filters take everything.
    #[serde(default)]
    pub catch_all: bool,
    /// CloudTrail's id of the event.
    pub id: String,
}

/// How far a source shows what happened in one account and Region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The source, as the user named it.
    pub source: String,
    /// When events were recorded; in order, without overlap.
    pub spans: Vec<TrailSpan>,
    /// Whether reads are among what was recorded; absent where nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<bool>,
    /// Records that are no reads.
    #[serde(default)]
    pub counts: TrailCounts,
}
