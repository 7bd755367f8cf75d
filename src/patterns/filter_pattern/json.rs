//! Conditions on the fields of a log event.

use regex::Regex;
use serde_json::Value;

use super::super::{Answer, wildcard};

/// A condition, or several.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    /// One of them.
    Any(Vec<Condition>),
    /// All of them.
    All(Vec<Condition>),
    /// One about a field.
    Field(Vec<Step>, Test),
}

/// One step of the way to a field.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// `.name` or `['name']`.
    Name(String),
    /// `[0]`.
    Index(usize),
    /// `.*` or `[*]`: every value below.
    Every,
}

/// What is asked about a field.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// `=`.
    Is(Wanted),
    /// `!=`.
    IsNot(Wanted),
    /// `<`, `<=`, `>` or `>=`.
    Compare(Comparison, f64),
    /// `IS NULL`.
    IsNull,
    /// `IS TRUE` and `IS FALSE`.
    IsTruth(bool),
    /// `NOT EXISTS`.
    NotExists,
}

/// An order of numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Comparison {
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    More,
    /// `>=`.
    AtLeast,
}

/// A value that a field is compared with.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// A text between its stars.
    Text(Vec<String>),
    /// A number, and the text that it was written as.
    Number(f64, String),
    /// `%…%`.
    Pattern(Regex),
}

impl Condition {
    /// Whether it holds for an event.
    pub(super) fn holds(&self, event: &Value) -> Answer {
        match self {
            Self::Any(conditions) => Answer::any(conditions.iter().map(|one| one.holds(event))),
            Self::All(conditions) => Answer::all(conditions.iter().map(|one| one.holds(event))),
            Self::Field(path, test) => {
                let mut found = Vec::new();
                walk(event, path, &mut found);
                test.holds(&found)
            }
        }
    }
}

/// The values at the end of a path.
fn walk<'a>(value: &'a Value, path: &[Step], found: &mut Vec<&'a Value>) {
    let Some((step, rest)) = path.split_first() else { return found.push(value) };
    let below = match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
        Step::Every => {
            match value {
                Value::Array(values) => values.iter().for_each(|value| walk(value, rest, found)),
                Value::Object(fields) => fields.values().for_each(|value| walk(value, rest, found)),
                _ => {}
            }
            None
        }
    };
    if let Some(below) = below {
        walk(below, rest, found);
    }
}

impl Test {
    fn holds(&self, found: &[&Value]) -> Answer {
        if found.is_empty() {
            return match self {
                Self::NotExists => Answer::Yes,
                // AWS does not say what a field that is absent is unequal to.
                Self::IsNot(_) => Answer::Unknown,
                _ => Answer::No,
            };
        }
        Answer::any(found.iter().map(|value| self.holds_for(value)))
    }

    fn holds_for(&self, value: &Value) -> Answer {
        match self {
            Self::Is(wanted) => wanted.is(value),
            Self::IsNot(wanted) => !wanted.is(value),
            Self::Compare(comparison, limit) => comparison.holds(value, *limit),
            Self::IsNull => Answer::from(value.is_null()),
            Self::IsTruth(wanted) => match value {
                Value::Bool(truth) => Answer::from(truth == wanted),
                Value::String(text) if text == "true" || text == "false" => Answer::Unknown,
                _ => Answer::No,
            },
            Self::NotExists => Answer::No,
        }
    }
}

impl Wanted {
    fn is(&self, value: &Value) -> Answer {
        match (self, value) {
            (Self::Text(pieces), Value::String(text)) => Answer::from(wildcard::matches(pieces, text)),
            (Self::Pattern(pattern), Value::String(text)) => Answer::from(pattern.is_match(text)),
            (Self::Number(wanted, _), Value::Number(number)) => {
                Answer::from(number.as_f64().map(|number| number.total_cmp(wanted).is_eq()))
            }
            // A number in a text is a text of digits to some services and a number to others.
            (Self::Number(_, written), Value::String(text)) if text != written => Answer::No,
            _ => Answer::Unknown,
        }
    }
}

impl Comparison {
    fn holds(self, value: &Value, limit: f64) -> Answer {
        let Some(number) = value.as_f64() else {
            return if value.is_string() { Answer::Unknown } else { Answer::No };
        };
        Answer::from(match self {
            Self::Less => number < limit,
            Self::AtMost => number <= limit,
            Self::More => number > limit,
            Self::AtLeast => number >= limit,
        })
    }
}
