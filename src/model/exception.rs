//! Findings that somebody accepted for a time.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a finding does not decide the exit code although it stands in the report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Excepted {
    /// The last day on which it holds.
    pub expires: Date,
    /// How many days are left from the instant that counts as now; 0 on the last one.
    pub days_left: i64,
    /// Who answers for it.
    pub owner: String,
    /// Why it was accepted.
    pub reason: String,
    /// The ticket in which it was agreed, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// What there is to say about an exception without an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum ExceptionState {
    /// It holds.
    Holds,
    /// It holds, and ends within two weeks.
    EndsSoon,
    /// Its last day is over.
    Expired,
    /// Another one is about the same and more, and holds longer.
    Covered {
        /// That one.
        by: String,
    },
}

/// What is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionKind {
    /// Findings.
    Finding,
    /// Missing evidence.
    Gap,
}

/// An exception or accepted gap as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExceptionInfo {
    /// What is accepted.
    pub kind: ExceptionKind,
    /// The rule as id or glob, or the call whose answer may be missing.
    pub rule: String,
    /// What it is about.
    pub scope: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The ticket, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The last day on which it holds.
    pub expires: Date,
    /// Days until that day; below 0 once it is over.
    pub days_left: i64,
    /// What there is to say about it.
    #[serde(flatten)]
    pub state: ExceptionState,
}
