//! What other services charge because of secrets, as far as the evidence tells how much: AWS Lambda for rotation,
//! CloudTrail for copies, AWS Config and Security Hub for their checks.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::PolarsResult;
use rust_decimal::Decimal;

use super::columns::texts;
use super::facts::{Facts, SecretFacts};
use super::prices::{PriceBook, PriceList, Prices};
use super::tiers::Tiers;
use crate::model::{Charge, CostLine};
use crate::tables::Tables;
use crate::tables::schema::Table;

/// Invocations of the function in one rotation: createSecret, setSecret, testSecret, finishSecret.
///
/// Source: AWS Secrets Manager User Guide, "Rotation by Lambda function".
const STEPS: u32 = 4;

/// Days of a month of 730 hours.
fn month_days() -> Decimal {
    Decimal::from(730) / Decimal::from(24)
}

/// The managed rules of AWS Config that run once a day; the others run when a secret changes.
///
/// Source: AWS Config Developer Guide, "List of AWS Config Managed Rules", on each rule's trigger type.
const DAILY: [&str; 2] = ["SECRETSMANAGER_SECRET_PERIODIC_ROTATION", "SECRETSMANAGER_SECRET_UNUSED"];

/// How Security Hub names the rules that it makes, whose evaluations AWS Config does not charge.
///
/// Source: AWS Security Hub User Guide, "Creating and updating findings", on service-linked AWS Config rules.
const OF_SECURITY_HUB: &str = "securityhub-";

/// One line for each kind and currency.
pub(super) fn lines(
    facts: &Facts<'_>,
    tables: &Tables,
    book: &PriceBook,
    charges: &[Charge],
    not_included: &mut Vec<String>,
) -> PolarsResult<Vec<CostLine>> {
    let mut lines = rotations(facts, not_included);
    lines.extend(copies(tables, book, charges, not_included)?);
    lines.extend(checks(facts, tables, not_included));
    Ok(lines)
}

/// Quantities by currency, with the sum and the price of one.
#[derive(Default)]
struct Sums(BTreeMap<String, (Decimal, Decimal, Decimal)>);

impl Sums {
    fn add(&mut self, currency: &str, quantity: Decimal, monthly: Decimal, price: Decimal) {
        let known = self.0.entry(currency.to_owned()).or_insert((Decimal::ZERO, Decimal::ZERO, price));
        known.0 += quantity;
        known.1 += monthly;
    }

    fn lines(self, item: &str, unit: &str, basis: &str) -> Vec<CostLine> {
        let line = |(currency, (quantity, monthly, unit_price))| CostLine {
            item: item.to_owned(),
            quantity: Some(quantity),
            unit: unit.to_owned(),
            unit_price,
            monthly: Some(monthly),
            currency,
            basis: basis.to_owned(),
        };
        self.0.into_iter().map(line).collect()
    }
}

/// Rotations of a secret by a function in a month; none where it has no schedule that is known.
pub(super) fn rotations_a_month(secret: &SecretFacts<'_>) -> Option<Decimal> {
    let rotates = secret.rotates == Some(true) && secret.pending != Some(true);
    let by_function = secret.rotation_function.is_some_and(|function| !function.is_empty());
    let interval = secret.interval_days.filter(|days| *days > Decimal::ZERO)?;
    (rotates && by_function).then(|| (month_days() / interval).round_dp(2))
}

fn rotations(facts: &Facts<'_>, not_included: &mut Vec<String>) -> Vec<CostLine> {
    let mut sums = Sums::default();
    let mut unpriced = 0;
    for secret in &facts.secrets {
        let Some(rotations) = rotations_a_month(secret) else { continue };
        match secret.list.and_then(|list| Some((list, rotation(&list.prices)?))) {
            Some((list, price)) => sums.add(&list.currency, rotations, rotations * price, price),
            None => unpriced += 1,
        }
    }
    let any = !sums.0.is_empty();
    if any {
        not_included.push("the running time of rotation functions, which depends on their memory".to_owned());
    }
    if unpriced > 0 {
        not_included.push(format!("rotation of {}: no list price", super::charges::secrets(unpriced)));
    }
    sums.lines("rotations by AWS Lambda", "rotation", "the invocations, by the schedules")
}

/// The invocations of one rotation.
pub(super) fn rotation(prices: &Prices) -> Option<Decimal> {
    Some(prices.rotation_requests_1m? * Decimal::from(STEPS) / Decimal::from(1_000_000))
}

