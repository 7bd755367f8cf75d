//! Who changed a secret.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, Outcome, Region};

/// A change of a secret, or a step of its rotation, that CloudTrail recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SecretChange {
    /// When.
    pub time: Timestamp,
    /// The account in whose trail it stands.
    pub account: AccountId,
    /// The Region in whose trail it stands.
    pub region: Region,
    /// The secret: its ARN, or what the caller wrote where no ARN is known.
    pub secret: String,
    /// The event, such as `PutSecretValue`.
    pub event: String,
    /// Who: the ARN of the role or user behind a session, the name of a service, or an id where there is nothing better.
    pub principal: String,
    /// The name of the session; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// Whether it was done in the AWS console.
    #[serde(default)]
    pub console: bool,
    /// What became of it.
    pub outcome: Outcome,
}

impl SecretChange {
    /// Whether it is about the secret with this ARN.
    pub fn is_about(&self, arn: &str) -> bool {
        self.secret == arn
    }
}
