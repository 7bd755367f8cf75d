//! What each secret, replica and key costs, and the sums of groups.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Span;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::PriceBook;
use super::facts::{Facts, Placed, SecretFacts, in_a_month};
use crate::model::{Charge, ChargeKind, CostGroup};

/// Digits behind the point of a part of a price.
const EXACT: u32 = 6;

/// The calendar month of the audit, in UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    today: Date,
}

impl Month {
    pub(super) fn new(today: Date) -> Self {
        Self { today }
    }

    /// Such as `2026-11`.
    pub(super) fn name(self) -> String {
        format!("{:04}-{:02}", self.today.year(), self.today.month())
    }

    /// The part of a price that is due for what was there from so many days ago until so many days ago, or stays.
    ///
    /// Source: AWS Secrets Manager pricing: for secrets that are stored for less than a month, the price is prorated.
    fn part(self, price: Decimal, made: Option<i64>, gone: Option<i64>) -> Decimal {
        let days = i64::from(self.today.days_in_month());
        let day = |ago: i64| {
            let date = Span::new().try_days(ago).and_then(|ago| self.today.checked_sub(ago));
            let date = date.unwrap_or(Date::MIN);
            (date - self.today.first_of_month()).get_days().into()
        };
        let from: i64 = made.map_or(0, day).clamp(0, days);
        let to: i64 = gone.map_or(days, day).clamp(0, days);
        (price * Decimal::from((to - from).max(0)) / Decimal::from(days)).round_dp(EXACT)
    }
}

/// Whether a secret is in the price of the service that made it.
fn is_included(secret: &SecretFacts<'_>, book: &PriceBook) -> bool {
    secret.owning_service.is_some_and(|owner| book.included_services.iter().any(|service| service == owner))
}

/// Every secret, replica and key that has a list price. What could not be priced is named.
///
/// Source: AWS Secrets Manager pricing: a replica is charged as a secret; a secret marked for deletion is not.
pub(super) fn charges(
    facts: &Facts<'_>,
    book: &PriceBook,
    month: Month,
    not_included: &mut Vec<String>,
) -> Vec<Charge> {
    let calls = calls(facts);
    let mut unpriced: BTreeMap<&str, u64> = BTreeMap::new();
    let mut unsure = 0;
    let mut all = Vec::with_capacity(facts.secrets.len() + facts.keys.len());
    for (row, secret) in facts.secrets.iter().enumerate() {
        let Some(list) = secret.list else {
            *unpriced.entry(secret.place.region).or_default() += 1;
            continue;
        };
        unsure += u64::from(secret.pending.is_none());
        let price = if is_included(secret, book) { Decimal::ZERO } else { list.prices.secret_month };
        let gone = secret.pending.filter(|pending| *pending).and(secret.days_since_deletion);
        let kind = if secret.is_replica == Some(true) { ChargeKind::Replica } else { ChargeKind::Secret };
        let calls = (secret.trail_days > 0).then(|| calls.get(&row).copied().unwrap_or_default());
        all.push(Charge {
            monthly: if secret.pending == Some(true) { Decimal::ZERO } else { price },
            this_month: month.part(price, secret.age_days, gone),
            calls,
            calls_monthly: calls.unwrap_or_default() * list.api_call(),
            ..charge(kind, &secret.place, &list.currency)
        });
    }
    all.extend(facts.keys.iter().map(|key| Charge {
        monthly: key.list.prices.customer_key_month,
        this_month: key.list.prices.customer_key_month,
        ..charge(ChargeKind::Key, &key.place, &key.list.currency)
    }));
    let priceless =
        |(region, count): (&&str, &u64)| format!("{} in {region}: no list price", secrets(*count));
    not_included.extend(unpriced.iter().map(|(region, count)| priceless((region, count))));
    if unsure > 0 {
        let what = secrets(unsure);
        not_included.push(format!("{what} counted in full, which may be scheduled for deletion or free"));
    }
    all
}

fn charge(kind: ChargeKind, place: &Placed<'_>, currency: &str) -> Charge {
    Charge {
        kind,
        arn: place.arn.to_owned(),
        name: place.name.to_owned(),
        account: place.account.to_owned(),
        region: place.region.to_owned(),
        owner: place.owner.to_owned(),
        environment: place.environment.to_owned(),
        currency: currency.to_owned(),
        monthly: Decimal::ZERO,
        this_month: Decimal::ZERO,
        calls: None,
        calls_monthly: Decimal::ZERO,
    }
}

