//! Conditions in words.

use jiff::Timestamp;

use super::stand_in;
use crate::policy::{Comparison, CompiledStatement, Condition, Need, Order, Quantifier, Unknown, Ways};

/// So many values of a condition are named.
const NAMED_VALUES: usize = 3;

/// What must hold, as phrases that stand behind "only". More than one way becomes one phrase with "or".
pub(super) fn conditions(ways: &Ways<'_>) -> Vec<String> {
    let all = least(ways.ways.iter().map(|way| phrases(way)).collect());
    let Some(first) = all.first() else { return Vec::new() };
    // Ways that were left out may do without what the others share.
    let is_shared = |phrase: &&String| !ways.is_cut && all.iter().all(|way| way.contains(phrase));
    let shared: Vec<String> = first.iter().filter(is_shared).cloned().collect();
    let own = |way: &Vec<String>| {
        let own: Vec<&str> =
            way.iter().filter(|phrase| !shared.contains(phrase)).map(String::as_str).collect();
        own.join(" and ")
    };
    let mut rest: Vec<String> = all.iter().map(own).filter(|phrase| !phrase.is_empty()).collect();
    rest.extend(ways.is_cut.then(|| "in other ways".to_owned()));
    let rest = (!rest.is_empty()).then(|| rest.join(", or "));
    shared.iter().cloned().chain(rest).collect()
}

/// Without ways that ask for all that another one asks for.
fn least(mut ways: Vec<Vec<String>>) -> Vec<Vec<String>> {
    ways.sort_by_key(Vec::len);
    let mut kept: Vec<Vec<String>> = Vec::new();
    for way in ways {
        if !kept.iter().any(|known| known.iter().all(|phrase| way.contains(phrase))) {
            kept.push(way);
        }
    }
    kept
}

fn phrases(way: &[Need<'_>]) -> Vec<String> {
    let mut phrases: Vec<String> = Vec::new();
    for need in way {
        let phrase = phrase(need);
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    phrases
}

/// One need as a phrase that stands behind "only".
pub(super) fn phrase(need: &Need<'_>) -> String {
    match need.unknown {
        Unknown::Condition(condition) => of_condition(condition, need.holds),
        Unknown::Resource(statement) => of_resource(statement, need.holds),
        Unknown::Principal(_) if need.holds => "if AWS takes NotPrincipal to name the caller".to_owned(),
        Unknown::Principal(_) => "if AWS takes NotPrincipal to exempt the caller".to_owned(),
        Unknown::Grant(_) => "if the encryption context fits the grant".to_owned(),
    }
}

fn of_resource(statement: &CompiledStatement, holds: bool) -> String {
    let names: Vec<String> = statement.resource_variables().into_iter().map(label).collect();
    let fit = match (names.len(), holds) {
        (1, true) => "fits",
        (1, false) => "does not fit",
        (_, true) => "fit",
        (_, false) => "do not fit",
    };
    format!("if {} {fit} the resource's name", listed(&names, "and", NAMED_VALUES))
}

/// How the values of a key stand to those that a condition lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It, or one of several, is among them.
    Some,
    /// Neither it nor any other is among them.
    None,
    /// Each of several is among them.
    Every,
    /// One of several is not among them.
    NotEvery,
}

fn fit(condition: &Condition, holds: bool) -> Fit {
    let operator = condition.operator;
    match (operator.quantifier, operator.negated, holds) {
        (None, negated, _) if negated != holds => Fit::Some,
        (None, _, _) => Fit::None,
        (Some(Quantifier::All), false, true) | (Some(Quantifier::Any), true, false) => Fit::Every,
        (Some(Quantifier::All), false, false) | (Some(Quantifier::Any), true, true) => Fit::NotEvery,
        (Some(Quantifier::All), true, true) | (Some(Quantifier::Any), false, false) => Fit::None,
        (Some(Quantifier::All), true, false) | (Some(Quantifier::Any), false, true) => Fit::Some,
    }
}

/// Whether the absence of the key does as well.
fn fits_absence(condition: &Condition, holds: bool) -> bool {
    let operator = condition.operator;
    let holds_on_absence = match operator.quantifier {
        _ if operator.if_exists => true,
        Some(Quantifier::All) => true,
        Some(Quantifier::Any) => false,
        None => operator.negated,
    };
    holds_on_absence == holds
}

fn of_condition(condition: &Condition, holds: bool) -> String {
    if let Some(phrase) = out_of_sight(condition.key(), holds) {
        return phrase;
    }
    let is_single = condition.operator.quantifier.is_none();
    let special = if is_single { special(condition, holds) } else { None };
    special.unwrap_or_else(|| general(condition, holds))
}

/// The conditions of policies that stand in for what is out of sight.
fn out_of_sight(key: &str, holds: bool) -> Option<String> {
    Some(match key {
        stand_in::OWN_ACCOUNT => "if its own account allows it".to_owned(),
        stand_in::KEY_GRANTS => "if a grant on the key, which is out of sight, allows it".to_owned(),
        stand_in::KEY_POLICY => "if the key's policy, which is out of sight, allows it".to_owned(),
        _ if !key.starts_with(stand_in::IDENTITY_POLICY) => return None,
        _ if holds => "if a policy of its own, which is out of sight, allows it".to_owned(),
        _ => "unless a policy of its own, which is out of sight, denies it".to_owned(),
    })
}

/// The keys that people have shorter words for.
fn special(condition: &Condition, holds: bool) -> Option<String> {
    let fit = fit(condition, holds);
    let absent = fits_absence(condition, holds);
    let values = values(condition, "or");
    Some(match (condition.key(), condition.operator.comparison) {
        (_, Comparison::Null) => {
            let is_absent = truth(condition) == holds;
            format!("if {} is {}", label(&condition.name), if is_absent { "absent" } else { "present" })
        }
        ("aws:multifactorauthpresent", Comparison::Bool) => mfa(truth(condition) == holds, absent).to_owned(),
        ("aws:multifactorauthage", Comparison::Numeric(order)) => {
            return mfa_age(order, holds, absent, &values);
        }
        ("aws:securetransport", Comparison::Bool) => {
            format!("{} TLS", if truth(condition) == holds { "over" } else { "without" })
        }
        ("aws:viaawsservice", Comparison::Bool) if truth(condition) == holds => {
            "by way of an AWS service".to_owned()
        }
        ("aws:viaawsservice", Comparison::Bool) => "without an AWS service in between".to_owned(),
        ("aws:currenttime" | "aws:epochtime", Comparison::Date(order) | Comparison::Numeric(order)) => {
            format!("{} {values}", time(order, holds != condition.operator.negated))
        }
        ("aws:useragent", _) if fit == Fit::Some => format!("with the user agent {values}"),
        ("aws:useragent", _) => format!("not with the user agent {values}"),
        (key, _) => return place(key, fit, absent, &values),
    })
}

fn mfa(is_present: bool, absent: bool) -> &'static str {
    match (is_present, absent) {
        (true, false) => "with MFA",
        // Long-lived access keys do not carry the key at all.
        (true, true) => "with MFA or with a long-lived access key",
        (false, true) => "without MFA",
        (false, false) => "with temporary credentials without MFA",
    }
}

