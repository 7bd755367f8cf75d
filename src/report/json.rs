//! The report as one JSON document.
//!
//! The types below are the format: they change only by addition within a version, and their JSON Schema is generated
//! into `reports/schema/report.schema.json`. Money and other decimals are strings; ages are whole UTC days, rounded
//! down; instants are RFC 3339 in UTC.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::cost::CostDocument;
pub(super) use super::cost::money;
use super::escape::PrintableJson;
use super::groups::{GroupReport, groups};
use crate::model::{
    AccountRun, Assessment, Audited, BaselineCounts, BaselineEntry, BaselineState, Confidence, Excepted,
    Finding, GroupBy, PathTree, ResourceType, SecretChange, SeenGap, Severity, Verdict,
};

/// The version of the format.
pub const VERSION: &str = "1";

/// The whole report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report<'a> {
    /// The version of the format: `1`.
    pub version: &'static str,
    /// What was audited, when, and with what.
    pub run: RunReport,
    /// Counts over all verdicts, also over those that are not listed.
    pub summary: SummaryReport,
    /// Failures and unknowns (all verdicts with `--verdicts all`): worst first, then by rule, account, Region, ARN.
    pub findings: FindingReports<'a>,
    /// The failures and unknowns by what `--group-by` names; absent without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupsReport>,
    /// What became of the baseline; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineReport>,
    /// Changes of secrets, and steps of their rotation, that CloudTrail recorded, in the order of time.
    pub changes: &'a [SecretChange],
    /// Everything that could not be seen.
    pub evidence_gaps: &'a [SeenGap],
    /// The monthly estimate.
    pub cost: CostDocument,
}

/// Findings of the baseline that are no more, that were better, or of which nobody knows.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BaselineReport {
    /// Those that are no finding any more.
    pub fixed: Vec<BaselineEntry>,
    /// Those that are worse now, as they were in the baseline.
    pub worsened: Vec<BaselineEntry>,
    /// Those about which this audit says nothing: their account, Region or rule was not part of it, or could not be seen.
    pub not_audited: Vec<BaselineEntry>,
}

/// Failures and unknowns by what they share.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupsReport {
    /// What that is.
    pub by: GroupBy,
    /// The groups, by key.
    pub groups: Vec<GroupReport>,
}

/// What was audited, when, and with what.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunReport {
    /// The tool's name and version.
    pub tool: Tool,
    /// A digest of the rules in force, parameters included.
    pub rules: String,
    /// The instant that counts as now.
    pub as_of: String,
    /// When the evidence was collected.
    pub collected_at: String,
    /// What the audit was narrowed to; empty means everything.
    pub selection: Vec<String>,
    /// Whose findings are shown and counted; absent for everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The accounts with their Regions.
    pub accounts: Vec<AccountRun>,
}

/// The tool.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// `secrets-auditor`.
    pub name: &'static str,
    /// Its version.
    pub version: String,
}

/// Counts over all verdicts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SummaryReport {
    /// How many secrets and replicas were listed.
    pub secrets: u64,
    /// How many rules ran.
    pub rules: u64,
    /// Verdict to count.
    pub by_verdict: BTreeMap<Verdict, u64>,
    /// Severity to the count of failures.
    pub by_severity: BTreeMap<Severity, u64>,
    /// Rule to verdict to count.
    pub by_rule: BTreeMap<String, BTreeMap<Verdict, u64>>,
    /// Rule to its former ids, oldest first, where it has any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, Vec<String>>,
    /// How the audit compares with the baseline; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineCounts>,
    /// The severity from which on failures decide the exit code; absent for `never`.
    pub fail_on: Option<Severity>,
    /// How many failures and unknowns are accepted for a time; they are counted above, too.
    pub accepted: u64,
    /// How many failures decide the exit code.
    pub gating_failures: u64,
    /// How many unknowns decide the exit code where no failure does.
    pub gating_unknowns: u64,
}

/// One verdict of one rule about one thing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingReport {
    /// The rule.
    pub rule: String,
    /// What the rule says.
    pub verdict: Verdict,
    /// How bad a failure is.
    pub severity: Severity,
    /// How much of the evidence was seen.
    pub confidence: Confidence,
    /// What it is about.
    pub resource: ResourceReport,
    /// The defect, or why it cannot be judged.
    pub message: String,
    /// The identity of the finding: 16 hex digits that stay while the defect lives.
    pub fingerprint: String,
    /// The rule whose failure on the same row explains this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implied_by: Option<String>,
    /// The first audit of the unbroken row in which it was found; absent without a history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// Who owns the resource, by its tags or by the settings; empty where nobody is known.
    pub owner: String,
    /// The environment of the resource, such as `production`; empty where none is known.
    pub environment: String,
    /// For rules about access: how many principals can read the secret at least, or how many secrets the principal can
    /// read at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
    /// Whether the finding decides the exit code.
    pub gates: bool,
    /// Why it does not although it stands here: somebody accepted it for a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<Excepted>,
    /// How it compares with the baseline; absent without one, and where an exception covers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineState>,
    /// The values on which the verdict rests.
    pub evidence: Vec<EvidenceReport>,
    /// For an unknown: the calls whose answers are missing.
    pub missing_evidence: Vec<MissingReport>,
    /// For a failure about access: by which ways it comes about.
    pub paths: Vec<PathTree>,
}

