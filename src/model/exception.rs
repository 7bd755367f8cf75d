//! Findings that somebody accepted for a time.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a finding does not decide the exit code although it stands in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excepted {
    /// Why it was accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The ticket in which it was agreed, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The last day on which it holds.
    pub expires: Date,
    /// How many days are left from the instant that counts as now; 0 on the last one.
    pub days_left: i64,
}
