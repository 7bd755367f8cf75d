//! The monthly estimate.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use polars::prelude::PolarsResult;
use rust_decimal::Decimal;

use super::audit_calls::audit_calls;
use super::charges::{Month, by_tag, charges, currencies, grouped};
use super::facts::Facts;
use super::lines::lines;
use super::prices::PriceBook;
use super::savings::savings;
use super::services;
use crate::model::{Charge, CostLine, CostReport, CostSum, PriceSource};
use crate::tables::Tables;

/// What the tables cannot tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The instant that counts as now.
    pub as_of: Timestamp,
    /// API calls in a month, where somebody knows.
    pub monthly_calls: Option<u64>,
    /// Tag keys by which sums are wanted.
    pub tag_keys: Vec<String>,
    /// Calls of the audit itself, by service; empty where nobody counted them.
    pub audit_calls: BTreeMap<String, u64>,
}

/// Prices what the tables hold, and looks for savings.
///
/// # Errors
/// Where a table lacks a column that the schema promises.
pub fn estimate(
    tables: &Tables,
    book: &PriceBook,
    circumstances: &Circumstances,
) -> PolarsResult<CostReport> {
    let facts = Facts::new(tables, book)?;
    let today = circumstances.as_of.to_zoned(TimeZone::UTC).date();
    let month = Month::new(today);
    let unlisted = facts.unlisted.iter().map(|name| format!("{name}, which could not be listed"));
    let mut not_included: Vec<String> = unlisted.collect();
    let charges = charges(&facts, book, month, &mut not_included);
    let prices = main_prices(book, &charges);
    let mut lines = lines(&facts, &charges, circumstances, (&prices.currency, book, &mut not_included));
    lines.extend(services::lines(&facts, tables, book, &charges, &mut not_included)?);
    let sums = sums(&lines, &charges, &prices.currency);
    let with_calls = circumstances.monthly_calls.is_none();
    let groups = |name: fn(&Charge) -> &str| grouped(&charges, |charge| Some(name(charge)), with_calls);
    let secrets = charges.iter().filter(|charge| charge.arn.contains(":secret:"));
    let of_main = secrets.filter(|charge| charge.currency == prices.currency);
    let tags = circumstances.tag_keys.iter();
    Ok(CostReport {
        month: month.name(),
        monthly_total: sums.first().map(|sum| sum.monthly).unwrap_or_default(),
        this_month: sums.first().map(|sum| sum.this_month).unwrap_or_default(),
        other_currencies: sums.into_iter().skip(1).collect(),
        lines,
        not_included,
        by_secret: of_main.map(|charge| (charge.arn.clone(), charge.monthly)).collect(),
        by_account: groups(|charge| &charge.account),
        by_region: groups(|charge| &charge.region),
        by_owner: groups(|charge| &charge.owner),
        by_environment: groups(|charge| &charge.environment),
        by_tag: tags.map(|key| (key.clone(), by_tag(&charges, &facts, key, with_calls))).collect(),
        savings: savings(&facts, &charges, circumstances.monthly_calls),
        audit_calls: audit_calls(&circumstances.audit_calls, &facts, book),
        prices,
        charges,
    })
}

/// Where the prices come from, with the currency in which something is charged: the book's first if that occurs.
fn main_prices(book: &PriceBook, charges: &[Charge]) -> PriceSource {
    let mut prices = book.source();
    let occurs = |currency: &str| charges.iter().any(|charge| charge.currency == currency);
    if let Some(charge) = charges.first().filter(|_| !occurs(&prices.currency)) {
        prices.currency.clone_from(&charge.currency);
    }
    prices
}

/// What everything comes to in each currency, the main one first.
fn sums(lines: &[CostLine], charges: &[Charge], main: &str) -> Vec<CostSum> {
    let of = |currency: String| {
        let of_lines = lines.iter().filter(|line| line.currency == currency);
        let monthly: Decimal = of_lines.filter_map(|line| line.monthly).sum();
        let here = charges.iter().filter(|charge| charge.currency == currency);
        let differs: Decimal = here.map(|charge| charge.this_month - charge.monthly).sum();
        CostSum { currency, monthly, this_month: monthly + differs }
    };
    currencies(charges, main).into_iter().map(of).collect()
}
