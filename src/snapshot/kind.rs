//! The kinds of answers that a snapshot holds.

use serde::{Deserialize, Serialize};

/// What a shard holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// [`records::Identity`](super::records::Identity): who asked, in one account.
    Identity,
    /// [`records::Secret`](super::records::Secret): the inventory of a Region.
    Secrets,
    /// [`records::SecretVersions`](super::records::SecretVersions), per secret.
    Versions,
    /// [`records::ResourcePolicy`](super::records::ResourcePolicy), per secret.
    ResourcePolicies,
    /// [`records::Replication`](super::records::Replication), per replicated secret.
    Replication,
    /// [`records::Key`](super::records::Key): the keys that secrets use.
    Keys,
    /// [`records::Authorization`](super::records::Authorization): IAM of an account, one record.
    Authorization,
    /// [`records::Credential`](super::records::Credential): the credential report.
    Credentials,
    /// [`records::Organization`](super::records::Organization), one record.
    Organization,
    /// [`records::Trail`](super::records::Trail): the trails that are visible in a Region.
    Trails,
    /// [`records::EventDataStore`](super::records::EventDataStore): CloudTrail Lake, in the Region where a store lives.
    EventDataStores,
    /// [`records::EventRule`](super::records::EventRule): EventBridge rules that may be about Secrets Manager.
    EventRules,
    /// [`records::LogGroup`](super::records::LogGroup): the log groups that trails feed, with their metric filters.
    MetricFilters,
    /// [`records::Alarm`](super::records::Alarm): on the metrics of those filters.
    Alarms,
    /// [`records::ConfigRule`](super::records::ConfigRule): Secrets Manager rules of AWS Config.
    ConfigRules,
    /// [`records::Function`](super::records::Function): rotation functions.
    Functions,
    /// [`records::AccessGroup`](super::records::AccessGroup): who read what, by CloudTrail.
    Accesses,
    /// [`records::LifecycleEvent`](super::records::LifecycleEvent): changes and rotations, by CloudTrail.
    Lifecycle,
    /// [`records::Coverage`](super::records::Coverage): when CloudTrail was seen to record, one record for each source.
    Coverage,
}

impl Kind {
    /// Every kind, in the order in which a collection writes them.
    pub const ALL: [Self; 19] = [
        Self::Identity,
        Self::Secrets,
        Self::Versions,
        Self::ResourcePolicies,
        Self::Replication,
        Self::Keys,
        Self::Authorization,
        Self::Credentials,
        Self::Organization,
        Self::Trails,
        Self::EventDataStores,
        Self::EventRules,
        Self::MetricFilters,
        Self::Alarms,
        Self::ConfigRules,
        Self::Functions,
        Self::Accesses,
        Self::Lifecycle,
        Self::Coverage,
    ];

    /// The name in file names and manifests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Secrets => "secrets",
            Self::Versions => "versions",
            Self::ResourcePolicies => "resource-policies",
            Self::Replication => "replication",
            Self::Keys => "keys",
            Self::Authorization => "authorization",
            Self::Credentials => "credentials",
            Self::Organization => "organization",
            Self::Trails => "trails",
            Self::EventDataStores => "event-data-stores",
            Self::EventRules => "event-rules",
            Self::MetricFilters => "metric-filters",
            Self::Alarms => "alarms",
            Self::ConfigRules => "config-rules",
            Self::Functions => "functions",
            Self::Accesses => "accesses",
            Self::Lifecycle => "lifecycle",
            Self::Coverage => "coverage",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The call that answers it, as IAM writes it.
    pub fn call(self) -> &'static str {
        match self {
            Self::Identity => "sts:GetCallerIdentity",
            Self::Secrets => "secretsmanager:ListSecrets",
            Self::Versions => "secretsmanager:ListSecretVersionIds",
            Self::ResourcePolicies => "secretsmanager:GetResourcePolicy",
            Self::Replication => "secretsmanager:DescribeSecret",
            Self::Keys => "kms:DescribeKey",
            Self::Authorization => "iam:GetAccountAuthorizationDetails",
            Self::Credentials => "iam:GetCredentialReport",
            Self::Organization => "organizations:DescribeOrganization",
            Self::Trails => "cloudtrail:DescribeTrails",
            Self::EventDataStores => "cloudtrail:ListEventDataStores",
            Self::EventRules => "events:ListRules",
            Self::MetricFilters => "logs:DescribeMetricFilters",
            Self::Alarms => "cloudwatch:DescribeAlarms",
            Self::ConfigRules => "config:DescribeConfigRules",
            Self::Functions => "lambda:GetFunctionConfiguration",
            Self::Accesses | Self::Lifecycle | Self::Coverage => "cloudtrail:LookupEvents",
        }
    }

    /// How many records a shard holds at most: per-secret kinds are cut so that a lost shard costs little time.
    pub fn shard_size(self) -> usize {
        match self {
            Self::Secrets | Self::Versions | Self::ResourcePolicies | Self::Replication => 1_000,
            _ => usize::MAX,
        }
    }
}
