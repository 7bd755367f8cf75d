//! Verdicts that are missing, by what is missing.

use std::collections::BTreeMap;

use anstyle::Style;

use super::{BOLD, DIM, Page, UNKNOWN, count};
use crate::model::Finding;
use crate::report::names::{Named, told_apart};
use crate::report::story::mark;

/// The rules that came out unknown, with the things that they share.
type ByRules<'a> = BTreeMap<Vec<String>, Vec<Named<'a>>>;

impl Page {
    /// Unknowns that share their cause and their rules stand together: the cause once, then the names. Says whether there
    /// was one.
    pub(super) fn unknowns<'a>(&mut self, unknowns: impl Iterator<Item = &'a Finding>) -> bool {
        let mut by_resource: BTreeMap<(&str, &str, Named<'_>), Vec<String>> = BTreeMap::new();
        let mut total = 0;
        for finding in unknowns {
            total += 1;
            let key = (cause(finding), finding.resource.arn.as_str(), Named::from(finding));
            by_resource.entry(key).or_default().push(format!("{}{}", finding.rule, mark(finding)));
        }
        let mut by_cause: BTreeMap<&str, ByRules<'_>> = BTreeMap::new();
        for ((cause, _, named), mut rules) in by_resource {
            rules.sort_unstable();
            by_cause.entry(cause).or_default().entry(rules).or_default().push(named);
        }
        if total == 0 {
            return false;
        }
        let what = count(total, "verdict is", "verdicts are");
        self.headline(UNKNOWN, "unknown", &format!("{what} missing, because"));
        for (cause, groups) in by_cause {
            self.wrapped(2, cause, BOLD);
            for (rules, things) in groups {
                self.unknown_group(&rules, &things);
            }
        }
        true
    }

    fn unknown_group(&mut self, rules: &[String], things: &[Named<'_>]) {
        self.wrapped(4, &told_apart(things.iter().copied()).join(", "), Style::new());
        self.wrapped(6, &rules.join(", "), DIM);
    }
}

/// The reason behind an unknown without the words that all unknowns share.
fn cause(finding: &Finding) -> &str {
    finding.message.strip_prefix("cannot be judged: ").unwrap_or(&finding.message)
}
