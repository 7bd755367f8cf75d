//! What is charged for secrets, keys and the calls for them: one line for each kind and currency.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::charges::{currencies, secrets};
use super::estimate::Circumstances;
use super::facts::Facts;
use super::prices::{PriceBook, PriceList, Prices};
use super::tiers::Tiers;
use crate::model::{Charge, ChargeKind, CostLine};

/// Says what the API calls leave out.
const COUNTED: &str = "reads and changes that the trail shows, in a month of 730 hours";

/// The lines.
pub(super) fn lines(
    facts: &Facts<'_>,
    charges: &[Charge],
    circumstances: &Circumstances,
    (main, book, not_included): (&str, &PriceBook, &mut Vec<String>),
) -> Vec<CostLine> {
    unseen(facts, circumstances, not_included);
    let mut lines = Vec::new();
    for currency in currencies(charges, main) {
        let here: Vec<&Charge> = charges.iter().filter(|charge| charge.currency == currency).collect();
        let lists: Vec<&PriceList> = facts.lists().filter(|list| list.currency == currency).collect();
        // Where nothing is charged the price is shown all the same.
        let list = lists.first().copied().or(book.lists.iter().find(|list| list.currency == currency));
        let price = |of: fn(&Prices) -> Decimal| list.map(|list| of(&list.prices)).unwrap_or_default();
        let secret = price(|prices| prices.secret_month);
        lines.push(kept(
            &here,
            |kind| kind != ChargeKind::Key,
            ("secrets and replicas", "secret-month", secret),
        ));
        let key = price(|prices| prices.customer_key_month);
        lines.push(kept(&here, |kind| kind == ChargeKind::Key, ("customer managed keys", "key-month", key)));
        lines.push(calls(&here, list, circumstances.monthly_calls.filter(|_| currency == main)));
        lines.extend(requests(facts, &lists, &currency));
        for line in &mut lines {
            if line.currency.is_empty() {
                line.currency.clone_from(&currency);
            }
        }
    }
    lines
}

fn kept(
    charges: &[&Charge],
    is_it: impl Fn(ChargeKind) -> bool,
    (item, unit, price): (&str, &str, Decimal),
) -> CostLine {
    let paid = charges.iter().filter(|charge| is_it(charge.kind) && !charge.monthly.is_zero());
    let prices: Vec<Decimal> = paid.map(|charge| charge.monthly).collect();
    let differ = prices.iter().any(|price| Some(price) != prices.first());
    CostLine {
        item: item.to_owned(),
        quantity: Some(Decimal::from(prices.len())),
        unit: unit.to_owned(),
        unit_price: prices.first().copied().unwrap_or(price),
        monthly: Some(prices.iter().sum()),
        currency: String::new(),
        basis: if differ { "the price differs by Region".to_owned() } else { String::new() },
    }
}

/// API calls: as somebody says, else as the trail shows them.
fn calls(charges: &[&Charge], list: Option<&PriceList>, told: Option<u64>) -> CostLine {
    let price = list.map(PriceList::api_call).unwrap_or_default();
    let counted: Vec<Decimal> = charges.iter().filter_map(|charge| charge.calls).collect();
    let (quantity, monthly, basis) = match told {
        Some(told) => {
            (Some(Decimal::from(told)), Some(Decimal::from(told) * price), "as --monthly-calls says")
        }
        None if counted.is_empty() => (None, None, ""),
        None => {
            let sum = charges.iter().map(|charge| charge.calls_monthly).sum();
            (Some(counted.iter().sum()), Some(sum), COUNTED)
        }
    };
    CostLine {
        item: "API calls".to_owned(),
        quantity,
        unit: "call".to_owned(),
        unit_price: price,
        monthly,
        currency: String::new(),
        basis: basis.to_owned(),
    }
}

/// Requests to KMS: one for each value that was read under a customer managed key. What is free is free once in a month
/// over all Regions of equal prices.
///
/// Source: AWS Secrets Manager User Guide, "Secret encryption and decryption"; AWS KMS pricing.
fn requests(facts: &Facts<'_>, lists: &[&PriceList], currency: &str) -> Option<CostLine> {
    let mut by_tiers: BTreeMap<&Tiers, (Decimal, &PriceList)> = BTreeMap::new();
    for (secret, requests) in decryptions(facts) {
        let list = facts.secrets.get(secret).and_then(|secret| secret.list);
        let Some(list) = list.filter(|list| list.currency == currency) else { continue };
        by_tiers.entry(&list.prices.kms_requests_10k).or_insert((Decimal::ZERO, list)).0 += requests;
    }
    if by_tiers.is_empty() {
        return None;
    }
    Some(CostLine {
        item: "KMS requests".to_owned(),
        quantity: Some(by_tiers.values().map(|(requests, _)| *requests).sum()),
        unit: "request".to_owned(),
        unit_price: lists.first().map(|list| list.kms_request()).unwrap_or_default(),
        monthly: Some(by_tiers.values().map(|(requests, list)| list.kms_requests(*requests)).sum()),
        currency: String::new(),
        basis: "one for each read under a customer managed key; what is free goes to them first".to_owned(),
    })
}

/// The secret's row to its requests to KMS in a month.
pub(super) fn decryptions(facts: &Facts<'_>) -> BTreeMap<usize, Decimal> {
    let keys: BTreeSet<&str> = facts.keys.iter().map(|key| key.place.arn).collect();
    let mut requests: BTreeMap<usize, Decimal> = BTreeMap::new();
    for read in facts.reads.iter().filter(|read| read.allowed) {
        let Some(secret) = read.secret else { continue };
        let key = facts.secrets.get(secret).and_then(|secret| secret.key_arn);
        if key.is_some_and(|key| keys.contains(key)) {
            *requests.entry(secret).or_default() += read.monthly();
        }
    }
    requests
}

/// What the calls leave out.
fn unseen(facts: &Facts<'_>, circumstances: &Circumstances, not_included: &mut Vec<String>) {
    if facts.unknown_keys > 0 {
        let count = facts.unknown_keys;
        let keys = if count == 1 { "1 key".to_owned() } else { format!("{count} keys") };
        not_included.push(format!("{keys} that could not be described or without a list price"));
    }
    if circumstances.monthly_calls.is_some() {
        return;
    }
    let dark = facts.secrets.iter().filter(|secret| secret.list.is_some() && secret.trail_days <= 0).count();
    let help = "give `--monthly-calls N` if you know";
    if dark > 0 {
        let what = secrets(dark as u64);
        not_included.push(format!("API calls for {what} that no trail shows: {help}"));
    }
    if facts.secrets.len() > dark {
        not_included.push(format!("calls that only list and describe, which no trail was read for: {help}"));
    }
}
