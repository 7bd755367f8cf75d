//! How findings compare with an earlier state that was accepted as a whole.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, Finding, Fingerprint, Region, Severity, Verdict};

/// How a finding compares with the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineState {
    /// The baseline does not know it.
    New,
    /// The baseline knows it, but it is more severe now, or more can reach what it is about.
    Worsened,
    /// The baseline knows it as it is.
    Unchanged,
}

impl BaselineState {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worsened => "worsened",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What of a finding can get worse while it stays the same finding. Ages are left out: that a week went by is no news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the rule says.
    pub verdict: Verdict,
    /// How bad a failure is.
    pub severity: Severity,
    /// How many can reach the thing, or be reached by it; none where nobody counts.
    pub reach: Option<u64>,
}

impl Standing {
    /// Whether it is worse than it was: more severe, in reach of more, or a failure that was not known before.
    pub fn is_worse_than(&self, before: &Self) -> bool {
        let reach_rose = matches!((before.reach, self.reach), (Some(before), Some(now)) if now > before);
        let came_true = before.verdict == Verdict::Unknown && self.verdict == Verdict::Fail;
        self.severity > before.severity || reach_rose || came_true
    }
}

impl From<&Finding> for Standing {
    fn from(finding: &Finding) -> Self {
        Self { verdict: finding.verdict, severity: finding.severity, reach: finding.reach }
    }
}

/// A finding as a baseline keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineEntry {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The first id of the rule, which survives renaming.
    pub rule: String,
    /// What the rule said.
    pub verdict: Verdict,
    /// How bad it was.
    pub severity: Severity,
    /// How many could reach the thing, or be reached by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
    /// The account of the thing.
    pub account: AccountId,
    /// Its Region.
    pub region: Region,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Which part of it, for rules that judge parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_key: Option<String>,
    /// Who owned it; empty where nobody was known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
}

impl BaselineEntry {
    /// What a baseline keeps of a finding of a rule with this first id.
    pub fn new(finding: &Finding, first_rule_id: &str) -> Self {
        let resource = &finding.resource;
        Self {
            fingerprint: finding.fingerprint.clone(),
            rule: first_rule_id.to_owned(),
            verdict: finding.verdict,
            severity: finding.severity,
            reach: finding.reach,
            account: resource.account.clone(),
            region: resource.region.clone(),
            name: resource.name.clone(),
            arn: resource.arn.clone(),
            second_key: resource.second_key.clone(),
            owner: finding.owner.clone(),
        }
    }

    /// What of it can get worse.
    pub fn standing(&self) -> Standing {
        Standing { verdict: self.verdict, severity: self.severity, reach: self.reach }
    }
}

/// An earlier state that was accepted as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The instant that counted as now in the audit it was made from.
    pub as_of: Timestamp,
    /// The accounts that were audited then, with the Regions that answered.
    pub accounts: BTreeMap<AccountId, BTreeSet<Region>>,
    /// The failures and unknowns of then.
    pub findings: Vec<BaselineEntry>,
}

/// How an audit compares with a baseline, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineCounts {
    /// The instant that counted as now when the baseline was made.
    pub as_of: Timestamp,
    /// Findings that the baseline does not know.
    pub new: u64,
    /// Findings that are worse than in the baseline.
    pub worsened: u64,
    /// Findings that are as they were.
    pub unchanged: u64,
    /// Findings of the baseline that are none any more.
    pub fixed: u64,
    /// Findings of the baseline about which this audit says nothing.
    pub not_audited: u64,
    /// Findings that an exception covers; they are not compared.
    pub excepted: u64,
    /// Accounts of this audit that the baseline does not know, so that everything in them is new.
    pub unknown_accounts: Vec<AccountId>,
}

/// How an audit compares with a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineSummary {
    /// In numbers.
    pub counts: BaselineCounts,
    /// Findings of the baseline that are none any more.
    pub fixed: Vec<BaselineEntry>,
    /// Findings that are worse now, as they were in the baseline.
    pub worsened: Vec<BaselineEntry>,
    /// Findings of the baseline about which this audit says nothing: their account, Region or rule was not part of it, or
    /// could not be seen.
    pub not_audited: Vec<BaselineEntry>,
    /// Whether a report for people lists what is unchanged, and does not only count it.
    pub lists_unchanged: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worse() {
        let at = |verdict, severity, reach| Standing { verdict, severity, reach };
        let before = at(Verdict::Fail, Severity::Medium, Some(5));
        let cases = [
            (before, before, false),
            (before, at(Verdict::Fail, Severity::High, Some(5)), true),
            (before, at(Verdict::Fail, Severity::Low, Some(5)), false),
            (before, at(Verdict::Fail, Severity::Low, Some(6)), true),
            (before, at(Verdict::Fail, Severity::Medium, Some(4)), false),
            (before, at(Verdict::Fail, Severity::Medium, None), false),
            (before, at(Verdict::Unknown, Severity::Medium, None), false),
            (at(Verdict::Unknown, Severity::Medium, None), before, true),
            (at(Verdict::Fail, Severity::Medium, None), before, false),
        ];
        for (before, now, worse) in cases {
            assert_eq!(now.is_worse_than(&before), worse, "{before:?} {now:?}");
        }
    }
}
