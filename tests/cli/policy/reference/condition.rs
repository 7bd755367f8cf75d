//! The Condition element ("AWS JSON policy elements: Condition operators"; FORMAT.md, rules 2, 3 and 4).

use super::matching::{Variables, values};
use regex::Regex;
use serde_json::Value;
use std::cmp::Ordering;
use std::net::IpAddr;

/// Operators and keys are joined by AND.
pub fn conditions_hold(block: Option<&Value>, variables: &Variables) -> bool {
    let operators = block.and_then(Value::as_object).into_iter().flatten();
    let mut tests = operators.flat_map(|(name, keys)| {
        let operator = Operator::parse(name);
        keys.as_object().into_iter().flatten().map(move |(key, wanted)| (operator, key, wanted))
    });
    tests.all(|(operator, key, wanted)| operator.holds(variables.context.get(key), wanted, variables))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    None,
    ForAllValues,
    ForAnyValue,
}

/// `ForAllValues:StringNotLikeIfExists` taken apart.
#[derive(Clone, Copy)]
struct Operator<'a> {
    quantifier: Quantifier,
    name: &'a str,
    if_exists: bool,
}

impl<'a> Operator<'a> {
    fn parse(full_name: &'a str) -> Self {
        let (quantifier, rest) = match full_name.split_once(':') {
            None => (Quantifier::None, full_name),
            Some(("ForAllValues", rest)) => (Quantifier::ForAllValues, rest),
            Some(("ForAnyValue", rest)) => (Quantifier::ForAnyValue, rest),
            Some(_) => panic!("unknown set operator: {full_name}"),
        };
        let name = rest.strip_suffix("IfExists").unwrap_or(rest);
        Operator { quantifier, name, if_exists: name != rest }
    }

    fn is_negated(&self) -> bool {
        self.name.contains("Not")
    }

    /// `StringNotLike` asks for the opposite of what `StringLike` asks for.
    fn positive_name(&self) -> String {
        self.name.replace("Not", "")
    }

    fn holds(&self, actual: Option<&Value>, wanted: &Value, variables: &Variables) -> bool {
        if self.name == "Null" {
            return values(wanted).iter().any(|null| null.eq_ignore_ascii_case("true") == actual.is_none());
        }
        let Some(actual) = actual else {
            return self.holds_without_the_key();
        };
        let mut actual = values(actual).into_iter();
        match self.quantifier {
            Quantifier::ForAllValues => actual.all(|value| self.accepts(&value, wanted, variables)),
            Quantifier::ForAnyValue | Quantifier::None => {
                actual.any(|value| self.accepts(&value, wanted, variables))
            }
        }
    }

    fn holds_without_the_key(&self) -> bool {
        match self.quantifier {
            _ if self.if_exists => true,
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => false,
            Quantifier::None => self.is_negated(),
        }
    }

    /// Several wanted values are joined by OR, and by NOR for a negated operator.
    fn accepts(&self, actual: &str, wanted: &Value, variables: &Variables) -> bool {
        let positive_name = self.positive_name();
        let any = values(wanted).iter().any(|wanted| compares(&positive_name, actual, wanted, variables));
        any != self.is_negated()
    }
}

/// Does one value of the request fit one value of the policy, under a positive operator?
fn compares(operator: &str, actual: &str, wanted: &str, variables: &Variables) -> bool {
    if let Some(relation) = operator.strip_prefix("Numeric") {
        return is_in_relation(relation, compare(decimal(actual), decimal(wanted)));
    }
    if let Some(relation) = operator.strip_prefix("Date") {
        return is_in_relation(relation, compare(instant(actual), instant(wanted)));
    }
    match operator {
        "Bool" => actual.eq_ignore_ascii_case(wanted),
        "IpAddress" => is_in_range(actual, wanted),
        "BinaryEquals" => actual == wanted,
        _ => compares_text(operator, actual, wanted, variables),
    }
}

