//! How counts went over time: the document that `trend` prints, and what a history keeps of each audit for it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, Region, Severity};

/// Counts of one account in one audit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountCounts {
    /// Secrets and replicas that were listed.
    pub secrets: u64,
    /// The Regions that answered.
    pub regions: BTreeSet<Region>,
    /// Severity to the count of failures, those under an exception left out.
    pub failures: BTreeMap<Severity, u64>,
    /// Verdicts for which evidence is missing.
    pub unknown: u64,
    /// Findings that an exception covers.
    #[serde(default)]
    pub excepted: u64,
    /// The monthly estimate for its secrets and replicas, as a decimal.
    pub monthly_cost: String,
}

/// What a history keeps of an audit in `summary.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSummary {
    /// The version of this document.
    pub version: u32,
    /// The instant that counted as now.
    pub as_of: Timestamp,
    /// The version of the program.
    pub tool_version: String,
    /// A digest of the rules in force, parameters included.
    pub rules_digest: String,
    /// How many rules ran.
    pub rules: u64,
    /// What the audit was narrowed to; empty means everything.
    pub selection: Vec<String>,
    /// ISO 4217 code of the costs.
    pub currency: String,
    /// The monthly estimate for everything, as a decimal.
    pub monthly_total: String,
    /// The counts of each account.
    pub accounts: BTreeMap<AccountId, AccountCounts>,
}

/// How counts went over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// The version of this document.
    pub version: u32,
    /// The account that was asked for; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// ISO 4217 code of the costs.
    pub currency: String,
    /// The latest audit of each day, in the order of time.
    pub audits: Vec<TrendPoint>,
    /// What in the folder could not be read, and why.
    pub skipped: Vec<String>,
}

/// The counts of one audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrendPoint {
    /// The instant that counted as now.
    pub as_of: Timestamp,
    /// Secrets and replicas that were listed.
    pub secrets: u64,
    /// Severity to the count of failures, those under an exception left out.
    pub failures: BTreeMap<Severity, u64>,
    /// Verdicts for which evidence is missing.
    pub unknown: u64,
    /// Findings that an exception covers.
    pub excepted: u64,
    /// The monthly estimate, as a decimal; of one account without its keys.
    pub monthly_cost: String,
    /// How many accounts were audited.
    pub accounts: u64,
    /// Whether other accounts, Regions, rules or secrets were looked at than in the audit before, so that the two do not
    /// compare.
    pub other_scope: bool,
}

impl TrendPoint {
    /// All failures.
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}
