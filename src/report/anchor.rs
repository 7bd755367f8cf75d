//! At which line of the repository a finding stands, for formats that know of code only.
//!
//! A cloud resource has no line. Where the map of the user says what defines it, that line is meant; everywhere else the
//! line of the rule that failed, which exists for every finding and stays where it is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::{Anchor, Anchors, Audited, BaselineEntry, Finding, RuleInfo};

/// Findings to lines.
pub(super) struct Places<'a> {
    rules: BTreeMap<&'a str, &'a RuleInfo>,
    anchors: &'a Anchors,
}

impl<'a> Places<'a> {
    pub(super) fn new(audited: &'a Audited) -> Self {
        // Baselines know a rule by its first id.
        let names = |rule: &'a RuleInfo| [(rule.id.as_str(), rule), (rule.first_id(), rule)];
        let rules = audited.assessment.rules.iter().flat_map(names).collect();
        Self { rules, anchors: &audited.anchors }
    }

    /// Where a finding stands.
    pub(super) fn of(&self, finding: &Finding) -> Cow<'a, Anchor> {
        self.at(&finding.rule, &finding.resource.name, &finding.resource.arn)
    }

    /// Where a finding stood that is none any more.
    pub(super) fn of_entry(&self, entry: &BaselineEntry) -> Cow<'a, Anchor> {
        self.at(&entry.rule, &entry.name, &entry.arn)
    }

    fn at(&self, rule: &str, name: &str, arn: &str) -> Cow<'a, Anchor> {
        let of_rule = || self.rules.get(rule).map(|rule| &rule.source);
        match self.anchors.find(name, arn).or_else(of_rule) {
            Some(anchor) => Cow::Borrowed(anchor),
            // A baseline may know rules that are gone, and GitHub refuses a whole file for one result without a place.
            None => Cow::Owned(Anchor { path: format!("rules/{rule}.yaml"), line: 1 }),
        }
    }
}
