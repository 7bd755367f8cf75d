//! Judging and collecting.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::aws::{AwsArgs, SourceArgs};
use super::history::KeepArgs;
use super::rules::RuleArgs;
use super::values::{Threshold, instant, output, threshold};
use crate::report::{OcsfVersion, ReportFormat};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct AuditArgs {
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal", value_name = "FORMAT")]
    pub(in crate::cli) format: ReportFormat,
    /// Also write a report to a file; repeat for more
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = output)]
    pub(in crate::cli) outputs: Vec<(ReportFormat, PathBuf)>,
    /// The version of the schema in which `ocsf` is written
    #[arg(long, value_enum, default_value_t, value_name = "VERSION")]
    pub(in crate::cli) ocsf_version: OcsfVersion,
    /// Give the metrics of findings in `openmetrics` their ARN as a label: as many series as findings
    #[arg(long)]
    pub(in crate::cli) metrics_by_arn: bool,
    /// YAML list of `{ scope, file, line }`: where resources are defined as code. Reports for pipelines
    /// then point there, and else at the file of the rule
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) iac_map: Option<PathBuf>,
    /// Which verdicts to list; all are counted
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    pub(in crate::cli) verdicts: VerdictsArg,
    /// Exit with 1 for failures at or above this severity (critical, high, medium, low, info), or never
    /// [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = threshold)]
    pub(in crate::cli) fail_on: Option<Threshold>,
    /// Let findings about events decide the exit code too
    #[arg(long)]
    pub(in crate::cli) gate_events: bool,
    /// Show, count and judge only what this owner owns; the rest is left out
    #[arg(long, value_name = "OWNER")]
    pub(in crate::cli) owner: Option<String>,
    /// Put findings together by this
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(in crate::cli) group_by: Option<GroupByArg>,
    /// Principal that is not to be trusted any more, as ARN or glob; repeat for more. The rule
    /// not-rotated-after-exposure then fails on every secret whose current value it has read
    #[arg(long = "exposed", value_name = "PRINCIPAL")]
    pub(in crate::cli) exposed: Vec<String>,
    /// API calls to Secrets Manager in a month, for the cost [default: those that CloudTrail shows]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) monthly_calls: Option<u64>,
    /// Prices of your own, as `prices refresh` writes them [default: the list prices in the program]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) price_book: Option<PathBuf>,
    /// Sum the cost by this tag; repeat for more [default: Owner and Environment]
    #[arg(long = "cost-by-tag", value_name = "KEY")]
    pub(in crate::cli) cost_tags: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) keep: KeepArgs,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}

impl AuditArgs {
    /// An audit for another verb: everything else as it is without options.
    pub(in crate::cli) fn of(source: &SourceArgs, rules: &RuleArgs, aws: &AwsArgs) -> Self {
        Self {
            source: source.clone(),
            format: ReportFormat::Terminal,
            outputs: Vec::new(),
            ocsf_version: OcsfVersion::default(),
            metrics_by_arn: false,
            iac_map: None,
            verdicts: VerdictsArg::Problems,
            fail_on: None,
            gate_events: false,
            owner: None,
            group_by: None,
            exposed: Vec::new(),
            monthly_calls: None,
            price_book: None,
            cost_tags: Vec::new(),
            keep: KeepArgs::default(),
            rules: rules.clone(),
            aws: aws.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum VerdictsArg {
    /// Failures and unknowns
    #[default]
    Problems,
    /// Every verdict on every row
    All,
}

/// By what findings are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GroupByArg {
    /// Whoever owns the resource, by its tags or the settings
    Owner,
    /// The account
    Account,
    /// The Region
    Region,
    /// The rule
    Rule,
    /// The frameworks that the rule is mapped to
    Framework,
    /// The environment, by tags and names
    Environment,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct CollectArgs {
    /// Folder for the snapshot; it must be empty or absent
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) to: PathBuf,
    /// Continue a collection that was stopped
    #[arg(long)]
    pub(in crate::cli) resume: bool,
    /// The instant up to which CloudTrail is read, as a date or RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(in crate::cli) until: Option<Timestamp>,
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
}
