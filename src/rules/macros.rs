//! Functions of ours: list and map logic that SQL has no words for. Each gives NULL for NULL.

use std::collections::BTreeSet;

use polars::prelude::{
    BooleanChunked, Column, DataType, Expr, Field, Int64Chunked, IntoColumn, PolarsResult, Schema,
    StringChunked, col, lit,
};
use regex::Regex;

use super::items::{self, Networks, globs};
use super::parameter::{Allowed, ParameterValue};
use crate::model::words;
use crate::tables::schema::TagColumn;

/// What a macro takes in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArgumentKind {
    /// Any expression.
    Expression,
    /// A parameter, whose value is taken whole.
    Parameter,
    /// A literal text.
    Text,
}

use ArgumentKind::{Expression, Parameter, Text};

/// A macro as rule files call it.
#[derive(Debug)]
pub(super) struct MacroSpec {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [ArgumentKind],
    pub(super) usage: &'static str,
}

/// Every macro.
pub(super) const MACROS: [MacroSpec; 15] = [
    MacroSpec { name: "given", arguments: &[Parameter], usage: "given(:parameter)" },
    MacroSpec { name: "missing_tags", arguments: &[Parameter], usage: "missing_tags(:keys)" },
    MacroSpec { name: "tags_in_other_case", arguments: &[Parameter], usage: "tags_in_other_case(:keys)" },
    MacroSpec { name: "tags_not_allowed", arguments: &[Parameter], usage: "tags_not_allowed(:values)" },
    MacroSpec { name: "has_word", arguments: &[Expression, Parameter], usage: "has_word(text, :words)" },
    MacroSpec { name: "only_words", arguments: &[Expression, Parameter], usage: "only_words(text, :words)" },
    MacroSpec { name: "last_segment", arguments: &[Expression], usage: "last_segment(text)" },
    MacroSpec { name: "matches", arguments: &[Expression, Parameter], usage: "matches(text, :pattern)" },
    MacroSpec { name: "is_listed", arguments: &[Expression, Parameter], usage: "is_listed(text, :list)" },
    MacroSpec {
        name: "items_outside",
        arguments: &[Expression, Parameter],
        usage: "items_outside(text, :list)",
    },
    MacroSpec {
        name: "items_missing",
        arguments: &[Expression, Parameter],
        usage: "items_missing(text, :list)",
    },
    MacroSpec {
        name: "items_matching",
        arguments: &[Expression, Parameter],
        usage: "items_matching(text, :globs)",
    },
    MacroSpec {
        name: "sources_outside",
        arguments: &[Expression, Parameter],
        usage: "sources_outside(text, :networks)",
    },
    MacroSpec {
        name: "count_within",
        arguments: &[Expression, Expression],
        usage: "count_within(all_by_day, :days)",
    },
    MacroSpec {
        name: "plural",
        arguments: &[Expression, Text, Text],
        usage: "plural(number, 'day', 'days')",
    },
];

/// The macros that read tags.
pub(super) const TAG_MACROS: [&str; 3] = ["missing_tags", "tags_in_other_case", "tags_not_allowed"];

/// What a macro call has been given.
pub(super) struct Given<'a> {
    pub(super) expressions: Vec<Expr>,
    pub(super) value: Option<&'a ParameterValue>,
    pub(super) texts: Vec<String>,
}

/// A macro call as polars, and the tag columns that it reads.
pub(super) struct Expansion {
    pub(super) expr: Expr,
    pub(super) kind: DataType,
    pub(super) tags: BTreeSet<TagColumn>,
}

impl Expansion {
    fn text(expr: Expr) -> Self {
        Self { expr, kind: DataType::String, tags: BTreeSet::new() }
    }

    fn flag(expr: Expr) -> Self {
        Self { expr, kind: DataType::Boolean, tags: BTreeSet::new() }
    }
}

