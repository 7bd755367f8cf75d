//! What to mend first.

use std::collections::BTreeMap;

use super::findings::info;
use super::secrets::{Subjects, problems};
use super::text::Text;
use crate::model::{Audited, Finding, Severity, Verdict};

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
    pub(super) named: Vec<(Text<'a>, Option<String>)>,
    pub(super) more: usize,
}

/// The worst rules that fail: by severity, then by how much they fail on. What is accepted, or explained by another
/// failure, is no risk of its own.
pub(super) fn risks<'a>(audited: &'a Audited, subjects: &Subjects<'a>) -> Vec<Risk<'a>> {
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
    worst.into_iter().take(RISKS).map(|(rule, findings)| risk(audited, subjects, rule, &findings)).collect()
}

fn risk<'a>(
    audited: &'a Audited,
    subjects: &Subjects<'a>,
    rule: &'a str,
    findings: &[&'a Finding],
) -> Risk<'a> {
    let severity = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
    let title = info(&audited.assessment, rule).map_or("", |info| info.title.as_str());
    let named =
        findings.iter().take(NAMED).map(|finding| (Text(&finding.resource.name), subjects.place(finding)));
    Risk {
        severity: severity.as_str(),
        rule,
        title: Text(title),
        count: findings.len(),
        named: named.collect(),
        more: findings.len().saturating_sub(NAMED),
    }
}