/// What a finding is about.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResourceReport {
    /// Which kind of thing it is.
    #[serde(rename = "type")]
    pub kind: ResourceType,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its account.
    pub account: String,
    /// Its Region.
    pub region: String,
    /// Which part of it, such as a principal, for rules that judge parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_key: Option<String>,
}

/// A value on which a verdict rests.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceReport {
    /// The column of the rule's table.
    pub column: String,
    /// The value; `unknown` where it is not known.
    pub value: String,
    /// The call that brings it.
    pub call: String,
}

/// A call whose answer is missing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MissingReport {
    /// The call.
    pub call: String,
    /// What it was asked about.
    pub scope: String,
    /// The error.
    pub error: String,
    /// The IAM action that would mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
}

/// Writes the report, finding by finding, with a final line break.
///
/// # Errors
/// Where `out` fails.
pub fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, PrintableJson::pretty());
    report(audited).serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// The findings of an assessment, each made when it is written: an estate may have a million.
#[derive(Debug)]
pub struct FindingReports<'a>(&'a Audited);

impl Serialize for FindingReports<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.assessment.findings.iter().map(|found| finding(self.0, found)))
    }
}

impl JsonSchema for FindingReports<'_> {
    fn schema_name() -> Cow<'static, str> {
        Vec::<FindingReport>::schema_name()
    }

    fn inline_schema() -> bool {
        Vec::<FindingReport>::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<FindingReport>::json_schema(generator)
    }
}

/// The JSON Schema of the format, with a final line break.
///
/// # Errors
/// Where serde_json refuses, which it does not for a schema.
pub fn schema() -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Report))?;
    text.push('\n');
    Ok(text)
}

/// The document of an audit.
fn report(audited: &Audited) -> Report<'_> {
    let assessment = &audited.assessment;
    Report {
        version: VERSION,
        run: run(assessment),
        summary: summary(assessment),
        findings: FindingReports(audited),
        groups: assessment.options.group_by.map(|by| GroupsReport {
            by,
            groups: groups(assessment, by).iter().map(|group| group.report(assessment)).collect(),
        }),
        baseline: baseline(assessment),
        changes: &assessment.changes,
        evidence_gaps: &assessment.gaps,
        cost: CostDocument::from(&audited.cost),
    }
}

pub(super) fn run(assessment: &Assessment) -> RunReport {
    let run = &assessment.run;
    RunReport {
        tool: Tool { name: "secrets-auditor", version: run.tool_version.clone() },
        rules: run.rules_digest.clone(),
        as_of: run.as_of.to_string(),
        collected_at: run.collected_at.to_string(),
        selection: run.selection.clone(),
        owner: assessment.options.owner.clone(),
        accounts: run.accounts.clone(),
    }
}

pub(super) fn summary(assessment: &Assessment) -> SummaryReport {
    SummaryReport {
        secrets: assessment.secrets(),
        rules: assessment.rules.len() as u64,
        by_verdict: assessment.summary.verdicts.clone(),
        by_severity: assessment.summary.failures.clone(),
        by_rule: assessment.summary.rules.clone(),
        aliases: aliases(assessment),
        baseline: assessment.baseline.as_ref().map(|baseline| baseline.counts.clone()),
        fail_on: assessment.options.fail_on,
        accepted: assessment.findings.iter().filter(|finding| finding.exception.is_some()).count() as u64,
        gating_failures: assessment.gating_failures().count() as u64,
        gating_unknowns: assessment.gating_unknowns().count() as u64,
    }
}

pub(super) fn baseline(assessment: &Assessment) -> Option<BaselineReport> {
    assessment.baseline.as_ref().map(|baseline| BaselineReport {
        fixed: baseline.fixed.clone(),
        worsened: baseline.worsened.clone(),
        not_audited: baseline.not_audited.clone(),
    })
}

fn aliases(assessment: &Assessment) -> BTreeMap<String, Vec<String>> {
    let renamed = assessment.rules.iter().filter(|rule| !rule.aliases.is_empty());
    renamed.map(|rule| (rule.id.clone(), rule.aliases.clone())).collect()
}

pub(super) fn finding(audited: &Audited, finding: &Finding) -> FindingReport {
    let resource = &finding.resource;
    let evidence = finding.evidence.iter().map(|evidence| EvidenceReport {
        column: evidence.column.clone(),
        value: evidence.value.clone(),
        call: evidence.call.clone(),
    });
    let missing = finding.missing_evidence.iter().map(|missing| MissingReport {
        call: missing.call.clone(),
        scope: missing.scope.clone(),
        error: missing.error.clone(),
        permission: missing.permission.clone(),
    });
    FindingReport {
        rule: finding.rule.clone(),
        verdict: finding.verdict,
        severity: finding.severity,
        confidence: finding.confidence,
        resource: ResourceReport {
            kind: resource.kind,
            arn: resource.arn.clone(),
            name: resource.name.clone(),
            account: resource.account.to_string(),
            region: resource.region.to_string(),
            second_key: resource.second_key.clone(),
        },
        message: finding.message.clone(),
        fingerprint: finding.fingerprint.to_string(),
        implied_by: finding.implied_by.clone(),
        first_seen: audited.first_seen(&finding.fingerprint),
        owner: finding.owner.clone(),
        environment: finding.environment.clone(),
        reach: finding.reach,
        gates: audited.assessment.gates(finding),
        exception: finding.exception.clone(),
        baseline: finding.baseline,
        evidence: evidence.collect(),
        missing_evidence: missing.collect(),
        paths: finding.paths.clone(),
    }
}