/// Compiles a call of a macro for one value of its parameter; the error says which type it takes.
pub(super) fn expand(name: &str, given: Given<'_>) -> Result<Expansion, String> {
    let mut expressions = given.expressions.into_iter();
    let mut next = || expressions.next().ok_or_else(|| format!("`{name}` lacks an argument"));
    match name {
        "given" => Ok(Expansion::flag(lit(value_of(name, given.value)?.is_given()))),
        "missing_tags" => missing_tags(&list(name, given.value)?),
        "tags_in_other_case" => tags_in_other_case(&list(name, given.value)?),
        "tags_not_allowed" => tags_not_allowed(name, given.value),
        "has_word" => {
            let list = lower(&list(name, given.value)?);
            Ok(Expansion::flag(test(next()?, move |text| {
                words(text).iter().any(|word| list.contains(&word.to_lowercase()))
            })))
        }
        "only_words" => {
            let list = lower(&list(name, given.value)?);
            Ok(Expansion::flag(test(next()?, move |text| only_words(text, &list))))
        }
        "last_segment" => {
            let segment = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
            Ok(Expansion::text(map(next()?, segment)))
        }
        "matches" => {
            let pattern = pattern(name, given.value)?;
            Ok(Expansion::flag(test(next()?, move |text| pattern.is_match(text))))
        }
        "is_listed" => {
            let list = list(name, given.value)?;
            Ok(Expansion::flag(test(next()?, move |text| list.iter().any(|item| item == text))))
        }
        "items_outside" => {
            let list = list(name, given.value)?;
            let outside =
                move |text: &str| join(items(text).filter(|item| !list.iter().any(|known| known == item)));
            Ok(Expansion::text(map(next()?, outside)))
        }
        "items_missing" => {
            let list = list(name, given.value)?;
            let missing = move |text: &str| {
                join(list.iter().map(String::as_str).filter(|known| !items(text).any(|item| item == *known)))
            };
            Ok(Expansion::text(map(next()?, missing)))
        }
        "items_matching" => {
            let globs = globs(&list(name, given.value)?)?;
            let matching = move |text: &str| {
                join(items(text).filter(|item| globs.iter().any(|glob| glob.is_match(item))))
            };
            Ok(Expansion::text(map(next()?, matching)))
        }
        "sources_outside" => {
            let networks = Networks::new(&list(name, given.value)?)?;
            let outside = move |text: &str| join(items(text).filter(|item| !networks.hold(item)));
            Ok(Expansion::text(map(next()?, outside)))
        }
        "count_within" => Ok(count_within(next()?, next()?)),
        "plural" => Ok(plural(next()?, &given.texts)),
        other => Err(format!("`{other}` is no macro")),
    }
}

fn value_of<'a>(name: &str, value: Option<&'a ParameterValue>) -> Result<&'a ParameterValue, String> {
    value.ok_or_else(|| format!("`{name}` lacks its parameter"))
}

fn list(name: &str, value: Option<&ParameterValue>) -> Result<Vec<String>, String> {
    match value_of(name, value)? {
        ParameterValue::List(list) => Ok(list.clone()),
        _ => Err(format!("`{name}` takes a parameter of type list")),
    }
}

fn pattern(name: &str, value: Option<&ParameterValue>) -> Result<Regex, String> {
    match value_of(name, value)? {
        ParameterValue::Pattern(pattern) => Regex::new(pattern).map_err(|error| error.to_string()),
        _ => Err(format!("`{name}` takes a parameter of type pattern")),
    }
}

fn lower(list: &[String]) -> Vec<String> {
    list.iter().map(|item| item.to_lowercase()).collect()
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn join<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// Whether nothing is left of a text but these words, once numbers, single letters and uuids are taken away.
fn only_words(text: &str, list: &[String]) -> bool {
    let text = without_uuids(text);
    let telling = words(&text).into_iter().filter(|word| {
        let digits = word.chars().all(|letter| letter.is_ascii_digit());
        !digits && word.chars().count() > 1
    });
    telling.map(str::to_lowercase).all(|word| {
        let stem = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
        list.contains(&word) || list.iter().any(|known| known == stem)
    })
}

fn without_uuids(text: &str) -> String {
    let is_hex =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit());
    let parts: Vec<&str> = text.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    let start =
        parts.windows(5).position(|five| five.iter().zip(lengths).all(|(part, length)| is_hex(part, length)));
    match start {
        Some(start) => {
            let (before, after) = (parts.iter().take(start), parts.iter().skip(start + 5));
            before.chain(after).copied().collect::<Vec<_>>().join("-")
        }
        None => text.to_owned(),
    }
}

