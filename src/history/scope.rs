//! What an audit looked at, as far as its report tells.

use std::collections::{BTreeMap, BTreeSet};

use super::OldReport;
use super::report::OldFinding;
use crate::model::{RegionState, ResourceType};

const GLOBAL: &str = "global";

/// What one of two audits looked at.
pub(super) struct Scope<'a> {
    /// `earlier` or `later`.
    which: &'static str,
    /// The ids of the rules that ran, former ones included.
    rules: BTreeSet<&'a str>,
    /// Account to the Regions that answered.
    answered: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Account to the Regions of the other audit that this one lacks.
    lacking: BTreeMap<&'a str, Vec<&'a str>>,
    /// Rule, account and Region whose rows could not be listed.
    dark: BTreeSet<(&'a str, &'a str, &'a str)>,
    /// What it was narrowed to, where the other one was not narrowed alike.
    narrowed: Option<String>,
}

impl<'a> Scope<'a> {
    /// What an audit looked at, beside another one.
    pub(super) fn new(report: &'a OldReport, other: &'a OldReport, which: &'static str) -> Self {
        let answered = answered(report);
        let mut lacking: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (account, regions) in self::answered(other) {
            let own = answered.get(account);
            let missing = regions.into_iter().filter(|region| own.is_none_or(|own| !own.contains(region)));
            lacking.insert(account, missing.collect());
        }
        let scopes = report.findings.iter().filter(|found| found.resource.kind == ResourceType::Scope);
        let dark = scopes.map(|found| {
            (found.rule.as_str(), found.resource.account.as_str(), found.resource.region.as_str())
        });
        let narrowed = narrowed(report);
        let is_alike = narrowed.is_empty() || narrowed == self::narrowed(other);
        Self {
            which,
            rules: report.rules(),
            answered,
            lacking,
            dark: dark.collect(),
            narrowed: (!is_alike).then(|| narrowed.join(", ")),
        }
    }

    /// Why the audit says nothing about a finding of the other one; none where it does.
    pub(super) fn lacks(&self, finding: &OldFinding) -> Option<String> {
        let which = self.which;
        let (account, region) = (finding.resource.account.as_str(), finding.resource.region.as_str());
        let rule = finding.rule.as_str();
        if !self.rules.contains(rule) {
            return Some(format!("the {which} audit ran without the rule"));
        }
        // What the settings accept is of no account.
        if account.is_empty() {
            return None;
        }
        let Some(answered) = self.answered.get(account) else {
            return Some(format!("the {which} audit left out the account {account}"));
        };
        if region != GLOBAL && !answered.contains(region) {
            return Some(format!("the {which} audit saw nothing of {account} {region}"));
        }
        let lacking = self.lacking.get(account).and_then(|regions| regions.first());
        if let Some(lacking) = lacking.filter(|_| region == GLOBAL) {
            return Some(format!(
                "the {which} audit saw nothing of {account} {lacking}, and this counts them all"
            ));
        }
        if self.dark.contains(&(rule, account, region)) || self.dark.contains(&(rule, account, GLOBAL)) {
            return Some(format!("the {which} audit could not list what the rule looks at"));
        }
        self.narrowed.as_ref().map(|to| format!("the {which} audit was narrowed to {to}"))
    }
}

fn answered(report: &OldReport) -> BTreeMap<&str, BTreeSet<&str>> {
    let accounts = report.run.accounts.iter();
    accounts
        .map(|account| {
            let regions = account.regions.iter().filter(|region| region.state == RegionState::Audited);
            (account.account.as_str(), regions.map(|region| region.region.as_str()).collect())
        })
        .collect()
}

/// What an audit was narrowed to, in words.
fn narrowed(report: &OldReport) -> Vec<String> {
    let owner = report.run.owner.iter().map(|owner| format!("the owner {owner}"));
    report.run.selection.iter().cloned().chain(owner).collect()
}
