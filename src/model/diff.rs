//! What differs between two audits: the document that `diff` prints.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Excepted, Fingerprint, SecretChange, Severity, Standing, Verdict};

/// What differs between two audits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// The version of this document.
    pub version: u32,
    /// The audit that is compared with.
    pub before: DiffSide,
    /// The audit that is compared.
    pub after: DiffSide,
    /// Findings of the later audit that the earlier one could have had and had not.
    pub new: Vec<DiffFinding>,
    /// Findings of the earlier audit that the later one could have had and has not.
    pub fixed: Vec<DiffFinding>,
    /// Findings of both that say something else (another verdict, severity, reach, or sentence), or of which only one is
    /// accepted. That an age grew is none.
    pub changed: Vec<DiffFinding>,
    /// Findings of one audit about which the other says nothing.
    pub not_comparable: Vec<DiffFinding>,
    /// Rule to the number of its findings that are in both and say the same.
    pub still_there: BTreeMap<String, u64>,
}

impl Diff {
    /// Whether the later audit is worse than the earlier one: something is new in it and nobody accepted it, or got worse.
    pub fn is_worse(&self) -> bool {
        self.new.iter().any(|finding| finding.exception.is_none())
            || self.changed.iter().any(|finding| finding.worse)
    }
}

/// One of the two audits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiffSide {
    /// What the user named.
    pub source: String,
    /// The instant that counted as now.
    pub as_of: Timestamp,
    /// How many secrets and replicas were listed.
    pub secrets: u64,
    /// How many rules ran.
    pub rules: u64,
    /// How many accounts were audited.
    pub accounts: u64,
    /// A digest of the rules in force.
    pub rules_digest: String,
}

/// How a finding stood before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiffBefore {
    /// What the rule said.
    pub verdict: Verdict,
    /// How bad it was.
    pub severity: Severity,
    /// How many could reach the thing, or be reached by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
    /// The sentence.
    pub message: String,
    /// Why and until when it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Excepted>,
}

/// A finding of one audit or of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiffFinding {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The rule.
    pub rule: String,
    /// What the rule says: in the later audit where it is there, else in the earlier one.
    pub verdict: Verdict,
    /// How bad it is.
    pub severity: Severity,
    /// How many can reach the thing, or be reached by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
    /// The sentence.
    pub message: String,
    /// The ARN of the thing.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its account.
    pub account: String,
    /// Its Region.
    pub region: String,
    /// Which part of it, for rules that judge parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_key: Option<String>,
    /// Why and until when it is accepted: in the later audit where it is there, else in the earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Excepted>,
    /// For what changed: how it stood before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<DiffBefore>,
    /// For what changed: whether it got worse, or its acceptance ended. What is accepted is never worse.
    #[serde(default)]
    pub worse: bool,
    /// For what is not comparable: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What CloudTrail recorded of the secret between the two audits, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<SecretChange>,
}

impl DiffFinding {
    /// What of it can get worse.
    pub fn standing(&self) -> Standing {
        Standing { verdict: self.verdict, severity: self.severity, reach: self.reach }
    }
}
