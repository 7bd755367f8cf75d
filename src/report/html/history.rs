//! How counts went.

use super::charts;
use crate::model::{Audited, Severity, TrendPoint, date};

/// How many audits are drawn.
const DRAWN: usize = 26;

/// How counts went over the audits of a history.
pub(super) struct TrendView {
    pub(super) chart: String,
    pub(super) other_scope: bool,
}

/// The latest audits; none without a history, or with one audit only.
pub(super) fn trend(audited: &Audited) -> Option<TrendView> {
    let audits = &audited.past.as_ref()?.trend.audits;
    let points = audits.get(audits.len().saturating_sub(DRAWN)..)?;
    if points.len() < 2 {
        return None;
    }
    let columns: Vec<charts::Column> = points.iter().map(column).collect();
    Some(TrendView {
        chart: charts::stacks(&columns, "failures by audit and severity"),
        other_scope: points.iter().any(|point| point.other_scope),
    })
}

fn column(point: &TrendPoint) -> charts::Column {
    let count = |severity: Severity| point.failures.get(&severity).copied().unwrap_or_default();
    charts::Column {
        name: date(point.as_of),
        parts: Severity::WORST_FIRST.map(|severity| (severity.as_str(), count(severity))).to_vec(),
        dotted: point.other_scope,
    }
}
