//! Which of several findings on one row decide the exit code where one explains another.
//!
//! Such findings decide it once: a louder one stands in for the others. One that an exception covers decides nothing, so it
//! silences nothing either. One that is in the baseline as it is decides nothing as well, and there it depends on which of
//! the two is the cause. What a known cause explains stays silent, new or not: it is no other thing to mend. A cause that is
//! new, though, must not hide behind what it explains only because that is louder and was accepted before: nobody would
//! speak for it.
//!
//! A finding may have several louder ones, and a louder one may itself be silent: what decides is whether somebody speaks
//! in the end.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{BaselineState, Finding, Fingerprint};

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    /// It decides, or another one does in its stead.
    Heard,
    /// It decides nothing, since it was known before, or is explained by what was.
    Known,
    /// It decides nothing, and explains nothing.
    Excepted,
}

/// Silences findings in whose stead another one decides the exit code.
pub(super) fn settle(findings: &mut [Finding]) {
    let is_silent: Vec<bool> = {
        let known = findings.iter().map(|finding| (&finding.fingerprint, finding));
        let mut voices = Voices { findings: known.collect(), found: BTreeMap::new(), asked: BTreeSet::new() };
        findings
            .iter()
            .map(|finding| voices.of(&finding.fingerprint).is_some_and(|found| found.is_silent))
            .collect()
    };
    for (finding, is_silent) in findings.iter_mut().zip(is_silent) {
        finding.silenced = is_silent;
    }
}

/// What became of a finding, and whether a louder one brought it about.
#[derive(Clone, Copy, Debug)]
struct Found {
    voice: Voice,
    is_silent: bool,
}

struct Voices<'a> {
    findings: BTreeMap<&'a Fingerprint, &'a Finding>,
    found: BTreeMap<&'a Fingerprint, Found>,
    /// Those that are being asked: rules that explain each other must not ask for ever.
    asked: BTreeSet<&'a Fingerprint>,
}

impl<'a> Voices<'a> {
    fn of(&mut self, fingerprint: &'a Fingerprint) -> Option<Found> {
        if let Some(found) = self.found.get(fingerprint) {
            return Some(*found);
        }
        let finding = *self.findings.get(fingerprint)?;
        if !self.asked.insert(fingerprint) {
            return None;
        }
        let louder = self.louder(finding);
        let voice = if finding.exception.is_some() {
            Voice::Excepted
        } else if finding.baseline == Some(BaselineState::Unchanged) {
            Voice::Known
        } else {
            louder.unwrap_or(Voice::Heard)
        };
        let found = Found { voice, is_silent: louder.is_some() };
        self.asked.remove(fingerprint);
        self.found.insert(fingerprint, found);
        Some(found)
    }

    /// What keeps a finding silent, if anything does.
    fn louder(&mut self, finding: &'a Finding) -> Option<Voice> {
        let mut known = None;
        for stand_in in &finding.stand_ins {
            match self.of(&stand_in.fingerprint).map(|found| found.voice) {
                Some(Voice::Heard) => return Some(Voice::Heard),
                Some(Voice::Known) if stand_in.is_cause => known = Some(Voice::Known),
                _ => {}
            }
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{assessment, excepted, fail};
    use crate::model::{Severity, StandIn};

    /// How bad a finding is, and how it compares.
    type At = (Severity, BaselineState);

    fn state(finding: Finding, baseline: BaselineState) -> Finding {
        Finding { baseline: Some(baseline), ..finding }
    }

    /// Notes that one explains the other.
    fn explain(cause: &mut Finding, implied: &mut Finding) {
        implied.implied_by = Some(cause.rule.clone());
        let (quiet, loud) =
            if implied.severity > cause.severity { (cause, &*implied) } else { (implied, &*cause) };
        let is_cause = quiet.implied_by.as_ref() == Some(&loud.rule);
        let (fingerprint, rule) = (loud.fingerprint.clone(), loud.rule.clone());
        quiet.stand_ins.push(StandIn { fingerprint, rule, is_cause });
    }

    /// The rules that decide the exit code where `b` is explained by `a`.
    fn speaking(mut a: Finding, mut b: Finding) -> Vec<String> {
        explain(&mut a, &mut b);
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

    #[test]
    fn one_of_several_louder_ones_is_enough() {
        use BaselineState::{New, Unchanged};
        let high = |rule| fail(rule, Severity::High);
        let speaking = |mut causes: [Finding; 2], mut implied: Finding| {
            causes.iter_mut().for_each(|cause| explain(cause, &mut implied));
            let mut assessment = assessment(causes.into_iter().chain([implied]).collect());
            settle(&mut assessment.findings);
            assessment.gating_failures().map(|finding| finding.rule.clone()).collect::<Vec<_>>()
        };
        // An exception for one of two causes does not open the gate for what the other one explains, whichever it is.
        assert_eq!(speaking([excepted(high("a")), high("b")], high("c")), ["b"]);
        assert_eq!(speaking([high("a"), excepted(high("b"))], high("c")), ["a"]);
        assert_eq!(speaking([excepted(high("a")), excepted(high("b"))], high("c")), ["c"]);
        // A known cause explains whatever the other one is.
        assert_eq!(
            speaking([state(high("a"), Unchanged), excepted(high("b"))], high("c")),
            Vec::<String>::new()
        );
        assert_eq!(speaking([state(high("a"), Unchanged), state(high("b"), New)], high("c")), ["b"]);
        // A quiet cause has several louder ones that it explains.
        let quiet = |first: Finding, second: Finding| {
            let (mut cause, mut first, mut second) = (fail("a", Severity::Low), first, second);
            explain(&mut cause, &mut first);
            explain(&mut cause, &mut second);
            let mut assessment = assessment(vec![cause, first, second]);
            settle(&mut assessment.findings);
            assessment.gating_failures().map(|finding| finding.rule.clone()).collect::<Vec<_>>()
        };
        assert_eq!(quiet(high("b"), excepted(high("c"))), ["b"]);
        assert_eq!(quiet(excepted(high("b")), high("c")), ["c"]);
        assert_eq!(quiet(excepted(high("b")), excepted(high("c"))), ["a"]);
    }

    #[test]
    fn somebody_speaks_in_the_end() {
        // `b` is explained by `a`, which is known, and by `c`, which is new and not as loud.
        let mut known = state(fail("a", Severity::Critical), BaselineState::Unchanged);
        let mut new = state(fail("c", Severity::Low), BaselineState::New);
        let mut implied = state(fail("b", Severity::High), BaselineState::New);
        explain(&mut known, &mut implied);
        explain(&mut new, &mut implied);
        let mut assessment = assessment(vec![known, implied, new]);
        settle(&mut assessment.findings);
        let speaking: Vec<&str> = assessment.gating_failures().map(|finding| finding.rule.as_str()).collect();
        assert_eq!(speaking, ["c"]);
    }

    #[test]
    fn two_that_explain_each_other_are_not_both_silent() {
        let (mut a, mut b) = (fail("a", Severity::High), fail("b", Severity::High));
        explain(&mut a, &mut b);
        explain(&mut b, &mut a);
        let mut assessment = assessment(vec![a, b]);
        settle(&mut assessment.findings);
        assert_eq!(assessment.gating_failures().count(), 1);
    }
}
