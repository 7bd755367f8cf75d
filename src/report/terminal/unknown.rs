//! Verdicts that are missing, by what is missing.

use std::collections::BTreeMap;

use anstyle::Style;

use super::{BOLD, DIM, Page, UNKNOWN, count};
use crate::model::Finding;
use crate::report::story::mark;

/// The rules that came out unknown, with the ARN and name of the rows that they share.
type ByRules<'a> = BTreeMap<Vec<String>, Vec<(&'a str, &'a str)>>;

impl Page {
    /// Unknowns that share their cause and their rules stand together: the cause once, then the names. Says whether there
    /// was one.
    pub(super) fn unknowns<'a>(&mut self, unknowns: impl Iterator<Item = &'a Finding>) -> bool {
        let mut by_resource: BTreeMap<(&str, &str, &str), Vec<String>> = BTreeMap::new();
        let mut total = 0;
        for finding in unknowns {
            total += 1;
            let key = (cause(finding), finding.resource.arn.as_str(), finding.resource.name.as_str());
            by_resource.entry(key).or_default().push(format!("{}{}", finding.rule, mark(finding)));
        }
        let mut by_cause: BTreeMap<&str, ByRules<'_>> = BTreeMap::new();
        for ((cause, arn, name), mut rules) in by_resource {
            rules.sort_unstable();
            by_cause.entry(cause).or_default().entry(rules).or_default().push((arn, name));
        }
        if total == 0 {
            return false;
        }
        let what = count(total, "verdict is", "verdicts are");
        self.headline(UNKNOWN, "unknown", &format!("{what} missing, because"));
        for (cause, groups) in by_cause {
            self.wrapped(2, cause, BOLD);
            for (rules, resources) in groups {
                self.unknown_group(&rules, &resources);
            }
        }
        true
    }

    fn unknown_group(&mut self, rules: &[String], resources: &[(&str, &str)]) {
        let namesakes = |name: &str| resources.iter().filter(|(_, other)| *other == name).count();
        // A secret and its replicas share their name: then the Region tells them apart.
        let label = |(arn, name): &(&str, &str)| match arn.split(':').nth(3) {
            Some(region) if namesakes(name) > 1 => format!("{name} ({region})"),
            _ => (*name).to_owned(),
        };
        let names: Vec<String> = resources.iter().map(label).collect();
        self.wrapped(4, &names.join(", "), Style::new());
        self.wrapped(6, &rules.join(", "), DIM);
    }
}

/// The reason behind an unknown without the words that all unknowns share.
fn cause(finding: &Finding) -> &str {
    finding.message.strip_prefix("cannot be judged: ").unwrap_or(&finding.message)
}
