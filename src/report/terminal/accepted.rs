//! What somebody accepted for a time: it does not count, and it does not hide.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use super::{BOLD, DIM, Page, count};
use crate::model::{Assessment, Excepted, Finding, Verdict};
use crate::report::names::{Named, told_apart};
use crate::report::story::until;

const ACCEPTED: Style = AnsiColor::Green.on_default().bold();

impl Page {
    pub(super) fn accepted(&mut self, assessment: &Assessment) {
        let mut by_term: BTreeMap<&Excepted, Vec<&Finding>> = BTreeMap::new();
        for finding in &assessment.findings {
            if let Some(term) = &finding.exception {
                by_term.entry(term).or_default().push(finding);
            }
        }
        if by_term.is_empty() {
            return;
        }
        let of =
            |verdict| by_term.values().flatten().filter(|finding| finding.verdict == verdict).count() as u64;
        let (failures, unknowns) = (of(Verdict::Fail), of(Verdict::Unknown));
        let what = [(failures, "failure", "failures"), (unknowns, "unknown", "unknowns")];
        let what: Vec<String> = what
            .iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many)| count(*number, one, many))
            .collect();
        let verb = if failures + unknowns == 1 { "does" } else { "do" };
        self.headline(ACCEPTED, "accepted", &format!("{} {verb} not count for a time", what.join(" and ")));
        for (term, findings) in by_term {
            self.term(term, &findings);
        }
        self.line("");
    }

    fn term(&mut self, term: &Excepted, findings: &[&Finding]) {
        self.wrapped(2, &until(term), BOLD);
        self.wrapped(4, &term.reason, Style::new());
        // Of failures the rule comes first; of unknowns, of which one gap brings many, the resource.
        let (failures, unknowns): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| finding.verdict == Verdict::Fail);
        let mut by_rule: BTreeMap<(&str, &str), Vec<Named<'_>>> = BTreeMap::new();
        for finding in failures {
            let rule = (finding.severity.as_str(), finding.rule.as_str());
            by_rule.entry(rule).or_default().push(Named::from(finding));
        }
        for ((severity, rule), named) in by_rule {
            self.entry(6, &format!("{severity}[{rule}] {}", told_apart(named).join(", ")), DIM);
        }
        let mut by_thing: BTreeMap<Named<'_>, Vec<&str>> = BTreeMap::new();
        for finding in unknowns {
            by_thing.entry(Named::from(finding)).or_default().push(&finding.rule);
        }
        let names = told_apart(by_thing.keys().copied());
        for (name, rules) in names.iter().zip(by_thing.values()) {
            self.entry(6, &format!("unknown[{}] {name}", rules.join(", ")), DIM);
        }
    }
}
