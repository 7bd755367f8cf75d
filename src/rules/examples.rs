//! The examples of rule files, run.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoLazy, PolarsResult};
use serde_json::Value;

use super::compile::CompiledRule;
use super::diagnostic::Diagnostic;
use super::file::ExampleFile;
use super::load::{RuleSet, RuleSettings, compile};
use super::sources::Source;
use crate::model::Verdict;
use crate::tables::frame_of_cells;
use crate::tables::schema::{Cell, ColumnType, Tag, TagColumn};

/// An example that came out otherwise than told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The rule.
    pub rule: String,
    /// Its file.
    pub path: String,
    /// The example.
    pub example: String,
    /// What was expected, and what came.
    pub reason: String,
}

/// Runs the examples of every rule that was found. Gives the number of examples and the failures.
pub fn run_examples(set: &RuleSet) -> (usize, Vec<ExampleFailure>) {
    let mut count = 0;
    let mut failures = Vec::new();
    for source in &set.sources {
        let failure = |example: &str, reason: String| ExampleFailure {
            rule: source.rule.id.value.clone(),
            path: source.path.clone(),
            example: example.to_owned(),
            reason,
        };
        for example in &source.rule.examples {
            count += 1;
            failures.extend(run(source, example).err().map(|reason| failure(&example.name, reason)));
        }
        for verdict in [Verdict::Pass, Verdict::Fail] {
            if !source.rule.examples.iter().any(|example| example.expect == verdict) {
                failures.push(failure("(all)", format!("no example expects {verdict}")));
            }
        }
    }
    (count, failures)
}

fn run(source: &Source, example: &ExampleFile) -> Result<(), String> {
    let settings = RuleSettings { severity: None, parameters: example.parameters.clone() };
    let first_line = |error: Diagnostic| error.message;
    let rule = compile(source, &settings).map_err(first_line)?;
    let frame = frame(&rule, &example.given)?;
    let (verdict, message) = judge(&rule, &frame).map_err(|error| error.to_string())?;
    if verdict != example.expect {
        return Err(format!("expected {}, got {verdict}", example.expect));
    }
    match &example.message {
        Some(expected) if *expected != message => Err(format!("expected `{expected}`, got `{message}`")),
        _ => Ok(()),
    }
}

fn judge(rule: &CompiledRule, frame: &DataFrame) -> PolarsResult<(Verdict, String)> {
    let conditions = [rule.applies_to.clone().alias("@applies"), rule.require.clone().alias("@require")];
    let judged = frame.clone().lazy().with_columns(conditions).collect()?;
    let bool_of = |name: &str| PolarsResult::Ok(judged.column(name)?.bool()?.get(0));
    let verdict = Verdict::from_logic(bool_of("@applies")?, bool_of("@require")?);
    let message = rule.message.render(frame)?.into_iter().next().unwrap_or_default();
    Ok((verdict, message))
}

/// A table of one row: the ordinary values, and what the example gives.
fn frame(rule: &CompiledRule, given: &BTreeMap<String, Value>) -> Result<DataFrame, String> {
    let mut given = given.clone();
    let tags = tags(given.remove("tags"))?;
    let mut columns: Vec<(String, ColumnType, Vec<Cell>)> = Vec::new();
    for column in rule.table.columns() {
        let cell = match given.remove(column.name) {
            Some(value) => cell(column.name, column.kind(), &value)?,
            None => column.ordinary.cell(),
        };
        columns.push((column.name.to_owned(), column.kind(), vec![cell]));
    }
    if rule.table.has_tags() {
        for tag in &rule.tags {
            let cell = match given.remove(&tag.name()) {
                Some(value) => cell(&tag.name(), tag.kind(), &value)?,
                None => tag.cell(tags.as_deref()),
            };
            columns.push((tag.name(), tag.kind(), vec![cell]));
        }
    }
    if let Some(unknown) = given.keys().find(|name| TagColumn::parse(name).is_none()) {
        return Err(format!("no column `{unknown}` in table `{}`", rule.table.as_str()));
    }
    frame_of_cells(1, columns).map_err(|error| error.to_string())
}

/// The tags of an example; ordinary ones where it names none, not known where it says null.
fn tags(given: Option<Value>) -> Result<Option<Vec<Tag>>, String> {
    let tag = |key: &str, value: &str| Tag { key: key.to_owned(), value: value.to_owned() };
    match given {
        None => Ok(Some(vec![tag("Owner", "payments"), tag("Environment", "production")])),
        Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Ok(Some(map.iter().map(|(key, value)| tag(key, &text(value))).collect()))
        }
        Some(other) => Err(format!("`tags` must map keys to values, not `{other}`")),
    }
}

fn cell(name: &str, kind: ColumnType, value: &Value) -> Result<Cell, String> {
    let cell = match (kind, value) {
        (_, Value::Null) => Some(Cell::Null),
        (ColumnType::Boolean, Value::Bool(value)) => Some(Cell::Boolean(*value)),
        (ColumnType::Integer, value) => value.as_i64().map(Cell::Integer),
        (ColumnType::Decimal, value) => value.as_f64().map(Cell::Decimal),
        (ColumnType::Text, Value::String(text)) => Some(Cell::Text(text.clone())),
        _ => None,
    };
    cell.ok_or_else(|| format!("column `{name}` is {}, `{value}` is not", kind.as_str()))
}
