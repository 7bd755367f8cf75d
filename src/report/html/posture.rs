//! How the estate stands, in numbers that everybody can count again.

use std::collections::HashMap;

use crate::model::{Assessment, Finding, ResourceType, Severity, Verdict};

/// The severity that counts where the exit code depends on none.
const OTHERWISE: Severity = Severity::High;

/// Secrets by how they stand at and above a severity.
///
/// Every secret is in exactly one of the three: a failure counts whether or not somebody accepted it, since accepting
/// does not mend; and what could not be judged is never clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posture {
    /// From which severity on findings count.
    pub(super) threshold: Severity,
    /// Nothing fails and nothing is missing.
    pub(super) clean: u64,
    /// Something fails.
    pub(super) failing: u64,
    /// Nothing fails, and evidence is missing.
    pub(super) unjudged: u64,
}

impl Posture {
    pub(super) fn of(assessment: &Assessment) -> Self {
        let threshold = assessment.options.fail_on.unwrap_or(OTHERWISE);
        let mut worst: HashMap<&str, Verdict> = HashMap::new();
        let counts = |finding: &&Finding| {
            finding.resource.kind == ResourceType::Secret
                && finding.severity >= threshold
                && matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)
        };
        for finding in assessment.findings.iter().filter(counts) {
            let known = worst.entry(&finding.resource.arn).or_insert(finding.verdict);
            // In the order of reports a failure comes before an unknown.
            *known = finding.verdict.min(*known);
        }
        let failing = worst.values().filter(|verdict| **verdict == Verdict::Fail).count() as u64;
        let unjudged = worst.len() as u64 - failing;
        let clean = assessment.secrets().saturating_sub(failing + unjudged);
        Self { threshold, clean, failing, unjudged }
    }

    /// All secrets.
    pub(super) fn all(self) -> u64 {
        self.clean + self.failing + self.unjudged
    }
}

/// How many verdicts could be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Completeness {
    /// Verdicts that were reached: passes and failures.
    pub(super) judged: u64,
    /// Verdicts for which evidence is missing.
    pub(super) unknown: u64,
}

impl Completeness {
    pub(super) fn of(assessment: &Assessment) -> Self {
        let count = |verdict| assessment.summary.verdicts.get(&verdict).copied().unwrap_or_default();
        Self { judged: count(Verdict::Fail) + count(Verdict::Pass), unknown: count(Verdict::Unknown) }
    }

    /// All verdicts that rules asked for.
    pub(super) fn all(self) -> u64 {
        self.judged + self.unknown
    }
}
