//! What earlier audits say of this one: since when each finding is there, and which are fixed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::report::OldFinding;
use super::{Audit, Audits, HistoryError, OldReport, compare, summary, trend};
use crate::model::{Assessment, CostReport, Diff, Fingerprint, Past, Verdict};

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
