//! What KMS says about the keys that secrets use.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A key that a secret names, and what KMS answered about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Every form in which secrets named it: key id, key ARN, alias name, alias ARN.
    pub named: Vec<String>,
    /// What DescribeKey said; absent where the key does not exist (NotFoundException).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<KeyFacts>,
    /// The key policy as KMS wrote it (GetKeyPolicy); absent where it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What GetKeyRotationStatus said; absent where it was not read or does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<KeyRotation>,
    /// The grants (ListGrants); absent where they were not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<Grant>>,
}

/// The metadata of a key.
///
/// Source: KMS API Reference, `KeyMetadata`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFacts {
    /// Its ARN.
    pub arn: String,
    /// Its id.
    pub id: String,
    /// The account that owns it.
    pub account: String,
    /// `AWS` or `CUSTOMER`.
    pub manager: String,
    /// `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable` and so on.
    pub state: String,
    /// `SYMMETRIC_DEFAULT` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// `ENCRYPT_DECRYPT` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// `AWS_KMS`, `EXTERNAL`, `AWS_CLOUDHSM` or `EXTERNAL_KEY_STORE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When it will be deleted, for `PendingDeletion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<Timestamp>,
    /// When its imported material expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
    /// Whether it is a multi-Region key.
    #[serde(default)]
    pub multi_region: bool,
}

/// Automatic rotation of a key's material.
///
/// Source: KMS API Reference, `GetKeyRotationStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRotation {
    /// Whether it is on.
    pub enabled: bool,
    /// Days between rotations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_days: Option<i64>,
}

/// A grant on a key.
///
/// Source: KMS API Reference, `GrantListEntry`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: String,
    /// Who may use the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantee: Option<String>,
    /// Who may retire the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retiring: Option<String>,
    /// What the grantee may do, such as `Decrypt`.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Encryption context that must be contained.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub context_subset: std::collections::BTreeMap<String, String>,
    /// Encryption context that must be equal.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub context_equals: std::collections::BTreeMap<String, String>,
}
