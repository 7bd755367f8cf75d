//! Conditions: operators, keys and values, evaluated with three values of truth.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition", "Condition operators", "Multivalued context keys".

use std::net::IpAddr;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::arn::{ArnParts, ArnPattern};
use super::context::{Context, Lookup};
use super::document::{ConditionElement, OneOrMany, Scalar};
use super::glob::Glob;
use super::operator::{Comparison, Operator, Order, Quantifier};
use super::possible::Uses;
use super::template::{Filled, Template, Wildcards, may_hold_variable};
use super::tri::Tri;
use super::value::{IpRange, instant, number, truth};

/// One operator on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The operator.
    pub operator: Operator,
    /// The key as the document writes it.
    pub name: Box<str>,
    /// The key in lower case.
    pub(super) key: Box<str>,
    pub(super) tests: Box<[Test]>,
    /// The values as the document writes them.
    pub values: Box<[Box<str>]>,
}

/// What one value of a condition asks of a value in the request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// To match a text or pattern.
    Text(Template),
    /// To be the same text but for letter case; kept in lower case where it holds no variable.
    IgnoreCase(Template),
    /// To match an ARN.
    Arn(ArnPattern),
    /// To compare with a number.
    Number(Order, Decimal),
    /// To compare with an instant.
    Instant(Order, Timestamp),
    /// To be an address in a range.
    Address(IpRange),
    /// To be true, or false.
    Truth(bool),
    /// The key to be absent, or not.
    Absent(bool),
    /// To compare with what a variable will hold.
    Later(Comparison, Template),
}

impl Condition {
    /// All operators and keys of an element.
    pub(super) fn all(element: &ConditionElement, variables: bool) -> Box<[Self]> {
        let mut all = Vec::with_capacity(element.0.iter().map(|block| block.keys.len()).sum());
        for block in &element.0 {
            let keys = block.keys.iter();
            all.extend(keys.map(|(name, values)| Self::new(block.operator, name, values, variables)));
        }
        all.into()
    }

    fn new(operator: Operator, name: &str, values: &OneOrMany<Scalar>, variables: bool) -> Self {
        let values: Box<[Box<str>]> = values.iter().map(|value| value.text().into()).collect();
        let mut tests = Vec::with_capacity(values.len());
        tests.extend(values.iter().filter_map(|value| Test::new(operator.comparison, value, variables)));
        Self { operator, name: name.into(), key: name.to_lowercase().into(), tests: tests.into(), values }
    }

    /// The key in lower case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the condition holds.
    pub fn holds(&self, context: &Context) -> Tri {
        match (self.operator.comparison, context.get(&self.key)) {
            (_, Lookup::Unknown) => self.holds_on_the_unknown(context),
            (Comparison::Null, found) => {
                let is_absent = found == Lookup::Absent;
                Tri::any(self.tests.iter().map(|test| Tri::from(*test == Test::Absent(is_absent))))
            }
            (_, Lookup::Absent) => Tri::from(self.holds_on_absence()),
            (_, Lookup::One(value)) => self.holds_on(std::slice::from_ref(&value), context),
            (_, Lookup::Many(values)) => {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                self.holds_on(&values, context)
            }
        }
    }

    /// Where no value of the key is known: a time that has passed does not come again, and some values are known not
    /// to be.
    fn holds_on_the_unknown(&self, context: &Context) -> Tri {
        let matches = match context.earliest(&self.key) {
            Some(now) => Tri::any(self.tests.iter().map(|test| test.matches_from(now))),
            None if self.tests.iter().all(|test| test.is_excluded(&self.key, context)) => Tri::No,
            None => Tri::Unknown,
        };
        let holds = if self.operator.negated { !matches } else { matches };
        // The key may also be absent.
        if holds == Tri::from(self.holds_on_absence()) || context.earliest(&self.key).is_some() {
            holds
        } else {
            Tri::Unknown
        }
    }

