//! Adds up how counts went over time.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::summary::amount;
use super::{Audits, HistoryError};
use crate::model::{AccountCounts, AccountId, AuditSummary, Region, Trend, TrendPoint};

/// The version of the document.
const VERSION: u32 = 1;

/// How counts went over time: of all accounts or of one, from an instant on.
///
/// # Errors
/// Where no audit knows the account.
pub fn trend(
    audits: &Audits,
    account: Option<&AccountId>,
    since: Option<Timestamp>,
) -> Result<Trend, HistoryError> {
    if let Some(account) = account {
        check(audits, account)?;
    }
    let mut points: Vec<TrendPoint> = Vec::new();
    let mut before: Option<Looked<'_>> = None;
    for audit in audits.by_day().into_iter().filter(|a| since.is_none_or(|since| a.summary.as_of >= since)) {
        let summary = &audit.summary;
        let counts: Vec<&AccountCounts> = chosen(summary, account).map(|(_, counts)| counts).collect();
        if counts.is_empty() && account.is_some() {
            continue;
        }
        let looked = Looked::new(summary, account);
        let other_scope = before.as_ref().is_some_and(|before| *before != looked);
        points.push(TrendPoint { other_scope, ..point(summary, &counts) });
        before = Some(looked);
    }
    let currency = audits.whole.last().map_or_else(String::new, |audit| audit.summary.currency.clone());
    let skipped = audits.skipped.clone();
    Ok(Trend { version: VERSION, account: account.cloned(), currency, audits: points, skipped })
}

fn check(audits: &Audits, account: &AccountId) -> Result<(), HistoryError> {
    let known: BTreeSet<&AccountId> =
        audits.whole.iter().flat_map(|audit| audit.summary.accounts.keys()).collect();
    if known.contains(account) {
        return Ok(());
    }
    Err(HistoryError::NoAccount {
        path: audits.root.clone(),
        account: account.to_string(),
        known: known.into_iter().map(ToString::to_string).collect(),
    })
}

/// What an audit looked at.
#[derive(PartialEq)]
struct Looked<'a> {
    rules: &'a str,
    selection: &'a [String],
    places: Vec<(&'a AccountId, &'a BTreeSet<Region>)>,
}

impl<'a> Looked<'a> {
    fn new(summary: &'a AuditSummary, account: Option<&AccountId>) -> Self {
        Self {
            rules: &summary.rules_digest,
            selection: &summary.selection,
            places: chosen(summary, account).map(|(id, counts)| (id, &counts.regions)).collect(),
        }
    }
}

fn chosen<'a>(
    summary: &'a AuditSummary,
    account: Option<&AccountId>,
) -> impl Iterator<Item = (&'a AccountId, &'a AccountCounts)> {
    summary.accounts.iter().filter(move |(id, _)| account.is_none_or(|account| account == *id))
}

fn point(summary: &AuditSummary, counts: &[&AccountCounts]) -> TrendPoint {
    let mut point = TrendPoint {
        as_of: summary.as_of,
        secrets: counts.iter().map(|counts| counts.secrets).sum(),
        failures: Default::default(),
        unknown: counts.iter().map(|counts| counts.unknown).sum(),
        excepted: counts.iter().map(|counts| counts.excepted).sum(),
        monthly_cost: summary.monthly_total.clone(),
        accounts: counts.len() as u64,
        other_scope: false,
    };
    for (severity, count) in counts.iter().flat_map(|counts| &counts.failures) {
        *point.failures.entry(*severity).or_default() += count;
    }
    if counts.len() < summary.accounts.len() {
        let costs = counts.iter().filter_map(|counts| counts.monthly_cost.parse::<Decimal>().ok());
        point.monthly_cost = amount(costs.sum::<Decimal>());
    }
    point
}
