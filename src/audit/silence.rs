//! Which of two findings speaks where one explains the other, once a baseline has its say.
//!
//! The two gate once: the quieter one is silent. A baseline must not change that in either direction. What a known cause
//! explains stays silent, new or not. But a cause that is new must not hide behind what it explains only because that is
//! louder and was accepted before: then nobody would speak for it.

use std::collections::BTreeMap;

use crate::model::{AccountId, Assessment, BaselineState, Finding, Region, RuleKind, Severity, Verdict};

/// A rule and the thing it judged.
type Spot = (String, AccountId, Region, String, Option<String>);

/// Lets a cause that is new or worse speak where everything that silences it is in the baseline as it is.
pub(super) fn let_causes_speak(assessment: &mut Assessment) {
    let places: BTreeMap<Spot, usize> = assessment
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.verdict == Verdict::Fail)
        .map(|(place, finding)| (spot(finding, &finding.rule), place))
        .collect();
    let mut silenced: BTreeMap<usize, Vec<BaselineState>> = BTreeMap::new();
    let mut explained: Vec<usize> = Vec::new();
    for (place, finding) in assessment.findings.iter().enumerate() {
        let Some((cause, severity)) = cause_of(assessment, &places, finding) else { continue };
        if severity < finding.severity {
            silenced.entry(cause).or_default().extend(finding.baseline);
        } else {
            explained.push(place);
        }
    }
    let speaks: Vec<usize> = silenced
        .into_iter()
        .filter(|(cause, by)| {
            !explained.contains(cause)
                && by.iter().all(|state| *state == BaselineState::Unchanged)
                && assessment.findings.get(*cause).is_some_and(|cause| is_news(assessment, cause))
        })
        .map(|(cause, _)| cause)
        .collect();
    for place in speaks {
        if let Some(finding) = assessment.findings.get_mut(place) {
            finding.gates = true;
        }
    }
}

fn spot(finding: &Finding, rule: &str) -> Spot {
    let resource = &finding.resource;
    (
        rule.to_owned(),
        resource.account.clone(),
        resource.region.clone(),
        resource.arn.clone(),
        resource.second_key.clone(),
    )
}

/// The finding that explains another one.
fn cause_of(
    assessment: &Assessment,
    places: &BTreeMap<Spot, usize>,
    finding: &Finding,
) -> Option<(usize, Severity)> {
    let place = *places.get(&spot(finding, finding.implied_by.as_ref()?))?;
    Some((place, assessment.findings.get(place)?.severity))
}

/// Whether a finding is new or worse, of a rule that may decide the exit code.
fn is_news(assessment: &Assessment, finding: &Finding) -> bool {
    let may_gate = |kind| kind == RuleKind::State || assessment.options.gate_events;
    let rule = assessment.rules.iter().find(|rule| rule.id == finding.rule);
    rule.is_some_and(|rule| may_gate(rule.kind))
        && matches!(finding.baseline, Some(BaselineState::New | BaselineState::Worsened))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{assessment, fail};

    fn state(finding: Finding, baseline: BaselineState) -> Finding {
        Finding { baseline: Some(baseline), ..finding }
    }

    /// The rules that decide the exit code where `b` is explained by `a`.
    fn speaking(a: (Severity, BaselineState), b: (Severity, BaselineState)) -> Vec<String> {
        let is_louder = b.0 > a.0;
        let cause = Finding { gates: !is_louder, ..state(fail("a", a.0), a.1) };
        let implied =
            Finding { gates: is_louder, implied_by: Some("a".to_owned()), ..state(fail("b", b.0), b.1) };
        let mut assessment = assessment(vec![cause, implied]);
        let_causes_speak(&mut assessment);
        assessment.gating_failures().map(|finding| finding.rule.clone()).collect()
    }

    #[test]
    fn of_two_findings_at_most_one_speaks() {
        use BaselineState::{New, Unchanged, Worsened};
        use Severity::{High, Low};
        let cases: [((Severity, BaselineState), (Severity, BaselineState), &[&str]); 9] = [
            // The cause is as loud: what it explains stays silent.
            ((High, New), (High, New), &["a"]),
            ((High, New), (High, Unchanged), &["a"]),
            ((High, Unchanged), (High, New), &[]),
            ((High, Unchanged), (Low, Worsened), &[]),
            // The cause is quieter.
            ((Low, New), (High, New), &["b"]),
            ((Low, Unchanged), (High, New), &["b"]),
            ((Low, New), (High, Unchanged), &["a"]),
            ((Low, Worsened), (High, Unchanged), &["a"]),
            ((Low, Unchanged), (High, Unchanged), &[]),
        ];
        for (a, b, expected) in cases {
            assert_eq!(speaking(a, b), expected, "{a:?} {b:?}");
        }
    }
}