    fn holds_on_absence(&self) -> bool {
        match self.operator {
            Operator { if_exists: true, .. } | Operator { quantifier: Some(Quantifier::All), .. } => true,
            Operator { quantifier: Some(Quantifier::Any), .. } => false,
            Operator { negated, .. } => negated,
        }
    }

    /// A negated operator asks that no value of the condition matches.
    fn holds_on(&self, values: &[&str], context: &Context) -> Tri {
        let negated = self.operator.negated;
        let matches = |value: &&str| Tri::any(self.tests.iter().map(|test| test.matches(value, context)));
        let accepted = |value: &&str| if negated { !matches(value) } else { matches(value) };
        match self.operator.quantifier {
            Some(Quantifier::All) => Tri::all(values.iter().map(accepted)),
            Some(Quantifier::Any) => Tri::any(values.iter().map(accepted)),
            // Several values without a set operator: AWS documents none of it; none may match a negated operator.
            None if negated => Tri::all(values.iter().map(accepted)),
            None => Tri::any(values.iter().map(accepted)),
        }
    }

    /// Notes what the condition asks of unknown keys.
    pub(super) fn note(&self, context: &Context, note: &mut impl FnMut(&str, &dyn Fn(&mut Uses))) {
        note(&self.key, &|uses| self.tests.iter().for_each(|test| uses.test(test, context)));
        let values: Vec<&str> = match context.get(&self.key) {
            Lookup::One(value) => vec![value],
            Lookup::Many(values) => values.iter().map(String::as_str).collect(),
            Lookup::Absent | Lookup::Unknown => Vec::new(),
        };
        let is_open = context.get(&self.key) == Lookup::Unknown;
        for test in &self.tests {
            for key in test.templates().iter().flat_map(|template| template.keys()) {
                note(key, &|uses| {
                    for value in &values {
                        test.note(key, value, uses, context);
                    }
                    if is_open {
                        uses.open();
                    }
                });
            }
        }
    }

    /// The keys on whose values the condition rests, in lower case.
    pub fn keys(&self) -> Vec<&str> {
        let templates = self.tests.iter().flat_map(Test::templates);
        let variables = templates.flat_map(Template::keys);
        std::iter::once(&*self.key).chain(variables).collect()
    }
}

impl Test {
    /// Reads a value; `None` where it can match nothing, which parsing has refused.
    fn new(comparison: Comparison, text: &str, variables: bool) -> Option<Self> {
        let template = |wildcards| Template::new(text, wildcards, variables);
        let is_open = |template: &Template| template.fixed().is_none();
        Some(match comparison {
            Comparison::StringEquals | Comparison::BinaryEquals => Self::Text(template(Wildcards::Plain)),
            Comparison::StringLike => Self::Text(template(Wildcards::Live)),
            Comparison::StringEqualsIgnoreCase => match Some(template(Wildcards::Plain)).filter(is_open) {
                Some(open) => Self::IgnoreCase(open),
                None => Self::IgnoreCase(Template::new(&text.to_lowercase(), Wildcards::Plain, variables)),
            },
            Comparison::Arn => Self::Arn(ArnPattern::new(text, variables)?),
            _ if may_hold_variable(text) => {
                Self::Later(comparison, Some(template(Wildcards::Plain)).filter(is_open)?)
            }
            Comparison::Numeric(order) => Self::Number(order, number(text)?),
            Comparison::Date(order) => Self::Instant(order, instant(text)?),
            Comparison::IpAddress => Self::Address(IpRange::parse(text)?),
            Comparison::Bool => Self::Truth(truth(text)?),
            Comparison::Null => Self::Absent(truth(text)?),
        })
    }

