//! The report as JSON, one document a line, for programs that read as it is written.
//!
//! The documents are those of the JSON report, each with its `kind`: first the run, then a line for each finding, change,
//! gap and entry of the baseline, the cost, and last the summary. A stream that ends without a summary was cut off.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::cost::CostDocument;
use super::escape::json_line;
use super::json::{self, BaselineReport, FindingReport, RunReport, SummaryReport};
use crate::model::{Audited, BaselineEntry, SecretChange, SeenGap};

/// One line.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Line<'a> {
    /// What was audited, when, and with what; always the first line.
    Run {
        /// The version of the format: `1`.
        version: &'static str,
        #[serde(flatten)]
        run: RunReport,
    },
    /// A failure or unknown (any verdict with `--verdicts all`): worst first, then by rule, account, Region, ARN.
    Finding(Box<FindingReport>),
    /// A change of a secret, or a step of its rotation, that CloudTrail recorded, in the order of time.
    Change(&'a SecretChange),
    /// Something that could not be seen.
    Gap(&'a SeenGap),
    /// A finding of the baseline that is none any more.
    BaselineFixed(&'a BaselineEntry),
    /// A finding of the baseline that is worse now, as it was in the baseline.
    BaselineWorsened(&'a BaselineEntry),
    /// A finding of the baseline about which this audit says nothing.
    BaselineNotAudited(&'a BaselineEntry),
    /// The monthly estimate.
    Cost(Box<CostDocument>),
    /// Counts over all verdicts; always the last line.
    Summary(SummaryReport),
}

/// Writes the report, line by line.
///
/// # Errors
/// Where `out` fails.
pub(super) fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let assessment = &audited.assessment;
    json_line(&Line::Run { version: json::VERSION, run: json::run(assessment) }, out)?;
    for finding in &assessment.findings {
        json_line(&Line::Finding(Box::new(json::finding(audited, finding))), out)?;
    }
    for change in &assessment.changes {
        json_line(&Line::Change(change), out)?;
    }
    for gap in &assessment.gaps {
        json_line(&Line::Gap(gap), out)?;
    }
    if let Some(baseline) = json::baseline(assessment) {
        of_baseline(&baseline, out)?;
    }
    json_line(&Line::Cost(Box::new(CostDocument::from(&audited.cost))), out)?;
    json_line(&Line::Summary(json::summary(assessment)), out)
}

fn of_baseline(baseline: &BaselineReport, out: &mut dyn Write) -> io::Result<()> {
    baseline.fixed.iter().try_for_each(|entry| json_line(&Line::BaselineFixed(entry), out))?;
    baseline.worsened.iter().try_for_each(|entry| json_line(&Line::BaselineWorsened(entry), out))?;
    baseline.not_audited.iter().try_for_each(|entry| json_line(&Line::BaselineNotAudited(entry), out))
}

/// The JSON Schema of a line, with a final line break.
///
/// # Errors
/// Where serde_json refuses, which it does not for a schema.
pub fn schema() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&schemars::schema_for!(Line<'_>)).map(|text| format!("{text}\n"))
}
