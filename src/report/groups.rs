//! Findings put together by owner, account, Region, rule, framework or environment.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Assessment, Finding, GroupBy, Severity, Verdict};

/// The findings that share an owner, account, Region, rule, framework or environment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupReport {
    /// What they share; empty where there is none, such as an owner.
    pub key: String,
    /// Severity to the count of failures, accepted ones left out.
    pub failures: BTreeMap<Severity, u64>,
    /// How many verdicts are missing, accepted ones left out.
    pub unknown: u64,
    /// How many failures and unknowns are accepted for a time.
    pub accepted: u64,
    /// How many failures and unknowns decide the exit code.
    pub gating: u64,
    /// The fingerprints of the findings, in the order of the report.
    pub findings: Vec<String>,
}

/// A group with its findings.
pub(super) struct Group<'a> {
    pub(super) key: String,
    pub(super) findings: Vec<&'a Finding>,
}

/// Failures and unknowns by what they share.
pub(super) fn groups(assessment: &Assessment, by: GroupBy) -> Vec<Group<'_>> {
    let frameworks: BTreeMap<&str, Vec<&str>> = assessment
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule.frameworks.keys().map(String::as_str).collect()))
        .collect();
    let mut found: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    let problems = assessment
        .findings
        .iter()
        .filter(|finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown));
    for finding in problems {
        let resource = &finding.resource;
        let keys: BTreeSet<&str> = match by {
            GroupBy::Owner => BTreeSet::from([finding.owner.as_str()]),
            GroupBy::Account => BTreeSet::from([resource.account.as_str()]),
            GroupBy::Region => BTreeSet::from([resource.region.as_str()]),
            GroupBy::Rule => BTreeSet::from([finding.rule.as_str()]),
            GroupBy::Environment => BTreeSet::from([finding.environment.as_str()]),
            GroupBy::Framework => {
                let known = frameworks.get(finding.rule.as_str()).into_iter().flatten().copied();
                let known: BTreeSet<&str> = known.collect();
                if known.is_empty() { BTreeSet::from([""]) } else { known }
            }
        };
        for key in keys {
            found.entry(key.to_owned()).or_default().push(finding);
        }
    }
    found.into_iter().map(|(key, findings)| Group { key, findings }).collect()
}

impl Group<'_> {
    /// The group as programs read it.
    pub(super) fn report(&self, assessment: &Assessment) -> GroupReport {
        let open = || self.findings.iter().filter(|finding| finding.exception.is_none());
        let mut failures: BTreeMap<Severity, u64> = BTreeMap::new();
        for finding in open().filter(|finding| finding.verdict == Verdict::Fail) {
            *failures.entry(finding.severity).or_default() += 1;
        }
        GroupReport {
            key: self.key.clone(),
            failures,
            unknown: open().filter(|finding| finding.verdict == Verdict::Unknown).count() as u64,
            accepted: (self.findings.len() - open().count()) as u64,
            gating: self.findings.iter().filter(|finding| assessment.gates(finding)).count() as u64,
            findings: self.findings.iter().map(|finding| finding.fingerprint.to_string()).collect(),
        }
    }
}
