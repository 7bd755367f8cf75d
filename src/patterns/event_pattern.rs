//! EventBridge's event patterns.
//!
//! Source: EventBridge User Guide, "Creating Amazon EventBridge event patterns", "Comparison operators for use in event
//! patterns" and "Event patterns with arrays".

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::{Answer, wildcard};

/// The key whose value is a list of patterns, one of which must hold.
const OR: &str = "$or";

/// An event pattern as somebody wrote it.
#[derive(Clone, Debug)]
pub(crate) struct EventPattern {
    /// Absent where it is no JSON object.
    fields: Option<Map<String, Value>>,
}

impl EventPattern {
    /// Reads a pattern.
    pub(crate) fn new(text: &str) -> Self {
        Self { fields: serde_json::from_str(text).ok() }
    }

    /// Whether it takes an event.
    pub(crate) fn takes(&self, event: &Value) -> Answer {
        self.fields.as_ref().map_or(Answer::Unknown, |fields| object(fields, Some(event)))
    }

    /// Whether it takes events of this source, as far as `source` decides.
    pub(crate) fn takes_source(&self, source: &str) -> Answer {
        let Some(fields) = &self.fields else { return Answer::Unknown };
        // A pattern says in `$or` whatever it likes, so that such a one is kept.
        match fields.get("source") {
            Some(wanted) => field("source", wanted, Some(&json!({ "source": source }))),
            None => Answer::Unknown,
        }
    }
}

/// Whether an object of the event has all fields that the pattern wants. Of a list of objects one must have them all.
fn object(pattern: &Map<String, Value>, event: Option<&Value>) -> Answer {
    if let Some(Value::Array(elements)) = event {
        return Answer::any(elements.iter().map(|element| object(pattern, Some(element))));
    }
    Answer::all(pattern.iter().map(|(key, wanted)| field(key, wanted, event)))
}

fn field(key: &str, wanted: &Value, event: Option<&Value>) -> Answer {
    if key == OR {
        return either(wanted, event);
    }
    let actual = event.and_then(|event| event.get(key));
    match wanted {
        Value::Object(below) => object(below, actual),
        Value::Array(alternatives) => Answer::any(alternatives.iter().map(|one| leaf(one, actual))),
        // AWS refuses a pattern whose values are neither lists nor objects.
        _ => Answer::Unknown,
    }
}

fn either(wanted: &Value, event: Option<&Value>) -> Answer {
    let Some(patterns) = wanted.as_array() else { return Answer::Unknown };
    let pattern = |one: &Value| one.as_object().map_or(Answer::Unknown, |fields| object(fields, event));
    Answer::any(patterns.iter().map(pattern))
}

/// Whether a leaf of the event, which may be absent, is what one alternative of the pattern wants.
fn leaf(wanted: &Value, actual: Option<&Value>) -> Answer {
    let operator = wanted.as_object();
    if let Some(exists) = operator.and_then(|operator| operator.get("exists")) {
        return exists.as_bool().map_or(Answer::Unknown, |exists| is_there(exists, actual));
    }
    match actual {
        None => {
            if operator.is_some_and(|operator| !is_known(operator)) {
                Answer::Unknown
            } else {
                Answer::No
            }
        }
        Some(Value::Array(values)) => Answer::any(values.iter().map(|value| leaf(wanted, Some(value)))),
        Some(Value::Object(_)) => Answer::No,
        Some(value) => scalar(wanted, value),
    }
}

/// `exists` works on leaves only.
fn is_there(exists: bool, actual: Option<&Value>) -> Answer {
    match actual {
        None => Answer::from(!exists),
        Some(Value::Object(_)) => Answer::Unknown,
        Some(Value::Array(values)) if values.is_empty() => Answer::Unknown,
        Some(_) => Answer::from(exists),
    }
}

fn is_known(operator: &Map<String, Value>) -> bool {
    let known = ["prefix", "suffix", "wildcard", "anything-but", "equals-ignore-case", "numeric", "cidr"];
    operator.len() == 1 && operator.keys().all(|name| known.contains(&name.as_str()))
}

