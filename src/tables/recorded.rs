//! The tables of what CloudTrail recorded.

use polars::prelude::PolarsResult;

use super::build::{Missing, TableData, frame, row};
use super::frame::frame_of_cells;
use super::schema::{CALLERS, Column, EVENTS, READS, Table};
use super::scopes::{ScopeGap, account_scope, scope};
use super::trail::{self, CallerRow, ChangeRow, History, ReadFacts};
use crate::model::{Gap, Gaps, RegionState, Resource};

/// The rows of a table with what explains their NULLs, as frame and meta.
fn laid_out<R>(
    found: Vec<(R, Missing)>,
    columns: &[Column<R>],
    resource: fn(&R) -> Resource,
    scopes: Vec<ScopeGap>,
    gaps: &mut Gaps,
) -> PolarsResult<TableData> {
    let (rows, missing): (Vec<R>, Vec<Missing>) = found.into_iter().unzip();
    let meta =
        rows.iter().zip(&missing).map(|(facts, missing)| row(resource(facts), missing, gaps)).collect();
    Ok(TableData { frame: frame_of_cells(rows.len(), frame(&rows, columns))?, rows: meta, scopes })
}

/// Calls for values.
pub(super) fn reads(history: &History<'_, '_>, gaps: &mut Gaps) -> PolarsResult<TableData> {
    let known =
        ["days_since_first", "days_since_last", "all_days_since_first", "all_days_since_last", "trail_days"];
    let scopes = unrecorded(history, Table::Reads, &known, gaps);
    laid_out(trail::read_rows(history), READS, ReadFacts::resource, scopes, gaps)
}

/// Changes of secrets and steps of their rotation.
pub(super) fn events(history: &History<'_, '_>, gaps: &mut Gaps) -> PolarsResult<TableData> {
    let scopes = unrecorded(history, Table::Events, &["days_since"], gaps);
    laid_out(trail::change_rows(history), EVENTS, ChangeRow::resource, scopes, gaps)
}

/// Principals that read secrets or tried to.
pub(super) fn callers(history: &History<'_, '_>, gaps: &mut Gaps) -> PolarsResult<TableData> {
    let known = ["days_since_busiest", "days_since_catch_all", "days_since_last"];
    let scopes = unrecorded(history, Table::Callers, &known, gaps);
    laid_out(trail::caller_rows(history), CALLERS, CallerRow::resource, scopes, gaps)
}

/// The places that hold secrets, or may, and of which the trails do not show everything. What might have happened there out
/// of sight lies as many days back as the trails reach.
fn unrecorded(
    history: &History<'_, '_>,
    table: Table,
    known: &[&'static str],
    gaps: &mut Gaps,
) -> Vec<ScopeGap> {
    let mut scopes = Vec::new();
    for account in &history.context.accounts {
        for region in account.regions.values() {
            let holds = !region.data.secrets.records.is_empty() || region.data.state == RegionState::Refused;
            if !holds || region.data.state == RegionState::Off {
                continue;
            }
            let seen = history.did.seen(&account.data.entry.account, &region.data.region);
            let missing: Vec<&Gap> = seen.gaps.iter().collect();
            let found = scope(table, &account.data.entry, &region.data.region, &missing, gaps);
            let known = known.iter().map(|column| (*column, seen.days)).collect();
            scopes.extend(found.map(|scope| ScopeGap { known, ..scope }));
        }
        scopes.extend(account_scope(account, table, gaps));
    }
    scopes
}
