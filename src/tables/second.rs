//! Tables of the second stage: they are about verdicts of the first.

use polars::prelude::PolarsResult;

use super::build::{Row, TableData, frame};
use super::frame::frame_of_cells;
use super::schema::{Column, EVALUATIONS, EXCEPTIONS, Group};
use crate::model::{GapId, Ownership, Resource};

/// An exception or accepted gap of the settings, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionRow {
    /// The exception as findings name it.
    pub resource: Resource,
    /// `finding` or `gap`.
    pub kind: &'static str,
    /// The rule or call, as id or glob.
    pub rule: String,
    /// What it is about.
    pub scope: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The ticket; empty where there is none.
    pub ticket: String,
    /// The last day on which it holds.
    pub expires: String,
    /// Whether that day is over.
    pub expired: bool,
    /// Days until that day.
    pub days_left: i64,
    /// Whether the audit could tell what it matches.
    pub judged: bool,
    /// How many findings or gaps it is about.
    pub matched: Option<i64>,
    /// To how many of them it was applied.
    pub applied: i64,
    /// The rule of whose failures it covers the largest share.
    pub widest_rule: String,
    /// How many failures of that rule it covers.
    pub widest_covered: i64,
    /// How many failures that rule has.
    pub widest_failures: i64,
    /// The share.
    pub widest_share: f64,
    /// Why it is not known how many it is about.
    pub missing: Vec<GapId>,
}

/// A verdict of AWS Config on a secret beside ours.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationRow {
    /// The secret.
    pub resource: Resource,
    /// Whose it is.
    pub ownership: Ownership,
    /// The rule of AWS Config.
    pub config_rule: String,
    /// The managed rule behind it.
    pub identifier: String,
    /// What AWS Config says.
    pub compliance: String,
    /// Its reason in parentheses, behind a space; empty where it gives none.
    pub config_reason: String,
    /// The parameters of its rule.
    pub parameters: String,
    /// The rules of ours that judge the same.
    pub our_rules: String,
    /// What they say.
    pub our_verdict: Option<String>,
    /// Why they say so.
    pub our_reason: Option<String>,
    /// Whether the two agree.
    pub agrees: Option<bool>,
    /// Why ours is not known.
    pub missing: Vec<GapId>,
}

/// The table `exceptions`.
///
/// # Errors
/// Where polars refuses the columns, which would be a defect of this program.
pub fn exceptions(rows: &[ExceptionRow]) -> PolarsResult<TableData> {
    laid_out(rows, EXCEPTIONS, |row| Row {
        ownership: Ownership { owner: row.owner.clone(), ..Ownership::default() },
        ..meta(&row.resource, &row.missing)
    })
}

/// The table `evaluations`.
///
/// # Errors
/// Where polars refuses the columns, which would be a defect of this program.
pub fn evaluations(rows: &[EvaluationRow]) -> PolarsResult<TableData> {
    laid_out(rows, EVALUATIONS, |row| Row {
        ownership: row.ownership.clone(),
        ..meta(&row.resource, &row.missing)
    })
}

fn laid_out<R>(rows: &[R], columns: &[Column<R>], meta: impl Fn(&R) -> Row) -> PolarsResult<TableData> {
    let frame = frame_of_cells(rows.len(), frame(rows, columns))?;
    Ok(TableData { frame, rows: rows.iter().map(meta).collect(), scopes: Vec::new() })
}

fn meta(resource: &Resource, missing: &[GapId]) -> Row {
    Row {
        resource: resource.clone(),
        gaps: missing.iter().map(|gap| (Group::Verdicts, *gap)).collect(),
        related: Vec::new(),
        ownership: Ownership::default(),
    }
}