/// "IAM policy elements: Variables and tags": variables work with the string and ARN operators only.
fn compares_text(operator: &str, actual: &str, wanted: &str, variables: &Variables) -> bool {
    let Some(wanted) = variables.resolve(wanted) else {
        return false;
    };
    match operator {
        "StringEquals" => wanted.plain() == actual,
        "StringEqualsIgnoreCase" => wanted.plain().to_lowercase() == actual.to_lowercase(),
        "StringLike" => wanted.matches(actual),
        "ArnEquals" | "ArnLike" => wanted.matches_arn(actual),
        _ => panic!("unknown condition operator: {operator}"),
    }
}

fn is_in_relation(relation: &str, ordering: Option<Ordering>) -> bool {
    let Some(ordering) = ordering else {
        return false;
    };
    match relation {
        "Equals" => ordering.is_eq(),
        "LessThan" => ordering.is_lt(),
        "LessThanEquals" => ordering.is_le(),
        "GreaterThan" => ordering.is_gt(),
        "GreaterThanEquals" => ordering.is_ge(),
        _ => panic!("unknown relation: {relation}"),
    }
}

fn compare<T: Ord>(actual: Option<T>, wanted: Option<T>) -> Option<Ordering> {
    Some(actual?.cmp(&wanted?))
}

/// A decimal number in units of 10^-9.
fn decimal(text: &str) -> Option<i128> {
    let form = Regex::new(r"\A([+-]?)([0-9]{1,25})(?:\.([0-9]{1,9}))?\z").expect("valid regex");
    let found = form.captures(text)?;
    let fraction = found.get(3).map_or("", |digits| digits.as_str());
    let magnitude: i128 = format!("{}{fraction:0<9}", &found[2]).parse().ok()?;
    Some(if &found[1] == "-" { -magnitude } else { magnitude })
}

/// Epoch seconds or ISO 8601, in units of 10^-9 seconds since 1970.
fn instant(text: &str) -> Option<i128> {
    decimal(text).or_else(|| iso_8601(text))
}

fn iso_8601(text: &str) -> Option<i128> {
    let form = Regex::new(concat!(
        r"\A(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})",
        r"(?:T(?<hour>[0-9]{2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2}(?:\.[0-9]{1,9})?))?",
        r"(?:Z|(?<sign>[+-])(?<ahead_hours>[0-9]{2}):?(?<ahead_minutes>[0-9]{2}))?)?\z",
    ));
    let found = form.expect("valid regex").captures(text)?;
    let field = |name: &str| found.name(name).map_or(Some(0), |digits| decimal(digits.as_str()));
    let days =
        i128::from(days_since_1970(number(&found["year"]), number(&found["month"]), number(&found["day"])));
    let local = days * 86_400 * NANOS + field("hour")? * 3_600 + field("minute")? * 60 + field("second")?;
    let ahead = field("ahead_hours")? * 3_600 + field("ahead_minutes")? * 60;
    Some(if found.name("sign").is_some_and(|sign| sign.as_str() == "-") {
        local + ahead
    } else {
        local - ahead
    })
}

const NANOS: i128 = 1_000_000_000;

fn number(digits: &str) -> i64 {
    digits.parse().expect("digits")
}

/// Counted year by year and month by month, for dates from 1970 on.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let is_leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let years: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let month_length = |month: i64| match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    years + (1..month).map(month_length).sum::<i64>() + day - 1
}

/// An address, or a range in CIDR notation; an address of the other family is never inside.
fn is_in_range(address: &str, range: &str) -> bool {
    let (network, length) = match range.split_once('/') {
        Some((network, length)) => (network, length.parse().ok()),
        None => (range, None),
    };
    let (Some(address), Some(network)) = (address_bits(address), address_bits(network)) else {
        return false;
    };
    let length = length.unwrap_or(network.len());
    address.len() == network.len() && address.get(..length) == network.get(..length)
}

/// The address as a text of binary digits: a prefix of it is a network.
fn address_bits(address: &str) -> Option<String> {
    match address.parse().ok()? {
        IpAddr::V4(v4) => Some(format!("{:032b}", v4.to_bits())),
        IpAddr::V6(v6) => Some(format!("{:0128b}", v6.to_bits())),
    }
}