fn missing_tags(keys: &[String]) -> Result<Expansion, String> {
    let tags: Vec<TagColumn> = keys.iter().map(|key| TagColumn::HasAnyCase(key.to_lowercase())).collect();
    Ok(from_tags(tags, keys.to_vec(), |keys, cells| {
        let missing = keys.iter().zip(cells).filter(|(_, cell)| **cell == TagCell::Flag(false));
        join(missing.map(|(key, _)| key.as_str()))
    }))
}

fn tags_in_other_case(keys: &[String]) -> Result<Expansion, String> {
    let pair = |key: &String| [TagColumn::Has(key.clone()), TagColumn::HasAnyCase(key.to_lowercase())];
    let tags: Vec<TagColumn> = keys.iter().flat_map(pair).collect();
    Ok(from_tags(tags, keys.to_vec(), |keys, cells| {
        let other = |pair: &[TagCell]| matches!(pair, [TagCell::Flag(false), TagCell::Flag(true)]);
        let variants = keys.iter().zip(cells.chunks(2)).filter(|(_, pair)| other(pair));
        join(variants.map(|(key, _)| key.as_str()))
    }))
}

fn tags_not_allowed(name: &str, value: Option<&ParameterValue>) -> Result<Expansion, String> {
    let ParameterValue::Map(map) = value_of(name, value)? else {
        return Err(format!("`{name}` takes a parameter of type map"));
    };
    let mut rules = Vec::new();
    for (key, allowed) in map {
        let allowed = match allowed {
            Allowed::OneOf(list) => Check::OneOf(list.clone()),
            Allowed::Matching(pattern) => {
                Check::Matching(Regex::new(pattern).map_err(|error| error.to_string())?)
            }
        };
        rules.push((key.clone(), allowed));
    }
    let pair = |(key, _): &(String, Check)| [TagColumn::Has(key.clone()), TagColumn::Value(key.clone())];
    let tags: Vec<TagColumn> = rules.iter().flat_map(pair).collect();
    Ok(from_tags(tags, rules, |rules, cells| {
        let bad = rules.iter().zip(cells.chunks(2)).filter_map(|((key, check), pair)| match pair {
            [TagCell::Flag(true), TagCell::Text(value)] if !check.allows(value) => {
                Some(format!("{key}={value}"))
            }
            _ => None,
        });
        bad.collect::<Vec<_>>().join(", ")
    }))
}

enum Check {
    OneOf(Vec<String>),
    Matching(Regex),
}

impl Check {
    fn allows(&self, value: &str) -> bool {
        match self {
            Self::OneOf(list) => list.iter().any(|item| item == value),
            Self::Matching(pattern) => pattern.is_match(value),
        }
    }
}

/// A known cell of a tag column.
#[derive(Clone, Debug, PartialEq, Eq)]
enum TagCell {
    Flag(bool),
    Text(String),
}

/// A text worked out from tag columns; NULL where one of them is.
fn from_tags<K: Send + Sync + 'static>(
    tags: Vec<TagColumn>,
    keys: Vec<K>,
    text: impl Fn(&[K], &[TagCell]) -> String + Send + Sync + 'static,
) -> Expansion {
    let inputs: Vec<Expr> = tags.iter().map(|tag| col(tag.name())).collect();
    if inputs.is_empty() {
        return Expansion::text(lit(text(&keys, &[])));
    }
    let function = move |columns: &mut [Column]| -> PolarsResult<Column> {
        let height = columns.first().map_or(0, Column::len);
        let rows = (0..height).map(|row| {
            let cells: Option<Vec<TagCell>> = columns.iter().map(|column| tag_cell(column, row)).collect();
            cells.map(|cells| text(&keys, &cells))
        });
        Ok(rows.collect::<StringChunked>().with_name("tags".into()).into_column())
    };
    let expr = polars::prelude::map_multiple(function, inputs, |_: &Schema, _: &[Field]| {
        Ok(Field::new("tags".into(), DataType::String))
    });
    Expansion { expr, kind: DataType::String, tags: tags.into_iter().collect() }
}

