//! What earlier audits say of this one: since when each finding is there, and which are fixed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::report::{OldFinding, OldResource, OldRun};
use super::scope::Scope;
use super::{Audit, Audits, HistoryError, OldReport, compare, summary, trend};
use crate::model::{Assessment, CostReport, Diff, Fingerprint, Past, ResourceType, Severity, Verdict};

/// What the audits of a history say of one that is not kept yet. Those of its instant and later ones are of no account.
///
/// # Errors
/// Where an audit is newer than this program. One that cannot be read is left out and named in the trend.
pub fn past(audits: Audits, assessment: &Assessment, cost: &CostReport) -> Result<Past, HistoryError> {
    let now = assessment.run.as_of;
    let mut audits = audits;
    audits.whole.retain(|audit| audit.summary.as_of < now);
    let before = last(&mut audits)?;
    let today = OldReport::from(assessment);
    let since = before.as_ref().map(|(name, before)| compare((name, before), ("this audit", &today)));
    let first_seen = first_seen(before.as_ref().map(|(_, before)| before), &today, since.as_ref());
    audits.whole.push(Audit { summary: summary(assessment, cost), folder: PathBuf::new() });
    Ok(Past { since, first_seen, trend: trend(&audits, None, None)? })
}

/// The last audit that can be read, with its day.
fn last(audits: &mut Audits) -> Result<Option<(String, OldReport)>, HistoryError> {
    for audit in audits.whole.iter().rev() {
        match audit.report() {
            Ok(report) => return Ok(Some((crate::model::date(audit.summary.as_of), report))),
            Err(error @ HistoryError::Newer { .. }) => return Err(error),
            Err(error) => audits.skipped.push(error.to_string()),
        }
    }
    Ok(None)
}

/// Failure or unknown of today, or fixed since, to the first audit of the unbroken row in which it was found. What the
/// audit before did not have begins today, also where it comes back.
fn first_seen(
    before: Option<&OldReport>,
    today: &OldReport,
    since: Option<&Diff>,
) -> BTreeMap<Fingerprint, Timestamp> {
    let was_seen = |finding: &&OldFinding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
    let known: BTreeMap<&Fingerprint, Timestamp> = before.map_or_else(BTreeMap::new, |before| {
        let seen = before.findings.iter().filter(was_seen);
        seen.map(|old| (&old.fingerprint, old.first_seen.unwrap_or(before.run.as_of))).collect()
    });
    let now = today.run.as_of;
    let open = today.findings.iter().filter(was_seen).map(|finding| &finding.fingerprint);
    let fixed = since.into_iter().flat_map(|since| &since.fixed).map(|fixed| &fixed.fingerprint);
    open.chain(fixed)
        .map(|fingerprint| (fingerprint.clone(), known.get(fingerprint).copied().unwrap_or(now)))
        .collect()
}

/// A finding that somebody else keeps, as far as it takes to say whether an audit could have had it.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere<'a> {
    /// Its identity.
    pub fingerprint: &'a Fingerprint,
    /// The rule.
    pub rule: &'a str,
    /// The account of what it is about; empty for what is of none.
    pub account: &'a str,
    /// Its Region.
    pub region: &'a str,
}

/// What an audit looked at, to tell what is fixed of what somebody else keeps.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Without the findings, but for those that name a place which could not be listed.
    today: OldReport,
    /// The same audit, narrowed to nothing.
    everything: OldReport,
}

impl Judged {
    /// What an audit looked at.
    pub fn new(assessment: &Assessment) -> Self {
        let mut today = OldReport::from(assessment);
        today.findings.retain(|finding| finding.resource.kind == ResourceType::Scope);
        let run = OldRun { selection: Vec::new(), owner: None, ..today.run.clone() };
        Self { everything: OldReport { run, ..today.clone() }, today }
    }

    /// Why the audit says nothing about findings that it has not; none for each that it could have had, which is fixed.
    pub fn unseen(&self, findings: &[Elsewhere<'_>]) -> Vec<Option<String>> {
        let scope = Scope::new(&self.today, &self.everything, "present");
        findings.iter().map(|finding| scope.lacks(&finding.as_old())).collect()
    }
}

impl Elsewhere<'_> {
    fn as_old(&self) -> OldFinding {
        OldFinding {
            rule: self.rule.to_owned(),
            verdict: Verdict::Fail,
            severity: Severity::Info,
            resource: OldResource {
                kind: ResourceType::Secret,
                arn: String::new(),
                name: String::new(),
                account: self.account.to_owned(),
                region: self.region.to_owned(),
                second_key: None,
            },
            message: String::new(),
            fingerprint: self.fingerprint.clone(),
            reach: None,
            first_seen: None,
            exception: None,
        }
    }
}
