//! Values of parameters: one for all rows, or one for each row by condition.

use std::collections::BTreeMap;

use polars::prelude::{DataType, Expr, LiteralValue, lit, when};
use regex::Regex;
use serde_json::Value;

use super::file::{ParameterFile, ParameterKind};

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValue {
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// Text.
    Text(String),
    /// A regular expression.
    Pattern(String),
    /// A list of texts.
    List(Vec<String>),
    /// Text to what is allowed.
    Map(BTreeMap<String, Allowed>),
}

/// What a map parameter allows under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// One of these.
    OneOf(Vec<String>),
    /// What the regular expression matches.
    Matching(String),
}

/// A value for the rows on which a condition holds; the last alternative of a parameter has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// SQL over the columns of the rule's table.
    pub when: Option<String>,
    /// The value there.
    pub value: ParameterValue,
}

impl ParameterValue {
    /// Reads a value of the parameter's type from YAML or the command line.
    ///
    /// # Errors
    /// Where the type or the range is wrong; the text says what is expected.
    pub fn read(parameter: &ParameterFile, value: &Value) -> Result<Self, String> {
        let expected = || format!("`{}` is not {}", shown(value), article(parameter.kind));
        let read = match parameter.kind {
            ParameterKind::Integer => value.as_i64().map(Self::Integer),
            ParameterKind::Decimal => value.as_f64().map(Self::Decimal),
            ParameterKind::String => value.as_str().map(|text| Self::Text(text.to_owned())),
            ParameterKind::Pattern => value.as_str().map(|text| Self::Pattern(text.to_owned())),
            ParameterKind::List => texts(value).map(Self::List),
            ParameterKind::Map => map(value).map(Self::Map),
        };
        let read = read.ok_or_else(expected)?;
        read.check(parameter)?;
        Ok(read)
    }

    fn check(&self, parameter: &ParameterFile) -> Result<(), String> {
        let below = |number: f64| parameter.min.filter(|min| number < to_float(*min));
        let above = |number: f64| parameter.max.filter(|max| number > to_float(*max));
        match self {
            Self::Integer(number) => {
                range(to_float(*number), below(to_float(*number)), above(to_float(*number)))
            }
            Self::Decimal(number) => range(*number, below(*number), above(*number)),
            Self::Pattern(pattern) => compiles(pattern),
            Self::Map(map) => map.values().try_for_each(|allowed| match allowed {
                Allowed::Matching(pattern) => compiles(pattern),
                Allowed::OneOf(_) => Ok(()),
            }),
            Self::Text(_) | Self::List(_) => Ok(()),
        }
    }

    /// The value as a typed literal; `None` for lists and maps, which only macros can take.
    pub(super) fn literal(&self) -> Option<Expr> {
        match self {
            Self::Integer(number) => Some(lit(*number)),
            Self::Decimal(number) => Some(lit(*number)),
            Self::Text(text) | Self::Pattern(text) => Some(lit(text.clone())),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The value as text for `rules explain` and messages.
    pub fn shown(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Text(text) | Self::Pattern(text) => text.clone(),
            Self::List(list) => list.join(", "),
            Self::Map(map) => {
                let entry = |(key, allowed): (&String, &Allowed)| match allowed {
                    Allowed::OneOf(list) => format!("{key}: {}", list.join(" | ")),
                    Allowed::Matching(pattern) => format!("{key}: /{pattern}/"),
                };
                map.iter().map(entry).collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// Whether the value says anything: an empty text, pattern, list or map is "not given".
    pub fn is_given(&self) -> bool {
        match self {
            Self::Integer(_) | Self::Decimal(_) => true,
            Self::Text(text) | Self::Pattern(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
        }
    }
}

/// Chooses by row: the first alternative whose condition holds. Where a condition is NULL the choice is NULL, since a
/// value that might be another one must not decide.
pub(super) fn choose(alternatives: Vec<(Option<Expr>, Expr)>, kind: DataType) -> Expr {
    let null = || lit(LiteralValue::untyped_null()).cast(kind.clone());
    let mut choice = null();
    for (condition, value) in alternatives.into_iter().rev() {
        choice = match condition {
            None => value,
            Some(condition) => {
                when(condition.clone().is_null()).then(null()).when(condition).then(value).otherwise(choice)
            }
        };
    }
    choice
}

/// Whole numbers of parameters are small: days, counts.
#[expect(clippy::cast_precision_loss, reason = "parameters are far below 2^53")]
fn to_float(number: i64) -> f64 {
    number as f64
}

fn range(number: f64, below: Option<i64>, above: Option<i64>) -> Result<(), String> {
    match (below, above) {
        (Some(min), _) => Err(format!("`{number}` is too small: at least {min} is expected")),
        (_, Some(max)) => Err(format!("`{number}` is too large: at most {max} is expected")),
        _ => Ok(()),
    }
}

fn compiles(pattern: &str) -> Result<(), String> {
    let reason = |error: regex::Error| {
        let text = error.to_string();
        text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    };
    Regex::new(pattern)
        .map(|_| ())
        .map_err(|error| format!("`{pattern}` is not a regular expression: {}", reason(error)))
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    value.as_array()?.iter().map(text).collect()
}

fn map(value: &Value) -> Option<BTreeMap<String, Allowed>> {
    let allowed = |value: &Value| match value {
        Value::String(pattern) => Some(Allowed::Matching(pattern.clone())),
        list => texts(list).map(Allowed::OneOf),
    };
    value.as_object()?.iter().map(|(key, value)| Some((key.clone(), allowed(value)?))).collect()
}

fn article(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Integer => "an integer",
        ParameterKind::Decimal => "a number",
        ParameterKind::String => "a text",
        ParameterKind::Pattern => "a regular expression",
        ParameterKind::List => "a list of texts",
        ParameterKind::Map => "a map from text to a list of texts or to a regular expression",
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
