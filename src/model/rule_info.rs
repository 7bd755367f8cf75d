//! What reports and `rules explain` say about a rule.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Anchor, Confidence, FrameworkMappings, Severity};

/// Whether a rule judges how something is, or reports that something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// A state that can be mended.
    #[default]
    State,
    /// Something that happened; it is reported and decides the exit code only when asked to.
    Event,
}

/// How to mend a defect, one way each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Remediation {
    /// Steps in the AWS console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub console: Option<String>,
    /// An AWS CLI command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cli: Option<String>,
    /// A Terraform fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terraform: Option<String>,
    /// A CloudFormation fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloudformation: Option<String>,
}

/// A parameter of a rule with the value in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterInfo {
    /// Its name in the rule file.
    pub name: String,
    /// Its type, such as `integer`.
    pub kind: String,
    /// The value in force, as text.
    pub value: String,
    /// The unit, where there is one.
    pub unit: Option<String>,
    /// One line on what it does.
    pub help: String,
}

/// Everything that a report or a reader needs to know about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The id, which names the defect.
    pub id: String,
    /// Former ids, oldest first.
    pub aliases: Vec<String>,
    /// One line: the defect as a sentence.
    pub title: String,
    /// The folder the rule stands in, such as `rotation`.
    pub topic: String,
    /// The line of its file at which it begins.
    pub source: Anchor,
    /// How bad a failure is.
    pub severity: Severity,
    /// How sure a failure is.
    pub confidence: Confidence,
    /// State or event.
    pub kind: RuleKind,
    /// The table whose rows it judges.
    pub table: String,
    /// SQL: to which rows it applies.
    pub applies_to: String,
    /// SQL: what must hold.
    pub require: String,
    /// Two or three sentences for a reader who doubts the rule.
    pub why: String,
    /// How to mend it.
    pub remediation: Remediation,
    /// Pages to read.
    pub references: Vec<String>,
    /// The controls that it stands behind, and who says so.
    pub frameworks: FrameworkMappings,
    /// Parameters with the values in force.
    pub parameters: Vec<ParameterInfo>,
    /// The rules whose failure explains this one.
    pub implied_by: Vec<String>,
    /// The calls whose answers it rests on.
    pub calls: Vec<String>,
}

impl RuleInfo {
    /// The id that fingerprints are made of: the first one that the rule ever had.
    pub fn first_id(&self) -> &str {
        self.aliases.first().unwrap_or(&self.id)
    }
}
