//! The outcome of an audit: one document from which every report is made.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AccountId, BaselineState, BaselineSummary, Excepted, Finding, Gap, Region, RuleInfo, SecretChange,
    Severity, Verdict,
};

/// What became of a Region of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RegionState {
    /// Its secrets were listed.
    Audited,
    /// The account has not switched it on, so it holds no secrets.
    Off,
    /// Its secrets could not be listed.
    Refused,
}

/// A Region in the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegionRun {
    /// Its code.
    pub region: Region,
    /// What became of it.
    pub state: RegionState,
    /// How many secrets and replicas were listed.
    pub secrets: u64,
}

/// An account in the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRun {
    /// Its number.
    pub account: AccountId,
    /// Its name in the organization, where that could be read.
    pub name: Option<String>,
    /// Its Regions, by code.
    pub regions: Vec<RegionRun>,
}

/// What was audited, when, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The version of this program.
    pub tool_version: String,
    /// A digest of all rules in force, parameters included.
    pub rules_digest: String,
    /// The instant that counts as now.
    pub as_of: Timestamp,
    /// When the evidence was collected.
    pub collected_at: Timestamp,
    /// The accounts, by number.
    pub accounts: Vec<AccountRun>,
    /// What the audit was narrowed to; empty means everything.
    pub selection: Vec<String>,
}

/// By what findings are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GroupBy {
    /// Whoever owns the resource.
    Owner,
    /// The account.
    Account,
    /// The Region.
    Region,
    /// The rule.
    Rule,
    /// The frameworks that the rule is mapped to; a finding stands under each of them.
    Framework,
    /// The environment of the resource.
    Environment,
}

impl GroupBy {
    /// The word on the command line and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Account => "account",
            Self::Region => "region",
            Self::Rule => "rule",
            Self::Framework => "framework",
            Self::Environment => "environment",
        }
    }
}

/// What of the outcome is shown, and what of it decides the exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditOptions {
    /// Whose findings are shown, counted and decide; none for everybody's.
    pub owner: Option<String>,
    /// By what findings are put together.
    pub group_by: Option<GroupBy>,
    /// Findings at or above it fail the run; none never does.
    pub fail_on: Option<Severity>,
    /// Whether rules about events gate too.
    pub gate_events: bool,
}

/// Counts over all verdicts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Verdict to count.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Severity to the count of failures.
    pub failures: BTreeMap<Severity, u64>,
    /// Rule to verdict to count.
    pub rules: BTreeMap<String, BTreeMap<Verdict, u64>>,
}

/// A piece of missing evidence, and by what it is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeenGap {
    /// The gap.
    #[serde(flatten)]
    pub gap: Gap,
    /// Why verdicts that lack nothing else do not decide the exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Excepted>,
}

/// Failures that are loud enough and decide nothing all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdleFailures {
    /// Another one on the same row decides in their stead.
    pub explained: u64,
    /// They are about events.
    pub events: u64,
    /// Somebody accepted them.
    pub accepted: u64,
}

/// The outcome of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// What was audited.
    pub run: Run,
    /// The rules in force, by id.
    pub rules: Vec<RuleInfo>,
    /// Counts over all verdicts, also over those that are not listed.
    pub summary: Summary,
    /// The findings: worst first, then by rule, account, Region and ARN.
    pub findings: Vec<Finding>,
    /// Everything that could not be seen.
    pub gaps: Vec<SeenGap>,
    /// How it compares with the baseline; none where there is no baseline.
    pub baseline: Option<BaselineSummary>,
    /// Changes of secrets that CloudTrail recorded, in the order of time.
    pub changes: Vec<SecretChange>,
    /// What decides the exit code.
    pub options: AuditOptions,
}

impl Assessment {
    /// How many secrets and replicas were listed.
    pub fn secrets(&self) -> u64 {
        self.run.accounts.iter().flat_map(|account| &account.regions).map(|region| region.secrets).sum()
    }

    /// The rule in force with this id.
    pub fn rule(&self, id: &str) -> Option<&RuleInfo> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Whether the finding decides the exit code: by its severity and kind, and because nobody accepted it, neither by an
    /// exception nor by a baseline.
    pub fn gates(&self, finding: &Finding) -> bool {
        matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)
            && finding.gates
            && !finding.silenced
            && finding.exception.is_none()
            && finding.baseline != Some(BaselineState::Unchanged)
            && self.options.fail_on.is_some_and(|threshold| finding.severity >= threshold)
    }

    /// The failures at or above the threshold that decide nothing, by why not. None of them is in the baseline as it is.
    pub fn idle_failures(&self) -> IdleFailures {
        let mut idle = IdleFailures::default();
        let loud = self.findings.iter().filter(|finding| {
            finding.verdict == Verdict::Fail
                && self.options.fail_on.is_some_and(|threshold| finding.severity >= threshold)
        });
        for finding in loud {
            if finding.exception.is_some() {
                idle.accepted += 1;
            } else if !finding.gates {
                idle.events += 1;
            } else if finding.silenced && finding.baseline != Some(BaselineState::Unchanged) {
                idle.explained += 1;
            }
        }
        idle
    }

    /// The failures that make the run fail.
    pub fn gating_failures(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict == Verdict::Fail && self.gates(finding))
    }

    /// The unknowns that make the run incomplete.
    pub fn gating_unknowns(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict == Verdict::Unknown && self.gates(finding))
    }
}
