//! What there is to tell of a finding: of one of today, and of one that the audit before had and this one has not.

use jiff::Timestamp;

use super::event::{
    CLOSE, CREATE, Coded, NEW, NO_FINDING, NOT_FOUND, RESOLVED, SUPPRESSED, UPDATE, Unmapped,
    compliance_status,
};
use crate::model::{Audited, Confidence, DiffFinding, Finding, Severity, Verdict};
use crate::report::json::{self, money};
use crate::report::thing::{Thing, missing};

/// What there is to tell of a finding.
pub(super) struct Told<'a> {
    pub(super) rule: &'a str,
    pub(super) fingerprint: &'a str,
    pub(super) thing: Thing<'a>,
    pub(super) message: &'a str,
    pub(super) severity: Severity,
    pub(super) confidence: Option<Confidence>,
    pub(super) activity: Coded,
    pub(super) status: Coded,
    pub(super) compliance: Coded,
    /// The verdict in sentences.
    pub(super) details: Vec<String>,
    pub(super) owner: &'a str,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) unmapped: Unmapped<'a>,
}

impl<'a> Told<'a> {
    /// A finding of today.
    pub(super) fn open(audited: &'a Audited, finding: &'a Finding) -> Self {
        let now = audited.assessment.run.as_of;
        let first_seen = audited.first_seen(&finding.fingerprint).unwrap_or(now);
        let missing = finding.missing_evidence.iter().map(missing);
        Self {
            rule: &finding.rule,
            fingerprint: finding.fingerprint.as_str(),
            thing: Thing::from(finding),
            message: &finding.message,
            severity: finding.severity,
            confidence: Some(finding.confidence),
            activity: if first_seen < now { UPDATE } else { CREATE },
            status: status(finding),
            compliance: compliance_status(finding.verdict),
            details: std::iter::once(finding.message.clone()).chain(missing).collect(),
            owner: &finding.owner,
            first_seen,
            last_seen: now,
            unmapped: unmapped(audited, finding),
        }
    }

    /// A finding that the audit of an instant had, and that is fixed since.
    pub(super) fn closed(audited: &'a Audited, finding: &'a DiffFinding, last_seen: Timestamp) -> Self {
        Self {
            rule: &finding.rule,
            fingerprint: finding.fingerprint.as_str(),
            thing: Thing::from(finding),
            message: &finding.message,
            severity: finding.severity,
            confidence: None,
            activity: CLOSE,
            status: RESOLVED,
            compliance: NOT_FOUND,
            details: vec![format!("not found any more; the audit of {last_seen} said: {}", finding.message)],
            owner: "",
            first_seen: audited.first_seen(&finding.fingerprint).unwrap_or(last_seen),
            last_seen,
            unmapped: Unmapped {
                second_key: finding.second_key.as_deref(),
                reach: finding.reach,
                ..Unmapped::new(finding.verdict, &audited.assessment.run.rules_digest)
            },
        }
    }
}

/// What was accepted is suppressed, whatever the baseline says.
fn status(finding: &Finding) -> Coded {
    match finding.verdict {
        Verdict::Fail | Verdict::Unknown if finding.exception.is_some() => SUPPRESSED,
        Verdict::Fail | Verdict::Unknown => NEW,
        Verdict::Pass | Verdict::NotApplicable => NO_FINDING,
    }
}

fn unmapped<'a>(audited: &'a Audited, finding: &'a Finding) -> Unmapped<'a> {
    let report = json::finding(audited, finding);
    let cost = audited.cost.by_secret.get(&finding.resource.arn);
    Unmapped {
        verdict: finding.verdict,
        gates: Some(report.gates),
        second_key: finding.resource.second_key.as_deref(),
        environment: &finding.environment,
        implied_by: finding.implied_by.as_deref(),
        reach: finding.reach,
        monthly_cost: cost.map(|cost| money(*cost)),
        exception: finding.exception.as_ref(),
        baseline: finding.baseline,
        evidence: report.evidence,
        missing_evidence: report.missing_evidence,
        paths: &finding.paths,
        rules: &audited.assessment.run.rules_digest,
    }
}
