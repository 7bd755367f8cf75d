//! Conditions in words.

use std::collections::BTreeMap;

use super::stand_in;
use crate::policy::{Comparison, Condition, Need, Order, Quantifier, Unknown, Ways};

/// What must hold, as phrases that stand behind "only". More than one way becomes one phrase with "or".
pub(super) fn conditions(ways: &Ways<'_>) -> Vec<String> {
    match ways.ways.as_slice() {
        [] => Vec::new(),
        [way] => phrases(way),
        many => {
            let shared: Vec<Need<'_>> =
                many.iter().skip(1).fold(many.first().cloned().unwrap_or_default(), |kept, way| {
                    kept.into_iter().filter(|need| way.contains(need)).collect()
                });
            let mut all = phrases(&shared);
            let rest = many.iter().map(|way| {
                let own: Vec<Need<'_>> = way.iter().filter(|need| !shared.contains(need)).copied().collect();
                phrases(&own).join(" and ")
            });
            let mut rest: Vec<String> = rest.filter(|phrase| !phrase.is_empty()).collect();
            rest.dedup();
            if ways.is_cut {
                rest.push("in other ways".to_owned());
            }
            if !rest.is_empty() {
                all.push(rest.join(", or "));
            }
            all
        }
    }
}

fn phrases(way: &[Need<'_>]) -> Vec<String> {
    let mut phrases: Vec<String> = way.iter().filter_map(phrase).collect();
    let mut seen = BTreeMap::new();
    phrases.retain(|phrase| seen.insert(phrase.clone(), ()).is_none());
    phrases
}

fn phrase(need: &Need<'_>) -> Option<String> {
    Some(match need.unknown {
        Unknown::Condition(condition) => return of_condition(condition, need.holds),
        Unknown::Resource(_) if need.holds => "if the session's tags fit the resource's name".to_owned(),
        Unknown::Resource(_) => "if the session's tags do not fit the resource's name".to_owned(),
        Unknown::Principal(_) if need.holds => "if AWS lets NotPrincipal name the caller so".to_owned(),
        Unknown::Principal(_) => "if AWS lets NotPrincipal exempt the caller so".to_owned(),
        Unknown::Grant(_) => "if the encryption context fits the grant".to_owned(),
    })
}

fn of_condition(condition: &Condition, holds: bool) -> Option<String> {
    let positive = holds != condition.operator.negated;
    let values = values(condition);
    let not = if positive { "" } else { "not " };
    Some(match (condition.key(), condition.operator.comparison) {
        (stand_in::OWN_ACCOUNT, _) => "if its own account allows it".to_owned(),
        (stand_in::KEY_POLICY, _) => "if the key's policy, which is out of sight, allows it".to_owned(),
        (key, _) if key.starts_with(stand_in::IDENTITY_POLICY) && !holds => {
            "unless a policy of its own, which is out of sight, denies it".to_owned()
        }
        (key, _) if key.starts_with(stand_in::IDENTITY_POLICY) => {
            "if a policy of its own, which is out of sight, allows it".to_owned()
        }
        (_, Comparison::Null) => {
            let absent = condition.values.iter().any(|value| value.eq_ignore_ascii_case("true")) == holds;
            format!("if {} is {}", condition.name, if absent { "absent" } else { "present" })
        }
        ("aws:multifactorauthpresent", Comparison::Bool) => {
            format!("{} MFA", if truth(condition) == holds { "with" } else { "without" })
        }
        ("aws:securetransport", Comparison::Bool) => {
            format!("{} TLS", if truth(condition) == holds { "over" } else { "without" })
        }
        ("aws:viaawsservice", Comparison::Bool) => {
            format!("{}through an AWS service", if truth(condition) == holds { "" } else { "not " })
        }
        ("aws:sourcevpce", _) => format!("{not}through {values}"),
        ("aws:sourcevpc" | "aws:sourceip" | "aws:vpcsourceip", _) => format!("{not}from {values}"),
        ("aws:currenttime" | "aws:epochtime", Comparison::Date(order) | Comparison::Numeric(order)) => {
            format!("{} {values}", time(order, holds))
        }
        ("aws:useragent", _) => format!("{not}with the user agent {values}"),
        (key, _) if key.starts_with("aws:principaltag/") => {
            let tag = condition.name.split_once('/').map_or("", |(_, tag)| tag);
            format!("if its tag {tag} {} {values}", verb(condition, holds))
        }
        _ => format!("if {} {} {values}{}", condition.name, verb(condition, holds), tail(condition, holds)),
    })
}

fn truth(condition: &Condition) -> bool {
    condition.values.iter().any(|value| value.eq_ignore_ascii_case("true"))
}

fn time(order: Order, holds: bool) -> &'static str {
    match (order, holds) {
        (Order::LessThan, true) | (Order::GreaterThanEquals, false) => "before",
        (Order::LessThanEquals, true) | (Order::GreaterThan, false) => "until",
        (Order::GreaterThan, true) | (Order::LessThanEquals, false) => "after",
        (Order::GreaterThanEquals, true) | (Order::LessThan, false) => "from",
        (Order::Equals, true) => "at",
        (Order::Equals, false) => "not at",
    }
}

fn verb(condition: &Condition, holds: bool) -> &'static str {
    let positive = holds != condition.operator.negated;
    let order = match condition.operator.comparison {
        Comparison::Numeric(order) | Comparison::Date(order) => order,
        _ => Order::Equals,
    };
    match (order, positive) {
        (Order::Equals, true) => "is",
        (Order::Equals, false) => "is not",
        (Order::LessThan, true) | (Order::GreaterThanEquals, false) => "is below",
        (Order::LessThanEquals, true) | (Order::GreaterThan, false) => "is at most",
        (Order::GreaterThan, true) | (Order::LessThanEquals, false) => "is above",
        (Order::GreaterThanEquals, true) | (Order::LessThan, false) => "is at least",
    }
}

/// What else fits: the absence of the key.
fn tail(condition: &Condition, holds: bool) -> &'static str {
    let operator = condition.operator;
    let fits_absence = match operator.quantifier {
        _ if operator.if_exists => true,
        Some(Quantifier::All) => true,
        Some(Quantifier::Any) => false,
        None => return "",
    };
    if fits_absence == holds { " or absent" } else { " and present" }
}

fn values(condition: &Condition) -> String {
    let shown: Vec<&str> = condition.values.iter().map(AsRef::as_ref).take(3).collect();
    let more = condition.values.len().saturating_sub(shown.len());
    let tail = if more == 0 { String::new() } else { format!(" or {more} more") };
    format!("{}{tail}", shown.join(" or "))
}
