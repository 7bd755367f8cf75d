//! What the other services say about an account: identity, organization, trails, Config, functions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who asked (GetCallerIdentity).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The account.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
}

/// An account of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgAccount {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `ACTIVE`, `SUSPENDED` or `PENDING_CLOSURE`.
    pub status: String,
    /// The root or organizational unit it stands in; absent where that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// A root or an organizational unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgUnit {
    /// `r-…` or `ou-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The unit above; absent for a root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// A service or resource control policy with what it is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgPolicy {
    /// `p-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `SERVICE_CONTROL_POLICY` or `RESOURCE_CONTROL_POLICY`.
    #[serde(rename = "type")]
    pub policy_type: String,
    /// The document.
    pub document: String,
    /// Ids of the roots, units and accounts it is attached to.
    pub targets: Vec<String>,
}

/// The organization as far as the caller may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// `o-…`.
    pub id: String,
    /// The management account.
    pub management_account: String,
    /// Accounts; empty where listing was refused, which is a gap beside the record.
    #[serde(default)]
    pub accounts: Vec<OrgAccount>,
    /// Roots and units.
    #[serde(default)]
    pub units: Vec<OrgUnit>,
    /// Policies.
    #[serde(default)]
    pub policies: Vec<OrgPolicy>,
}

/// Whether a trail is running (GetTrailStatus).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailStatus {
    /// Whether it is logging now.
    pub logging: bool,
    /// When it last delivered to its bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_delivery: Option<Timestamp>,
    /// Amazon S3's error of the last delivery; absent where it went well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_error: Option<String>,
    /// When logging was last started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When logging was last stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Timestamp>,
}

/// What a trail records (GetEventSelectors). A trail has selectors of the one kind or of the other.
///
/// Source: CloudTrail API Reference, `EventSelector` and `AdvancedEventSelector`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventSelectors {
    /// Basic selectors.
    Basic(Vec<BasicSelector>),
    /// Advanced selectors: each a conjunction of conditions on fields.
    Advanced(Vec<AdvancedSelector>),
}

/// A basic event selector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasicSelector {
    /// `All`, `ReadOnly` or `WriteOnly`.
    pub read_write: String,
    /// Whether it takes management events.
    pub management: bool,
    /// Event sources whose management events it leaves out.
    #[serde(default)]
    pub excluded_sources: Vec<String>,
}

/// An advanced event selector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvancedSelector {
    /// Its name, which means nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The conditions, all of which must hold.
    pub fields: Vec<FieldSelector>,
}

/// One condition of an advanced event selector: operator to values, such as `equals` to `Management`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSelector {
    /// The field, such as `eventCategory`.
    pub field: String,
    /// Operator (`equals`, `startsWith`, `notEquals`, …) to its values.
    pub operators: BTreeMap<String, Vec<String>>,
}

/// A trail as seen in one Region.
///
/// Source: CloudTrail API Reference, `Trail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The Region in which it was made.
    pub home_region: String,
    /// Whether it records every Region.
    pub multi_region: bool,
    /// Whether it records every account of the organization.
    pub organization: bool,
    /// Its bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The prefix in the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Whether it writes digests by which its files can be verified.
    pub validation: bool,
    /// Its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// The log group that it feeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
    /// Whether it runs; absent where that was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TrailStatus>,
    /// What it records; absent where that was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selectors: Option<EventSelectors>,
}

/// AWS Config's verdict on one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compliance {
    /// The resource's id as Config writes it: for a secret its ARN.
    pub resource: String,
    /// `COMPLIANT`, `NON_COMPLIANT`, `NOT_APPLICABLE` or `INSUFFICIENT_DATA`.
    pub verdict: String,
    /// Config's reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
}

/// A Config rule about Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRule {
    /// Its name, which anybody may choose.
    pub name: String,
    /// The managed rule behind it, such as `SECRETSMANAGER_SECRET_UNUSED`.
    pub identifier: String,
    /// Its parameters as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<String>,
    /// `ACTIVE`, `DELETING` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Its verdicts; absent where they were not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Vec<Compliance>>,
}

/// The state of a function (GetFunctionConfiguration).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionState {
    /// Its role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// `Active`, `Inactive`, `Failed` or `Pending`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Why it is in that state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<String>,
    /// `Successful`, `Failed` or `InProgress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update: Option<String>,
    /// Its runtime, such as `python3.13`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
}

/// The resource policy of a function (GetPolicy).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionPolicy {
    /// The policy; absent where the function has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// A rotation function that a secret names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its ARN as the secret writes it.
    pub arn: String,
    /// Its state; absent where it does not exist (ResourceNotFoundException).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<FunctionState>,
    /// Its policy; absent where it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<FunctionPolicy>,
}
