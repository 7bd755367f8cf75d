//! What to mend first.

use std::collections::BTreeMap;

use super::findings::info;
use super::secrets::problems;
use super::text::{Text, anchor};
use crate::model::{Audited, Finding, ResourceType, Severity, Verdict};

/// How many risks stand on top.
const RISKS: usize = 8;

/// How many things a risk names.
const NAMED: usize = 4;

/// A rule that fails, with what it fails on.
pub(super) struct Risk<'a> {
    pub(super) severity: &'static str,
    pub(super) rule: &'a str,
    pub(super) title: Text<'a>,
    pub(super) count: usize,
    pub(super) named: Vec<(Text<'a>, String)>,
    pub(super) more: usize,
}

/// The worst rules that fail: by severity, then by how much they fail on. What is accepted, or explained by another
/// failure, is no risk of its own.
pub(super) fn risks(audited: &Audited) -> Vec<Risk<'_>> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let is_open = |finding: &&Finding| {
        finding.verdict == Verdict::Fail && finding.exception.is_none() && finding.implied_by.is_none()
    };
    for finding in problems(audited).filter(is_open) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let mut worst: Vec<(&str, Vec<&Finding>)> = by_rule.into_iter().collect();
    worst.sort_by_key(|(rule, findings)| {
        let severity = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
        (std::cmp::Reverse((severity, findings.len())), *rule)
    });
    worst.into_iter().take(RISKS).map(|(rule, findings)| risk(audited, rule, &findings)).collect()
}

fn risk<'a>(audited: &'a Audited, rule: &'a str, findings: &[&'a Finding]) -> Risk<'a> {
    let severity = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
    let title = info(&audited.assessment, rule).map_or("", |info| info.title.as_str());
    Risk {
        severity: severity.as_str(),
        rule,
        title: Text(title),
        count: findings.len(),
        named: findings.iter().take(NAMED).map(|finding| named(finding)).collect(),
        more: findings.len().saturating_sub(NAMED),
    }
}

/// The name of what a finding is about, and where on the page it stands.
pub(super) fn named(finding: &Finding) -> (Text<'_>, String) {
    let resource = &finding.resource;
    let part = (resource.kind != ResourceType::Secret).then(|| resource.kind.as_str());
    (Text(&resource.name), anchor(&resource.arn, part))
}