fn mfa_age(order: Order, holds: bool, absent: bool, values: &str) -> Option<String> {
    let is_young = matches!(order, Order::LessThan | Order::LessThanEquals) && holds && !absent;
    is_young.then(|| format!("within {values} seconds of MFA"))
}

/// From where a call comes.
fn place(key: &str, fit: Fit, absent: bool, values: &str) -> Option<String> {
    let (by, nowhere, elsewhere) = match key {
        "aws:sourcevpce" => ("through", "through no VPC endpoint", "through a VPC endpoint other than"),
        "aws:sourcevpc" => ("from", "from outside any VPC", "from a VPC other than"),
        "aws:sourceip" => ("from", "from no public address", "from a public address outside"),
        "aws:vpcsourceip" => ("from", "from outside any VPC", "from an address in a VPC outside"),
        _ => return None,
    };
    Some(match (fit, absent) {
        (Fit::Some, false) => format!("{by} {values}"),
        (Fit::Some, true) => format!("{by} {values} or {nowhere}"),
        (_, true) => format!("not {by} {values}"),
        (_, false) => format!("{elsewhere} {values}"),
    })
}

fn general(condition: &Condition, holds: bool) -> String {
    let name = label(&condition.name);
    let absent = fits_absence(condition, holds);
    let has_many = condition.operator.quantifier.is_some();
    let is = |positive: bool| {
        let joint = if positive || !is_order(condition) { "or" } else { "and" };
        let case = match condition.operator.comparison {
            Comparison::StringEqualsIgnoreCase => " in any letter case",
            _ => "",
        };
        format!("{} {}{case}", verb(condition, positive), values(condition, joint))
    };
    let or_none = if absent { ", or it has none" } else { "" };
    match fit(condition, holds) {
        Fit::Some if has_many => format!("if some value of {name} {}{or_none}", is(true)),
        Fit::None if has_many => format!("if no value of {name} {}", is(true)),
        Fit::Every => format!("if every value of {name} {}{or_none}", is(true)),
        Fit::NotEvery => format!("if some value of {name} {}{or_none}", is(false)),
        Fit::Some => format!("if {name} {}{}", is(true), if absent { " or absent" } else { "" }),
        // What is absent is not the same as anything, but it is not above or below either.
        Fit::None if is_order(condition) && absent => format!("if {name} {} or absent", is(false)),
        Fit::None if is_order(condition) || absent => format!("if {name} {}", is(false)),
        Fit::None => format!("if {name} is present and {}", is(false)),
    }
}

