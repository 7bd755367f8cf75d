//! Findings and assessments for the tests of this module.

use std::collections::BTreeMap;

use crate::model::{
    AccountId, AccountRun, Anchor, Assessment, AuditOptions, BaselineEntry, Confidence, Excepted, Finding,
    Fingerprint, Region, RegionRun, RegionState, Remediation, Resource, ResourceType, RuleInfo, RuleKind,
    Run, Severity, Summary, Verdict,
};

/// The ARN that all findings are about.
pub(super) const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf";

/// A failure of a rule.
pub(super) fn fail(rule: &str, severity: Severity) -> Finding {
    let resource = Resource {
        kind: ResourceType::Secret,
        arn: SECRET.to_owned(),
        name: "a".to_owned(),
        account: AccountId::new("111122223333"),
        region: Region::new("eu-west-1"),
        second_key: None,
    };
    Finding {
        rule: rule.to_owned(),
        verdict: Verdict::Fail,
        severity,
        confidence: Confidence::High,
        message: String::new(),
        fingerprint: Fingerprint::of(rule, &resource),
        resource,
        evidence: Vec::new(),
        missing_evidence: Vec::new(),
        implied_by: None,
        gates: true,
        stand_ins: Vec::new(),
        silenced: false,
        owner: String::new(),
        environment: String::new(),
        reach: None,
        exception: None,
        baseline: None,
        related: Vec::new(),
        paths: Vec::new(),
    }
}

/// A rule that could not judge.
pub(super) fn unknown(rule: &str, severity: Severity) -> Finding {
    Finding { verdict: Verdict::Unknown, ..fail(rule, severity) }
}

/// The finding under an exception.
pub(super) fn excepted(finding: Finding) -> Finding {
    let exception = Excepted {
        reason: "moves in May".to_owned(),
        owner: "payments".to_owned(),
        ticket: None,
        expires: "2027-05-01".parse().unwrap(),
        days_left: 181,
    };
    Finding { exception: Some(exception), ..finding }
}

/// The finding as a baseline keeps it.
pub(super) fn entry(finding: &Finding) -> BaselineEntry {
    BaselineEntry::new(finding, &finding.rule)
}

/// An audit of one account with one Region, and another one that was refused.
pub(super) fn assessment(findings: Vec<Finding>) -> Assessment {
    let region = |code: &str, state| RegionRun { region: Region::new(code), state, secrets: 1 };
    let account = AccountRun {
        account: AccountId::new("111122223333"),
        name: None,
        regions: vec![region("eu-west-1", RegionState::Audited), region("us-east-1", RegionState::Refused)],
    };
    let as_of = "2026-11-01T06:00:00Z".parse().unwrap();
    let ids = ["a", "b", "c", "reach", "worse", "better", "hidden", "excepted"];
    Assessment {
        run: Run {
            tool_version: String::new(),
            rules_digest: String::new(),
            as_of,
            collected_at: as_of,
            accounts: vec![account],
            selection: Vec::new(),
        },
        rules: ids.into_iter().map(rule).collect(),
        summary: Summary::default(),
        findings,
        gaps: Vec::new(),
        baseline: None,
        changes: Vec::new(),
        options: AuditOptions { fail_on: Some(Severity::Info), ..AuditOptions::default() },
    }
}

fn rule(id: &str) -> RuleInfo {
    RuleInfo {
        id: id.to_owned(),
        aliases: Vec::new(),
        title: String::new(),
        topic: String::new(),
        source: Anchor { path: format!("rules/{id}.yaml"), line: 1 },
        severity: Severity::High,
        confidence: Confidence::High,
        kind: RuleKind::State,
        table: "secrets".to_owned(),
        applies_to: String::new(),
        require: String::new(),
        why: String::new(),
        remediation: Remediation::default(),
        references: Vec::new(),
        frameworks: BTreeMap::new(),
        parameters: Vec::new(),
        implied_by: Vec::new(),
        calls: Vec::new(),
    }
}
