//! Which of two findings on one row decides the exit code where one explains the other.
//!
//! The two decide it once: the louder one stands in for the other. One that an exception covers decides nothing, so it
//! silences nothing either. One that is in the baseline as it is decides nothing as well, and there it depends on which of
//! the two is the cause. What a known cause explains stays silent, new or not: it is no other thing to mend. A cause that is
//! new, though, must not hide behind what it explains only because that is louder and was accepted before: nobody would
//! speak for it.

use std::collections::BTreeMap;

use crate::model::{BaselineState, Finding, Fingerprint};

/// What a finding has to say for those that it stands in for.
enum Voice {
    /// It decides.
    Speaks,
    /// It decides nothing, and is the rule of this name.
    Known(String),
    /// It decides nothing, and explains nothing.
    Excepted,
}

/// Silences findings in whose stead another one decides the exit code.
pub(super) fn settle(findings: &mut [Finding]) {
    let voices: BTreeMap<Fingerprint, Voice> =
        findings.iter().map(|finding| (finding.fingerprint.clone(), voice(finding))).collect();
    for finding in findings {
        let louder = finding.stand_in.as_ref().and_then(|louder| voices.get(louder));
        finding.silenced = match louder {
            None | Some(Voice::Excepted) => false,
            Some(Voice::Speaks) => true,
            Some(Voice::Known(rule)) => finding.implied_by.as_ref() == Some(rule),
        };
    }
}

fn voice(finding: &Finding) -> Voice {
    if finding.exception.is_some() {
        Voice::Excepted
    } else if finding.baseline == Some(BaselineState::Unchanged) {
        Voice::Known(finding.rule.clone())
    } else {
        Voice::Speaks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{assessment, excepted, fail};
    use crate::model::Severity;

    /// How bad a finding is, and how it compares.
    type At = (Severity, BaselineState);

    fn state(finding: Finding, baseline: BaselineState) -> Finding {
        Finding { baseline: Some(baseline), ..finding }
    }

    /// The rules that decide the exit code where `b` is explained by `a`.
    fn speaking(mut a: Finding, mut b: Finding) -> Vec<String> {
        b.implied_by = Some("a".to_owned());
        let (quiet, loud) = if b.severity > a.severity { (&mut a, &b) } else { (&mut b, &a) };
        quiet.stand_in = Some(loud.fingerprint.clone());
        let mut assessment = assessment(vec![a, b]);
        settle(&mut assessment.findings);
        assessment.gating_failures().map(|finding| finding.rule.clone()).collect()
    }

    #[test]
    fn of_two_findings_at_most_one_speaks() {
        use BaselineState::{New, Unchanged, Worsened};
        use Severity::{High, Low};
        let cases: [(At, At, &[&str]); 9] = [
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
            let speaking = speaking(state(fail("a", a.0), a.1), state(fail("b", b.0), b.1));
            assert_eq!(speaking, expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn an_excepted_cause_does_not_speak_for_what_it_explains() {
        let cause = excepted(fail("a", Severity::High));
        let implied = |baseline| state(fail("b", Severity::High), baseline);
        assert_eq!(speaking(cause.clone(), implied(BaselineState::New)), ["b"]);
        assert!(speaking(cause, implied(BaselineState::Unchanged)).is_empty());
    }
}
