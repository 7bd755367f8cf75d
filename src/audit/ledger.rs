//! Exceptions and accepted gaps on one day: what they match, and to what they are applied.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::exceptions::{Acceptances, Exception, Term};
use crate::model::{Excepted, Finding, Gap, Ownership, RuleInfo, Run, Verdict};

/// What came of one exception.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Failures and unknowns that it is about.
    pub(super) matched: u64,
    /// Those of them to which it was applied, since no other holds longer.
    pub(super) applied: u64,
    /// Rule to the failures that it is about.
    pub(super) failures: BTreeMap<String, u64>,
}

/// The acceptances on one day, and what they matched so far.
#[derive(Debug)]
pub(super) struct Ledger<'a> {
    /// What is accepted.
    pub(super) acceptances: &'a Acceptances,
    /// The day that counts as today.
    pub(super) today: Date,
    /// What came of each exception.
    pub(super) tallies: Vec<Tally>,
    /// Rule to all of its failures.
    pub(super) failures: BTreeMap<String, u64>,
}

impl<'a> Ledger<'a> {
    /// Nothing was matched yet.
    pub(super) fn new(acceptances: &'a Acceptances, today: Date) -> Self {
        let tallies = vec![Tally::default(); acceptances.exceptions.len()];
        Self { acceptances, today, tallies, failures: BTreeMap::new() }
    }

    /// Counts a finding, and notes on it by which exception it is accepted: of several the one that holds longest.
    pub(super) fn enter(&mut self, finding: &mut Finding, ownership: &Ownership, about: &[usize]) {
        if !matches!(finding.verdict, Verdict::Fail | Verdict::Unknown) {
            return;
        }
        let is_failure = finding.verdict == Verdict::Fail;
        if is_failure {
            *self.failures.entry(finding.rule.clone()).or_default() += 1;
        }
        let mut best: Option<(usize, &Term)> = None;
        for &place in about {
            let Some(exception) = self.acceptances.exceptions.get(place) else { continue };
            if !exception.takes(finding, ownership) {
                continue;
            }
            if let Some(tally) = self.tallies.get_mut(place) {
                tally.matched += 1;
                if is_failure {
                    *tally.failures.entry(finding.rule.clone()).or_default() += 1;
                }
            }
            let term = &exception.term;
            if term.holds(self.today) && best.is_none_or(|(_, known)| known.expires < term.expires) {
                best = Some((place, term));
            }
        }
        if let Some((place, term)) = best {
            finding.exception = Some(term.excepted(self.today));
            if let Some(tally) = self.tallies.get_mut(place) {
                tally.applied += 1;
            }
        }
    }

    /// The places of the exceptions that are about a rule.
    pub(super) fn about(&self, rule: &RuleInfo) -> Vec<usize> {
        let all = self.acceptances.exceptions.iter().enumerate();
        all.filter(|(_, exception)| exception.is_about(rule)).map(|(place, _)| place).collect()
    }

    /// By what missing evidence is accepted, if all of it is: the term that ends first.
    pub(super) fn accepted(&self, missing: &[&Gap]) -> Option<Excepted> {
        let terms: Option<Vec<&Term>> = missing.iter().map(|gap| self.term_of(gap)).collect();
        let first = terms?.into_iter().min_by_key(|term| term.expires)?;
        Some(first.excepted(self.today))
    }

    /// The term of the acceptance of a gap that holds longest.
    pub(super) fn term_of(&self, gap: &Gap) -> Option<&'a Term> {
        let matching = self.acceptances.gaps.iter().filter(|accepted| accepted.takes(gap));
        let terms = matching.map(|accepted| &accepted.term).filter(|term| term.holds(self.today));
        terms.max_by_key(|term| term.expires)
    }

    /// How many gaps each accepted gap is about.
    pub(super) fn gaps_matched<'g>(&self, gaps: impl Iterator<Item = &'g Gap>) -> Vec<u64> {
        let mut matched = vec![0; self.acceptances.gaps.len()];
        for gap in gaps {
            for (accepted, count) in self.acceptances.gaps.iter().zip(&mut matched) {
                *count += u64::from(accepted.takes(gap));
            }
        }
        matched
    }

    /// Whether an exception could be judged in this run: what it is about was audited, by one of its rules.
    pub(super) fn is_judged(&self, exception: &Exception, run: &Run, rules: &[&RuleInfo]) -> bool {
        exception.is_audited(run) && rules.iter().any(|rule| exception.is_about(rule))
    }
}
