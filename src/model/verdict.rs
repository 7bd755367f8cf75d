//! What a rule says about one row.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a rule says about one row. `Unknown` is never a pass: it means that evidence is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The rule applies and its requirement does not hold.
    Fail,
    /// Evidence that decides is missing.
    Unknown,
    /// The rule applies and its requirement holds.
    Pass,
    /// The row does not fall under the rule.
    NotApplicable,
}

impl Verdict {
    /// All verdicts in the order of reports.
    pub const ALL: [Self; 4] = [Self::Fail, Self::Unknown, Self::Pass, Self::NotApplicable];

    /// Joins the two halves of a rule by three-valued logic; `None` is SQL's NULL.
    ///
    /// ```
    /// use secrets_auditor::model::Verdict;
    /// assert_eq!(Verdict::from_logic(Some(true), None), Verdict::Unknown);
    /// assert_eq!(Verdict::from_logic(Some(false), None), Verdict::NotApplicable);
    /// ```
    pub fn from_logic(applies_to: Option<bool>, require: Option<bool>) -> Self {
        match (applies_to, require) {
            (Some(false), _) => Self::NotApplicable,
            (None, _) | (Some(true), None) => Self::Unknown,
            (Some(true), Some(true)) => Self::Pass,
            (Some(true), Some(false)) => Self::Fail,
        }
    }

    /// The word in reports and rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