/// Copies of the events of Secrets Manager that trails deliver beside the first, which is free.
///
/// Source: AWS CloudTrail pricing: the first copy of management events in each Region is free.
fn copies(
    tables: &Tables,
    book: &PriceBook,
    charges: &[Charge],
    not_included: &mut Vec<String>,
) -> PolarsResult<Vec<CostLine>> {
    let Some(data) = tables.get(Table::Regions) else { return Ok(Vec::new()) };
    let (arns, accounts) = (texts(&data.frame, "arn")?, texts(&data.frame, "account")?);
    let (regions, trails) = (texts(&data.frame, "region")?, texts(&data.frame, "covering_trails")?);
    let mut calls: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
    for charge in charges {
        *calls.entry((&charge.account, &charge.region)).or_default() += charge.calls.unwrap_or_default();
    }
    let mut sums = Sums::default();
    let mut unpriced = 0;
    for row in 0..data.frame.height() {
        let (account, region) = (accounts.get(row).unwrap_or_default(), regions.get(row).unwrap_or_default());
        let more = trails.get(row).unwrap_or_default().split(", ").count().saturating_sub(1);
        let events = calls.get(&(account, region)).copied().unwrap_or_default() * Decimal::from(more);
        if events.is_zero() {
            continue;
        }
        let list = book.list(super::facts::partition(arns.get(row).unwrap_or_default()), region);
        match list.and_then(|list| Some((list, list.prices.trail_events_100k? / Decimal::from(100_000)))) {
            Some((list, price)) => sums.add(&list.currency, events, events * price, price),
            None => unpriced += 1,
        }
    }
    if unpriced > 0 {
        not_included.push(format!("extra copies by trails in {}: no list price", places(unpriced)));
    }
    Ok(sums.lines("extra copies of events in trails", "event", "of the calls above, beside the first copy"))
}

fn places(count: u64) -> String {
    if count == 1 { "1 Region".to_owned() } else { format!("{count} Regions") }
}

/// A rule of AWS Config in an account and Region: place, name and managed rule.
type ConfigRule<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Checks that run every day, by AWS Config and by Security Hub. They share tiers with checks of other things, which are
/// not seen, so that each is counted by itself from the first tier on.
fn checks(facts: &Facts<'_>, tables: &Tables, not_included: &mut Vec<String>) -> Vec<CostLine> {
    let mut rules: BTreeMap<ConfigRule<'_>, (u64, &PriceList)> = BTreeMap::new();
    for result in &tables.config_results.results {
        let Some(secret) = facts.secrets.get(result.secret) else { continue };
        let Some(list) = secret.list else { continue };
        let place = &secret.place;
        let rule = (place.account, place.region, result.rule.as_str(), result.identifier.as_str());
        rules.entry(rule).or_insert((0, list)).0 += 1;
    }
    let (daily, on_change): (Vec<_>, Vec<_>) =
        rules.into_iter().partition(|((.., identifier), _)| DAILY.contains(identifier));
    if !on_change.is_empty() {
        let names: BTreeSet<&str> = on_change.iter().map(|((.., identifier), _)| *identifier).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let what = names.join(", ");
        not_included
            .push(format!("evaluations when a secret changes, and the items that record it ({what})"));
    }
    let (hub, config): (Vec<_>, Vec<_>) =
        daily.into_iter().partition(|((_, _, name, _), _)| name.starts_with(OF_SECURITY_HUB));
    let mut lines = daily_checks(&config, |prices| prices.config_evaluation.as_ref(), not_included).lines(
        "evaluations by AWS Config",
        "evaluation",
        "daily rules, once a day for each secret",
    );
    lines.extend(daily_checks(&hub, |prices| prices.security_hub_check.as_ref(), not_included).lines(
        "checks by Security Hub",
        "check",
        "daily checks, once a day for each secret",
    ));
    lines
}

fn daily_checks(
    rules: &[(ConfigRule<'_>, (u64, &PriceList))],
    tiers: impl Fn(&Prices) -> Option<&Tiers>,
    not_included: &mut Vec<String>,
) -> Sums {
    let mut places: BTreeMap<(&str, &str), (u64, &PriceList)> = BTreeMap::new();
    for ((account, region, ..), (secrets, list)) in rules {
        places.entry((account, region)).or_insert((0, list)).0 += secrets;
    }
    let mut sums = Sums::default();
    for ((account, region), (secrets, list)) in places {
        let quantity = (Decimal::from(secrets) * month_days()).round();
        match tiers(&list.prices) {
            Some(tiers) => sums.add(&list.currency, quantity, tiers.cost(quantity), tiers.first_paid()),
            None => {
                not_included.push(format!("daily checks of secrets in {account} {region}: no list price"))
            }
        }
    }
    sums
}