/// What a key is called in a sentence.
fn label(name: &str) -> String {
    let lower = name.to_lowercase();
    let tag = name.split_once('/').map_or("", |(_, tag)| tag);
    match lower.split_once('/') {
        Some(("aws:principaltag", _)) => format!("its tag {tag}"),
        Some(("aws:requesttag", _)) => format!("the call's tag {tag}"),
        _ => name.to_owned(),
    }
}

/// Whether the operator asks for more or less.
fn is_order(condition: &Condition) -> bool {
    match condition.operator.comparison {
        Comparison::Numeric(order) | Comparison::Date(order) => order != Order::Equals,
        _ => false,
    }
}

fn truth(condition: &Condition) -> bool {
    condition.values.iter().any(|value| value.eq_ignore_ascii_case("true"))
}

fn time(order: Order, positive: bool) -> &'static str {
    match (order, positive) {
        (Order::LessThan, true) | (Order::GreaterThanEquals, false) => "before",
        (Order::LessThanEquals, true) | (Order::GreaterThan, false) => "until",
        (Order::GreaterThan, true) | (Order::LessThanEquals, false) => "after",
        (Order::GreaterThanEquals, true) | (Order::LessThan, false) => "from",
        (Order::Equals, true) => "at",
        (Order::Equals, false) => "not at",
    }
}

fn verb(condition: &Condition, positive: bool) -> &'static str {
    let has_wildcard = || condition.values.iter().any(|value| value.contains(['*', '?']));
    match (condition.operator.comparison, positive) {
        (Comparison::Numeric(order), _) => of_numbers(order, positive),
        (Comparison::Date(order), _) => of_dates(order, positive),
        (Comparison::IpAddress, true) => "is in",
        (Comparison::IpAddress, false) => "is not in",
        (Comparison::StringLike | Comparison::Arn, true) if has_wildcard() => "matches",
        (Comparison::StringLike | Comparison::Arn, false) if has_wildcard() => "does not match",
        (_, true) => "is",
        (_, false) => "is not",
    }
}

fn of_numbers(order: Order, positive: bool) -> &'static str {
    match (order, positive) {
        (Order::Equals, true) => "is",
        (Order::Equals, false) => "is not",
        (Order::LessThan, true) | (Order::GreaterThanEquals, false) => "is below",
        (Order::LessThanEquals, true) | (Order::GreaterThan, false) => "is at most",
        (Order::GreaterThan, true) | (Order::LessThanEquals, false) => "is above",
        (Order::GreaterThanEquals, true) | (Order::LessThan, false) => "is at least",
    }
}

fn of_dates(order: Order, positive: bool) -> &'static str {
    match (order, positive) {
        (Order::Equals, true) => "is",
        (Order::Equals, false) => "is not",
        (Order::LessThan, true) | (Order::GreaterThanEquals, false) => "is before",
        (Order::LessThanEquals, true) | (Order::GreaterThan, false) => "is at or before",
        (Order::GreaterThan, true) | (Order::LessThanEquals, false) => "is after",
        (Order::GreaterThanEquals, true) | (Order::LessThan, false) => "is at or after",
    }
}

fn values(condition: &Condition, joint: &str) -> String {
    let is_time =
        matches!(condition.operator.comparison, Comparison::Date(_)) || condition.key() == "aws:epochtime";
    let text = |value: &str| if is_time { instant(value) } else { value.to_owned() };
    let shown: Vec<String> = condition.values.iter().map(|value| text(value)).collect();
    let more = shown.len().saturating_sub(NAMED_VALUES);
    let more = (more > 0).then(|| format!("{more} more"));
    let shown: Vec<String> = shown.into_iter().take(NAMED_VALUES).chain(more).collect();
    shown.join(&format!(" {joint} "))
}

/// An instant as people write it; AWS also takes the seconds since 1970.
fn instant(text: &str) -> String {
    let seconds = text.parse::<i64>().ok().filter(|_| text.len() > 4);
    let instant = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    instant.map_or_else(|| text.to_owned(), |instant| instant.to_string())
}

/// Things in a row: `a, b and c`, and how many more there are.
pub(super) fn listed(things: &[String], joint: &str, most: usize) -> String {
    let more = things.len().saturating_sub(most);
    let mut shown: Vec<String> = things.iter().take(most).cloned().collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {joint} {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests;