fn scalar(wanted: &Value, actual: &Value) -> Answer {
    let Some(operator) = wanted.as_object() else { return equals(wanted, actual) };
    let mut pairs = operator.iter();
    let (Some((name, operand)), None) = (pairs.next(), pairs.next()) else { return Answer::Unknown };
    match name.as_str() {
        "anything-but" => !but(operand, actual),
        "numeric" => numeric(operand, actual),
        "cidr" => cidr(operand, actual),
        _ => of_text(name, operand, actual),
    }
}

/// Letter for letter; a number written in two ways may or may not be one and the same for EventBridge.
fn equals(wanted: &Value, actual: &Value) -> Answer {
    match (wanted.as_f64(), actual.as_f64()) {
        (Some(a), Some(b)) if wanted != actual => {
            if a.to_bits() == b.to_bits() {
                Answer::Unknown
            } else {
                Answer::No
            }
        }
        _ => Answer::from(wanted == actual),
    }
}

/// What `anything-but` excludes: values, or one operator on texts.
fn but(operand: &Value, actual: &Value) -> Answer {
    match operand {
        Value::Array(values) => Answer::any(values.iter().map(|value| but_one(value, actual))),
        other => but_one(other, actual),
    }
}

fn but_one(excluded: &Value, actual: &Value) -> Answer {
    match excluded {
        Value::Object(operator) => {
            let mut pairs = operator.iter();
            match (pairs.next(), pairs.next()) {
                (Some((name, operand)), None) => of_text(name, operand, actual),
                _ => Answer::Unknown,
            }
        }
        Value::Array(_) => Answer::Unknown,
        value => equals(value, actual),
    }
}

/// An operator on texts with its operand, which may be a list below `anything-but`.
fn of_text(name: &str, operand: &Value, actual: &Value) -> Answer {
    if let Value::Array(operands) = operand {
        return Answer::any(operands.iter().map(|operand| of_text(name, operand, actual)));
    }
    let test = match (name, operand) {
        ("prefix", Value::String(wanted)) => Text::Prefix(wanted.clone()),
        ("suffix", Value::String(wanted)) => Text::Suffix(wanted.clone()),
        ("equals-ignore-case", Value::String(wanted)) => Text::EqualsIgnoreCase(wanted.to_lowercase()),
        ("wildcard", Value::String(wanted)) => match pieces(wanted) {
            Some(pieces) => Text::Wildcard(pieces),
            None => return Answer::Unknown,
        },
        ("prefix" | "suffix", Value::Object(ignoring)) => match ignoring_case(name, ignoring) {
            Some(test) => test,
            None => return Answer::Unknown,
        },
        _ => return Answer::Unknown,
    };
    Answer::from(actual.as_str().is_some_and(|text| test.holds(text)))
}

enum Text {
    Prefix(String),
    Suffix(String),
    PrefixIgnoreCase(String),
    SuffixIgnoreCase(String),
    EqualsIgnoreCase(String),
    Wildcard(Vec<String>),
}

impl Text {
    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Prefix(wanted) => text.starts_with(wanted.as_str()),
            Self::Suffix(wanted) => text.ends_with(wanted.as_str()),
            Self::PrefixIgnoreCase(wanted) => text.to_lowercase().starts_with(wanted.as_str()),
            Self::SuffixIgnoreCase(wanted) => text.to_lowercase().ends_with(wanted.as_str()),
            Self::EqualsIgnoreCase(wanted) => text.to_lowercase() == *wanted,
            Self::Wildcard(pieces) => wildcard::matches(pieces, text),
        }
    }
}

fn ignoring_case(name: &str, operand: &Map<String, Value>) -> Option<Text> {
    let wanted = operand.get("equals-ignore-case").filter(|_| operand.len() == 1)?.as_str()?.to_lowercase();
    Some(if name == "prefix" { Text::PrefixIgnoreCase(wanted) } else { Text::SuffixIgnoreCase(wanted) })
}