/// Calls in a month by the secret's row: for values, whatever came of them, and those that change it.
fn calls(facts: &Facts<'_>) -> BTreeMap<usize, Decimal> {
    let mut calls: BTreeMap<usize, Decimal> = BTreeMap::new();
    for read in &facts.reads {
        if let Some(secret) = read.secret {
            *calls.entry(secret).or_default() += read.monthly();
        }
    }
    for (secret, count) in &facts.changes {
        let days =
            facts.secrets.get(*secret).map_or(0, |secret| secret.trail_days.min(super::facts::WINDOW_DAYS));
        *calls.entry(*secret).or_default() += in_a_month(*count, days);
    }
    calls
}

/// A count with its noun.
pub(super) fn secrets(count: u64) -> String {
    if count == 1 { "1 secret".to_owned() } else { format!("{count} secrets") }
}

/// Sums by a property.
pub(super) fn grouped<'a>(
    charges: &'a [Charge],
    name: impl Fn(&'a Charge) -> Option<&'a str>,
    with_calls: bool,
) -> Vec<CostGroup> {
    let mut groups: BTreeMap<(&str, &str), CostGroup> = BTreeMap::new();
    for charge in charges {
        let Some(name) = name(charge) else { continue };
        let empty = || CostGroup {
            name: name.to_owned(),
            currency: charge.currency.clone(),
            secrets: 0,
            monthly: Decimal::ZERO,
            keys: 0,
            total: Decimal::ZERO,
        };
        let group = groups.entry((name, &charge.currency)).or_insert_with(empty);
        let charged = u64::from(!charge.monthly.is_zero());
        if charge.kind == ChargeKind::Key {
            group.keys += charged;
        } else {
            group.secrets += charged;
            group.monthly += charge.monthly;
        }
        group.total += charge.monthly;
        if with_calls {
            group.total += charge.calls_monthly;
        }
    }
    groups.into_values().collect()
}

/// Sums by the values of a tag; keys have no tags that were read.
pub(super) fn by_tag(charges: &[Charge], facts: &Facts<'_>, key: &str, with_calls: bool) -> Vec<CostGroup> {
    let values: BTreeMap<&str, &str> = facts
        .secrets
        .iter()
        .filter_map(|secret| Some((secret.place.arn, secret.place.tags.get(key)?.as_str())))
        .collect();
    let of_secret = |charge: &Charge| charge.kind != ChargeKind::Key;
    let value = |charge: &Charge| values.get(charge.arn.as_str()).copied().unwrap_or_default();
    grouped(charges, |charge| of_secret(charge).then(|| value(charge)), with_calls)
}

/// The currencies that occur, the main one first.
pub(super) fn currencies(charges: &[Charge], main: &str) -> Vec<String> {
    let mut others: BTreeSet<&str> = charges.iter().map(|charge| charge.currency.as_str()).collect();
    others.remove(main);
    std::iter::once(main).chain(others).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_month_costs_a_part_of_the_price() {
        let month = Month::new("2026-11-11".parse().unwrap());
        let part = |made, gone| month.part("0.30".parse().unwrap(), made, gone).normalize().to_string();
        let cases = [
            ((Some(400), None), "0.3", "there all the month"),
            ((None, None), "0.3", "since nobody knows when"),
            ((Some(10), None), "0.3", "since the first"),
            ((Some(0), None), "0.2", "made today: 20 of 30 days"),
            ((Some(9), None), "0.29", "since the second"),
            ((Some(400), Some(0)), "0.1", "gone today: 10 of 30 days"),
            ((Some(400), Some(10)), "0", "gone on the first"),
            ((Some(400), Some(40)), "0", "gone last month"),
            ((Some(5), Some(3)), "0.02", "two days"),
            ((Some(99_999_999), None), "0.3", "an age that no calendar holds"),
        ];
        for ((made, gone), expected, what) in cases {
            assert_eq!(part(made, gone), expected, "{what}");
        }
    }
}
