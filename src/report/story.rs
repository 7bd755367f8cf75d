//! What every report for people tells in the same words.

use std::collections::BTreeMap;

use super::cost::cents;
use super::page::count;
use crate::model::{
    Assessment, BaselineCounts, BaselineState, CostReport, Excepted, Finding, GapCause, IdleFailures,
    Resource, ResourceType, SeenGap, Severity, Verdict, date,
};

/// What was found, in one sentence.
pub(super) fn summary(assessment: &Assessment, cost: &CostReport) -> String {
    let failures: Vec<String> = Severity::WORST_FIRST
        .iter()
        .map(|severity| {
            let count = assessment.summary.failures.get(severity).copied().unwrap_or_default();
            format!("{count} {severity}")
        })
        .collect();
    let unknown = assessment.summary.verdicts.get(&Verdict::Unknown).copied().unwrap_or_default();
    let accepted = assessment.findings.iter().filter(|finding| finding.exception.is_some()).count();
    let accepted = if accepted == 0 { String::new() } else { format!("; {accepted} of these accepted") };
    format!(
        "{}, {}: {}; {unknown} unknown{accepted}; {} {} a month",
        count(assessment.secrets(), "secret", "secrets"),
        count(assessment.rules.len() as u64, "rule", "rules"),
        failures.join(", "),
        cost.prices.currency,
        cents(cost.monthly_total),
    )
}

/// What decides the exit code, in words.
pub(super) fn gate(assessment: &Assessment) -> String {
    let Some(threshold) = assessment.options.fail_on else {
        return "the exit code does not depend on findings (--fail-on never)".to_owned();
    };
    let failures = assessment.gating_failures().count() as u64;
    let unknowns = assessment.gating_unknowns().count() as u64;
    let decides = match &assessment.baseline {
        Some(baseline) => gate_since(&baseline.counts, threshold, failures, unknowns),
        None => decides(threshold, failures, unknowns),
    };
    format!("{decides}{}", idle(assessment.idle_failures()))
}

/// What decides the exit code where there is no baseline.
fn decides(threshold: Severity, failures: u64, unknowns: u64) -> String {
    match (failures, unknowns) {
        (0, 0) => format!("nothing at or above {threshold} fails"),
        (0, unknowns) => format!(
            "{} at or above {threshold}: exit code 3",
            count(unknowns, "verdict is missing", "verdicts are missing")
        ),
        (failures, _) => {
            format!("{} at or above {threshold}: exit code 1", count(failures, "failure", "failures"))
        }
    }
}

/// Why the failures that are counted above are more than those that decide.
fn idle(idle: IdleFailures) -> String {
    let IdleFailures { explained, events, accepted } = idle;
    let mut parts = Vec::new();
    parts.extend((explained > 0).then(|| format!("{explained} explained by others")));
    parts.extend((events > 0).then(|| format!("{} (see --gate-events)", count(events, "event", "events"))));
    parts.extend((accepted > 0).then(|| format!("{accepted} accepted")));
    if parts.is_empty() { String::new() } else { format!("; not counted: {}", parts.join(", ")) }
}

/// What decides the exit code, in words, where there is a baseline.
fn gate_since(counts: &BaselineCounts, threshold: Severity, failures: u64, unknowns: u64) -> String {
    let since = format!("since the baseline of {}", date(counts.as_of));
    let are = |number| if number == 1 { "is" } else { "are" };
    match (failures, unknowns) {
        (0, 0) => format!("nothing at or above {threshold} is new or worsened {since}"),
        (0, unknowns) => format!(
            "{} at or above {threshold} {} missing anew {since}: exit code 3",
            count(unknowns, "verdict", "verdicts"),
            are(unknowns)
        ),
        (failures, _) => format!(
            "{} at or above {threshold} {} new or worsened {since}: exit code 1",
            count(failures, "failure", "failures"),
            are(failures)
        ),
    }
}

/// Until when, and by whom.
pub(super) fn until(term: &Excepted) -> String {
    let left = match u64::try_from(term.days_left) {
        Ok(0) => "the last day".to_owned(),
        Ok(days) => format!("{} left", count(days, "day", "days")),
        Err(_) => "over".to_owned(),
    };
    let ticket = term.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
    format!("until {}, {left}, by {}{ticket}", term.expires, term.owner)
}

/// The mark behind the name of a finding that is new or worse.
pub(super) fn mark(finding: &Finding) -> &'static str {
    match finding.baseline {
        Some(BaselineState::New) => " (new)",
        Some(BaselineState::Worsened) => " (worsened)",
        Some(BaselineState::Unchanged) | None => "",
    }
}

/// A finding's severity where it failed, else its verdict, with its rule: `high[stale-value]`, `unknown[stale-value]`.
pub(super) fn label(finding: &Finding) -> String {
    let word = match finding.verdict {
        Verdict::Fail => finding.severity.as_str(),
        verdict => verdict.as_str(),
    };
    format!("{word}[{}]", finding.rule)
}

/// Account and Region; an exception stands in the settings.
pub(super) fn place(resource: &Resource) -> String {
    match resource.kind {
        ResourceType::Exception => "settings".to_owned(),
        _ => format!("{}/{}", resource.account, resource.region),
    }
}

/// Whether it is a failure or an unknown.
pub(super) fn is_problem(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)
}

/// A call that brought no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NotSeen<'a> {
    pub(super) call: &'a str,
    pub(super) error: &'a str,
    /// The IAM action that would mend it.
    pub(super) permission: Option<&'a str>,
}

/// The calls that failed, whether a rule of today asks for their answer or not, with where they did.
pub(super) fn not_seen(assessment: &Assessment) -> BTreeMap<NotSeen<'_>, Vec<&SeenGap>> {
    let mut by_call: BTreeMap<NotSeen<'_>, Vec<&SeenGap>> = BTreeMap::new();
    for seen in assessment.gaps.iter().filter(|seen| was_asked(seen)) {
        let SeenGap { gap, .. } = seen;
        let key = NotSeen { call: &gap.call, error: &gap.error, permission: gap.permission.as_deref() };
        by_call.entry(key).or_default().push(seen);
    }
    by_call
}

/// Whether somebody asked; what nobody asked for is not missing unless a verdict says so.
pub(super) fn was_asked(seen: &SeenGap) -> bool {
    !matches!(seen.gap.cause, GapCause::NotCollected | GapCause::NotCarried)
}

/// Where a gap lies, and by what it is accepted.
pub(super) fn seen_scope(seen: &SeenGap) -> String {
    let accepted = seen.accepted.as_ref().map(|term| format!(" (accepted {})", until(term)));
    format!("{}{}", seen.gap.scope(), accepted.unwrap_or_default())
}
