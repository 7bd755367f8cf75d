//! The rules that found something, with why and how to mend it.

use std::collections::BTreeMap;

use super::findings::{info, word};
use super::secrets::{Subjects, problems};
use super::text::Text;
use crate::model::{Audited, Finding, ResourceType, RuleInfo, Severity, Verdict};

/// How many things are listed under a rule.
const LISTED: usize = 40;

/// A rule with what it found.
pub(super) struct RuleView<'a> {
    pub(super) id: &'a str,
    pub(super) title: Text<'a>,
    pub(super) severity: &'static str,
    pub(super) fails: usize,
    pub(super) unknowns: usize,
    pub(super) accepted: usize,
    pub(super) passes: u64,
    pub(super) why: Text<'a>,
    pub(super) fixes: Vec<(&'static str, &'a str)>,
    pub(super) references: &'a [String],
    pub(super) frameworks: Vec<String>,
    pub(super) lines: Vec<RuleLine<'a>>,
    pub(super) more: usize,
    pub(super) about_secrets: bool,
}

/// What a rule found about one thing.
pub(super) struct RuleLine<'a> {
    pub(super) word: &'static str,
    pub(super) name: Text<'a>,
    pub(super) id: Option<String>,
    pub(super) place: String,
    pub(super) owner: Text<'a>,
    pub(super) message: Text<'a>,
    pub(super) accepted: bool,
}

/// The rules that failed or could not judge, the worst first.
pub(super) fn rules<'a>(audited: &'a Audited, subjects: &Subjects<'a>) -> Vec<RuleView<'a>> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in problems(audited) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let found = by_rule.into_iter();
    let mut views: Vec<(Severity, RuleView<'_>)> = found
        .filter_map(|(rule, findings)| {
            let info = info(&audited.assessment, rule)?;
            Some((info.severity, view(audited, info, &findings, subjects)))
        })
        .collect();
    views.sort_by_key(|(severity, view)| {
        (view.fails == 0, std::cmp::Reverse((*severity, view.fails, view.unknowns)), view.id)
    });
    views.into_iter().map(|(_, view)| view).collect()
}

fn view<'a>(
    audited: &'a Audited,
    info: &'a RuleInfo,
    findings: &[&'a Finding],
    subjects: &Subjects<'a>,
) -> RuleView<'a> {
    let many = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let counts = audited.assessment.summary.rules.get(&info.id);
    let remedy = &info.remediation;
    let fixes = [
        ("AWS CLI", &remedy.cli),
        ("Console", &remedy.console),
        ("Terraform", &remedy.terraform),
        ("CloudFormation", &remedy.cloudformation),
    ];
    let controls = info.frameworks.iter().map(|(framework, controls)| {
        let ids: Vec<&str> = controls.keys().map(String::as_str).collect();
        format!("{framework}: {}", ids.join(", "))
    });
    RuleView {
        id: &info.id,
        title: Text(&info.title),
        severity: info.severity.as_str(),
        fails: many(Verdict::Fail),
        unknowns: many(Verdict::Unknown),
        accepted: findings.iter().filter(|finding| finding.exception.is_some()).count(),
        passes: counts.and_then(|of| of.get(&Verdict::Pass)).copied().unwrap_or_default(),
        why: Text(&info.why),
        fixes: fixes.into_iter().filter_map(|(way, text)| Some((way, text.as_deref()?))).collect(),
        references: &info.references,
        frameworks: controls.collect(),
        lines: findings.iter().take(LISTED).map(|finding| line(finding, subjects)).collect(),
        more: findings.len().saturating_sub(LISTED),
        about_secrets: findings.iter().all(|finding| finding.resource.kind == ResourceType::Secret),
    }
}

fn line<'a>(finding: &'a Finding, subjects: &Subjects<'a>) -> RuleLine<'a> {
    let resource = &finding.resource;
    RuleLine {
        word: word(finding),
        name: Text(&resource.name),
        id: subjects.place(finding),
        place: format!("{} {}", resource.account, resource.region),
        owner: Text(&finding.owner),
        message: Text(&finding.message),
        accepted: finding.exception.is_some(),
    }
}