    /// Whether an unknown key is known not to have a value that passes.
    fn is_excluded(&self, key: &str, context: &Context) -> bool {
        match self {
            Self::Text(template) => {
                template.fixed().is_some_and(|glob| context.excludes(key, glob.prefix(), glob.is_text()))
            }
            Self::Arn(pattern) => {
                let parts = pattern.templates();
                let texts: Option<Vec<&str>> = parts
                    .iter()
                    .take(5)
                    .map(|part| part.fixed().filter(|glob| glob.is_text()).map(Glob::prefix))
                    .collect();
                texts.is_some_and(|texts| context.excludes(key, &format!("{}:", texts.join(":")), false))
            }
            _ => false,
        }
    }

    /// Whether a time that is not known passes, if it is not before an instant.
    fn matches_from(&self, now: Timestamp) -> Tri {
        let (order, own) = match self {
            Self::Instant(order, own) => (order, *own),
            Self::Number(order, own) => match instant(&own.normalize().to_string()) {
                Some(own) => (order, own),
                None => return Tri::Unknown,
            },
            _ => return Tri::Unknown,
        };
        match order {
            Order::GreaterThan if own < now => Tri::Yes,
            Order::GreaterThanEquals if own <= now => Tri::Yes,
            Order::LessThan if own <= now => Tri::No,
            Order::LessThanEquals | Order::Equals if own < now => Tri::No,
            _ => Tri::Unknown,
        }
    }

    /// The templates that may hold variables.
    fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Text(template) | Self::IgnoreCase(template) | Self::Later(_, template) => vec![template],
            Self::Arn(pattern) => pattern.templates(),
            _ => Vec::new(),
        }
    }

    /// Notes what a variable must be for the test to fit a known value.
    fn note(&self, key: &str, value: &str, uses: &mut Uses, context: &Context) {
        match self {
            Self::Text(template) => uses.variable(key, template, value, context),
            Self::Arn(pattern) => {
                let Some(arn) = ArnParts::new(value) else { return };
                for (template, text) in pattern.open_parts(&arn) {
                    uses.variable(key, template, text, context);
                }
            }
            _ => uses.open(),
        }
    }

    /// Whether a value in the request passes. A value of another form than the comparison needs passes never.
    pub(super) fn matches(&self, value: &str, context: &Context) -> Tri {
        match self {
            Self::Text(template) => filled_matches(template, context, |glob| glob.matches(value)),
            Self::IgnoreCase(template) => {
                let value = value.to_lowercase();
                match template.fixed() {
                    Some(glob) => Tri::from(glob.matches(&value)),
                    None => {
                        filled_matches(template, context, |glob| glob.clone().lowercase().matches(&value))
                    }
                }
            }
            Self::Arn(pattern) => pattern.matches(ArnParts::new(value).as_ref(), context),
            Self::Number(order, own) => {
                Tri::from(number(value).is_some_and(|value| order.accepts(value.cmp(own))))
            }
            Self::Instant(order, own) => {
                Tri::from(instant(value).is_some_and(|value| order.accepts(value.cmp(own))))
            }
            Self::Address(range) => {
                Tri::from(value.parse::<IpAddr>().is_ok_and(|value| range.contains(value)))
            }
            Self::Truth(own) => Tri::from(truth(value) == Some(*own)),
            Self::Absent(own) => Tri::from(!own),
            Self::Later(comparison, template) => match template.fill(context) {
                Filled::Nothing => Tri::No,
                Filled::Loose(_) => Tri::Unknown,
                Filled::Pattern(glob) => match Self::new(*comparison, glob.prefix(), false) {
                    Some(test) => test.matches(value, context),
                    None => Tri::No,
                },
            },
        }
    }
}

fn filled_matches(template: &Template, context: &Context, matches: impl Fn(&Glob) -> bool) -> Tri {
    if let Some(glob) = template.fixed() {
        return Tri::from(matches(glob));
    }
    match template.fill(context) {
        Filled::Pattern(glob) => Tri::from(matches(&glob)),
        Filled::Nothing => Tri::No,
        Filled::Loose(glob) => {
            if matches(&glob) {
                Tri::Unknown
            } else {
                Tri::No
            }
        }
    }
}