/// The pieces between the stars; a backslash before a star or a backslash takes away its meaning.
fn pieces(pattern: &str) -> Option<Vec<String>> {
    let mut pieces = vec![String::new()];
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let piece = pieces.last_mut()?;
        match letter {
            '*' => pieces.push(String::new()),
            '\\' => piece.push(letters.next().filter(|next| matches!(next, '*' | '\\'))?),
            other => piece.push(other),
        }
    }
    Some(pieces)
}

/// `["<", 10, ">=", 0]`.
fn numeric(operand: &Value, actual: &Value) -> Answer {
    let Some(parts) = operand.as_array().filter(|parts| !parts.is_empty()) else { return Answer::Unknown };
    let pairs = parts.chunks(2).map(|pair| {
        let [operator, limit] = pair else { return None };
        let (operator, limit) = (operator.as_str()?, limit.as_f64()?);
        // An event may hold a text where a number was meant: no number matches it.
        let Some(number) = actual.as_f64() else { return Some(false) };
        match operator {
            "<" => Some(number < limit),
            "<=" => Some(number <= limit),
            "=" => Some(number.total_cmp(&limit).is_eq()),
            ">" => Some(number > limit),
            ">=" => Some(number >= limit),
            _ => None,
        }
    });
    Answer::all(pairs.map(Answer::from))
}

fn cidr(operand: &Value, actual: &Value) -> Answer {
    let network: Option<IpNet> = operand.as_str().and_then(|text| text.parse().ok());
    let address: Option<IpAddr> = actual.as_str().and_then(|text| text.parse().ok());
    match (network, address) {
        (None, _) => Answer::Unknown,
        (Some(_), None) => Answer::No,
        (Some(network), Some(address)) => Answer::from(network.contains(&address)),
    }
}

#[cfg(test)]
mod tests {
    use super::Answer::{No, Unknown, Yes};
    use super::*;
    use proptest::prelude::*;

    fn takes(pattern: &Value, event: &Value) -> Answer {
        EventPattern::new(&pattern.to_string()).takes(event)
    }

    fn event() -> Value {
        json!({
            "source": "aws.secretsmanager",
            "detail-type": "AWS API Call via CloudTrail",
            "resources": [],
            "detail": {
                "eventName": "DeleteSecret", "readOnly": false, "errorCode": null, "days": 7,
                "sourceIPAddress": "203.0.113.10", "path": "/a/lib/b", "star": "a*b",
                "requestParameters": {"secretId": "prod/db"},
                "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}], "names": ["x", "y"],
            },
        })
    }

    #[test]
    fn fields_are_anded_and_values_are_ored() {
        let cases = [
            (json!({}), Yes),
            (json!({"source": ["aws.secretsmanager"]}), Yes),
            (json!({"source": ["aws.ec2", "aws.secretsmanager"]}), Yes),
            (json!({"source": ["AWS.secretsmanager"]}), No),
            (json!({"source": []}), No),
            (json!({"source": ["aws.secretsmanager"], "detail": {"eventName": ["PutSecretValue"]}}), No),
            (json!({"source": ["aws.secretsmanager"], "detail": {"eventName": ["DeleteSecret"]}}), Yes),
            (json!({"detail": {"requestParameters": {"secretId": ["prod/db"]}}}), Yes),
            (json!({"detail": {"absent": {"deeper": ["x"]}}}), No),
            (json!({"detail": {"absent": ["x"]}}), No),
            (json!({"detail": {"requestParameters": ["prod/db"]}}), No),
            (json!({"detail": {"readOnly": [false]}}), Yes),
            (json!({"detail": {"readOnly": ["false"]}}), No),
            (json!({"detail": {"errorCode": [null]}}), Yes),
            (json!({"detail": {"days": [7]}}), Yes),
            (json!({"detail": {"days": [7.0]}}), Unknown),
            (json!({"detail": {"days": ["7"]}}), No),
            (json!({"detail": {"days": [8]}}), No),
            (json!({"source": "aws.secretsmanager"}), Unknown),
            (json!({"source": "aws.secretsmanager", "detail": {"eventName": ["other"]}}), No),
        ];
        for (pattern, expected) in cases {
            assert_eq!(takes(&pattern, &event()), expected, "{pattern}");
        }
        assert_eq!(EventPattern::new("not JSON").takes(&event()), Unknown);
        assert_eq!(EventPattern::new("[]").takes(&event()), Unknown);
    }

