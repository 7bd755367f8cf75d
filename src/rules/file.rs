//! The shape of a rule file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::frameworks::Mappings;
use crate::model::{Confidence, Remediation, RuleKind, Severity, Verdict};
use crate::tables::schema::Table;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParameterKind {
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// Text.
    String,
    /// A regular expression; the empty one is "not given".
    Pattern,
    /// A list of texts; the empty one is "not given".
    List,
    /// Text to a list of texts or to one regular expression; the empty one is "not given".
    Map,
}

impl ParameterKind {
    /// The word in rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::Pattern => "pattern",
            Self::List => "list",
            Self::Map => "map",
        }
    }
}

/// A parameter that the conditions name as `:name`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterFile {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// Its value where the configuration gives none.
    pub default: Value,
    /// The smallest value that makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The largest value that makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// One line on what it does.
    pub help: String,
}

/// A case that the rule must judge as told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// What the case shows.
    pub name: String,
    /// Columns that differ from their ordinary value; null is "not known". `tags` replaces all tags.
    #[serde(default)]
    pub given: BTreeMap<String, Value>,
    /// Parameters that differ from their default.
    #[serde(default)]
    pub parameters: BTreeMap<String, Value>,
    /// The verdict.
    pub expect: Verdict,
    /// The message of a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A rule file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "Text: Deserialize<'de>"))]
pub struct RuleFile<Text = String> {
    /// Names the defect; the file is named after it.
    pub id: Text,
    /// Former ids, oldest first: exceptions and baselines keep working under them.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The defect as a sentence in lower case.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// How sure a failure is; below `high` for rules that guess from names.
    #[serde(default = "high_confidence")]
    pub confidence: Confidence,
    /// The table whose rows it judges.
    pub table: Table,
    /// State or event.
    #[serde(default)]
    pub kind: RuleKind,
    /// The version of the program in which it came.
    pub since: String,
    /// Whether it runs without being chosen.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Rules whose failure on the same row explains this one.
    #[serde(default)]
    pub implied_by: Vec<String>,
    /// Parameters by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterFile>,
    /// SQL: to which rows it applies.
    pub applies_to: Text,
    /// SQL: what must hold.
    pub require: Text,
    /// What a failure says; `{…}` holds SQL.
    pub message: Text,
    /// Two or three sentences for a reader who doubts the rule.
    pub why: String,
    /// How to mend it.
    #[serde(default)]
    pub remediation: Remediation,
    /// Pages to read.
    #[serde(default)]
    pub references: Vec<String>,
    /// Framework id to control id to the source that maps the rule to the control.
    #[serde(default)]
    pub frameworks: Mappings<Text>,
    /// Its own tests: at least one for each verdict that can occur.
    pub examples: Vec<ExampleFile>,
}

fn yes() -> bool {
    true
}

fn high_confidence() -> Confidence {
    Confidence::High
}