fn tag_cell(column: &Column, row: usize) -> Option<TagCell> {
    match column.dtype() {
        DataType::Boolean => column.bool().ok()?.get(row).map(TagCell::Flag),
        _ => column.str().ok()?.get(row).map(|text| TagCell::Text(text.to_owned())),
    }
}

/// Text to text, NULL to NULL.
fn map(expr: Expr, function: impl Fn(&str) -> String + Send + Sync + 'static) -> Expr {
    let over = move |column: Column| -> PolarsResult<Column> {
        let texts = column.str()?;
        let mapped: StringChunked = texts.iter().map(|text| text.map(&function)).collect();
        Ok(mapped.with_name(column.name().clone()).into_column())
    };
    expr.map(over, |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::String)))
}

/// Text to truth, NULL to NULL.
fn test(expr: Expr, function: impl Fn(&str) -> bool + Send + Sync + 'static) -> Expr {
    let over = move |column: Column| -> PolarsResult<Column> {
        let texts = column.str()?;
        let tested: BooleanChunked = texts.iter().map(|text| text.map(&function)).collect();
        Ok(tested.with_name(column.name().clone()).into_column())
    };
    expr.map(over, |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::Boolean)))
}

/// Counts by day and a number of days to a number; NULL where either is.
fn count_within(text: Expr, days: Expr) -> Expansion {
    let function = |columns: &mut [Column]| -> PolarsResult<Column> {
        let [text, days] = columns else { return Ok(Column::new_empty("count".into(), &DataType::Int64)) };
        let (texts, days) = (text.str()?.clone(), days.cast(&DataType::Int64)?);
        let days = days.i64()?;
        let day = |row: usize| days.get(if days.len() == 1 { 0 } else { row });
        let count = |(row, text): (usize, Option<&str>)| Some(items::count_within(text?, day(row)?));
        let counts: Int64Chunked = texts.iter().enumerate().map(count).collect();
        Ok(counts.with_name("count".into()).into_column())
    };
    let kind = |_: &Schema, _: &[Field]| Ok(Field::new("count".into(), DataType::Int64));
    let expr = polars::prelude::map_multiple(function, [text, days], kind);
    Expansion { expr, kind: DataType::Int64, tags: BTreeSet::new() }
}

fn plural(number: Expr, texts: &[String]) -> Expansion {
    let one = texts.first().cloned().unwrap_or_default();
    let many = texts.get(1).cloned().unwrap_or_default();
    let over = move |column: Column| -> PolarsResult<Column> {
        let numbers = column.i64()?;
        let word = |number: i64| if number == 1 { format!("1 {one}") } else { format!("{number} {many}") };
        let texts: StringChunked = numbers.iter().map(|number| number.map(word)).collect();
        Ok(texts.with_name(column.name().clone()).into_column())
    };
    let kind = |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::String));
    Expansion::text(number.cast(DataType::Int64).map(over, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_nothing_but_vague_words() {
        let list = ["test", "secret", "new"].map(str::to_owned);
        let cases = [
            ("test", true),
            ("secret1", true),
            ("new-secret-2", true),
            ("1b4e28ba-2fa1-11d2-883f-0016d3cca427", true),
            ("test-1b4e28ba-2fa1-11d2-883f-0016d3cca427", true),
            ("test/payments", false),
            ("payments", false),
            ("x", true),
        ];
        for (name, expected) in cases {
            assert_eq!(only_words(name, &list), expected, "{name}");
        }
    }
}
