//! The names of condition operators.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use std::fmt;

/// How an operator with a set prefix looks at the values of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `ForAllValues:` every value in the request must match; holds where there is none.
    All,
    /// `ForAnyValue:` at least one value in the request must match.
    Any,
}

/// What an operator compares, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Texts, letter by letter.
    StringEquals,
    /// Texts, without letter case.
    StringEqualsIgnoreCase,
    /// Texts with `*` and `?`.
    StringLike,
    /// Numbers.
    Numeric(Order),
    /// Instants.
    Date(Order),
    /// Truth values.
    Bool,
    /// Base64 texts.
    BinaryEquals,
    /// Addresses in ranges.
    IpAddress,
    /// ARNs, part by part, with `*` and `?`; ArnEquals and ArnLike are the same.
    Arn,
    /// Whether the key is absent.
    Null,
}

/// How two quantities must stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// The same.
    Equals,
    /// The request's is less.
    LessThan,
    /// The request's is less or the same.
    LessThanEquals,
    /// The request's is more.
    GreaterThan,
    /// The request's is more or the same.
    GreaterThanEquals,
}

impl Order {
    /// Whether two quantities that compare so stand as wanted.
    pub fn accepts(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanEquals => ordering.is_le(),
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

/// The bare operators: name, comparison, and whether the name says "not".
const OPERATORS: &[(&str, Comparison, bool)] = &[
    ("StringEquals", Comparison::StringEquals, false),
    ("StringNotEquals", Comparison::StringEquals, true),
    ("StringEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase, true),
    ("StringLike", Comparison::StringLike, false),
    ("StringNotLike", Comparison::StringLike, true),
    ("NumericEquals", Comparison::Numeric(Order::Equals), false),
    ("NumericNotEquals", Comparison::Numeric(Order::Equals), true),
    ("NumericLessThan", Comparison::Numeric(Order::LessThan), false),
    ("NumericLessThanEquals", Comparison::Numeric(Order::LessThanEquals), false),
    ("NumericGreaterThan", Comparison::Numeric(Order::GreaterThan), false),
    ("NumericGreaterThanEquals", Comparison::Numeric(Order::GreaterThanEquals), false),
    ("DateEquals", Comparison::Date(Order::Equals), false),
    ("DateNotEquals", Comparison::Date(Order::Equals), true),
    ("DateLessThan", Comparison::Date(Order::LessThan), false),
    ("DateLessThanEquals", Comparison::Date(Order::LessThanEquals), false),
    ("DateGreaterThan", Comparison::Date(Order::GreaterThan), false),
    ("DateGreaterThanEquals", Comparison::Date(Order::GreaterThanEquals), false),
    ("Bool", Comparison::Bool, false),
    ("BinaryEquals", Comparison::BinaryEquals, false),
    ("IpAddress", Comparison::IpAddress, false),
    ("NotIpAddress", Comparison::IpAddress, true),
    ("ArnEquals", Comparison::Arn, false),
    ("ArnNotEquals", Comparison::Arn, true),
    ("ArnLike", Comparison::Arn, false),
    ("ArnNotLike", Comparison::Arn, true),
    ("Null", Comparison::Null, false),
];

/// A condition operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operator {
    name: &'static str,
    /// How it looks at several values.
    pub quantifier: Option<Quantifier>,
    /// What it compares.
    pub comparison: Comparison,
    /// Whether it holds where no value matches, rather than where one does.
    pub negated: bool,
    /// Whether it holds where the key is absent.
    pub if_exists: bool,
}

impl Operator {
    /// Reads an operator's name; `None` where AWS has no such operator.
    pub fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Quantifier::All), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::Any), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (bare, if_exists) = match rest.strip_suffix("IfExists") {
            Some(bare) => (bare, true),
            None => (rest, false),
        };
        let (name, comparison, negated) = *OPERATORS.iter().find(|(known, _, _)| *known == bare)?;
        let is_null = comparison == Comparison::Null;
        (!(is_null && if_exists)).then_some(Self { name, quantifier, comparison, negated, if_exists })
    }

    /// The operators without prefix and suffix, as AWS writes them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        OPERATORS.iter().map(|(name, _, _)| *name)
    }

    /// Every operator's name, with all prefixes and suffixes.
    pub(super) fn all_names() -> impl Iterator<Item = String> {
        let prefixes = ["", "ForAllValues:", "ForAnyValue:"];
        let with_suffix = |prefix: &'static str| {
            Self::names().flat_map(move |name| [format!("{prefix}{name}"), format!("{prefix}{name}IfExists")])
        };
        prefixes.into_iter().flat_map(with_suffix).filter(|name| Self::parse(name).is_some())
    }

    /// The name without prefix and suffix.
    pub fn bare_name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.quantifier {
            Some(Quantifier::All) => "ForAllValues:",
            Some(Quantifier::Any) => "ForAnyValue:",
            None => "",
        };
        let suffix = if self.if_exists { "IfExists" } else { "" };
        write!(f, "{prefix}{}{suffix}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_reads_and_writes_back() {
        for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
            for bare in Operator::names() {
                for suffix in ["", "IfExists"] {
                    let name = format!("{prefix}{bare}{suffix}");
                    let read = Operator::parse(&name).map(|operator| operator.to_string());
                    assert_eq!(read, (name != format!("{prefix}NullIfExists")).then_some(name));
                }
            }
        }
    }

    #[test]
    fn other_names_are_refused() {
        for name in ["", "stringequals", "StringMatches", "ForSomeValues:StringEquals", "IfExists", "Null "] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