    #[test]
    fn lists_in_the_event_match_by_one_of_their_elements() {
        let cases = [
            (json!({"detail": {"names": ["y", "z"]}}), Yes),
            (json!({"detail": {"names": ["z"]}}), No),
            (json!({"detail": {"tags": {"key": ["a"], "value": ["1"]}}}), Yes),
            (json!({"detail": {"tags": {"key": ["a"], "value": ["2"]}}}), No),
            (json!({"resources": ["x"]}), No),
            (json!({"resources": [{"exists": true}]}), Unknown),
        ];
        for (pattern, expected) in cases {
            assert_eq!(takes(&pattern, &event()), expected, "{pattern}");
        }
    }

    #[test]
    fn operators() {
        let cases = [
            ("eventName", json!({"prefix": "Delete"}), Yes),
            ("eventName", json!({"prefix": "delete"}), No),
            ("eventName", json!({"prefix": {"equals-ignore-case": "DELETE"}}), Yes),
            ("eventName", json!({"prefix": {"wildcard": "D*"}}), Unknown),
            ("eventName", json!({"suffix": "Secret"}), Yes),
            ("eventName", json!({"suffix": {"equals-ignore-case": "SECRET"}}), Yes),
            ("eventName", json!({"equals-ignore-case": "deletesecret"}), Yes),
            ("eventName", json!({"equals-ignore-case": "delete"}), No),
            ("path", json!({"wildcard": "*/lib/*"}), Yes),
            ("path", json!({"wildcard": "/lib/*"}), No),
            ("star", json!({"wildcard": "a\\*b"}), Yes),
            ("path", json!({"wildcard": "/a\\*b"}), No),
            ("path", json!({"wildcard": "/a\\x"}), Unknown),
            ("eventName", json!({"anything-but": "DeleteSecret"}), No),
            ("eventName", json!({"anything-but": ["PutSecretValue", "GetSecretValue"]}), Yes),
            ("eventName", json!({"anything-but": ["DeleteSecret", "GetSecretValue"]}), No),
            ("eventName", json!({"anything-but": {"prefix": "Delete"}}), No),
            ("eventName", json!({"anything-but": {"prefix": ["Get", "List"]}}), Yes),
            ("eventName", json!({"anything-but": {"suffix": "Secret"}}), No),
            ("eventName", json!({"anything-but": {"equals-ignore-case": ["deletesecret"]}}), No),
            ("eventName", json!({"anything-but": {"wildcard": "*Secret*"}}), No),
            ("eventName", json!({"anything-but": {"of-tomorrow": "x"}}), Unknown),
            ("days", json!({"anything-but": [8, 9]}), Yes),
            ("days", json!({"anything-but": 7}), No),
            ("absent", json!({"anything-but": "x"}), No),
            ("absent", json!({"of-tomorrow": "x"}), Unknown),
            ("eventName", json!({"exists": true}), Yes),
            ("eventName", json!({"exists": false}), No),
            ("absent", json!({"exists": true}), No),
            ("absent", json!({"exists": false}), Yes),
            ("requestParameters", json!({"exists": true}), Unknown),
            ("days", json!({"numeric": ["=", 7]}), Yes),
            ("days", json!({"numeric": [">", 0, "<=", 7]}), Yes),
            ("days", json!({"numeric": [">", 7]}), No),
            ("days", json!({"numeric": [">"]}), Unknown),
            ("days", json!({"numeric": ["!=", 7]}), Unknown),
            ("eventName", json!({"numeric": [">", 7]}), No),
            ("sourceIPAddress", json!({"cidr": "203.0.113.0/24"}), Yes),
            ("sourceIPAddress", json!({"cidr": "198.51.100.0/24"}), No),
            ("sourceIPAddress", json!({"cidr": "2001:db8::/32"}), No),
            ("sourceIPAddress", json!({"cidr": "everywhere"}), Unknown),
            ("eventName", json!({"cidr": "203.0.113.0/24"}), No),
            ("eventName", json!({"of-tomorrow": "x"}), Unknown),
            ("eventName", json!({"prefix": "Delete", "suffix": "Secret"}), Unknown),
        ];
        for (field, operator, expected) in cases {
            let pattern = json!({"detail": {field: [operator]}});
            assert_eq!(takes(&pattern, &event()), expected, "{pattern}");
        }
    }

