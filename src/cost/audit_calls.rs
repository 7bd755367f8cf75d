//! What the audit itself cost.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::facts::Facts;
use super::prices::{PriceBook, PriceList};
use crate::model::AuditCalls;

/// Services whose calls to read metadata cost nothing.
///
/// Source: the pricing pages of the services; AWS CloudTrail pricing: Event history is free.
const FREE: [&str; 8] =
    ["account", "cloudtrail", "config", "events", "iam", "lambda", "organizations", "sts"];

/// The calls by service, with their price. Where secrets lie in Regions of several prices the dearest counts.
pub(super) fn audit_calls(
    by_service: &BTreeMap<String, u64>,
    facts: &Facts<'_>,
    book: &PriceBook,
) -> Option<AuditCalls> {
    if by_service.is_empty() {
        return None;
    }
    let in_use = facts.secrets.iter().filter_map(|secret| secret.list);
    let list = in_use.max_by_key(|list| list.api_call()).or(book.lists.first());
    let price = |service: &str| match service {
        "secretsmanager" => list.map(PriceList::api_call),
        "kms" => list.map(PriceList::kms_request),
        service if FREE.contains(&service) => Some(Decimal::ZERO),
        _ => None,
    };
    let cost = by_service.iter().filter_map(|(service, calls)| Some(price(service)? * Decimal::from(*calls)));
    let unpriced = by_service.keys().filter(|service| price(service).is_none());
    Some(AuditCalls {
        calls: by_service.values().sum(),
        cost: cost.sum(),
        unpriced: unpriced.cloned().collect(),
        by_service: by_service.clone(),
    })
}
