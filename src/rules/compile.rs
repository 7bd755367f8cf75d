//! Conditions to polars expressions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::{DataFrame, DataType, Expr, FunctionExpr, IntoLazy, Operator, PolarsError, Schema};
use polars::sql::sql_expr;

use super::condition::{ColumnUse, Condition};
use super::macros::{Given, TAG_MACROS, expand};
use super::message::Message;
use super::parameter::{Alternative, ParameterValue, choose};
use super::sql::{Argument, MacroCall, Parsed};
use crate::model::{Confidence, RuleInfo};
use crate::tables::frame_of_cells;
use crate::tables::schema::{ColumnType, Group, Table, TagColumn};

/// A rule that can run.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    /// What reports say about it.
    pub info: Arc<RuleInfo>,
    /// The id that fingerprints are made of: the oldest alias, else the id.
    pub first_id: String,
    /// How sure a failure is.
    pub confidence: Confidence,
    /// The table whose rows it judges.
    pub table: Table,
    /// Where it applies.
    pub applies_to: Expr,
    /// What must hold.
    pub require: Expr,
    /// The columns of `applies_to`.
    pub applies_columns: Vec<ColumnUse>,
    /// The columns of `require`.
    pub require_columns: Vec<ColumnUse>,
    /// What a failure says.
    pub message: Message,
    /// The tag columns that it needs.
    pub tags: BTreeSet<TagColumn>,
}

/// A parameter ready to be put into expressions.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    /// The alternatives with their conditions compiled; the last has none.
    pub(super) alternatives: Vec<(Option<Condition>, ParameterValue)>,
}

impl Parameter {
    /// A parameter with one value for all rows.
    pub(super) fn fixed(value: ParameterValue) -> Self {
        Self { alternatives: vec![(None, value)] }
    }

    /// Compiles the conditions of alternatives; `compile` parses and compiles one condition.
    pub(super) fn by_row<E>(
        alternatives: &[Alternative],
        mut compile: impl FnMut(&str) -> Result<Condition, E>,
    ) -> Result<Self, E> {
        let compiled = alternatives.iter().map(|alternative| {
            let condition = alternative.when.as_deref().map(&mut compile).transpose()?;
            Ok((condition, alternative.value.clone()))
        });
        Ok(Self { alternatives: compiled.collect::<Result<_, E>>()? })
    }

    /// Whether the value says anything on some row.
    pub(super) fn is_given(&self) -> bool {
        self.alternatives.iter().any(|(_, value)| value.is_given())
    }
}

/// Compiles the expressions of one rule.
pub(super) struct Compiler<'a> {
    pub(super) table: Table,
    pub(super) parameters: &'a BTreeMap<String, Parameter>,
}

impl Compiler<'_> {
    /// Compiles an expression; the error is polars' sentence about its types.
    pub(super) fn compile(&self, parsed: &Parsed) -> Result<Condition, String> {
        let mut reads: BTreeSet<ColumnUse> =
            parsed.columns.iter().map(|name| self.column_use(name)).collect();
        let mut tags: BTreeSet<TagColumn> =
            parsed.columns.iter().filter_map(|name| TagColumn::parse(name)).collect();
        let mut pieces: BTreeMap<String, Expr> = BTreeMap::new();
        for (index, call) in parsed.macros.iter().enumerate() {
            let (expr, needs) = self.expand(call)?;
            reads.extend(needs.iter().map(|tag| self.column_use(&tag.name())));
            tags.extend(needs);
            pieces.insert(format!("@{index}"), expr);
        }
        for name in &parsed.parameters {
            if let Some(parameter) = self.parameters.get(name) {
                let conditions =
                    parameter.alternatives.iter().filter_map(|(condition, _)| condition.as_ref());
                for condition in conditions {
                    reads.extend(condition.columns.iter().cloned());
                    tags.extend(condition.tags.iter().cloned());
                }
                match literal_choice(parameter) {
                    Some(expr) => drop(pieces.insert(format!(":{name}"), expr)),
                    None if parsed.sql.contains(&format!("\":{name}\"")) => {
                        return Err(format!("`:{name}` is a list or a map, which only macros can take"));
                    }
                    None => {}
                }
            }
        }
        let expr = sql_expr(&parsed.sql).map_err(|error| sentence(&error))?;
        let expr = expr.map_expr(|node| match &node {
            Expr::Column(name) => pieces.get(name.as_str()).cloned().unwrap_or(node),
            _ => node,
        });
        Ok(Condition { expr, columns: reads.into_iter().collect(), tags })
    }

    /// Collects the expression over an ordinary row, which finds every type error: some come with the first row only.
    pub(super) fn check(&self, condition: &Condition) -> Result<DataType, String> {
        let columns = self.table.columns().into_iter();
        let fixed =
            columns.map(|column| (column.name.to_owned(), column.kind(), vec![column.ordinary.cell()]));
        let dynamic = condition.tags.iter().map(|tag| (tag.name(), tag.kind(), vec![tag.cell(Some(&[]))]));
        let frame: DataFrame =
            frame_of_cells(1, fixed.chain(dynamic).collect()).map_err(|error| sentence(&error))?;
        check_operands(&condition.expr, frame.schema())?;
        let expr = condition.expr.clone().alias("check");
        let result = frame.lazy().select([expr]).collect().map_err(|error| sentence(&error))?;
        let column = result.column("check").map_err(|error| sentence(&error))?;
        Ok(column.dtype().clone())
    }

    fn column_use(&self, name: &str) -> ColumnUse {
        let of_tags = if self.table == Table::Principals { Group::Principals } else { Group::Inventory };
        let group = self.table.column(name).map_or(of_tags, |column| column.group);
        ColumnUse { name: name.to_owned(), group }
    }

    fn expand(&self, call: &MacroCall) -> Result<(Expr, BTreeSet<TagColumn>), String> {
        if TAG_MACROS.contains(&call.name) && !self.table.has_tags() {
            return Err(format!(
                "`{}` works on tables `secrets` and `principals` only: nothing else has tags",
                call.name
            ));
        }
        let mut expressions = Vec::new();
        let mut texts = Vec::new();
        let mut parameter = None;
        let mut tags = BTreeSet::new();
        for argument in &call.arguments {
            match argument {
                Argument::Expression(inner) => {
                    let inner = self.compile(inner)?;
                    tags.extend(inner.tags);
                    expressions.push(inner.expr);
                }
                Argument::Text(text) => texts.push(text.clone()),
                Argument::Parameter(name) => parameter = self.parameters.get(name),
            }
        }
        let given = |value| Given { expressions: expressions.clone(), value, texts: texts.clone() };
        let Some(parameter) = parameter else {
            let expansion = expand(call.name, given(None))?;
            tags.extend(expansion.tags);
            return Ok((expansion.expr, tags));
        };
        let mut choices = Vec::new();
        let mut kind = DataType::Boolean;
        for (condition, value) in &parameter.alternatives {
            let expansion = expand(call.name, given(Some(value)))?;
            tags.extend(expansion.tags);
            kind = expansion.kind;
            choices.push((condition.as_ref().map(|condition| condition.expr.clone()), expansion.expr));
        }
        Ok((choose(choices, kind), tags))
    }
}