    #[test]
    fn one_of_several_patterns() {
        let by_name = json!({"eventName": ["DeleteSecret"]});
        let other = json!({"eventName": ["PutSecretValue"]});
        let unread = json!({"eventName": [{"of-tomorrow": 1}]});
        let cases = [
            (json!({"detail": {"$or": [other, by_name]}}), Yes),
            (json!({"detail": {"$or": [other, unread]}}), Unknown),
            (json!({"detail": {"$or": [by_name, unread]}}), Yes),
            (json!({"detail": {"$or": [other, other]}}), No),
            (json!({"detail": {"$or": [other, by_name], "readOnly": [true]}}), No),
            (json!({"$or": [{"source": ["aws.ec2"]}, {"detail": by_name}]}), Yes),
            (json!({"detail": {"$or": "x"}}), Unknown),
        ];
        for (pattern, expected) in cases {
            assert_eq!(takes(&pattern, &event()), expected, "{pattern}");
        }
    }

    #[test]
    fn whether_a_pattern_is_about_a_source() {
        let cases = [
            (json!({"source": ["aws.secretsmanager"], "detail": {"eventName": ["x"]}}), Yes),
            (json!({"source": ["aws.ec2"]}), No),
            (json!({"detail": {"eventName": ["x"]}}), Unknown),
            (json!({"$or": [{"source": ["aws.ec2"]}]}), Unknown),
        ];
        for (pattern, expected) in cases {
            let answer = EventPattern::new(&pattern.to_string()).takes_source("aws.secretsmanager");
            assert_eq!(answer, expected, "{pattern}");
        }
    }

    /// Objects of texts, numbers and truths.
    fn objects() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            "[a-c]{0,3}".prop_map(Value::from),
            (0..3_i64).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
        ];
        let fields = |value: BoxedStrategy<Value>| {
            prop::collection::btree_map("[a-c]", value, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
        };
        leaf.boxed()
            .prop_recursive(3, 12, 3, move |inner| fields(inner.boxed()))
            .prop_map(|value| if value.is_object() { value } else { json!({"a": value}) })
    }

    /// The pattern that takes just this event.
    fn exactly(event: &Value) -> Value {
        match event {
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(key, value)| (key.clone(), exactly(value))).collect())
            }
            leaf => json!([leaf]),
        }
    }

    proptest! {
        #[test]
        fn an_event_is_taken_by_the_pattern_made_of_it(event in objects()) {
            prop_assert_eq!(takes(&exactly(&event), &event), Yes);
        }

        /// Where a value is there, `anything-but` is the opposite of the value.
        #[test]
        fn anything_but_is_the_opposite(value in "[ab]{0,2}", other in "[ab]{0,2}") {
            let event = json!({"a": value});
            let plain = takes(&json!({"a": [other]}), &event);
            prop_assert_eq!(takes(&json!({"a": [{"anything-but": [other]}]}), &event), !plain);
        }

        /// One more field never makes a pattern wider, one more alternative never narrower.
        #[test]
        fn fields_narrow_and_alternatives_widen(event in objects(), a in objects(), b in objects()) {
            let (a, b) = (exactly(&a), exactly(&b));
            let both = json!({"$or": [a, b]});
            prop_assert_eq!(takes(&both, &event), takes(&a, &event).max(takes(&b, &event)));
            let mut narrower = a.clone();
            narrower["z"] = json!(["never there"]);
            prop_assert!(takes(&narrower, &event) <= takes(&a, &event));
        }
    }
}
