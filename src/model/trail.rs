//! Who read which secret: the nouns of CloudTrail's evidence, and the document that `reads` prints.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Gap;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The service did what it was asked.
    Allowed,
    /// A policy, or the lack of one, stopped it.
    Refused,
    /// It failed for another reason, such as a secret that does not exist.
    Failed,
}

impl Outcome {
    /// The word in documents and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// From where a call came.
///
/// Source: CloudTrail User Guide, "CloudTrail record contents", `sourceIPAddress` and `vpcEndpointId`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SourceClass {
    /// An address on the internet.
    Public,
    /// An address of a private network.
    Private,
    /// A VPC endpoint.
    Endpoint,
    /// An AWS service, on somebody's behalf or its own.
    Service,
    /// CloudTrail does not say, or in words that mean nothing here.
    Unknown,
}

impl SourceClass {
    /// The word in documents and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Endpoint => "endpoint",
            Self::Service => "service",
            Self::Unknown => "unknown",
        }
    }
}

/// How often something was seen in one UTC day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayCount {
    /// The day, as `YYYY-MM-DD`.
    pub day: String,
    /// How often.
    pub count: u64,
}

/// Calls of one principal for one secret that ended alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadRow {
    /// The secret's ARN, or its name as the caller wrote it where no ARN is known.
    pub secret: String,
    /// The account that holds the secret.
    pub account: String,
    /// The Region that holds the secret.
    pub region: String,
    /// Who: the ARN of the role or user behind a session, the name of a service, or an id where there is nothing better.
    pub principal: String,
    /// Whether a person acted; absent where nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<bool>,
    /// The event, such as `GetSecretValue`.
    pub event: String,
    /// What became of the calls.
    pub outcome: Outcome,
    /// How many there were.
    pub count: u64,
    /// When the first was.
    pub first: Timestamp,
    /// When the last was.
    pub last: Timestamp,
    /// Error codes, of calls that were refused or failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// Why calls were refused, in the service's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// From where: addresses, VPC endpoints, names of services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Names of the sessions, and the identities that they name as their source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<String>,
    /// Labels and version ids other than AWSCURRENT that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Counts by day, in order; days without a call are left out.
    pub days: Vec<DayCount>,
}

/// A span in which read events of an account and Region were recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TrailSpan {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// What was looked at in one account and Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CoveredPlace {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The source, as the user named it.
    pub source: String,
    /// When reads were recorded, as far as is known.
    pub spans: Vec<TrailSpan>,
}

/// Records that are no reads, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TrailCounts {
    /// Records of Secrets Manager, and of KMS on its behalf, that were looked at.
    pub records: u64,
    /// The same event again: in another file, or from the other account of a cross-account call.
    #[serde(skip_serializing_if = "is_zero")]
    pub duplicates: u64,
    /// Network activity of VPC endpoints, which repeats what the other records say.
    #[serde(skip_serializing_if = "is_zero")]
    pub network_activity: u64,
    /// Decryptions and batches that stand beside the read they belong to.
    #[serde(skip_serializing_if = "is_zero")]
    pub beside_a_read: u64,
    /// Calls for a value that name no secret.
    #[serde(skip_serializing_if = "is_zero")]
    pub without_secret: u64,
    /// Before or after the time asked for.
    #[serde(skip_serializing_if = "is_zero")]
    pub outside_time: u64,
    /// Later than now.
    #[serde(skip_serializing_if = "is_zero")]
    pub in_future: u64,
    /// Records that could not be read.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl TrailCounts {
    /// Adds the counts of another source.
    pub fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.duplicates += other.duplicates;
        self.network_activity += other.network_activity;
        self.beside_a_read += other.beside_a_read;
        self.without_secret += other.without_secret;
        self.outside_time += other.outside_time;
        self.in_future += other.in_future;
        self.unreadable += other.unreadable;
    }
}

/// What `reads` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reads {
    /// The version of this document.
    pub version: u32,
    /// The sources that were looked at.
    pub sources: Vec<String>,
    /// From when on, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Who read what, by secret and principal.
    pub reads: Vec<ReadRow>,
    /// When reads were recorded, place by place.
    pub coverage: Vec<CoveredPlace>,
    /// Records that are no reads.
    pub counts: TrailCounts,
    /// What could not be seen, and why.
    pub gaps: Vec<Gap>,
}
