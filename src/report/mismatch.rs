//! Why a statement does not match a request, in a sentence.

use serde::Serialize;

use crate::policy::{
    Comparison, CompiledStatement, Condition, Context, Lookup, Match, Mismatch, Operator, Order, Quantifier,
    Request,
};

/// More values than these are counted and not listed.
const MOST_LISTED: usize = 5;

/// The part of a statement that does not fit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Because<'a> {
    part: &'static str,
    #[serde(flatten)]
    condition: Option<Unmet<'a>>,
    sentence: String,
}

/// A condition that does not hold.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unmet<'a> {
    operator: String,
    key: &'a str,
    values: &'a [Box<str>],
    /// What the request has: one value, several, or null where the key is absent.
    request: Held<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Held<'a> {
    Absent,
    One(&'a str),
    Many(&'a [String]),
}

/// Why a statement does not match; `None` where it does.
pub(super) fn because<'a>(
    statement: &'a CompiledStatement,
    outcome: Match,
    request: &Request<'a>,
) -> Option<Because<'a>> {
    let plain = |part, sentence: String| Because { part, condition: None, sentence };
    let is_negated = statement.principals.as_ref().is_some_and(|principals| principals.negated);
    let caller = request.caller;
    match outcome {
        Match::Yes(_) => None,
        Match::Unknown(_) => Some(plain(
            "principal",
            format!(
                "a part of the chain of `{caller}` is listed; AWS leaves that to the service, and it counts as denied"
            ),
        )),
        Match::No(Mismatch::Principal) if is_negated => {
            Some(plain("principal", format!("`{caller}` is among those left out")))
        }
        Match::No(Mismatch::Principal) => Some(plain("principal", format!("it does not name `{caller}`"))),
        Match::No(Mismatch::Action) => Some(plain("action", "it does not cover the action".to_owned())),
        Match::No(Mismatch::Resource) => Some(plain("resource", resource(request))),
        Match::No(Mismatch::Condition(index)) => {
            statement.conditions.get(index).map(|condition| unmet(condition, request.context))
        }
    }
}

fn resource(request: &Request<'_>) -> String {
    if request.has_resource_type() {
        format!("it does not cover `{}`", request.resource)
    } else {
        "the action has no resource type, so nothing but `*` covers it".to_owned()
    }
}

fn unmet<'a>(condition: &'a Condition, context: &'a Context) -> Because<'a> {
    let request = match context.get(condition.key()) {
        Lookup::One(value) => Held::One(value),
        Lookup::Many(values) => Held::Many(values),
        Lookup::Absent | Lookup::Unknown => Held::Absent,
    };
    let Condition { operator, name, .. } = condition;
    let mut sentence = format!("`{operator}` on `{name}` wants {}; {}", wanted(condition), held(&request));
    for key in condition.keys().into_iter().skip(1) {
        let value = match context.get(key) {
            Lookup::One(value) => format!("is `{value}`"),
            Lookup::Many(_) => "has several values".to_owned(),
            Lookup::Absent | Lookup::Unknown => "is absent".to_owned(),
        };
        sentence.push_str(&format!("; `{key}` {value}"));
    }
    let unmet = Unmet { operator: operator.to_string(), key: name, values: &condition.values, request };
    Because { part: "condition", condition: Some(unmet), sentence }
}

fn held(held: &Held<'_>) -> String {
    match held {
        Held::Absent => "the key is absent".to_owned(),
        Held::One(value) => format!("the request has `{value}`"),
        Held::Many(values) => format!("the request has {}", list(values, "and", "")),
    }
}

/// What a condition asks for, to stand behind "wants".
fn wanted(condition: &Condition) -> String {
    let Operator { comparison, quantifier, negated, .. } = condition.operator;
    if comparison == Comparison::Null {
        let wants_absence = condition.values.iter().any(|value| value.eq_ignore_ascii_case("true"));
        return if wants_absence { "it to be absent" } else { "it to be there" }.to_owned();
    }
    let mut values = list(&condition.values, "or", relation(comparison));
    if comparison == Comparison::StringEqualsIgnoreCase {
        values.push_str(" in any letter case");
    }
    match (quantifier, negated) {
        (None, false) => values,
        (None, true) => format!("anything but {values}"),
        (Some(Quantifier::All), false) => format!("every value to be {values}"),
        (Some(Quantifier::All), true) => format!("no value to be {values}"),
        (Some(Quantifier::Any), false) => format!("some value to be {values}"),
        (Some(Quantifier::Any), true) => format!("some value to be anything but {values}"),
    }
}

/// How a value must stand to one of the condition, to stand before the latter.
fn relation(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::StringLike | Comparison::Arn => "a match of ",
        Comparison::IpAddress => "an address in ",
        Comparison::Numeric(order) => match order {
            Order::Equals => "the number ",
            Order::LessThan => "a number below ",
            Order::LessThanEquals => "a number up to ",
            Order::GreaterThan => "a number above ",
            Order::GreaterThanEquals => "a number from ",
        },
        Comparison::Date(order) => match order {
            Order::Equals => "the instant ",
            Order::LessThan => "an instant before ",
            Order::LessThanEquals => "an instant up to ",
            Order::GreaterThan => "an instant after ",
            Order::GreaterThanEquals => "an instant from ",
        },
        Comparison::StringEquals
        | Comparison::StringEqualsIgnoreCase
        | Comparison::BinaryEquals
        | Comparison::Bool
        | Comparison::Null => "",
    }
}

/// Values in backticks: the first few, and how many more there are.
fn list<T: AsRef<str>>(values: &[T], joint: &str, relation: &str) -> String {
    let mut listed: Vec<String> =
        values.iter().take(MOST_LISTED).map(|v| format!("`{}`", v.as_ref())).collect();
    match values.len().saturating_sub(MOST_LISTED) {
        0 => {}
        1 => listed.push("1 more".to_owned()),
        more => listed.push(format!("{more} more")),
    }
    match listed.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => format!("{relation}{only}"),
        Some((last, before)) => format!("{relation}{} {joint} {last}", before.join(", ")),
    }
}
