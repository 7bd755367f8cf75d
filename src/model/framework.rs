//! Frameworks of controls, who maps rules to them, and how far an audit covers one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Verdict;

/// Framework id to control id to the id of the source that maps the rule to it.
pub type FrameworkMappings = BTreeMap<String, BTreeMap<String, String>>;

/// Who stands behind a source of mappings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MadeBy {
    /// AWS itself.
    Aws,
    /// Another auditing program.
    Peer,
    /// This program.
    Us,
}

/// A source of mappings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingSource {
    /// The word in rule files.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who stands behind it.
    pub made_by: MadeBy,
    /// What was read of it.
    pub read: String,
    /// The commit that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A control of a framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its id in the framework.
    pub id: String,
    /// What it is about, in our words; absent where its text was not at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A framework, with the controls of it that rules may name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// The word in rule files and on the command line.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// Where its text, or the way to it, is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Its known controls, in its own order.
    pub controls: Vec<Control>,
}

/// How a control came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ControlVerdict {
    /// A rule behind it failed somewhere.
    Fail,
    /// None failed, and evidence was missing for one.
    Unknown,
    /// None failed, no evidence was missing, and something passed.
    Pass,
    /// Nothing falls under the rules behind it.
    NothingToJudge,
    /// No rule that is known stands behind it.
    NotCovered,
}

impl ControlVerdict {
    /// The verdict on a control that rules stand behind.
    pub fn of(counts: VerdictCounts) -> Self {
        match counts {
            VerdictCounts { fail: 1.., .. } => Self::Fail,
            VerdictCounts { unknown: 1.., .. } => Self::Unknown,
            VerdictCounts { pass: 1.., .. } => Self::Pass,
            VerdictCounts { .. } => Self::NothingToJudge,
        }
    }

    /// The words in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NothingToJudge => "nothing to judge",
            Self::NotCovered => "not covered by this tool",
        }
    }
}

/// How often each verdict came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictCounts {
    /// Failures.
    pub fail: u64,
    /// Verdicts for which evidence is missing.
    pub unknown: u64,
    /// Passes.
    pub pass: u64,
}

impl VerdictCounts {
    /// The counts of a rule, as an audit sums them.
    pub fn of(verdicts: &BTreeMap<Verdict, u64>) -> Self {
        let count = |verdict: Verdict| verdicts.get(&verdict).copied().unwrap_or_default();
        Self { fail: count(Verdict::Fail), unknown: count(Verdict::Unknown), pass: count(Verdict::Pass) }
    }
}

impl std::iter::Sum for VerdictCounts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, one| Self {
            fail: sum.fail + one.fail,
            unknown: sum.unknown + one.unknown,
            pass: sum.pass + one.pass,
        })
    }
}

/// A rule behind a control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CoveringRule {
    /// The rule.
    pub rule: String,
    /// The source that maps it to the control.
    pub source: String,
    /// Whether it ran.
    pub ran: bool,
    /// Its verdicts.
    pub counts: VerdictCounts,
}

/// A control, and what the rules behind it say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ControlCoverage {
    /// The control's id.
    pub id: String,
    /// What it is about, in our words; absent where its text was not at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How it came out.
    pub verdict: ControlVerdict,
    /// The verdicts of its rules together.
    pub counts: VerdictCounts,
    /// The rules behind it, by id.
    pub rules: Vec<CoveringRule>,
}

/// A framework in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FrameworkSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many of its controls are known.
    pub known: u64,
    /// How many of those a rule stands behind.
    pub covered: u64,
}

/// What `frameworks list` and `frameworks show` print as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum FrameworksAnswer {
    /// The list.
    List(FrameworkList),
    /// One framework.
    Coverage(FrameworkCoverage),
}

/// What `frameworks list` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FrameworkList {
    /// The frameworks.
    pub frameworks: Vec<FrameworkSummary>,
    /// Who maps rules to controls.
    pub sources: Vec<MappingSource>,
}

/// What `frameworks show` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FrameworkCoverage {
    /// The framework's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// Where its text, or the way to it, is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The instant that counts as now.
    pub as_of: String,
    /// How many secrets and replicas were listed.
    pub secrets: u64,
    /// Its known controls, in its own order. Every control that is not listed is not covered.
    pub controls: Vec<ControlCoverage>,
    /// Who maps rules to its controls.
    pub sources: Vec<MappingSource>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_a_control_and_an_unknown_never_passes() {
        let cases = [
            ((0, 0, 0), ControlVerdict::NothingToJudge),
            ((0, 0, 9), ControlVerdict::Pass),
            ((0, 1, 9), ControlVerdict::Unknown),
            ((1, 1, 9), ControlVerdict::Fail),
            ((1, 0, 0), ControlVerdict::Fail),
        ];
        for ((fail, unknown, pass), expected) in cases {
            assert_eq!(ControlVerdict::of(VerdictCounts { fail, unknown, pass }), expected);
        }
    }
}