/// Refuses what polars would silently convert: bits of numbers joined by AND, truth compared as text.
fn check_operands(expr: &Expr, schema: &Schema) -> Result<(), String> {
    // Operands before what holds them, so that the innermost error is told.
    let nodes: Vec<&Expr> = expr.into_iter().collect();
    for node in nodes.into_iter().rev() {
        let kind = |operand: &Expr| {
            operand.to_field(schema).map(|field| field.dtype().clone()).map_err(|error| sentence(&error))
        };
        match node {
            Expr::BinaryExpr { left, op, right } if is_logic(*op) => {
                condition_or_null(&kind(left)?)?;
                condition_or_null(&kind(right)?)?;
            }
            // NOT comes from SQL with a cast, which rules themselves cannot write.
            Expr::Cast { expr, dtype, .. } if dtype.as_literal() == Some(&DataType::Boolean) => {
                condition_or_null(&kind(expr)?)?;
            }
            // The same goes for the number of `plural`.
            Expr::Cast { expr, dtype, .. } if dtype.as_literal() == Some(&DataType::Int64) => {
                let kind = kind(expr)?;
                if !kind.is_integer() && !matches!(kind, DataType::Null | DataType::Unknown(_)) {
                    return Err(format!("an integer is expected, this is {}", kind_name(&kind)));
                }
            }
            Expr::BinaryExpr { left, op, right } if op.is_comparison() => {
                let (left, right) = (kind(left)?, kind(right)?);
                if !comparable(&left, &right) {
                    return Err(format!("cannot compare {} with {}", kind_name(&left), kind_name(&right)));
                }
            }
            Expr::Function { input, function: FunctionExpr::StringExpr(_) } => {
                for operand in input {
                    let kind = kind(operand)?;
                    if kind != DataType::String {
                        return Err(format!("text is expected, this is {}", kind_name(&kind)));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_logic(op: Operator) -> bool {
    matches!(op, Operator::And | Operator::Or | Operator::LogicalAnd | Operator::LogicalOr)
}

fn condition_or_null(kind: &DataType) -> Result<(), String> {
    match kind {
        DataType::Boolean | DataType::Null => Ok(()),
        other => Err(format!("AND, OR and NOT take conditions, this is {}", kind_name(other))),
    }
}

fn comparable(left: &DataType, right: &DataType) -> bool {
    let is_number = |kind: &DataType| kind.is_primitive_numeric() || matches!(kind, DataType::Unknown(_));
    left == right || (is_number(left) && is_number(right))
}

/// A parameter as one expression; `None` for lists and maps.
fn literal_choice(parameter: &Parameter) -> Option<Expr> {
    let mut kind = DataType::String;
    let mut choices = Vec::new();
    for (condition, value) in &parameter.alternatives {
        kind = match value {
            ParameterValue::Integer(_) => DataType::Int64,
            ParameterValue::Decimal(_) => DataType::Float64,
            _ => DataType::String,
        };
        choices.push((condition.as_ref().map(|condition| condition.expr.clone()), value.literal()?));
    }
    Some(choose(choices, kind))
}

/// The first line of polars' error, without the plan that it prints behind.
pub(super) fn sentence(error: &PolarsError) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.to_owned()
}

/// The type of a table's cells in words of the schema.
pub(super) fn kind_name(kind: &DataType) -> &'static str {
    match kind {
        DataType::Boolean => ColumnType::Boolean.as_str(),
        DataType::String => ColumnType::Text.as_str(),
        DataType::Float32 | DataType::Float64 => ColumnType::Decimal.as_str(),
        kind if kind.is_integer() => ColumnType::Integer.as_str(),
        _ => "something else",
    }
}
