//! Compares two audits.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::report::OldFinding;
use super::wording::tells_the_same;
use super::{OldReport, scope::Scope};
use crate::model::{Diff, DiffBefore, DiffFinding, DiffSide, Fingerprint, SecretChange, Standing, Verdict};

/// The version of the document.
const VERSION: u32 = 1;

/// Compares two audits, each with the name under which the user knows it.
pub fn compare(before: (&str, &OldReport), after: (&str, &OldReport)) -> Diff {
    let (earlier, later) = (problems(before.1), problems(after.1));
    let looked = (Scope::new(before.1, after.1, "earlier"), Scope::new(after.1, before.1, "later"));
    let mut diff = Diff {
        version: VERSION,
        before: side(before),
        after: side(after),
        new: Vec::new(),
        fixed: Vec::new(),
        changed: Vec::new(),
        not_comparable: Vec::new(),
        still_there: BTreeMap::new(),
    };
    for (fingerprint, finding) in &later {
        match earlier.get(fingerprint) {
            Some(old) => both(&mut diff, old, finding),
            None => one(&looked.0, finding, &mut diff.new, &mut diff.not_comparable),
        }
    }
    for (_, finding) in earlier.iter().filter(|(fingerprint, _)| !later.contains_key(*fingerprint)) {
        one(&looked.1, finding, &mut diff.fixed, &mut diff.not_comparable);
    }
    let changes = changes_between(before.1, after.1);
    for list in [&mut diff.new, &mut diff.fixed, &mut diff.changed] {
        for finding in list.iter_mut() {
            finding.changes =
                changes.iter().filter(|change| change.is_about(&finding.arn)).map(|c| (*c).clone()).collect();
        }
    }
    for list in [&mut diff.new, &mut diff.fixed, &mut diff.changed, &mut diff.not_comparable] {
        list.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    diff
}

fn order(finding: &DiffFinding) -> impl Ord + '_ {
    let DiffFinding { account, region, arn, second_key, .. } = finding;
    let worst_first = (finding.verdict, Reverse(finding.severity), &finding.rule);
    (worst_first, (account, region, arn, second_key))
}

/// The failures and unknowns of a report.
fn problems(report: &OldReport) -> BTreeMap<&Fingerprint, &OldFinding> {
    let problems =
        report.findings.iter().filter(|found| matches!(found.verdict, Verdict::Fail | Verdict::Unknown));
    problems.map(|finding| (&finding.fingerprint, finding)).collect()
}

fn side((source, report): (&str, &OldReport)) -> DiffSide {
    DiffSide {
        source: source.to_owned(),
        as_of: report.run.as_of,
        secrets: report.summary.secrets,
        rules: report.summary.by_rule.len() as u64,
        accounts: report.run.accounts.len() as u64,
        rules_digest: report.run.rules.clone(),
    }
}

/// A finding of both audits.
fn both(diff: &mut Diff, before: &OldFinding, after: &OldFinding) {
    if before.verdict == Verdict::Fail && after.verdict == Verdict::Unknown {
        let why = format!("it failed before; today it {}", after.message);
        diff.not_comparable.push(DiffFinding { why: Some(why), ..finding(after) });
        return;
    }
    let (was, is) = (standing(before), standing(after));
    // Of an unknown the sentence tells why it is one, and that may differ from day to day.
    let says_the_same = is.verdict == Verdict::Unknown || tells_the_same(&before.message, &after.message);
    let (was_accepted, is_accepted) = (before.exception.is_some(), after.exception.is_some());
    if was == is && says_the_same && was_accepted == is_accepted {
        *diff.still_there.entry(after.rule.clone()).or_default() += 1;
        return;
    }
    let before = DiffBefore {
        verdict: before.verdict,
        severity: before.severity,
        reach: before.reach,
        message: before.message.clone(),
        exception: before.exception.clone(),
    };
    // Who accepted something accepted it as it is; once nobody does, it counts again.
    let worse = !is_accepted && (was_accepted || is.is_worse_than(&was));
    diff.changed.push(DiffFinding { before: Some(before), worse, ..finding(after) });
}

/// A finding of one audit: news where the other one looked at it.
fn one(other: &Scope<'_>, found: &OldFinding, news: &mut Vec<DiffFinding>, rest: &mut Vec<DiffFinding>) {
    match other.lacks(found) {
        None => news.push(finding(found)),
        why => rest.push(DiffFinding { why, ..finding(found) }),
    }
}

fn standing(finding: &OldFinding) -> Standing {
    Standing { verdict: finding.verdict, severity: finding.severity, reach: finding.reach }
}

fn finding(found: &OldFinding) -> DiffFinding {
    let resource = &found.resource;
    DiffFinding {
        fingerprint: found.fingerprint.clone(),
        rule: found.rule.clone(),
        verdict: found.verdict,
        severity: found.severity,
        reach: found.reach,
        message: found.message.clone(),
        arn: resource.arn.clone(),
        name: resource.name.clone(),
        account: resource.account.clone(),
        region: resource.region.clone(),
        second_key: resource.second_key.clone(),
        exception: found.exception.clone(),
        before: None,
        worse: false,
        why: None,
        changes: Vec::new(),
    }
}

/// What either trail recorded between the two instants, newest first.
fn changes_between<'r>(before: &'r OldReport, after: &'r OldReport) -> Vec<&'r SecretChange> {
    let (from, to) = (before.run.as_of.min(after.run.as_of), before.run.as_of.max(after.run.as_of));
    let all: BTreeSet<&SecretChange> = before.changes.iter().chain(&after.changes).collect();
    all.into_iter().rev().filter(|change| change.time > from && change.time <= to).collect()
}
