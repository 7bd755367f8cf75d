//! What keeps and reports events beside trails: event data stores, event rules, metric filters, alarms.

use serde::{Deserialize, Serialize};

use super::AdvancedSelector;

/// A CloudTrail Lake event data store (GetEventDataStore).
///
/// Source: CloudTrail API Reference, `GetEventDataStore`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDataStore {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `ENABLED`, `STOPPED_INGESTION`, `PENDING_DELETION` and so on; absent where it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether it records every Region, or only its own.
    #[serde(default)]
    pub multi_region: bool,
    /// Whether it records every account of the organization.
    #[serde(default)]
    pub organization: bool,
    /// What it records; absent where it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selectors: Option<Vec<AdvancedSelector>>,
}

/// An EventBridge rule of the default event bus whose pattern may be about Secrets Manager (ListRules).
///
/// Source: EventBridge API Reference, `Rule`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRule {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The event bus that it watches.
    pub bus: String,
    /// `ENABLED`, `DISABLED` or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub state: String,
    /// Its event pattern as JSON text.
    pub pattern: String,
    /// The ARNs of its targets (ListTargetsByRule); absent where they were not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<Vec<String>>,
}

/// The metric that a metric filter counts in, or an alarm watches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Metric {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A log group that a trail feeds, with its metric filters (DescribeMetricFilters). One that was not asked about is
/// absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// Its filters.
    pub filters: Vec<MetricFilter>,
}

/// A metric filter.
///
/// Source: CloudWatch Logs API Reference, `MetricFilter`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricFilter {
    /// Its name.
    pub name: String,
    /// Its filter pattern; the empty text takes everything.
    pub pattern: String,
    /// The metrics that it counts in.
    pub metrics: Vec<Metric>,
}

/// An alarm on a metric of such a filter, or one that combines alarms (DescribeAlarms).
///
/// Source: CloudWatch API Reference, `MetricAlarm` and `CompositeAlarm`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The metrics that it watches; empty for one that combines alarms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Metric>,
    /// The rule of one that combines alarms, such as `ALARM("a") OR ALARM("b")`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whether it does anything at all.
    pub actions_enabled: bool,
    /// What it does when it goes off: ARNs.
    pub actions: Vec<String>,
}
