//! What is new, worse, as it was, or gone since the baseline.

use std::collections::BTreeMap;

use super::{BOLD, DIM, Page, count};
use crate::model::{
    Assessment, BaselineCounts, BaselineEntry, BaselineState, Finding, Severity, Standing, Verdict, date,
};
use crate::report::names::{Named, told_apart};

/// Whether a finding is listed whole: not where an exception covers it, nor where it is only counted because the baseline
/// knows it.
pub(super) fn is_listed(assessment: &Assessment, finding: &Finding) -> bool {
    let counted = assessment.baseline.as_ref().is_some_and(|baseline| !baseline.lists_unchanged);
    finding.exception.is_none() && !(counted && finding.baseline == Some(BaselineState::Unchanged))
}

/// What is new about a finding, in words.
pub(super) fn news(assessment: &Assessment, finding: &Finding) -> Option<String> {
    match finding.baseline? {
        BaselineState::New => Some("new since the baseline".to_owned()),
        BaselineState::Unchanged => None,
        BaselineState::Worsened => {
            let worsened = &assessment.baseline.as_ref()?.worsened;
            let before = worsened.iter().find(|entry| entry.fingerprint == finding.fingerprint)?;
            Some(format!(
                "worsened since the baseline: {}",
                difference(&before.standing(), &Standing::from(finding))
            ))
        }
    }
}

/// How something got worse.
fn difference(before: &Standing, now: &Standing) -> String {
    let mut parts = Vec::new();
    if now.severity > before.severity {
        parts.push(format!("severity was {}", before.severity));
    }
    if let (Some(before), Some(now)) = (before.reach, now.reach)
        && now > before
    {
        parts.push(format!("reach was {before}, is {now}"));
    }
    if before.verdict == Verdict::Unknown && now.verdict == Verdict::Fail {
        parts.push("it could not be judged then".to_owned());
    }
    parts.join("; ")
}

impl Page {
    pub(super) fn since(&mut self, assessment: &Assessment) {
        let Some(baseline) = &assessment.baseline else { return };
        let BaselineCounts { as_of, new, worsened, unchanged, fixed, not_audited, excepted, .. } =
            &baseline.counts;
        let mut parts = vec![
            format!("{new} new"),
            format!("{worsened} worsened"),
            format!("{unchanged} unchanged"),
            format!("{fixed} fixed"),
        ];
        parts.extend((*not_audited > 0).then(|| format!("{not_audited} not audited")));
        parts.extend((*excepted > 0).then(|| format!("{excepted} accepted")));
        self.wrapped(0, &format!("since the baseline of {}: {}", date(*as_of), parts.join(", ")), BOLD);
        self.gone("fixed", &baseline.fixed);
        self.gone("not audited, so nobody knows whether they are fixed", &baseline.not_audited);
        if !baseline.lists_unchanged {
            self.unchanged(assessment);
        }
        self.line("");
    }

    /// Findings of the baseline that are none any more, by rule.
    fn gone(&mut self, what: &str, entries: &[BaselineEntry]) {
        let mut by_rule: BTreeMap<(Verdict, &str), Vec<Named<'_>>> = BTreeMap::new();
        for entry in entries {
            by_rule.entry((entry.verdict, &entry.rule)).or_default().push(Named::from(entry));
        }
        if by_rule.is_empty() {
            return;
        }
        self.wrapped(2, what, BOLD);
        for ((verdict, rule), named) in by_rule {
            let was = if verdict == Verdict::Unknown { "unknown " } else { "" };
            self.entry(4, &format!("{was}{rule}: {}", told_apart(named).join(", ")), DIM);
        }
    }

    /// What the baseline knows as it is: a line for each rule.
    fn unchanged(&mut self, assessment: &Assessment) {
        let mut by_rule: BTreeMap<(std::cmp::Reverse<Severity>, &str), (u64, u64)> = BTreeMap::new();
        for finding in assessment.findings.iter().filter(|f| f.baseline == Some(BaselineState::Unchanged)) {
            let (failures, unknowns) =
                by_rule.entry((std::cmp::Reverse(finding.severity), &finding.rule)).or_default();
            match finding.verdict {
                Verdict::Unknown => *unknowns += 1,
                _ => *failures += 1,
            }
        }
        if by_rule.is_empty() {
            return;
        }
        self.wrapped(2, "unchanged", BOLD);
        for ((std::cmp::Reverse(severity), rule), (failures, unknowns)) in by_rule {
            let mut parts = Vec::new();
            parts.extend((failures > 0).then(|| count(failures, "failure", "failures")));
            parts.extend((unknowns > 0).then(|| format!("{unknowns} unknown")));
            self.wrapped(4, &format!("{severity}[{rule}]: {}", parts.join(", ")), DIM);
        }
    }
}
